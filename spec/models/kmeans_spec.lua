local la = require "latent"
local support = require "models.support"

local KMeans, MiniBatchKMeans = la.models.KMeans, la.models.MiniBatchKMeans
local v = support.vectors

--- k-means as a textbook writes it, to the end: centres, labels, inertia.
local function plain(x, centers)
  local k, labels, before = centers.shape[1]
  centers = centers:clone()
  repeat
    before = labels
    labels = la.cdist(x, centers):argmin(2)
    for c = 1, k do
      if labels:eq(c):any() then centers[c] = x[labels:eq(c)]:mean(1) end
    end
  until before and before:eq(labels):all()
  return centers, labels, ((x - centers[labels]) ^ 2):sum()
end

describe("KMeans", function()
  it("follows five steps on the pixels of a photograph", function()
    local path = support.data_file "rocket.jpg"
    if not path then return pending "rocket.jpg is not here: set LATENT_DATA" end
    for _, dtype in ipairs { "float32", "float64" } do
      local x = la.load(path):reshape(-1, 3):to(dtype) / 255
      local km
      local said = support.warnings(function()
        km = KMeans { k = 7, init = v.rocket_init, max_iter = 5, tol = 0, empty = "zero" }:fit(x)
      end)
      assert.matches("KMeans: stopped at max_iter = 5", said)
      assert.matches("inertia 1958", said)
      assert.is_true(support.gap(km.centers, v.rocket_centers) <= 2e-3)
      assert.near(v.rocket_inertia:item(), km.inertia, 0.005 * km.inertia)
      for c = 1, 7 do
        local want = v.rocket_counts[c]
        assert.near(want, km.labels:eq(c):sum(), 0.005 * want)
      end
    end
  end)

  it("follows twenty steps on 5000 images of MNIST, as scikit-learn counts them", function()
    local x = support.mnist(v.mnist_from:item(), 5000)
    if not x then return pending "MNIST is not here: set LATENT_DATA" end
    local init = x[v.mnist_kmeans_init_rows]
    for dtype, tolerance in pairs { float32 = 1e-4, float64 = 1e-9 } do
      local km = KMeans { k = 10, init = init, max_iter = 20, tol = 0 }
      support.warnings(function() km:fit(x:to(dtype)) end)
      assert.equal(v.mnist_kmeans_iter:item(), km.n_iter)
      support.near(v.mnist_kmeans_centers, km.centers, tolerance, "centres")
      assert.near(v.mnist_kmeans_inertia:item(), km.inertia, 1e-6 * km.inertia)
    end
  end)

  it("finds what the plain algorithm finds, for rows of any width", function()
    la.manual_seed(3)
    for _, d in ipairs { 1, 2, 3, 4, 5, 8, 17, 32, 33, 100 } do -- no whole number of vectors, nor of turns
      local x = la.randn(2001, d, { dtype = "float64" })
      local start = x[{ { 1, 11 } }]
      local centers, labels, inertia = plain(x, start)
      local km = KMeans { k = 11, init = start, tol = 0, max_iter = 1000 }:fit(x)
      assert.is_true(km.converged)
      assert.is_true(km.labels:eq(labels):all(), d .. " columns: labels differ")
      assert.is_true(support.gap(centers, km.centers) < 1e-9)
      assert.near(inertia, km.inertia, 1e-9 * inertia)
    end
  end)

  it("keeps its accuracy far from zero in float32", function()
    la.manual_seed(4)
    for _, d in ipairs { 2, 20, 50 } do
      local x = la.randn(600, d)
      x[{ { 1, 300 } }]:add_(6)
      local here = KMeans { k = 2, init = x[{ { 1, 600, 599 } }] }:fit(x)
      local there = KMeans { k = 2, init = x[{ { 1, 600, 599 } }] + 4096 }:fit(x + 4096)
      assert.is_true(here.labels:eq(there.labels):all())
      assert.near(here.inertia, there.inertia, 1e-3 * here.inertia)
    end
  end)

  it("finds separate groups from any of its starts", function()
    la.manual_seed(5)
    local x, truth = support.three_groups(200)
    for _, init in ipairs { "k-means++", "linspace" } do
      local km = KMeans { k = 3, init = init, seed = 7 }:fit(x)
      assert.near(1, la.metrics.adjusted_rand(truth, km.labels), 1e-12)
    end
    local best = KMeans { k = 3, init = "random", n_init = 20, seed = 7 }:fit(x)
    assert.near(1, la.metrics.adjusted_rand(truth, best.labels), 1e-12)
  end)

  it("gives the same bits for a seed, with any number of threads", function()
    la.manual_seed(6)
    for _, d in ipairs { 3, 12, 40 } do
      local x = la.randn(20000, d)
      local function fit() return KMeans { k = 9, seed = 11, max_iter = 300 }:fit(x) end
      local one, two = support.with_threads(1, fit), support.with_threads(2, fit)
      assert.is_true(one.centers:eq(two.centers):all())
      assert.equal(one.inertia, two.inertia)
      assert.equal(one.n_iter, two.n_iter)
      local other = KMeans { k = 9, seed = 12 }:fit(x)
      assert.is_false(other.centers:eq(one.centers):all())
    end
  end)

  it("takes another start at each fit, following la.manual_seed", function()
    local x = la.rand(500, 2)
    local function centers() return KMeans { k = 5, init = "random", max_iter = 1000 }:fit(x).centers end
    la.manual_seed(1)
    local first, second = centers(), centers()
    la.manual_seed(1)
    assert.is_true(first:eq(centers()):all())
    assert.is_false(first:eq(second):all())
  end)

  it("spreads the start between the extremes of each column with linspace", function()
    local x = la.tensor { { 0, 5 }, { 1, 1 }, { 4, 3 } }
    local km = KMeans { k = 3, init = "linspace", trace = true }:fit(x)
    assert.same({ { 0, 1 }, { 2, 3 }, { 4, 5 } }, km.trace[1].centers:totable())
  end)

  it("keeps centres and the ranges of their rows in the trace", function()
    local x = la.tensor { 0, 1, 2, 10, 11, 12 }:reshape(-1, 1)
    local km = KMeans { k = 2, init = la.tensor { { 0 }, { 1 } }, trace = true }:fit(x)
    assert.equal(km.n_iter + 1, #km.trace)
    assert.same({ { 0 }, { 1 } }, km.trace[1].centers:totable())
    assert.is_nil(km.trace[1].low)
    assert.same({ { 0 }, { 1 } }, km.trace[2].low:totable())
    assert.same({ { 0 }, { 12 } }, km.trace[2].high:totable())
    assert.near(0 + 0 + 1 + 81 + 100 + 121, km.trace[2].inertia, 1e-6)
    assert.is_true(km.trace[#km.trace].centers:eq(km.centers):all())
    assert.same({ { 1 }, { 11 } }, km.centers:totable())
    assert.same({ 1, 1, 1, 2, 2, 2 }, km.labels:totable())
  end)

  describe("with a centre that no row is nearest to", function()
    local x = la.tensor { { 0, 0 }, { 1, 0 }, { 8, 0 }, { 9, 0 } }
    local start = la.tensor { { 0, 0 }, { 9, 0 }, { 50, 50 } }

    it("keeps it empty: NaN, and never chosen", function()
      local km = KMeans { k = 3, init = start, empty = "keep", trace = true }:fit(x)
      assert.is_true(km.centers[3]:isnan():all())
      assert.same({ 1, 1, 2, 2 }, km.labels:totable())
      assert.is_true(km.trace[2].low[3]:isnan():all())
      assert.near(1, km.inertia, 1e-6)
      assert.same({ 2 }, km:predict(la.tensor { { 50, 50 } }):totable())
    end)

    it("moves it to the origin", function()
      local km = KMeans { k = 3, init = start, empty = "zero", max_iter = 1, tol = 0, trace = true }
      support.warnings(function() km:fit(x) end)
      assert.same({ 0, 0 }, km.centers[3]:totable())
    end)

    it("relocates it to the farthest row", function()
      local km = KMeans { k = 3, init = start }:fit(x)
      assert.near(0.5, km.inertia, 1e-6)
    end)

    it("does the same with wide rows", function()
      for _, d in ipairs { 20, 50 } do
        local wide = la.cat({ x, la.zeros(4, d) }, 2)
        local begin = la.cat({ start, la.zeros(3, d) }, 2)
        local keep = KMeans { k = 3, init = begin, empty = "keep" }:fit(wide)
        assert.is_true(keep.centers[3]:isnan():all())
        assert.same({ 1, 1, 2, 2 }, keep.labels:totable())
        assert.near(0.5, KMeans { k = 3, init = begin }:fit(wide).inertia, 1e-6)
      end
    end)
  end)

  it("labels new rows, measures distances and scores", function()
    local km = KMeans { k = 2, init = la.tensor { { 0, 0 }, { 4, 3 } } }:fit(la.tensor { { 0, 0 }, { 4, 3 } })
    assert.same({ 2, 1 }, km:predict(la.tensor { { 4, 4 }, { 1, 0 } }):totable())
    assert.same({ { 5, 0 } }, km:transform(la.tensor { { 4, 3 } }):totable())
    assert.near(-2, km:score(la.tensor { { 4, 4 }, { 1, 0 } }), 1e-6)
    assert.same({}, km:predict(la.zeros(0, 2)):totable())
  end)

  it("has a result for duplicates, constant columns and one row", function()
    local same = KMeans { k = 3, seed = 1 }:fit(la.ones(10, 2))
    assert.near(0, same.inertia, 1e-12)
    assert.is_true(same.converged)
    local alone = KMeans { k = 1 }:fit(la.tensor { { 3, 4 } })
    assert.same({ { 3, 4 } }, alone.centers:totable())
    assert.near(0, alone.inertia, 1e-12)
    for _, d in ipairs { 20, 50 } do
      assert.near(0, KMeans { k = 3, seed = 1 }:fit(la.ones(10, d)).inertia, 1e-9)
    end
  end)

  it("takes integers and views", function()
    local bytes = la.tensor({ { 0, 200 }, { 1, 201 }, { 250, 9 } }, { dtype = "uint8" })
    local km = KMeans { k = 2, seed = 1 }:fit(bytes)
    assert.equal(km.labels[1], km.labels[2])
    assert.equal("float32", km.centers.dtype)
    local turned = la.tensor { { 0, 1, 9 }, { 0, 1, 9 } }:t()
    assert.equal(2, KMeans { k = 2, seed = 1 }:fit(turned).centers.shape[2])
  end)

  it("says what is wrong with its input", function()
    local x = la.rand(5, 2)
    local holed = la.rand(5, 2)
    holed[3][2] = 0 / 0
    support.refuses {
      ["k must be at least 1, not 0"] = function() KMeans { k = 0 }:fit(x) end,
      ["k = 6 clusters need at least as many rows; x is %[5, 2%]"] = function() KMeans { k = 6 }:fit(x) end,
      ["row 3 of x holds %-?nan in column 2"] = function() KMeans { k = 2 }:fit(holed) end,
      ["x must be a matrix of rows, not %[5%]"] = function() KMeans { k = 2 }:fit(la.rand(5)) end,
      ["x must be a matrix %[rows, columns%], not %[2, 2, 2%]"] = function()
        KMeans { k = 2 }:fit(la.rand(2, 2, 2))
      end,
      ["at least one row"] = function() KMeans { k = 1 }:fit(la.zeros(0, 2)) end,
      ["at least one row and one column"] = function() KMeans { k = 1 }:fit(la.zeros(2, 0)) end,
      ["x must be a tensor of rows, not a table"] = function() KMeans { k = 1 }:fit { { 1, 2 } } end,
      ["init must be %[2, 2%] for these rows, not %[3, 2%]"] = function()
        KMeans { k = 2, init = la.rand(3, 2) }:fit(x)
      end,
      ["init must be 'k%-means%+%+', 'random', 'linspace' or a tensor of centres, not best"] = function()
        KMeans { k = 2, init = "best" }:fit(x)
      end,
      ["empty must be 'relocate', 'keep' or 'zero', not drop"] = function()
        KMeans { k = 2, empty = "drop" }:fit(x)
      end,
      ["start centres must be finite"] = function() KMeans { k = 5, init = holed }:fit(x) end,
      ["k must be an integer, not many"] = function() return KMeans { k = "many" } end,
      ["tol must be a number"] = function() return KMeans { tol = "small" } end,
      ["trace must be a boolean"] = function() return KMeans { trace = 1 } end,
      ["tol must not be negative"] = function() KMeans { k = 2, tol = -1 }:fit(x) end,
      ["n_init and max_iter must be from 1"] = function() KMeans { k = 2, max_iter = 0 }:fit(x) end,
      ["unknown option 'clusters' %(known: .*max_iter"] = function() return KMeans { clusters = 2 } end,
      ["call fit%(x%) first"] = function() KMeans { k = 2 }:predict(x) end,
      ["fitted to rows of 2 columns, x is %[4, 3%]"] = function()
        KMeans { k = 2 }:fit(x):predict(la.rand(4, 3))
      end,
    }
  end)

  it("shows its options when printed", function()
    assert.matches('^KMeans{empty = "relocate", init = "k%-means%+%+", k = 4,', tostring(KMeans { k = 4 }))
  end)
end)

describe("MiniBatchKMeans", function()
  it("comes close to KMeans", function()
    la.manual_seed(8)
    local x, truth = support.three_groups(3000)
    local km = MiniBatchKMeans { k = 3, seed = 2, batch_size = 256 }:fit(x)
    assert.near(1, la.metrics.adjusted_rand(truth, km.labels), 1e-12)
    local full = KMeans { k = 3, seed = 2 }:fit(x)
    assert.is_true(km.inertia < 1.02 * full.inertia)
    assert.is_true(km.labels:eq(km:predict(x)):all())
    assert.near(km.inertia, -km:score(x), 1e-6 * km.inertia)
  end)

  it("gives the same for a seed, with any number of threads", function()
    local x = la.rand(4000, 12)
    local function fit() return MiniBatchKMeans { k = 5, seed = 9, max_iter = 2, max_no_improvement = 0 }:fit(x) end
    local one, two = support.with_threads(1, fit), support.with_threads(2, fit)
    assert.is_true(one.centers:eq(two.centers):all())
    assert.equal(8, one.n_iter)
  end)

  it("says what is wrong with its input", function()
    support.refuses {
      ["MiniBatchKMeans: k = 9 clusters need"] = function() MiniBatchKMeans { k = 9 }:fit(la.rand(5, 2)) end,
      ["batch_size and max_iter must be at least 1"] = function()
        MiniBatchKMeans { k = 2, batch_size = 0 }:fit(la.rand(5, 2))
      end,
    }
  end)
end)
