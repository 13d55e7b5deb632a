local la = require "latent"
local support = require "models.support"

local PCA = la.models.PCA
local v = support.vectors
local double = { dtype = "float64" }

describe("PCA", function()
  it("agrees with scikit-learn on 5000 images of MNIST", function()
    local x = support.mnist(v.mnist_from:item(), 5000)
    if not x then return pending "MNIST is not here: set LATENT_DATA" end
    for solver, tolerance in pairs { covariance = 1e-9, svd = 1e-9, randomized = 5e-3 } do
      local p = PCA { n_components = 20, solver = solver, seed = 1 }:fit(x)
      support.near(v.pca_explained_variance, p.explained_variance, tolerance, solver .. ": variance")
      support.near(v.pca_ratio, p.explained_variance_ratio, tolerance, solver .. ": ratio")
      support.near(v.pca_components_abs, p.components[{ { 1, 5 } }]:abs(), tolerance, solver .. ": components")
    end
    local single = PCA { n_components = 20 }:fit(x:to "float32")
    support.near(v.pca_explained_variance, single.explained_variance, 1e-5)
    support.near(v.pca_components_abs, single.components[{ { 1, 5 } }]:abs(), 1e-3)
  end)

  --- Rows that vary most along known directions.
  local function ellipsoid(n, given)
    la.manual_seed(2)
    local z = la.randn(n, 4, given) * la.tensor({ 9, 4, 1, 0.1 }, given)
    local turn = la.tensor({ { 1, 1, 1, 1 }, { 1, -1, 1, -1 }, { 1, 1, -1, -1 }, { 1, -1, -1, 1 } }, given) / 2
    return z:mm(turn) + la.tensor({ 5, -3, 100, 0 }, given), turn
  end

  it("finds orthonormal directions by falling variance with every solver", function()
    local x, turn = ellipsoid(4000, double)
    local reference = PCA { solver = "svd" }:fit(x)
    for _, solver in ipairs { "covariance", "svd", "randomized" } do
      local p = PCA { n_components = 4, solver = solver, seed = 3 }:fit(x)
      support.near(la.eye(4, double), p.components:mm(p.components:t()), 1e-9)
      support.near(reference.explained_variance, p.explained_variance, 1e-9, solver)
      support.near(reference.components, p.components, 1e-6, solver)
      support.near(turn:abs(), p.components:abs(), 0.05)
      assert.near(1, p.explained_variance_ratio:sum(), 1e-9)
    end
  end)

  it("gives uncorrelated coordinates and takes them back", function()
    local x = ellipsoid(500, double)
    local p = PCA {}
    local z = p:fit_transform(x)
    local cov = z:t():mm(z) / 499
    support.near(la.eye(4, double) * p.explained_variance, cov, 1e-9)
    support.near(x, p:inverse_transform(z), 1e-9)
    local two = PCA { n_components = 2 }:fit(x)
    local rest = ((x - two:inverse_transform(two:transform(x))) ^ 2):sum() / 499
    assert.near(p.explained_variance[3] + p.explained_variance[4], rest, 1e-6)
  end)

  it("finds the same in columns between others that never change", function()
    local x = ellipsoid(3000, double)
    local wide = la.full({ 3000, 9 }, 7, double)
    wide[{ {}, { 2, 3 } }] = x[{ {}, { 1, 2 } }]
    wide[{ {}, 6 }] = x[{ {}, 3 }]
    wide[{ {}, 9 }] = x[{ {}, 4 }]
    local columns = la.tensor({ 2, 3, 6, 9 }, { dtype = "int64" })
    for _, wanted in ipairs { 3, 4, 6, false, 0.999 } do
      local narrow = PCA { n_components = math.min(wanted or 4, 4), solver = "svd" }:fit(x)
      local p = PCA { n_components = wanted or nil, solver = "covariance" }:fit(wide)
      local count = math.min(#narrow.explained_variance, #p.explained_variance)
      support.near(narrow.mean, p.mean:index_select(1, columns), 1e-12)
      support.near(la.full({ 5 }, 7, double), p.mean[la.tensor({ 1, 4, 5, 7, 8 }, { dtype = "int64" })], 1e-12)
      support.near(narrow.explained_variance[{ { 1, count } }], p.explained_variance[{ { 1, count } }], 1e-9)
      support.near(narrow.components[{ { 1, count } }], p.components[{ { 1, count } }]:index_select(2, columns), 1e-6)
      assert.near(1, (p.components[{ { 1, count } }] ^ 2):sum() / count, 1e-9)
    end
    assert.same({ 6, 9 }, PCA({ n_components = 6, solver = "covariance" }):fit(wide).components.shape)
    assert.same({ 9, 9 }, PCA({ solver = "covariance" }):fit(wide).components.shape)
    local same = PCA({ n_components = 2, solver = "covariance" }):fit(la.ones(20, 3, double))
    assert.equal(0, (same.explained_variance:sum()))
  end)

  it("whitens to unit variance and back", function()
    local x = ellipsoid(500, double)
    local p = PCA { whiten = true }
    local z = p:fit_transform(x)
    support.near(la.eye(4, double), z:t():mm(z) / 499, 1e-9)
    support.near(x, p:inverse_transform(z), 1e-8)
  end)

  it("takes as many components as a share of the variance needs", function()
    local x = ellipsoid(2000, double)
    assert.equal(1, #PCA { n_components = 0.7 }:fit(x).components)
    assert.equal(2, #PCA { n_components = 0.98 }:fit(x).components)
    assert.equal(4, #PCA {}:fit(x).components)
  end)

  it("takes data wider than long", function()
    la.manual_seed(4)
    local x = la.randn(10, 50, double)
    local auto, covariance = PCA {}:fit(x), PCA { solver = "covariance" }:fit(x)
    assert.same({ 10, 50 }, auto.components.shape)
    support.near(auto.explained_variance, covariance.explained_variance, 1e-9)
    support.near(x, auto:inverse_transform(auto:transform(x)), 1e-9)
  end)

  it("keeps its accuracy far from zero in float32", function()
    local x = ellipsoid(3000, { dtype = "float32" })
    local here, there = PCA {}:fit(x), PCA {}:fit(x + 4096)
    assert.is_true(((here.explained_variance - there.explained_variance):abs() / here.explained_variance):max() < 0.01)
  end)

  it("gives the same bits with any number of threads, and for a seed", function()
    local x = la.randn(9000, 30)
    for _, solver in ipairs { "covariance", "randomized" } do
      local function fit() return PCA { n_components = 5, solver = solver, seed = 5 }:fit(x).components end
      local one, two = support.with_threads(1, fit), support.with_threads(2, fit)
      if solver == "covariance" then assert.is_true(one:eq(two):all()) end
      assert.is_true(support.gap(one, two) < 1e-4)
      assert.is_true(fit():eq(fit()):all())
    end
  end)

  it("has a result for constant columns and duplicates", function()
    local x = la.cat({ la.randn(30, 1, double), la.ones(30, 2, double) }, 2)
    local p = PCA { whiten = true }:fit(x)
    support.near(la.tensor({ 1, 0, 0 }, double), p.explained_variance_ratio, 1e-12)
    assert.is_true(p:transform(x):isfinite():all())
    local none = PCA {}:fit(la.ones(5, 2, double))
    assert.same({ 0, 0 }, none.explained_variance_ratio:totable())
  end)

  it("names the column whose squares overflow, beside others that never change", function()
    local x = la.randn(9, 4, double)
    x[{ {}, { 1, 2 } }] = 1
    x[{ {}, 4 }] = x[{ {}, 4 }] * 1e200
    support.refuses {
      ["PCA: the squares of column 4 overflow; scale x"] = function() PCA { n_components = 1 }:fit(x) end,
    }
  end)

  it("says what is wrong with its input", function()
    local x = la.rand(6, 3)
    local p = PCA { n_components = 2 }:fit(x)
    support.refuses {
      ["PCA: needs at least two rows; x is %[1, 3%]"] = function() PCA {}:fit(la.rand(1, 3)) end,
      ["n_components must be from 1 to 3 for x %[6, 3%], not 4"] = function() PCA { n_components = 4 }:fit(x) end,
      ["n_components must be an integer from 1, or a share of the variance between 0 and 1, not 0"] = function()
        PCA { n_components = 0 }:fit(x)
      end,
      ["or a share of the variance between 0 and 1, not 2.5"] = function() PCA { n_components = 2.5 }:fit(x) end,
      ["the randomized solver needs a number"] = function()
        PCA { n_components = 0.5, solver = "randomized" }:fit(x)
      end,
      ["solver must be 'auto', 'covariance', 'svd' or 'randomized', not qr"] = function()
        PCA { solver = "qr" }:fit(x)
      end,
      ["fitted to rows of 3 columns, x is %[2, 4%]"] = function() p:transform(la.rand(2, 4)) end,
      ["z must be %[rows, 2%], not %[5, 3%]"] = function() p:inverse_transform(la.rand(5, 3)) end,
      ["row 1 of x holds"] = function() PCA {}:fit(la.full({ 3, 2 }, 0 / 0)) end,
      ["call fit%(x%) first"] = function() PCA {}:transform(x) end,
    }
  end)
end)
