local la = require "latent"
local support = require "models.support"

local metrics = la.metrics

describe("metrics", function()
  local a, b = { 1, 1, 2, 2, 3, 3 }, { 7, 7, 7, 0, -1, -1 }

  it("adjusted_rand agrees with scikit-learn, whatever the labels are called", function()
    assert.near(0.4444444444, metrics.adjusted_rand(a, b), 1e-9)
    assert.near(1, metrics.adjusted_rand(a, la.tensor { 30, 30, 10, 10, 20, 20 }), 1e-12)
    assert.near(1, metrics.adjusted_rand({ 1, 1 }, { 1, 1 }), 1e-12)
    assert.near(-0.5, metrics.adjusted_rand({ 1, 1, 2, 2 }, { 1, 2, 1, 2 }), 1e-12)
  end)

  it("mutual_information agrees with scikit-learn", function()
    assert.near(0.7803552046, metrics.mutual_information(a, b), 1e-9)
    assert.near(0.7396673768, metrics.mutual_information(a, b, { normalized = true }), 1e-9)
    assert.near(0, metrics.mutual_information({ 1, 1, 2, 2 }, { 1, 2, 1, 2 }), 1e-12)
  end)

  it("accuracy_by_matching gives each cluster the class that serves all best", function()
    assert.near(5 / 6, metrics.accuracy_by_matching(a, b), 1e-12)
    assert.near(1, metrics.accuracy_by_matching({ 1, 2, 3 }, { 3, 1, 2 }), 1e-12)
    -- greedily, cluster 1 takes class 1 (3 hits) and leaves cluster 2 with none
    local truth = { 1, 1, 1, 1, 1, 2, 2 }
    local found = { 1, 1, 1, 2, 2, 1, 1 }
    assert.near(4 / 7, metrics.accuracy_by_matching(truth, found), 1e-12)
    assert.near(2 / 4, metrics.accuracy_by_matching({ 1, 1, 1, 1 }, { 1, 1, 2, 3 }), 1e-12)
  end)

  it("silhouette agrees with scikit-learn", function()
    local x = la.tensor { { 0, 0 }, { 0, 1 }, { 4, 4 }, { 4, 5 }, { 9, 0 } }
    assert.near(0.6585958, metrics.silhouette(x, { 1, 1, 2, 2, 3 }), 1e-6)
    assert.near(0, metrics.silhouette(la.ones(4, 2), { 1, 1, 2, 2 }), 1e-12)
  end)

  it("trustworthiness is 1 for a copy and agrees with scikit-learn for a projection", function()
    local x = la.tensor { { 0, 0 }, { 1, 5 }, { 2, 1 }, { 3, 8 }, { 4, 2 }, { 5, 7 }, { 6, 3 } }
    assert.near(1, metrics.trustworthiness(x, x * 3, { k = 2 }), 1e-12)
    assert.near(0.5306122449, metrics.trustworthiness(x, x[{ {}, { 1 } }], { k = 2 }), 1e-9)
  end)

  it("say what is wrong with their input", function()
    support.refuses {
      ["metrics.adjusted_rand: 2 labels, where 3 are due"] = function()
        metrics.adjusted_rand({ 1, 2, 3 }, { 1, 2 })
      end,
      ["labels must be a tensor %[n%]"] = function() metrics.adjusted_rand("x", "y") end,
      ["at least two clusters"] = function() metrics.silhouette(la.rand(3, 2), { 1, 1, 1 }) end,
      ["adjusted_rand: labels must be integers, not 1.5"] = function() metrics.adjusted_rand({ 1.5, 2 }, { 1, 2 }) end,
      ["silhouette: labels must be integers, not 0.25"] = function()
        metrics.silhouette(la.rand(3, 2), la.tensor { 0.25, 1, 2 })
      end,
      ["silhouette: row 3 of x holds a value that is not finite"] = function()
        metrics.silhouette(la.tensor { { 1 }, { 2 }, { 0 / 0 } }, { 1, 1, 2 })
      end,
      ["trustworthiness: row 2 of the embedding holds a value that is not finite"] = function()
        metrics.trustworthiness(la.rand(3, 1), la.tensor { { 1 }, { 0 / 0 }, { 2 } }, { k = 1 })
      end,
      ["k must be an integer from 1 to less than n / 2 = 1.5, not 2"] = function()
        metrics.trustworthiness(la.rand(3, 2), la.rand(3, 2), { k = 2 })
      end,
      ["x has 3 rows, the embedding 4"] = function()
        metrics.trustworthiness(la.rand(3, 2), la.rand(4, 2), { k = 1 })
      end,
      ["unknown option 'n_neighbors' %(known: k%)"] = function()
        metrics.trustworthiness(la.rand(9, 2), la.rand(9, 2), { n_neighbors = 1 })
      end,
    }
  end)
end)
