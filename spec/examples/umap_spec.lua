local examples = require "examples.support"

describe("11-umap #slow", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/11-umap", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("keeps neighbours of digits, which two principal components do not", function()
    assert.is_true(result.trust.umap > 0.9 and result.trust.umap > result.trust.pca + 0.1)
    assert.same({ 600, 2 }, result.embedding.shape)
    assert.matches("600 digits: %d+ edges", text)
  end)

  it("spreads points with min_dist", function()
    assert.is_true(result.spacing[2] > 1.5 * result.spacing[1])
  end)

  it("places new digits with their class", function()
    assert.same({ 200, 2 }, result.placed.shape)
    assert.is_true(result.right.map > result.right.pca + 0.2, ("right on the map: %g"):format(result.right.map))
  end)

  it("unrolls a roll and parts rings", function()
    assert.is_true(result.kept.umap > result.kept.pca + 0.1)
    assert.equal(3, result.parts)
  end)

  it("forgets how wide clouds are and how far", function()
    assert.is_true(result.ratios.data > 8 and result.ratios.map < 3)
    assert.is_true(result.remote.data > 10 and result.remote.map < 4)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "digits", "knobs", "new-digits", "wins", "loses" } do
      examples.check_picture(("%s/%s.png"):format(out, name))
    end
  end)
end)
