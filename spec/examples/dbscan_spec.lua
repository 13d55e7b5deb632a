local examples = require "examples.support"

describe("8-dbscan", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/8-dbscan", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("shows core, border and noise points", function()
    local kinds = result.kinds
    assert.is_true(kinds.core:sum() > 90)
    assert.is_true((kinds.labels:gt(0) & ~kinds.core):any() and kinds.labels:eq(0):any())
  end)

  it("finds eps at the bend of the distances, and the points thrown anywhere", function()
    assert.near(2, result.chosen.n_clusters, 1) -- a crumb may be left over
    assert.is_true(result.rand > 0.8, "adjusted Rand index " .. result.rand)
    assert.is_true(result.noise.precision > 0.7 and result.noise.recall > 0.6)
    assert.is_true(result.sweep.noise[1] > 0.5)
    assert.equal(1, result.sweep.clusters[#result.sweep.clusters])
    assert.matches("clusters, adjusted Rand index", text, 1, true)
  end)

  it("beats k-means on moons and circles, and loses on clouds that touch", function()
    for _, name in ipairs { "moons", "circles" } do
      assert.is_true(result.scores[name].dbscan > 0.9 and result.scores[name].kmeans < 0.5, name)
    end
    local touching = result.scores["touching clouds"]
    assert.is_true(touching.kmeans > touching.dbscan)
  end)

  it("loses where densities differ, and on digits", function()
    assert.is_true(result.uneven.mixture > 0.95 and result.uneven.dbscan < 0.9)
    assert.is_true(result.digits.kmeans > result.digits.best + 0.1)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "kinds", "eps", "shapes", "densities", "digits" } do
      examples.check_picture(("%s/%s.png"):format(out, name))
    end
  end)
end)
