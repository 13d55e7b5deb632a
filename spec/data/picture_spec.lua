local la = require "latent"

--- How many different colours there are in an image [h, w, 3] of bytes.
local function colours(image)
  local code = (image:reshape(-1, 3):to("int64") * la.tensor({ 65536, 256, 1 }, { dtype = "int64" })):sum(2)
  return #code:unique()
end

describe("la.data.picture", function()
  it("draws the same picture each time, as bytes", function()
    local image = la.data.picture()
    assert.equal("uint8", image.dtype)
    assert.same({ 320, 480, 3 }, image.shape)
    la.manual_seed(99)
    assert.is_true(image:eq(la.data.picture { width = 480, height = 320 }):all())
  end)

  it("has many colours: a blue sky, the sun, a meadow, a red balloon", function()
    local image = la.data.picture()
    assert.is_true(colours(image) > 20000, colours(image) .. " colours")
    local function at(x, y) return table.unpack(image[{ math.floor(y * 320), math.floor(x * 480) }]:totable()) end
    local r, g, b = at(0.3, 0.02)
    assert.is_true(b > r and b > g)
    r, g, b = at(1.31 / 1.5, 0.52)
    assert.is_true(r > 240 and g > 230 and b > 190, ("%d %d %d"):format(r, g, b))
    r, g, b = at(0.5, 0.93)
    assert.is_true(g > r and g > b)
    local reds = image:to "float32"
    local red = reds[{ {}, {}, 1 }]:gt(170) * reds[{ {}, {}, 2 }]:lt(70):to "uint8"
    local share = red:to("float32"):mean()
    assert.is_true(share > 0.005 and share < 0.05, "red " .. share)
  end)

  it("has any size", function()
    assert.same({ 20, 30, 3 }, la.data.picture({ width = 30, height = 20 }).shape)
    assert.same({ 1, 1, 3 }, la.data.picture({ width = 1, height = 1 }).shape)
    local half = la.data.picture { width = 240, height = 160 }
    local whole = la.data.picture():to("float32"):reshape(160, 2, 240, 2, 3):mean(4):mean(2)
    assert.is_true((half:to "float32" - whole):abs():mean() < 8)
  end)

  it("refuses sizes that are none", function()
    assert.error_matches(function() la.data.picture { width = 0 } end, "width must be an integer from 1 to 8192, not 0")
    assert.error_matches(function() la.data.picture { height = 2.5 } end, "height must be an integer from 1")
    assert.error_matches(function() la.data.picture { size = 3 } end, "unknown option 'size'")
  end)
end)
