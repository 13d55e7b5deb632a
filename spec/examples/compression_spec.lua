local la = require "latent"
local examples = require "examples.support"

local NAME = "1-unsupervised-learning/5-compression"

describe("5-compression", function()
  local result, text, out

  setup(function() result, text, out = examples.run(NAME, { "--fast" }) end)
  teardown(function() examples.remove(out) end)

  it("lowers the error at each step", function()
    assert.equal(5, #result.steps)
    for t = 2, 5 do assert.is_true(result.steps[t] <= result.steps[t - 1]) end
    assert.is_true(result.steps[5] < 0.9 * result.steps[1])
    assert.matches("step 5: error", text, 1, true)
  end)

  it("shows what becomes of colours without pixels", function()
    local kept = result.kept
    assert.is_true(kept.keep.used < 16 and kept.keep.centers:isnan():any())
    assert.is_false(kept.zero.centers:isnan():any())
    assert.equal(16, kept.relocate.used)
    assert.is_true(kept.relocate.error < kept.zero.error and kept.zero.error <= kept.keep.error)
  end)

  it("has an error that falls as the colours grow in number, faster than K^(-1/3)", function()
    for i = 2, #result.errors do assert.is_true(result.errors[i] < result.errors[i - 1]) end
    assert.near(-0.5, result.slope, 0.12)
  end)

  it("writes files as long as the formula says, that give the picture back", function()
    for i, k in ipairs(result.colours) do
      local size = result.sizes[i]
      assert.equal(math.ceil(result.pixels * math.ceil(math.log(k, 2)) / 8) + 3 * k, size.formula)
      assert.equal(size.formula + 256, size.file)
      assert.is_true(size.png < size.file)
    end
    local labels = la.load(out .. "/k16-codes.png"):reshape(-1):to "int64" + 1
    local colours = la.load(out .. "/k16-palette.npy"):to "float32"
    local original = la.load(out .. "/original.png"):reshape(-1, 3):to "float32"
    local error = (colours[labels] - original):square():mean() ^ 0.5
    assert.near(result.errors[4], error, 0.01)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "steps", "empty", "error", "files", "ladder" } do
      examples.check_picture(("%s/%s.png"):format(out, name))
    end
  end)

  it("takes any picture, grey ones too", function()
    local file = os.tmpname()
    os.remove(file)
    local ramp = la.arange(0, 59):reshape(1, 60) * 4 + la.zeros(40, 1)
    la.save(file .. ".png", ramp:to "uint8")
    local grey, _, folder = examples.run(NAME, { "--image", file .. ".png", "--fast", "--k", "3", "--steps", "2" })
    assert.equal(2400, grey.pixels)
    assert.equal(2, #grey.steps)
    -- 60 levels in a line, 4 apart: two colours leave a deviation of 30 levels, wide.
    assert.near(4 * 30 / 12 ^ 0.5, grey.errors[1], 1)
    examples.remove(folder)
    os.remove(file .. ".png")
  end)
end)
