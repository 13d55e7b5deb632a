local la = require "latent"
local support = require "models.support"

local TSNE = la.models.TSNE
local double = { dtype = "float64" }

local function squares(x)
  return la.cdist(x, x) ^ 2
end

--- Pairs' probabilities by the definition: Gaussians of that perplexity, both directions' mean.
local function probabilities(x, perplexity)
  local n, d = #x, squares(x)
  local rows = {}
  for i = 1, n do
    local low, high, p = 0, math.huge, nil
    local beta = 1
    for _ = 1, 60 do
      p = (d[i] * -beta):exp()
      p[i] = 0
      p = p / p:sum()
      local entropy = -(p * (p + 1e-300):log()):sum()
      if entropy > math.log(perplexity) then low = beta else high = beta end
      beta = high == math.huge and 2 * beta or (low + high) / 2
    end
    rows[i] = p
  end
  local p = la.stack(rows)
  return (p + p:t()) / (2 * n)
end

--- Divergence and its gradient by the definition.
local function descent(p, y)
  local q = 1 / (squares(y) + 1)
  local n = #y
  for i = 1, n do q[{ i, i }] = 0 end
  local z = q:sum()
  local kl = (p * ((p + 1e-300) / (q / z + 1e-300)):log()):sum()
  local w = (p - q / z) * q * 4
  return kl, y * w:sum(2):reshape(n, 1) - w:mm(y)
end

describe("TSNE", function()
  it("takes the step, and gives the divergence, of the definition", function()
    la.manual_seed(1)
    local x = la.randn(60, 5, double)
    for dims = 1, 3 do
      local y = la.randn(60, dims, double)
      local p = probabilities(x, 15)
      local _, gradient = descent(p, y)
      local ts = TSNE { perplexity = 15, n_components = dims, init = y, max_iter = 1, learning_rate = 20 }:fit(x)
      -- a first gain is 0.8: the sign of no speed at all does not change
      support.near(y - gradient * (20 * 0.8), ts.embedding, 1e-4, dims .. " components")
      assert.near((descent(p, ts.embedding)), ts.kl, 1e-4)
    end
  end)

  it("interpolates the forces of the exact method, near and far #slow", function()
    la.manual_seed(2)
    local x = la.randn(700, 3)
    for dims = 1, 2 do
      for _, spread in ipairs { 1e-3, 2, 9, 30 } do
        local o = { perplexity = 699 / 3, n_components = dims, init = la.randn(700, dims) * spread, max_iter = 1 }
        local moved, kl = {}, {}
        for _, method in ipairs { "exact", "interpolation" } do
          o.method = method
          local ts = TSNE(o):fit(x)
          moved[method], kl[method] = ts.embedding - o.init, ts.kl
        end
        local gap = (moved.interpolation - moved.exact):square():mean() / moved.exact:square():mean()
        assert.is_true(math.sqrt(gap) < 0.05, ("%d components, spread %g: off by %g"):format(dims, spread, gap ^ 0.5))
        assert.near(kl.exact, kl.interpolation, 5e-3)
      end
    end
  end)

  it("keeps neighbours together, and lowers the divergence", function()
    la.manual_seed(3)
    local x, labels = support.three_groups(60)
    local ts = TSNE { perplexity = 20, seed = 1 }:fit(x)
    assert.same({ 180, 2 }, ts.embedding.shape)
    assert.is_true(la.metrics.silhouette(ts.embedding, labels) > 0.6)
    assert.is_true(la.metrics.trustworthiness(x, ts.embedding) > 0.95)
    assert.equal(ts.n_iter // 50, #ts.trace)
    assert.is_true(ts.trace[-1] < ts.trace[7] and ts.trace[7] < ts.trace[1])
    assert.near(ts.kl, ts.trace[-1], 0.02)
    assert.equal(ts.kl, ts.kl_divergence)
  end)

  it("reaches the same divergence interpolated as exactly #slow", function()
    la.manual_seed(4)
    local x = la.randn(1100, 4) + la.randint(0, 4, { 1100, 1 }) * 6
    local o = { max_iter = 300, seed = 1 }
    local auto = TSNE(o):fit(x)
    o.method = "exact"
    local exact = TSNE(o):fit(x)
    assert.near(exact.kl, auto.kl, 0.05)
    assert.is_true(la.metrics.trustworthiness(x, auto.embedding) > 0.97)
  end)

  it("gives the same bits for a seed, whatever the number of threads", function()
    la.manual_seed(5)
    local x = la.randn(1500, 6)
    for _, init in ipairs { "pca", "random" } do
      local o = { init = init, seed = 7, max_iter = 60 }
      local one = support.with_threads(1, function() return TSNE(o):fit(x) end)
      local two = support.with_threads(2, function() return TSNE(o):fit(x) end)
      assert.is_true(one.embedding:eq(two.embedding):all())
      assert.equal(one.kl, two.kl)
    end
    local o = { init = "random", seed = 8, max_iter = 60 }
    local other = TSNE(o):fit(x).embedding
    o.seed = 7
    assert.is_false(other:eq(TSNE(o):fit(x).embedding):all())
  end)

  it("takes rows of every type, scale and layout", function()
    la.manual_seed(6)
    local x = la.randn(40, 3, double)
    local o = { perplexity = 8, seed = 1, max_iter = 60 }
    local kl = TSNE(o):fit(x).kl
    assert.equal("float64", TSNE(o):fit(x).embedding.dtype)
    assert.equal("float32", TSNE(o):fit(x:to "float32").embedding.dtype)
    assert.equal("float32", TSNE(o):fit((x * 10):to "int64").embedding.dtype)
    for _, scale in ipairs { 2.0 ^ 900, 2.0 ^ -900 } do
      assert.near(kl, TSNE(o):fit(x * scale).kl, 1e-6)
    end
    assert.equal(kl, TSNE(o):fit(x:t():contiguous():t()).kl)
    assert.same({ 40, 2 }, TSNE(o):fit_transform(x).shape)
  end)

  it("has a finite result for rows without structure", function()
    la.manual_seed(7)
    local x = la.randn(30, 3)
    local cases = {
      { "a constant column", la.cat({ x, la.ones(30, 1) }, 2) },
      { "one value", la.ones(30, 3) },
      { "duplicates", la.cat({ x[{ { 1, 3 } }], x[{ { 1, 3 } }], x[{ { 1, 3 } }], x[{ { 1, 3 } }] }, 1) },
      { "one column", x[{ {}, { 1 } }] },
      { "two rows", la.randn(2, 3), 1 },
      { "all rows as neighbours", x, 29.9 },
      { "many duplicates", la.ones(1100, 2) },
    }
    for _, case in ipairs(cases) do
      local ts = TSNE { perplexity = case[3] or 5, max_iter = 60, seed = 1 }:fit(case[2])
      assert.is_true(ts.embedding:isfinite():all(), case[1])
      assert.is_true(ts.kl >= 0 and ts.kl < math.huge, case[1])
    end
    local wild = TSNE { perplexity = 5, learning_rate = 1e15, early_exaggeration = 1e15, max_iter = 60 }:fit(x)
    assert.is_true(wild.embedding:isfinite():all())
  end)

  it("ends early when nothing is gained", function()
    la.manual_seed(8)
    local x = la.randn(30, 3)
    local flat = TSNE { perplexity = 5, min_grad_norm = 1e9 }:fit(x)
    assert.equal(300, flat.n_iter)
    assert.is_true(flat.converged)
    local tired = TSNE { perplexity = 5, n_iter_without_progress = 20, learning_rate = 2000, max_iter = 5000 }:fit(x)
    assert.is_true(tired.converged and tired.n_iter < 5000)
    assert.is_false(TSNE { perplexity = 5, max_iter = 60 }:fit(x).converged)
  end)

  it("warns when it was stopped far from a settled embedding", function()
    la.manual_seed(9)
    local x = support.three_groups(40)
    local said = support.warnings(function() TSNE { perplexity = 10, max_iter = 200 }:fit(x) end)
    assert.matches("TSNE: stopped at max_iter = 200 before it settled: the last 50 steps lowered", said, 1, true)
    assert.equal("", support.warnings(function() TSNE { perplexity = 10 }:fit(x) end))
  end)

  it("refuses what it cannot use, with the reason", function()
    local x = la.randn(40, 3)
    local holed = x:clone()
    holed[{ 3, 2 }] = 0 / 0
    local function fitting(options, rows)
      return function() TSNE(options):fit(rows or x) end
    end
    support.refuses {
      ["at least 1 and less than the number of rows, 20, but is 30"] = fitting({}, la.randn(20, 3)),
      ["less than the number of rows, 40, but is 0"] = fitting { perplexity = 0 },
      ["needs at least two rows; x is %[1, 3%]"] = fitting({}, la.randn(1, 3)),
      ["row 3 of x holds %-?nan in column 2"] = fitting({}, holed),
      ["x must be a matrix of rows"] = fitting({}, la.randn(40)),
      ["x must be a tensor of rows, not a nil"] = function() TSNE {}:fit() end,
      ["n_components must be from 1 to 3, not 4"] = fitting { n_components = 4 },
      ["for one or two components, not three"] = fitting { n_components = 3, method = "interpolation" },
      ["max_iter must be from 1 to"] = fitting { max_iter = 0 },
      ['learning_rate must be "auto" or a positive number, not %-1'] = fitting { learning_rate = -1 },
      ["learning_rate must be positive, and at most 1e%+15, not inf"] = fitting { learning_rate = math.huge },
      ["early_exaggeration must be from 1 to 1e%+15, not 0.5"] = fitting { early_exaggeration = 0.5 },
      ["n_iter_without_progress must be at least 1, not 0"] = fitting { n_iter_without_progress = 0 },
      ["min_grad_norm must be at least 0, not %-1"] = fitting { min_grad_norm = -1 },
      ["init must be 'pca', 'random' or a tensor of coordinates, not middle"] = fitting { init = "middle" },
      ["init must be %[40, 2%] for these rows, not %[3, 2%]"] = fitting { init = la.randn(3, 2) },
      ["init must hold numbers between %-3000 and 3000"] = fitting { init = la.ones(40, 2) * 1e9 },
      ["method must be 'auto', 'exact' or 'interpolation', not bh"] = fitting { method = "bh" },
      ["keeps all pairs of up to 20000 rows; for 20001"] = fitting({ method = "exact" }, la.randn(20001, 1)),
      ["unknown option 'perp'"] = fitting { perp = 5 },
    }
  end)

  it("embeds 5000 images of MNIST as well as scikit-learn #slow", function()
    local x = support.mnist(1, 5000)
    if not x then return pending "MNIST is not here: set LATENT_DATA" end
    x = la.models.PCA { n_components = 50 }:fit_transform(x)
    local ts = TSNE { seed = 1 }:fit(x)
    assert.is_true(ts.kl < 1.42, "divergence " .. ts.kl) -- 1.42 there
    assert.is_true(la.metrics.trustworthiness(x, ts.embedding) > 0.98)
  end)
end)
