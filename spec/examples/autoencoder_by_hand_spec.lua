-- Tutorial 1, the autoencoder by hand: the numbers that its scripts print and draw. That the training
-- follows a recorded run is in traces_spec.lua.
local examples = require "examples.support"

local function run(name, options)
  local result, text, out = examples.run("1-unsupervised-learning/" .. name, options)
  for picture in text:match("pictures: (.*)$"):gmatch "[^, ]+" do examples.check_picture(picture) end
  examples.remove(out)
  return result, text
end

describe("4-autoencoder-by-hand", function()
  it("learns with either derivative and with biases, and draws weights and codes", function()
    local got, text = run("4-autoencoder-by-hand", { "--epochs", "400" })
    for _, net in ipairs { got, got.exact, got.biased } do
      assert.is_true(net.losses[1] > 40 and net.losses[400] < 9.5)
    end
    assert.is_true(got.losses[400] < got.exact.losses[400])         -- the tutorial's derivative does not vanish
    assert.equal(0, got.exact.b_d:abs():max())
    assert.is_true(got.biased.b_d:max() < 0)                        -- most colours are off
    -- The samples are unit vectors: their codes are the encoder's columns through the sigmoid.
    assert.is_near(0, (got.codes - got.encoder:t():sigmoid()):abs():max(), 1e-12)
    for _, picture in ipairs { "data", "loss", "samples", "weights", "code" } do
      assert.matches(picture .. ".png", text, 1, true)
    end
  end)
end)

describe("4a-backpropagation", function()
  it("agrees with autograd where the derivative is taken at the input, and not at the activation", function()
    local got = run("4a-backpropagation", {})
    for _, name in ipairs { "w_e", "b_e", "w_d", "b_d" } do
      assert.is_true(got.small[name].gap < 1e-13 and got.large[name].gap < 1e-13)
      assert.is_true(got.small[name].cosine > 0.99 and got.small[name].cosine < 0.99999)
      assert.is_true(got.large[name].cosine < 0.9)
      assert.is_true(got.large[name].ratio > 2)
    end
  end)
end)

describe("4b-linear-autoencoder", function()
  it("comes to PCA's loss with biases and to half a dimension more without", function()
    local got = run("4b-linear-autoencoder", { "--fast", "--units", "3" })
    assert.is_near(7, got.pca_loss, 1e-9)
    assert.is_near(7, got.biased.loss, 0.02)
    assert.is_near(7.5, got.plain.loss, 0.02)
    assert.is_near(got.variances[1], got.variances[3], 1e-9)
    for i = 1, 18 do assert.is_near(i <= 3 and 1 or 0, got.spectra[1][i], 0.03) end
  end)
end)
