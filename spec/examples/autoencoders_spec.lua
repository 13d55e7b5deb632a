-- Tutorial 2.
local examples = require "examples.support"

local FOLDER = "2-autoencoders/"
local FAST = { "--data", "digits", "--fast" }

local function check_pictures(out, names)
  for _, name in ipairs(names) do assert.equal("\137PNG", examples.head(out .. "/" .. name, 4)) end
  examples.remove(out)
end

describe("1-linear-maps", function()
  it("gives the same by the layer and by the product, and keeps 18 of 20 parts of the variance", function()
    local result, text, out = examples.run(FOLDER .. "1-linear-maps", {})
    assert.is_true(result.difference < 1e-5)
    assert.is_true(result.merged < 1e-5)
    assert.near(0.9, result.kept, 0.02)
    local line = result.stages[3] - result.stages[3]:mean(1)
    assert.near(0, (line[{ {}, 1 }] * 0.5 - line[{ {}, 2 }] * 0.9):abs():max(), 1e-5)
    assert.matches("inner sizes differ: [2, 3] x [2, 3]", text, 1, true)
    check_pictures(out, { "plane.png" })
  end)
end)

describe("2-simple-autoencoder #slow", function()
  it("loses units to the ReLU and none without it", function()
    local result, text, out = examples.run(FOLDER .. "2-simple-autoencoder", FAST)
    assert.equal(0, result.linear.dead)
    assert.is_true(result.relu.dead > 0)
    assert.is_true(result.linear.rmse < result.relu.rmse)
    assert.is_true(result.linear.rmse < 0.25)
    assert.matches("root mean squared error", text)
    check_pictures(out, { "loss.png", "reconstructions.png", "decoder.png" })
  end)
end)

describe("3-deep-autoencoder #slow", function()
  it("learns at every depth, and reports the widths", function()
    local result, text, out = examples.run(FOLDER .. "3-deep-autoencoder", FAST)
    assert.is_true(result.rmse < 0.25, "error " .. result.rmse)
    assert.equal(2, #result.errors.without)
    assert.matches("depth 2: 1024 - 146 - 20", text, 1, true)
    check_pictures(out, { "loss.png", "reconstructions.png", "depths.png" })
  end)
end)

describe("4-denoising #slow", function()
  it("takes more noise away when it was trained to", function()
    local result, _, out = examples.run(FOLDER .. "4-denoising", FAST)
    assert.near(0.35, result.untouched, 0.03)
    assert.is_true(result.errors[1] < 0.85 * result.untouched, "error " .. result.errors[1])
    assert.is_true(result.errors[1] < result.errors[2])
    check_pictures(out, { "denoised.png", "noise.png" })
  end)
end)

describe("5-sparse #slow", function()
  it("lowers the mean activation by each penalty, and the more the heavier it is", function()
    local result, _, out = examples.run(FOLDER .. "5-sparse", FAST)
    local none, log, kl, heavy_log, heavy_kl = table.unpack(result.results)
    assert.near(0.5, none.mean, 0.1)
    for _, r in ipairs { log, kl, heavy_log, heavy_kl } do
      assert.is_true(r.mean < 0.8 * none.mean, r.label .. ": " .. r.mean)
      assert.is_true(r.reconstruction < 600)
    end
    assert.is_true(heavy_log.mean < log.mean)
    assert.is_true(math.abs(heavy_kl.mean - 0.05) < math.abs(kl.mean - 0.05))
    check_pictures(out, { "penalties.png", "activations.png", "reconstructions.png" })
  end)
end)

describe("6-hand-made-codes #slow", function()
  it("draws images from codes of images, and farther from them the less the codes are like those", function()
    local result, _, out = examples.run(FOLDER .. "6-hand-made-codes", FAST)
    assert.is_true(result.codes:min() > 0 and result.codes:max() < 1)
    assert.is_true((result.high - result.low):min() > 0)
    assert.is_true(result.distances[8] > result.distances[1], "the tutorial's codes are not like those of images")
    check_pictures(out, { "hand-made.png" })
  end)
end)

describe("7-latent-units #slow", function()
  it("does worse without any of the units", function()
    local result, _, out = examples.run(FOLDER .. "7-latent-units", FAST)
    assert.equal(10, #result.damage)
    for unit = 1, 10 do
      assert.is_true(result.damage[unit] > result.whole - 0.002, "unit " .. unit)
      assert.is_true(result.effect[unit] > 0)
    end
    assert.is_true(math.max(table.unpack(result.damage)) > result.whole + 0.002)
    check_pictures(out, { "damage.png", "sweep.png", "changes.png" })
  end)
end)

describe("8-clustering-codes #slow", function()
  it("finds clusters that have to do with the digits", function()
    local result, _, out = examples.run(FOLDER .. "8-clustering-codes", FAST)
    assert.equal(4, #result.spaces)
    for _, space in ipairs(result.spaces) do
      assert.is_true(space.accuracy > 0.25 and space.accuracy <= 1, space.name .. ": " .. space.accuracy)
      assert.is_true(space.rand > 0.05, space.name .. ": " .. space.rand)
    end
    assert.equal(200, result.counts:sum())
    check_pictures(out, { "measures.png", "clusters.png", "centres.png" })
  end)
end)

describe("9-convolutional #slow", function()
  it("learns with convolutions, and shows their feature maps", function()
    local result, text, out = examples.run(FOLDER .. "9-convolutional", FAST)
    assert.is_true(result.convolutional < 0.3, "error " .. result.convolutional)
    assert.same({ 6, 16, 16 }, result.maps[1].shape)
    assert.same({ 12, 8, 8 }, result.maps[2].shape)
    assert.matches("encoder.8", text, 1, true)
    check_pictures(out, { "reconstructions.png", "features.png" })
  end)
end)

describe("10-lstm #slow", function()
  it("comes to draw rows of ink where the digits have it", function()
    local result, _, out = examples.run(FOLDER .. "10-lstm", FAST)
    local loss = result.history:column "loss"
    assert.is_true(loss[#loss] < 0.95 * loss[1], ("%g, %g"):format(loss[1], loss[#loss]))
    check_pictures(out, { "loss.png", "reconstructions.png", "rows.png" })
  end)
end)

describe("11-codes-in-the-plane #slow", function()
  it("keeps more neighbours by t-SNE and UMAP than by PCA", function()
    local result, text, out = examples.run(FOLDER .. "11-codes-in-the-plane", FAST)
    local pca, tsne, umap = table.unpack(result.maps)
    for _, map in ipairs { tsne, umap } do
      assert.same({ 200, 2 }, map.z.shape)
      assert.is_true(map.trust > pca.trust + 0.05, map.name .. ": " .. map.trust)
      assert.is_true(map.agreement > pca.agreement + 0.1, map.name .. ": " .. map.agreement)
    end
    assert.matches("PCA's plane holds", text, 1, true)
    check_pictures(out, { "maps.png" })
  end)
end)
