-- Tutorial 1's generative models: the GAN and the normalising flow.
local la = require "latent"
local examples = require "examples.support"

local FOLDER = "1-unsupervised-learning/"

local function check_pictures(out, names)
  for _, name in ipairs(names) do assert.equal("\137PNG", examples.head(out .. "/" .. name, 4)) end
  examples.remove(out)
end

describe("14-gan #slow", function()
  it("reaches every part of the data in turns, and collapses when the generator runs ahead", function()
    local result, text, out = examples.run(FOLDER .. "14-gan", { "--data", "digits", "--fast" })
    local even, ahead = result.rings[1], result.rings[2]
    assert.is_true(even.near > 0.25, "near a centre: " .. even.near)
    for k, count in ipairs(even.counts) do assert.is_true(count > 40, ("%d near centre %d"):format(count, k)) end
    local missed = 0
    for _, count in ipairs(ahead.counts) do missed = missed + (count < 40 and 1 or 0) end
    assert.is_true(missed >= 4, missed .. " of the centres are missed")
    assert.near(2 * math.log(2), even.loss[#even.loss], 0.25)
    assert.same({ 100, 784 }, result.samples.shape)
    assert.is_true(result.samples:min() >= -1 and result.samples:max() <= 1)
    assert.is_true(result.samples:std(1):mean() > 0.05, "the samples differ")
    assert.equal(5000, result.shares:sum())
    assert.matches("what a classifier reads", text)
    check_pictures(out, { "ring.png", "loss.png", "digits.png", "interpolation.png" })
  end)
end)

describe("15-normalising-flow #slow", function()
  it("estimates a density that integrates to one and comes close to the true one", function()
    local result, text, out = examples.run(FOLDER .. "15-normalising-flow", { "--fast" })
    assert.near(1, result.integral, 0.01)
    assert.is_true(result.scores.flow > result.scores.normal + 0.5, "better than a normal distribution")
    assert.is_true(result.scores.flow > result.scores.truth - 0.4, "flow " .. result.scores.flow)
    assert.is_true(result.scores.flow < result.scores.truth, "nothing beats the true density")
    -- what the data become is normal, and the way back leads to the moons
    assert.near(0, result.z:mean(), 0.15)
    assert.near(1, result.z:std(), 0.15)
    assert.is_true(result.true_density(result.samples):gt(0.02):to("float32"):mean() > 0.85)
    -- the true density is one, too
    local side = la.linspace(-2.5, 3.5, 200)
    local x, y = la.meshgrid(side, side)
    local p = result.true_density(la.stack({ x:reshape(-1), y:reshape(-1) }, 2))
    assert.near(1, p:sum() * (6 / 199) ^ 2, 0.01)
    assert.near(result.integral, tonumber(text:match "density over the grid: ([%d.]+)"), 1e-5)
    check_pictures(out, { "density.png", "map.png", "likelihood.png" })
  end)
end)
