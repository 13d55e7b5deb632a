-- Tutorial 4.
local examples = require "examples.support"

local FOLDER = "4-vae-lecture/"
local FAST = { "--data", "digits", "--fast" }

local function check_pictures(out, names)
  for _, name in ipairs(names) do assert.equal("\137PNG", examples.head(out .. "/" .. name, 4)) end
  examples.remove(out)
end

describe("1-linear-autoencoder-and-pca #slow", function()
  it("comes to PCA's subspace and its error", function()
    local result, text, out = examples.run(FOLDER .. "1-linear-autoencoder-and-pca", FAST)
    assert.is_true(result.start[8] > 60)
    for i = 1, 7 do assert.is_true(result.angles[i] < 10, "angle " .. i .. ": " .. result.angles[i]) end
    assert.is_true(result.loss >= result.pca_loss * 0.9999, "no linear map is better than PCA")
    assert.is_true(result.loss < result.pca_loss * 1.01)
    assert.matches("principal angles", text)
    check_pictures(out, { "angles.png", "components.png" })
  end)
end)

describe("2-games-with-codes #slow", function()
  it("slants digits by arithmetic, and loses them away from the codes of images", function()
    local result, _, out = examples.run(FOLDER .. "2-games-with-codes", FAST)
    for i = 2, #result.slants do assert.is_true(result.slants[i] > result.slants[i - 1], "slant " .. i) end
    assert.is_true(result.distances[#result.distances] > 1.1 * result.distances[1])
    check_pictures(out, { "interpolation.png", "arithmetic.png", "off-manifold.png" })
  end)
end)

describe("3-vae #slow", function()
  it("lowers the bound, whose two terms add up, and draws codes that differ", function()
    local result, _, out = examples.run(FOLDER .. "3-vae", FAST)
    local loss = result.history:column "val_loss"
    assert.is_true(loss[#loss] < loss[1] and loss[#loss] < 175, "bound " .. loss[#loss])
    assert.near(loss[#loss], result.history:last "val_reconstruction" + result.history:last "val_kl", 1e-3)
    assert.is_true(result.history:last "val_kl" > 3)
    assert.same({ 100, 784 }, result.samples.shape)
    assert.is_true(result.samples:min() >= 0 and result.samples:max() <= 1)
    assert.is_true((result.draws[1] - result.draws[2]):abs():max() > 0.1)
    assert.is_true(result.within > 0.2 and result.within < 1.1)
    check_pictures(out, { "loss.png", "samples.png", "many-codes.png" })
  end)

  it("ends below 107 nats on the test images of MNIST", function()
    if not os.getenv "LATENT_LONG" then return pending "takes minutes: set LATENT_LONG" end
    local result, _, out = examples.run(FOLDER .. "3-vae", { "--data", "mnist" })
    assert.is_true(result.history:last "val_loss" < 107)
    examples.remove(out)
  end)
end)

describe("4-latent-manifold #slow", function()
  it("draws the plane of the prior, from low to high and from high to low", function()
    local result, _, out = examples.run(FOLDER .. "4-latent-manifold", FAST)
    assert.same({ 64, 784 }, result.drawings.shape)
    assert.near(-1.96, result.grid[{ 1, 1 }], 0.001)
    assert.near(1.96, result.grid[{ 1, 2 }], 0.001)
    assert.near(1.96, result.grid[{ 8, 1 }], 0.001)
    assert.near(-1.96, result.grid[{ 64, 2 }], 0.001)
    assert.is_true(result.means:std(1):max() > 0.5, "the codes tell images apart")
    local loss = result.history:column "loss"
    assert.is_true(loss[#loss] < 0.8 * loss[1])
    check_pictures(out, { "manifold.png", "codes.png" })
  end)
end)

describe("5-without-the-kl-term #slow", function()
  it("ends with far smaller variances, and means far apart", function()
    local result, _, out = examples.run(FOLDER .. "5-without-the-kl-term", FAST)
    local last = #result.with.within
    assert.is_true(result.without.within[last] < 0.5 * result.with.within[last])
    assert.is_true(result.without.between[last] > 1.5 * result.with.between[last])
    check_pictures(out, { "deviations.png", "samples.png" })
  end)
end)

describe("6-reparameterisation", function()
  it("estimates the same gradient both ways, one with far less variance", function()
    local result, _, out = examples.run(FOLDER .. "6-reparameterisation", { "--fast" })
    assert.near(-4, result.means[1], 0.1)
    assert.near(-4, result.means[2], 1)
    for _, variance in ipairs(result.variance[1]) do assert.near(1, variance, 0.15) end
    for i = 2, #result.variance[2] do
      assert.is_true(result.variance[2][i] > 2 * result.variance[2][i - 1])
      assert.is_true(result.variance[3][i] < 0.5 * result.variance[2][i])
    end
    local steps = #result.descents[1]
    assert.is_true(result.descents[1][steps] < 0.25 * result.descents[1][1])
    assert.is_true(result.descents[2][steps] > 1.5 * result.descents[1][steps])
    check_pictures(out, { "estimates.png", "variance.png", "descent.png" })
  end)
end)

describe("7-cvae #slow", function()
  it("draws the digit asked for", function()
    local result, _, out = examples.run(FOLDER .. "7-cvae", FAST)
    assert.is_true(result.share > 45, "read as asked for: " .. result.share)
    assert.same({ 80, 784 }, result.drawings.shape)
    check_pictures(out, { "digits.png", "transfer.png" })
  end)
end)

describe("8-layerwise-pretraining #slow", function()
  it("lets a deep sigmoid net learn sooner than a random start does", function()
    local result, _, out = examples.run(FOLDER .. "8-layerwise-pretraining", FAST)
    assert.is_true(result.pretrained.final > result.random.final + 5,
      ("%g, %g"):format(result.pretrained.final, result.random.final))
    assert.is_true(result.pretrained.gradients[1] > 2 * result.random.gradients[1])
    check_pictures(out, { "accuracy.png", "gradients.png" })
  end)
end)

describe("9-transfer #slow", function()
  it("gives back digits that it has not seen, and trains classifiers of them", function()
    local result, _, out = examples.run(FOLDER .. "9-transfer", FAST)
    assert.is_true(result.unknown < 0.85 * result.blank, "better than the mean image")
    assert.is_true(result.known < result.unknown)
    for k = 1, 3 do assert.is_true(result.mean[k] > 35) end
    check_pictures(out, { "reconstructions.png", "accuracy.png" })
  end)
end)
