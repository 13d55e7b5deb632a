local la = require "latent"
local support = require "models.support"

local GaussianMixture = la.models.GaussianMixture
local v = support.vectors
local double = { dtype = "float64" }

--- Covariances of `variance` times the identity, in the shape of a kind.
local function identity(kind, k, d, variance)
  local eye = la.eye(d, double)
  local shapes = {
    full = eye:reshape(1, d, d):expand(k, d, d), tied = eye, diag = la.ones(k, d, double),
    spherical = la.ones(k, double),
  }
  return shapes[kind] * variance
end

describe("GaussianMixture", function()
  it("follows twenty steps on heights in one dimension", function()
    local want, x = v.heights_trace, v.heights:reshape(-1, 1)
    local first = want[1]
    local gm = GaussianMixture {
      k = 10, covariance = "diag", max_iter = 20, tol = 0, floor = 0, trace = true,
      init = { means = first[1]:reshape(-1, 1), covariances = first[2]:reshape(-1, 1), weights = first[3] },
    }:fit(x)
    assert.equal(21, #gm.trace)
    for t, step in ipairs(gm.trace) do
      local rows = la.stack { step.means:reshape(-1), step.covariances:reshape(-1), step.weights }
      assert.is_true(((rows - want[t]):abs() / want[t]:abs()):max() < 1e-6, "step " .. t)
    end
    for t = 1, 20 do assert.near(v.heights_loss[t], gm.loss[t], 1e-9 * v.heights_loss[t]) end
    assert.near(gm.loss[21], -gm:score(x) * 10000, 1e-6)
  end)

  for _, kind in ipairs { "full", "diag", "spherical", "tied" } do
    it("agrees with scikit-learn after five steps: " .. kind, function()
      for dtype, tolerance in pairs { float64 = 1e-9, float32 = 1e-5 } do
        local gm = GaussianMixture {
          k = 4, covariance = kind, max_iter = 5, tol = 0,
          init = { means = v.gmm_means_init, covariances = identity(kind, 4, 8, v.gmm_init_variance:item()) },
        }:fit(v.gmm_x:to(dtype))
        local function want(name) return v[("gmm_%s_%s"):format(kind, name)] end
        support.near(want "means", gm.means, tolerance, "means")
        support.near(want "covariances", gm.covariances, tolerance, "covariances")
        support.near(want "weights", gm.weights, tolerance, "weights")
        for _, name in ipairs { "score", "bic", "aic" } do
          assert.near(want(name):item(), gm[name](gm, v.gmm_x), tolerance * math.abs(want(name):item()))
        end
      end
    end)

    it("gives densities that integrate to one and posteriors that follow Bayes' rule: " .. kind, function()
      local gm = GaussianMixture {
        k = 2, covariance = kind, max_iter = 0,
        init = {
          means = la.tensor({ { 0, 0 }, { 1, -1 } }, double), weights = la.tensor({ 0.25, 0.75 }, double),
          covariances = identity(kind, 2, 2, 0.5),
        },
      }:fit(la.rand(5, 2, double))
      local side = la.linspace(-6, 6, 121, double)
      local grid = la.stack({ side:reshape(-1, 1):expand(121, 121), side:reshape(1, -1):expand(121, 121) }, 3)
      grid = grid:reshape(-1, 2)
      assert.near(1, gm:score_samples(grid):exp():sum() * 0.1 ^ 2, 1e-9)
      local r = gm:predict_proba(grid)
      support.near(la.ones(121 * 121, double), r:sum(2), 1e-12)
      local function bell(x, y) return math.exp(-(x * x + y * y) / (2 * 0.5)) end
      local a, b = 0.25 * bell(0.3, 0.4), 0.75 * bell(0.3 - 1, 0.4 + 1)
      assert.near(a / (a + b), gm:predict_proba(la.tensor({ { 0.3, 0.4 } }, double))[1][1], 1e-12)
      assert.is_true(gm:predict(grid):eq(r:argmax(2)):all())
    end)
  end

  it("does the same on narrow and wide rows", function()
    -- columns that carry nothing but independent noise leave the parameters of the others as they are
    la.manual_seed(1)
    local x = support.three_groups(300, double)
    for _, kind in ipairs { "full", "diag" } do
      local means = la.tensor({ { 0, 0 }, { 19, 20 }, { -20, -21 } }, double)
      local function fit(rows, start)
        return GaussianMixture { k = 3, covariance = kind, max_iter = 3, tol = 0, init = { means = start } }:fit(rows)
      end
      local narrow = fit(x, means)
      local wide = fit(la.cat({ x, la.ones(900, 5, double) }, 2), la.cat({ means, la.ones(3, 5, double) }, 2))
      support.near(narrow.means, wide.means[{ {}, { 1, 2 } }], 1e-9)
      support.near(narrow.weights, wide.weights, 1e-9)
    end
  end)

  it("never lets the loss rise", function()
    la.manual_seed(2)
    local x = la.cat({ la.randn(300, 3), la.randn(300, 3) * 2 + 1 }, 1)
    for _, kind in ipairs { "full", "diag", "spherical", "tied" } do
      local gm = GaussianMixture { k = 4, covariance = kind, seed = 3, max_iter = 30, tol = 0 }:fit(x)
      for t = 2, #gm.loss do
        assert.is_true(gm.loss[t] <= gm.loss[t - 1] + 1e-3, kind .. ": the loss rises in step " .. t)
      end
    end
  end)

  it("has a lower bound equal to the evidence at the posterior and below it elsewhere", function()
    local x = v.gmm_x
    local gm = GaussianMixture { k = 4, seed = 1, max_iter = 5, tol = 0 }:fit(x)
    local evidence = gm:score(x) * 5000
    assert.near(evidence, gm:elbo(x), 1e-9 * math.abs(evidence))
    assert.near(evidence, gm:elbo(x, gm:predict_proba(x)), 1e-9 * math.abs(evidence))
    assert.is_true(gm:elbo(x, la.full({ 5000, 4 }, 0.25, double)) < evidence)
  end)

  it("finds groups from each of its starts", function()
    la.manual_seed(4)
    local x, truth = support.three_groups(200)
    for _, init in ipairs { "kmeans", "linspace" } do
      local gm = GaussianMixture { k = 3, init = init, seed = 5 }:fit(x)
      assert.near(1, la.metrics.adjusted_rand(truth, gm.labels), 1e-12)
      assert.is_true(gm.converged)
    end
    local gm = GaussianMixture { k = 3, init = "random", seed = 5, max_iter = 1, tol = 0 }:fit(x)
    assert.equal(3, #gm.weights)
  end)

  it("gives the same bits for a seed, with any number of threads", function()
    la.manual_seed(6)
    for _, d in ipairs { 1, 3, 20 } do
      local x = la.randn(30000, d)
      local function fit() return GaussianMixture { k = 3, seed = 7, max_iter = 5, tol = 0 }:fit(x) end
      local one, two = support.with_threads(1, fit), support.with_threads(2, fit)
      assert.is_true(one.means:eq(two.means):all())
      assert.is_true(one.covariances:eq(two.covariances):all())
      assert.is_true(one.loss:eq(two.loss):all())
    end
  end)

  it("draws samples with its own moments", function()
    local cov = la.tensor({ { 2, 0.9 }, { 0.9, 1 } }, double)
    local gm = GaussianMixture {
      k = 2, max_iter = 0,
      init = {
        means = la.tensor({ { 3, 0 }, { -3, 5 } }, double), weights = la.tensor({ 0.3, 0.7 }, double),
        covariances = la.stack { cov, cov },
      },
    }:fit(la.rand(4, 2, double))
    local x, labels = gm:sample(40000, { seed = 8 })
    assert.near(0.3, labels:eq(1):sum() / 40000, 0.01)
    local first = x[labels:eq(1)]
    support.near(la.tensor({ 3, 0 }, double), first:mean(1), 0.03)
    local centred = first - first:mean(1)
    support.near(cov, centred:t():mm(centred) / #first, 0.06)
    assert.is_true(x:eq((gm:sample(40000, { seed = 8 }))):all())
    assert.equal(0, #gm:sample(0))
  end)

  it("warns when max_iter ends the fit, with the figure", function()
    local gm = GaussianMixture { k = 4, seed = 1, max_iter = 2, tol = 1e-9 }
    local said = support.warnings(function() gm:fit(v.gmm_x) end)
    assert.matches("GaussianMixture: stopped at max_iter = 2 before it settled", said)
    assert.matches("the loss is %d", said)
  end)

  it("reports a component that collapses, and stays finite", function()
    -- a component far from all rows loses them; one on a single row loses its width
    local x = la.cat({ la.linspace(0, 1, 50, double), la.tensor({ 100 }, double) }, 1):reshape(-1, 1)
    local means = la.tensor({ { 0.5 }, { 100 }, { 1e6 } }, double)
    for _, floor in ipairs { 0, 1e-6 } do
      local gm = GaussianMixture {
        k = 3, covariance = "full", floor = floor, max_iter = 20,
        init = { means = means, covariances = la.full({ 3, 1, 1 }, 1, double) },
      }
      local said = support.warnings(function() gm:fit(x) end)
      assert.matches("collapsed components: 2, 3", said)
      assert.same({ 2, 3 }, gm.collapsed:totable())
      for _, name in ipairs { "weights", "means", "covariances", "loss" } do
        assert.is_true(gm[name]:isfinite():all(), name)
      end
      assert.near(50 / 51, gm.weights[1], 1e-6)
      assert.is_true(gm:predict_proba(x):isfinite():all())
    end
  end)

  it("takes constant columns and duplicates with a floor, and says what to do without one", function()
    local flat = la.cat({ la.rand(50, 2, double), la.ones(50, 1, double) }, 2)
    local gm = GaussianMixture { k = 2, seed = 1 }:fit(flat)
    assert.is_true(gm.loss:isfinite():all())
    support.warnings(function() gm = GaussianMixture { k = 2, seed = 1 }:fit(la.ones(20, 2)) end)
    assert.is_true(gm.loss:isfinite():all())
    support.refuses {
      ["not positive definite; a larger floor helps %(it is 0%)"] = function()
        GaussianMixture { k = 2, floor = 0, init = "random" }:fit(flat)
      end,
    }
    support.warnings(function() gm = GaussianMixture { k = 1 }:fit(la.tensor { { 1, 2 } }) end)
    assert.same({ { 1, 2 } }, gm.means:totable())
  end)

  it("gives far rows a finite log density and a posterior that sums to one", function()
    local gm = GaussianMixture { k = 4, seed = 1, max_iter = 3, tol = 0 }:fit(v.gmm_x)
    local far = la.full({ 2, 8 }, 1e4, double)
    assert.is_true(gm:score_samples(far):lt(-1e6):all())
    support.near(la.ones(2, double), gm:predict_proba(far):sum(2), 1e-12)
  end)

  it("says what is wrong with its input", function()
    local x = la.rand(6, 2)
    local holed = la.rand(6, 2)
    holed[2][1] = math.huge
    support.refuses {
      ["GaussianMixture: k must be at least 1, not 0"] = function() GaussianMixture { k = 0 }:fit(x) end,
      ["k = 7 components need at least as many rows; x is %[6, 2%]"] = function()
        GaussianMixture { k = 7 }:fit(x)
      end,
      ["row 2 of x holds inf in column 1"] = function() GaussianMixture { k = 2 }:fit(holed) end,
      ["covariance must be 'full', 'tied', 'diag' or 'spherical', not round"] = function()
        GaussianMixture { covariance = "round" }:fit(x)
      end,
      ["init must be 'kmeans', 'random', 'linspace' or a table {means =, covariances =, weights =}, not x"] =
        function() GaussianMixture { init = "x" }:fit(x) end,
      ["init.means must be a tensor"] = function() GaussianMixture { k = 1, init = {} }:fit(x) end,
      ["unknown option 'mean' %(known: means, covariances, weights%)"] = function()
        GaussianMixture { k = 1, init = { mean = x } }:fit(x)
      end,
      ["init.means must be %[2, 2%], not %[3, 2%]"] = function()
        GaussianMixture { k = 2, init = { means = la.rand(3, 2) } }:fit(x)
      end,
      ["init.covariances must be %[2%], not %[2, 2%]"] = function()
        local init = { means = la.rand(2, 2), covariances = la.rand(2, 2) }
        GaussianMixture { k = 2, covariance = "spherical", init = init }:fit(x)
      end,
      ["init.weights must sum to 1, not 2"] = function()
        GaussianMixture { k = 2, init = { means = la.rand(2, 2), weights = la.ones(2) } }:fit(x)
      end,
      ["component 2 starts with is not positive definite"] = function()
        GaussianMixture {
          k = 2, covariance = "diag", init = { means = la.rand(2, 2), covariances = la.tensor { { 1, 1 }, { 1, -1 } } },
        }:fit(x)
      end,
      ["tol and floor must not be negative"] = function() GaussianMixture { floor = -1 }:fit(x) end,
      ["max_iter must not be negative"] = function() GaussianMixture { max_iter = -1 }:fit(x) end,
      ["fitted to rows of 2 columns, x is %[4, 3%]"] = function() GaussianMixture {}:fit(x):score(la.rand(4, 3)) end,
      ["q must be a tensor %[6, 1%]"] = function() GaussianMixture {}:fit(x):elbo(x, la.rand(6, 2)) end,
      ["number of samples must be an integer, not 1.5"] = function() GaussianMixture {}:fit(x):sample(1.5) end,
      ["cannot draw %-1 samples"] = function() GaussianMixture {}:fit(x):sample(-1) end,
      ["call fit%(x%) first"] = function() GaussianMixture {}:sample(3) end,
    }
  end)
end)
