-- What every classical model does with rows that cannot be right, and with rows that are merely odd.
local la = require "latent"
local support = require "models.support"

local m = la.models

--- Each model with settings that fit twenty rows of three columns.
local makers = {
  KMeans = function(o) return m.KMeans(o or { k = 3, seed = 1 }) end,
  MiniBatchKMeans = function(o) return m.MiniBatchKMeans(o or { k = 3, seed = 1 }) end,
  GaussianMixture = function(o) return m.GaussianMixture(o or { k = 3, seed = 1 }) end,
  PCA = function(o) return m.PCA(o or { n_components = 2 }) end,
  FactorAnalysis = function(o) return m.FactorAnalysis(o or { n_components = 1 }) end,
  DBSCAN = function(o) return m.DBSCAN(o or {}) end,
  MeanShift = function(o) return m.MeanShift(o or { bandwidth = 1 }) end,
  TSNE = function(o) return m.TSNE(o or { perplexity = 5, max_iter = 60, seed = 1 }) end,
  UMAP = function(o) return m.UMAP(o or { n_neighbors = 5, max_iter = 20, seed = 1 }) end,
  SOM = function(o) return m.SOM(o or { rows = 3, cols = 3, max_iter = 5 }) end,
  NeuralGas = function(o) return m.NeuralGas(o or { k = 3, max_iter = 5, seed = 1 }) end,
  GrowingNeuralGas = function(o) return m.GrowingNeuralGas(o or { k = 3, max_iter = 5, seed = 1 }) end,
}

local names = {}
for name in pairs(makers) do names[#names + 1] = name end
table.sort(names)

local function with(value, row, column)
  local x = la.rand(20, 3)
  x[{ row, column }] = value
  return x
end

--- Rows that no model takes, and what all say.
local refused = {
  { "NaN", with(0 / 0, 7, 2), "row 7 of x holds nan in column 2; values must be finite" },
  { "an infinity", with(math.huge, 1, 3), "row 1 of x holds inf in column 3; values must be finite" },
  { "no rows", la.zeros(0, 3), "x needs at least one row and one column, not [0, 3]" },
  { "no columns", la.zeros(5, 0), "x needs at least one row and one column, not [5, 0]" },
  { "a vector", la.rand(5), "x must be a matrix of rows, not [5]; x:reshape(-1, 1) makes each value a row" },
  { "three dimensions", la.rand(2, 3, 4), "x must be a matrix [rows, columns], not [2, 3, 4]" },
  { "a table", { 1, 2 }, "x must be a tensor of rows, not a table" },
}

local results = { "centers", "means", "covariances", "components", "noise_variance", "weights", "embedding" }

local function check_finite(model, name)
  for _, field in ipairs(results) do
    local value = model[field]
    if la.is_tensor(value) then assert.is_true(value:isfinite():all(), name .. "." .. field) end
  end
end

local function fit_quietly(name, x)
  local model = makers[name]()
  support.warnings(function() model:fit(x) end)
  check_finite(model, name)
  return model
end

describe("bad input:", function()
  for _, name in ipairs(names) do
    it(name .. " refuses rows that cannot be right, and says why", function()
      for _, case in ipairs(refused) do
        local ok, message = pcall(function() makers[name]():fit(case[2]) end)
        assert.is_false(ok, "accepted " .. case[1])
        assert.truthy(message:find(name .. ": " .. case[3], 1, true), message)
      end
    end)
  end

  it("constant columns, duplicates and integers have a finite result", function()
    la.manual_seed(1)
    local constant = la.cat({ la.rand(40, 2), la.full({ 40, 1 }, 5) }, 2)
    local same, whole = la.full({ 40, 3 }, 2), la.randint(0, 9, { 40, 3 })
    for _, name in ipairs(names) do
      fit_quietly(name, constant)
      fit_quietly(name, whole)
      local labels = fit_quietly(name, same).labels
      if labels then assert.equal(1, (labels:max()), name) end
    end
  end)

  it("values whose squares are no numbers any more are refused where they are needed", function()
    local huge = la.rand(20, 3, { dtype = "float64" }) * 1e300
    for _, name in ipairs { "PCA", "FactorAnalysis" } do
      local ok, message = pcall(function() makers[name]():fit(huge) end)
      assert.is_false(ok)
      assert.truthy(message:find(name .. ": the squares of column 1 overflow; scale x", 1, true), message)
    end
  end)

  it("a model that needs more rows than there are says how many", function()
    local cases = {
      KMeans = "k = 3 clusters need at least as many rows; x is [2, 3]",
      MiniBatchKMeans = "k = 3 clusters need at least as many rows; x is [2, 3]",
      GaussianMixture = "k = 3 components need at least as many rows; x is [2, 3]",
      TSNE = "perplexity must be at least 1 and less than the number of rows, 2, but is 5",
      UMAP = "n_neighbors must be less than the number of rows, 2, but is 5",
    }
    for name, wanted in pairs(cases) do
      local ok, message = pcall(function() makers[name]():fit(la.rand(2, 3)) end)
      assert.is_false(ok)
      assert.truthy(message:find(name .. ": " .. wanted, 1, true), message)
    end
  end)

  it("one row has the result it defines, or is too few", function()
    local x = la.tensor { { 1, 2, 3 } }
    for _, name in ipairs { "PCA", "FactorAnalysis", "TSNE" } do
      local ok, message = pcall(function() makers[name]():fit(x) end)
      assert.is_false(ok)
      assert.truthy(message:find(name .. ": needs at least two rows; x is [1, 3]", 1, true), message)
    end
    assert.same(x:totable(), m.KMeans { k = 1 }:fit(x).centers:totable())
    assert.same(x:totable(), m.MiniBatchKMeans { k = 1 }:fit(x).centers:totable())
    assert.same(x:totable(), fit_quietly("MeanShift", x).centers:totable())
    assert.same({ 0 }, fit_quietly("DBSCAN", x).labels:totable())
    for _, name in ipairs { "SOM", "NeuralGas", "GrowingNeuralGas" } do
      assert.is_true(fit_quietly(name, x).weights:reshape(-1, 3):eq(x[1]):all(), name)
    end
    local mixture = m.GaussianMixture { k = 1 }
    local said = support.warnings(function() mixture:fit(x) end)
    assert.same(x:totable(), mixture.means:totable())
    assert.matches("collapsed components: 1", said)
  end)

  it("sizes of zero are refused", function()
    local x = la.rand(20, 3)
    local cases = {
      { "KMeans", { k = 0 }, "k must be at least 1, not 0" },
      { "MiniBatchKMeans", { k = 0 }, "k must be at least 1, not 0" },
      { "GaussianMixture", { k = 0 }, "k must be at least 1, not 0" },
      { "PCA", { n_components = 0 }, "n_components must be an integer from 1, or a share" },
      { "FactorAnalysis", { n_components = 0 }, "n_components must be" },
      { "DBSCAN", { min_samples = 0 }, "min_samples must be at least 1, not 0" },
      { "MeanShift", { bandwidth = 0 }, "bandwidth must be positive and finite, not 0" },
      { "TSNE", { n_components = 0 }, "n_components must be" },
      { "UMAP", { n_components = 0 }, "n_components must be" },
      { "SOM", { cols = 0 }, "rows and cols must be at least 1, not 10 and 0" },
      { "NeuralGas", { k = 0 }, "k must be from 1" },
      { "GrowingNeuralGas", { k = 0 }, "k must be from 2" },
    }
    for _, case in ipairs(cases) do
      local ok, message = pcall(function() makers[case[1]](case[2]):fit(x) end)
      assert.is_false(ok, case[1])
      assert.truthy(message:find(case[1] .. ": " .. case[3], 1, true), message)
    end
  end)

  it("rows of another width than those of the fit are refused; no rows at all are not", function()
    la.manual_seed(2)
    local x = la.randn(30, 3)
    for _, name in ipairs(names) do
      local model = fit_quietly(name, x)
      for _, method in ipairs { "predict", "transform", "score", "score_samples", "predict_proba" } do
        if model[method] then
          local ok, message = pcall(model[method], model, la.rand(3, 9))
          assert.is_false(ok, name .. ":" .. method)
          assert.truthy(message:find("was fitted to rows of 3 columns, x is [3, 9]", 1, true), message)
          assert.is_true(pcall(model[method], model, la.zeros(0, 3)))
        end
      end
      local unfitted = makers[name]()
      if unfitted.predict then
        local ok, message = pcall(unfitted.predict, unfitted, x)
        assert.is_false(ok)
        assert.truthy(message:find(name .. ": call fit(x) first", 1, true), message)
      end
    end
  end)

  it("rows to be placed or labelled must be finite, and the model asked says so", function()
    local x = la.rand(20, 3)
    for _, name in ipairs(names) do
      local model = fit_quietly(name, x)
      for _, method in ipairs { "predict", "transform", "score", "score_samples", "predict_proba" } do
        if model[method] then
          local ok, message = pcall(model[method], model, with(0 / 0, 7, 2))
          assert.is_false(ok, name .. ":" .. method)
          assert.truthy(message:find(name .. ": row 7 of x holds nan in column 2", 1, true), message)
        end
      end
    end
  end)

  it("options of the wrong kind are refused, in the model's name", function()
    local x = la.rand(20, 3)
    local cases = {
      { "MiniBatchKMeans", { init = "best" }, "init must be 'k-means++', 'random', 'linspace' or a tensor" },
      { "MiniBatchKMeans", { k = 2, init = la.rand(3, 3) }, "init must be [2, 3] for these rows, not [3, 3]" },
      { "FactorAnalysis", { n_components = "two" }, "n_components must be an integer, not two" },
      { "MeanShift", { bandwidth = "wide" }, "bandwidth must be a number, not wide" },
      { "SOM", { radius = true }, "radius must be a number, not true" },
      { "NeuralGas", { lambda = "far" }, "lambda must be a number, not far" },
      { "UMAP", { max_iter = 0 }, "max_iter must be a positive integer, not 0" },
      { "TSNE", { n_components = -1, perplexity = 5 }, "n_components must be from 1 to 3, not -1" },
      { "KMeans", { k = 2, max_iter = 1 << 60 }, "n_init and max_iter must be from 1 to 1000000000, not 1 and 1152" },
      { "NeuralGas", { max_iter = 1 << 60 }, "max_iter must be from 1 to 1000000000, not 1152" },
      { "GrowingNeuralGas", { max_iter = 1 << 60 }, "max_iter must be from 1 to 1000000000, not 1152" },
      { "SOM", { max_iter = 1 << 60 }, "max_iter must be from 1 to 1000000000, not 1152" },
    }
    for _, case in ipairs(cases) do
      local ok, message = pcall(function() makers[case[1]](case[2]):fit(x) end)
      assert.is_false(ok, case[1])
      assert.truthy(message:find(case[1] .. ": ", 1, true), message)
      assert.truthy(message:find(case[3], 1, true), message)
    end
  end)

  it("what needs a fit says so; what a model cannot give, it does not offer", function()
    for name, method in pairs { FactorAnalysis = "covariance", GaussianMixture = "n_parameters", SOM = "u_matrix" } do
      local ok, message = pcall(function() local m0 = makers[name](); return m0[method](m0) end)
      assert.is_false(ok)
      assert.truthy(message:find(name .. ": call fit(x) first", 1, true), message)
    end
    for _, name in ipairs { "PCA", "FactorAnalysis", "TSNE", "UMAP" } do
      assert.is_nil(makers[name]().fit_predict, name)
    end
  end)

  it("a second fit starts from the options as they were given", function()
    la.manual_seed(4)
    local near, far = la.randn(60, 2), la.randn(60, 3) * 100
    local shift = m.MeanShift {}
    local first = shift:fit(near).bandwidth
    assert.is_true(shift:fit(far).bandwidth > 10 * first)
    assert.near(first, shift:fit(near).bandwidth, 1e-12)
    local factors = m.FactorAnalysis {}
    assert.same({ 2, 2 }, factors:fit(near).components.shape)
    support.warnings(function() assert.same({ 3, 3 }, factors:fit(far).components.shape) end)
    for _, name in ipairs { "SOM", "NeuralGas" } do
      local before = tostring(makers[name]())
      assert.equal(before, tostring(fit_quietly(name, near)))
    end
  end)

  it("a fit that max_iter ends warns, with the figure it has come to", function()
    la.manual_seed(3)
    local x = la.randn(200, 3)
    local cases = {
      { "KMeans", { k = 20, seed = 1, max_iter = 1 }, "inertia [%d.]+" },
      { "MiniBatchKMeans", { k = 20, seed = 1, max_iter = 1, batch_size = 50 }, "inertia was still falling, [%d.]+" },
      { "GaussianMixture", { k = 3, seed = 1, max_iter = 1 }, "the loss is [%d.]+" },
      { "GaussianMixture", { k = 3, seed = 1, max_iter = 2 }, "log%-likelihood by [%d.e-]+, the loss is [%d.]+" },
      { "FactorAnalysis", { n_components = 1, max_iter = 1 }, "the log%-likelihood: it is %-[%d.]+" },
      { "MeanShift", { bandwidth = 1, max_iter = 1 }, "some starts were still moving" },
      { "TSNE", { perplexity = 5, max_iter = 100, seed = 1 }, "the divergence by [%d.]+ %%, to [%d.]+" },
    }
    for _, case in ipairs(cases) do
      local said = support.warnings(function() makers[case[1]](case[2]):fit(x) end)
      local start = ("%s: stopped at max_iter = %d before it settled: "):format(case[1], case[2].max_iter)
      assert.truthy(said:find(start, 1, true), case[1] .. ": " .. said)
      assert.matches(case[3], said)
    end
  end)
end)
