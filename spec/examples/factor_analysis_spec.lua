local examples = require "examples.support"

describe("7-factor-analysis", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/7-factor-analysis", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("finds the factors under unequal noise, where PCA does not", function()
    local fa, pca = result.angles.fa, result.angles.pca
    assert.is_true(fa[1] < 10 and pca[1] < 10)
    assert.is_true(fa[5] < 40 and pca[5] > 70, ("%.1f %.1f"):format(fa[5], pca[5]))
    assert.near(0, (result.noise / result.psi):log():abs():mean(), 0.2)
  end)

  it("finds how many there are, where PCA takes ever more", function()
    assert.equal(5, result.scores[1].best_fa)
    assert.equal(5, result.scores[1].best_pca)
    assert.near(5, result.scores[2].best_fa, 1)
    assert.equal(8, result.scores[2].best_pca)
    assert.matches("unequal noise: factor analysis is best with %d factors", text)
  end)

  it("is known up to a rotation, and does not mind units", function()
    assert.is_true(result.moved > 0.1 and result.unchanged < 1e-6)
    assert.is_true(result.pca_share > 0.9 and result.kept < 0.01)
  end)

  it("leaves a part of each pixel to noise", function()
    assert.is_true((result.digit_noise / result.digit_variance):max() < 1.001)
    assert.near(0.5, result.digit_noise:sum() / result.digit_variance:sum(), 0.25)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "noise", "how-many", "units", "digits" } do
      examples.check_picture(("%s/%s.png"):format(out, name))
    end
  end)
end)
