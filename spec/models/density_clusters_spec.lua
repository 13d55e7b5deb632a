local la = require "latent"
local support = require "models.support"

local DBSCAN, MeanShift = la.models.DBSCAN, la.models.MeanShift
local v = support.vectors
local double = { dtype = "float64" }

--- DBSCAN as its definition reads: labels and core flags as tables.
local function by_definition(x, eps, min_samples)
  local n = #x
  local near = la.cdist(x, x):le(eps)
  local core = near:sum(2):ge(min_samples):totable()
  local labels, clusters = {}, 0
  for i = 1, n do labels[i] = 0 end
  near = near:totable()
  for i = 1, n do
    if core[i] and labels[i] == 0 then
      clusters = clusters + 1
      local stack = { i }
      labels[i] = clusters
      while #stack > 0 do
        local p = table.remove(stack)
        for q = 1, n do
          if core[p] and near[p][q] and labels[q] == 0 then
            labels[q] = clusters
            stack[#stack + 1] = q
          end
        end
      end
    end
  end
  return labels, core
end

describe("DBSCAN", function()
  it("agrees with scikit-learn", function()
    for _, dtype in ipairs { "float32", "float64" } do
      local db = DBSCAN { eps = v.dbscan_params[1], min_samples = v.dbscan_params[2] }:fit(v.blobs:to(dtype))
      assert.is_true((db.labels - 1):eq(v.dbscan_labels):all())
      assert.equal(v.dbscan_labels:max() + 1, db.n_clusters)
    end
  end)

  it("does what its definition says, for rows of any width", function()
    la.manual_seed(1)
    for _, d in ipairs { 1, 2, 3, 4, 7 } do
      local x = la.rand(300, d, double)
      local eps = ({ 0.004, 0.06, 0.14, 0.22, 0, 0, 0.45 })[d]
      local labels, core = by_definition(x, eps, 5)
      local db = DBSCAN { eps = eps, min_samples = 5 }:fit(x)
      assert.same(labels, db.labels:totable(), d .. " columns")
      assert.same(core, db.core:totable())
      assert.is_true(db.n_clusters > 2, "a poor test")
    end
  end)

  it("does so for wide rows far from the origin, in either precision", function()
    for dtype, offset in pairs { float32 = 10, float64 = 1e6 } do
      local x = la.data.blobs { n = 400, centers = 6, dims = 40, seed = 2, dtype = dtype } + offset
      local labels, core = by_definition(x:to "float64", 8, 5)
      local db = DBSCAN { eps = 8, min_samples = 5 }:fit(x)
      assert.same(labels, db.labels:totable(), dtype)
      assert.same(core, db.core:totable())
      assert.is_true(db.n_clusters > 2 and db.labels:eq(0):any() and db.labels[~db.core]:gt(0):any(), "a poor test")
    end
  end)

  it("counts rows at exactly eps as neighbours", function()
    for _, d in ipairs { 1, 5, 30 } do
      local x = la.cat({ la.tensor({ 0, 1, 2, 4 }, double):reshape(4, 1), la.zeros(4, d - 1, double) }, 2)
      assert.same({ 1, 1, 1, 0 }, DBSCAN { eps = 1, min_samples = 2 }:fit(x).labels:totable())
    end
  end)

  it("finds shapes that are not round", function()
    la.manual_seed(2)
    local angle = la.rand(2000, double) * 2 * math.pi
    local radius = la.where(la.arange(1, 2000):le(1000), 1, 3)
    local x = la.stack({ angle:cos() * radius, angle:sin() * radius }, 2) + la.randn(2000, 2, double) * 0.05
    local db = DBSCAN { eps = 0.3 }:fit(x)
    assert.equal(2, db.n_clusters)
    assert.is_true(la.metrics.accuracy_by_matching(radius:to "int64", db.labels) > 0.99)
  end)

  it("gives the same with any number of threads", function()
    for eps, x in pairs { [0.012] = la.rand(20000, 2), [1.45] = la.rand(1000, 30) } do
      local function fit() return DBSCAN { eps = eps }:fit(x).labels end
      assert.is_true(support.with_threads(1, fit):eq(support.with_threads(2, fit)):all())
    end
  end)

  it("has a result for duplicates, one row and noise alone", function()
    assert.same({ 1, 1, 1, 1, 1 }, DBSCAN {}:fit(la.ones(5, 2)).labels:totable())
    assert.same({ 0 }, DBSCAN {}:fit(la.tensor { { 1, 2 } }).labels:totable())
    assert.equal(0, DBSCAN { eps = 0.01 }:fit(la.tensor { { 0 }, { 1 }, { 2 } }).n_clusters)
    assert.same({ 1, 2 }, DBSCAN { eps = 0.1, min_samples = 1 }:fit(la.tensor { { 0 }, { 5 } }).labels:totable())
  end)

  it("says what is wrong with its input", function()
    support.refuses {
      ["DBSCAN: eps must be positive and finite, not 0"] = function() DBSCAN { eps = 0 }:fit(la.rand(5, 2)) end,
      ["min_samples must be at least 1, not 0"] = function() DBSCAN { min_samples = 0 }:fit(la.rand(5, 2)) end,
      ["row 1 of x holds"] = function() DBSCAN {}:fit(la.full({ 3, 2 }, 0 / 0)) end,
      ["eps 1e%-300 is too small beside the extent"] = function() DBSCAN { eps = 1e-300 }:fit(la.rand(5, 1)) end,
      ["x must be a matrix of rows"] = function() DBSCAN {}:fit(la.rand(5)) end,
    }
  end)
end)

describe("MeanShift", function()
  it("agrees with scikit-learn", function()
    for dtype, tolerance in pairs { float32 = 1e-5, float64 = 1e-9 } do
      local ms = MeanShift { bandwidth = v.meanshift_bandwidth:item() }:fit(v.blobs:to(dtype))
      support.near(v.meanshift_centers, ms.centers, tolerance)
      assert.is_true((ms.labels - 1):eq(v.meanshift_labels):all())
    end
  end)

  it("finds separate groups from rows and from cells", function()
    la.manual_seed(3)
    local x, truth = support.three_groups(200, double)
    for _, bins in ipairs { false, true } do
      local ms = MeanShift { bandwidth = 6, bin_seeding = bins }:fit(x)
      assert.equal(3, #ms.centers)
      assert.near(1, la.metrics.adjusted_rand(truth, ms.labels), 1e-12)
      assert.is_true(ms.labels:eq(ms:predict(x)):all())
    end
  end)

  it("estimates its bandwidth as scikit-learn does", function()
    assert.near(3.0776757779916, la.models.estimate_bandwidth(v.blobs), 1e-9)
    local x = la.rand(50, 2)
    assert.near(la.models.estimate_bandwidth(x), MeanShift {}:fit(x).bandwidth, 1e-9)
    assert.near(la.models.estimate_bandwidth(v.blobs), la.models.estimate_bandwidth(v.blobs, { n_samples = 600 }), 0.1)
  end)

  it("has a result for duplicates and one row, and warns at max_iter", function()
    assert.same({ { 2, 2 } }, MeanShift { bandwidth = 1 }:fit(la.full({ 4, 2 }, 2)).centers:totable())
    assert.same({ { 1, 3 } }, MeanShift { bandwidth = 1 }:fit(la.tensor { { 1, 3 } }).centers:totable())
    local x = la.rand(300, 2)
    local said = support.warnings(function() MeanShift { bandwidth = 0.1, max_iter = 1 }:fit(x) end)
    assert.matches("MeanShift: stopped at max_iter = 1", said)
  end)

  it("says what is wrong with its input", function()
    support.refuses {
      ["MeanShift: bandwidth must be positive and finite, not %-1"] = function()
        MeanShift { bandwidth = -1 }:fit(la.rand(5, 2))
      end,
      ["bandwidth must be positive and finite, not 0"] = function() MeanShift {}:fit(la.ones(5, 2)) end,
      ["max_iter must be at least 1"] = function() MeanShift { bandwidth = 1, max_iter = 0 }:fit(la.rand(5, 2)) end,
      ["no row is within the bandwidth"] = function()
        MeanShift { bandwidth = 1, bin_seeding = true }:fit(la.full({ 4, 9 }, 0.45))
      end,
      ["quantile must be above 0"] = function() la.models.estimate_bandwidth(la.rand(5, 2), { quantile = 0 }) end,
      ["x must be a matrix"] = function() la.models.estimate_bandwidth(la.rand(5)) end,
    }
  end)
end)
