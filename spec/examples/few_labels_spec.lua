-- Tutorial 3, tasks 3 to 8.
local examples = require "examples.support"

local FOLDER = "3-autoencoder-tasks/"
local FAST = { "--data", "digits", "--fast" }

local function check_pictures(out, names)
  for _, name in ipairs(names) do assert.equal("\137PNG", examples.head(out .. "/" .. name, 4)) end
  examples.remove(out)
end

describe("3-codes-in-the-plane #slow", function()
  it("finds codes that are not negative, spread over the plane by class", function()
    local result, text, out = examples.run(FOLDER .. "3-codes-in-the-plane", FAST)
    assert.same({ 1000, 2 }, result.codes.shape)
    assert.is_true(result.low:min() >= 0)
    assert.is_true(result.high:min() > 1, "both units vary")
    assert.is_true(result.share > 0.3 and result.share < 1, "share " .. result.share)
    assert.matches("unit 2: from", text, 1, true)
    check_pictures(out, { "codes.png" })
  end)

  it("has codes of both signs without the ReLU", function()
    local result, _, out = examples.run(FOLDER .. "3-codes-in-the-plane",
      { "--data", "digits", "--fast", "--iters", "60", "--activation", "tanh" })
    assert.is_true(result.low:min() < 0 and result.high:max() <= 1)
    examples.remove(out)
  end)
end)

describe("4-wide-autoencoder #slow", function()
  it("ends with a lower loss than the narrow one", function()
    local result, _, out = examples.run(FOLDER .. "4-wide-autoencoder", FAST)
    assert.is_true(result.wide < 0.9 * result.thin, ("%g, %g"):format(result.wide, result.thin))
    check_pictures(out, { "loss.png", "reconstructions.png" })
  end)

  it("ends between 0.09 and 0.125 on MNIST", function()
    if not require("latent.data.mnist").find "train" then return pending "MNIST is not here: set LATENT_DATA" end
    local result, _, out = examples.run(FOLDER .. "4-wide-autoencoder", { "--data", "mnist" })
    assert.is_true(result.wide > 0.09 and result.wide < 0.125, "loss " .. result.wide)
    examples.remove(out)
  end)
end)

describe("5-synthesis #slow", function()
  it("draws codes from the ranges of the units, far from the real ones", function()
    local result, _, out = examples.run(FOLDER .. "5-synthesis", FAST)
    assert.is_true((result.codes - result.low):min() >= 0)
    assert.is_true((result.high - result.codes):min() >= 0)
    assert.same({ 60, 784 }, result.images.shape)
    assert.is_true(result.from_random > 1.5 * result.from_real)
    check_pictures(out, { "ranges.png", "synthesis.png" })
  end)
end)

describe("6-classifiers-with-few-labels #slow", function()
  it("learns its labels by heart, and does far better than chance on the test images", function()
    local result, text, out = examples.run(FOLDER .. "6-classifiers-with-few-labels", FAST)
    for name, curve in pairs(result) do
      assert.is_true(curve.train > (name == "frozen" and 50 or 90), name .. " on its images: " .. curve.train)
      assert.is_true(curve.final > 40, name .. " on the test images: " .. curve.final)
      assert.is_true(curve.test[1] < 30, "the start is a guess")
    end
    assert.matches("fine%-tuned +accuracy", text)
    check_pictures(out, { "accuracy.png", "mistakes.png" })
  end)

  it("is as accurate on MNIST as PyTorch's nets, over five seeds", function()
    if not os.getenv "LATENT_LONG" then return pending "takes minutes: set LATENT_LONG" end
    local sums = { scratch = 0, frozen = 0, tuned = 0 }
    for seed = 1, 5 do
      local result, _, out = examples.run(FOLDER .. "6-classifiers-with-few-labels",
        { "--data", "mnist", "--seed", tostring(seed) })
      for name, curve in pairs(result) do sums[name] = sums[name] + curve.final end
      examples.remove(out)
    end
    for name, mean in pairs { scratch = 57.5, frozen = 67.3, tuned = 67.7 } do
      assert.near(mean, sums[name] / 5, 3, name)
    end
  end)
end)

describe("7-number-of-labels #slow", function()
  it("is more accurate with more labels", function()
    local result, _, out = examples.run(FOLDER .. "7-number-of-labels", FAST)
    assert.same({ 3, 2, 1 }, result.accuracy.shape)
    for k = 1, 3 do assert.is_true(result.mean[{ k, 2 }] > 30, ("net %d: %g"):format(k, result.mean[{ k, 2 }])) end
    assert.is_true(result.mean[{ 1, 2 }] > result.mean[{ 1, 1 }])
    check_pictures(out, { "labels.png" })
  end)
end)
