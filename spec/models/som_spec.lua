local la = require "latent"
local support = require "models.support"

local SOM = la.models.SOM
local double = { dtype = "float64" }

--- Squared distances [k, k] between the units on the grid, from the description of the grid.
local function grid(rows, cols, hexagonal, toroidal)
  local height = hexagonal and math.sqrt(3) / 2 or 1
  local gaps, places = la.zeros(rows * cols, rows * cols, double), {}
  for r = 0, rows - 1 do
    for c = 0, cols - 1 do
      places[#places + 1] = { c + (hexagonal and r % 2 == 1 and 0.5 or 0), r * height }
    end
  end
  for i, a in ipairs(places) do
    for j, b in ipairs(places) do
      local dx, dy = math.abs(a[1] - b[1]), math.abs(a[2] - b[2])
      if toroidal then dx, dy = math.min(dx, cols - dx), math.min(dy, rows * height - dy) end
      gaps[{ i, j }] = dx ^ 2 + dy ^ 2
    end
  end
  return gaps, places
end

--- The mean of all rows for each unit, weighted by the neighbourhoods of their nearest units.
local function batch_pass(x, weights, share)
  local k = weights.shape[1]
  local nearest = la.cdist(x, weights):argmin(2)
  local member = la.one_hot(nearest, { classes = k, dtype = "float64" })
  local h = share:mm(member:t())
  return h:mm(x) / h:sum(2, { keepdim = true })
end

describe("SOM", function()
  it("takes the weighted means that batch training is, on any grid", function()
    la.manual_seed(1)
    local x = la.randn(300, 3, double)
    for _, hexagonal in ipairs { false, true } do
      for _, toroidal in ipairs { false, true } do
        local gaps, places = grid(4, 5, hexagonal, toroidal)
        local start = la.randn(4, 5, 3, double)
        for _, neighbourhood in ipairs { "gaussian", "bubble" } do
          local som = SOM { rows = 4, cols = 5, topology = hexagonal and "hexagonal" or "rectangular",
            toroidal = toroidal, neighbourhood = neighbourhood, radius = 1.5, radius_end = 1.5, init = start,
            max_iter = 1 }:fit(x)
          local share = neighbourhood == "gaussian" and (gaps / (-2 * 1.5 ^ 2)):exp() or gaps:le(1.5 ^ 2):to("float64")
          local want = batch_pass(x, start:reshape(20, 3), share)
          support.near(want, som.weights:reshape(20, 3), 1e-9, neighbourhood)
          assert.is_true(support.gap(la.tensor(places, double), som.positions) < 1e-12)
        end
      end
    end
  end)

  it("shrinks its radius between the passes, exponentially or linearly", function()
    la.manual_seed(2)
    local x, start = la.randn(200, 2, double), la.randn(3, 3, 2, double)
    local gaps = grid(3, 3)
    for decay, radii in pairs { exponential = { 4, 2, 1 }, linear = { 4, 2.5, 1 } } do
      local som = SOM { rows = 3, cols = 3, radius = 4, radius_end = 1, decay = decay, init = start,
        max_iter = 3 }:fit(x)
      local want = start:reshape(9, 2)
      for _, radius in ipairs(radii) do want = batch_pass(x, want, (gaps / (-2 * radius ^ 2)):exp()) end
      support.near(want, som.weights:reshape(9, 2), 1e-9, decay)
    end
  end)

  it("moves the nearest unit and its neighbours towards each row in online training", function()
    la.manual_seed(3)
    local x, start = la.randn(1, 4, double), la.randn(3, 4, 4, double)
    local gaps = grid(3, 4)
    local som = SOM { rows = 3, cols = 4, training = "online", decay = "linear", radius = 2, radius_end = 1,
      learning_rate = 0.5, learning_rate_end = 0.1, init = start, max_iter = 4 }:fit(x)
    local want = start:reshape(12, 4)
    for pass = 0, 3 do
      local radius, rate = 2 - pass / 4, 0.5 - 0.4 * pass / 4
      local winner = la.cdist(x, want):argmin(2):item()
      local share = (gaps[winner] / (-2 * radius ^ 2)):exp():reshape(12, 1) * rate
      want = want + share * (x - want)
    end
    support.near(want, som.weights:reshape(12, 4), 1e-9)
  end)

  it("unfolds over a square, whatever the training", function()
    la.manual_seed(4)
    local x = la.rand(1000, 2)
    for _, training in ipairs { "batch", "online" } do
      for _, topology in ipairs { "rectangular", "hexagonal" } do
        local som = SOM { rows = 8, cols = 8, topology = topology, training = training, init = "random", seed = 5,
          trace = true }:fit(x)
        assert.is_true(som.quantization_error < 0.06, ("%s: %g"):format(training, som.quantization_error))
        assert.is_true(som.topographic_error < 0.06, ("%s: %g"):format(training, som.topographic_error))
        assert.is_true(som.trace[1].quantization_error > som.quantization_error)
      end
    end
  end)

  it("puts the values of one column in order along a row of units", function()
    la.manual_seed(5)
    local som = SOM { rows = 1, cols = 12, init = "random", seed = 1 }:fit(la.rand(500, 1, double))
    local steps = som.weights:reshape(12)[{ { 2, 12 } }] - som.weights:reshape(12)[{ { 1, 11 } }]
    assert.is_true(steps:gt(0):all() or steps:lt(0):all())
  end)

  it("has no corners on a torus: every unit gets about as many rows", function()
    la.manual_seed(6)
    local angle = la.rand(3000, 2, double) * (2 * math.pi)
    local x = la.cat({ angle:cos(), angle:sin() }, 2) -- a torus in four dimensions
    local som = SOM { rows = 6, cols = 6, toroidal = true, training = "online", init = "random", seed = 2 }:fit(x)
    local counts = som.labels:bincount({ minlength = 37 })[{ { 2, 37 } }]
    assert.is_true(counts:min() > 20, "a unit has " .. counts:min())
  end)

  it("names the nearest unit, and measures its errors on any rows", function()
    la.manual_seed(7)
    for _, dtype in ipairs { "float32", "float64" } do
      local x, other = la.randn(400, 5, { dtype = dtype }), la.randn(50, 5, { dtype = dtype })
      local som = SOM { rows = 5, cols = 6, seed = 1 }:fit(x)
      assert.same({ 5, 6, 5 }, som.weights.shape)
      assert.equal(dtype, som.weights.dtype)
      assert.is_true(som.labels:eq(som:predict(x)):all())
      assert.is_true(som:transform(other):argmin(2):eq(som:predict(other)):all())
      local quantization, topographic = som:errors(x)
      assert.near(som.quantization_error, quantization, 1e-12)
      assert.near(som.topographic_error, topographic, 1e-12)
      assert.near(som:transform(other):min(2):to("float64"):mean(), (som:errors(other)), 1e-6)
      assert.same({ 0 }, som:predict(la.zeros(0, 5)).shape)
    end
  end)

  it("counts rows whose two nearest units are apart on the grid", function()
    local x = la.tensor({ { 0, 0 }, { 1, 0 }, { 2.2, 0.9 } }, double)
    local start = la.tensor({ { { 0, 0 }, { 9, 9 }, { 0, 1 } }, { { 9, 8 }, { 8, 9 }, { 2, 0 } } }, double)
    local function share(given)
      given.init, given.rows, given.cols, given.max_iter = start, 2, 3, 1
      given.training, given.learning_rate, given.learning_rate_end = "online", 1e-12, 1e-12
      return SOM(given):fit(x).topographic_error
    end
    -- The nearest units are 1 and 3, 1 and 6 (or 3), 6 and 3: only the last two are neighbours.
    assert.near(2 / 3, share {}, 1e-12)
    assert.near(0, share { toroidal = true }, 1e-12)
  end)

  it("shows the borders of clusters in its U-matrix", function()
    la.manual_seed(8)
    local x = la.cat({ la.randn(200, 3, double), la.randn(200, 3, double) + 12 }, 1)
    for _, topology in ipairs { "rectangular", "hexagonal" } do
      local som = SOM { rows = 4, cols = 10, topology = topology, seed = 1 }:fit(x)
      local u, gaps = som:u_matrix(), grid(4, 10, topology == "hexagonal")
      local near = topology == "hexagonal" and gaps:le(1.01) or gaps:le(2.01)
      near = near:to("float64") - la.eye(40, double)
      local w = som.weights:reshape(40, 3)
      local want = (la.cdist(w, w) * near):sum(2) / near:sum(2)
      support.near(want, u:reshape(40), 1e-9)
      local across = u:mean(1)
      assert.is_true(across:max() > 4 * math.max(across[1], across[10]), "no ridge")
    end
  end)

  it("starts in the plane of the principal components", function()
    la.manual_seed(9)
    local x = la.randn(500, 3, double) * la.tensor({ 5, 0.1, 2 }, double) + 7
    local start = SOM { rows = 3, cols = 5, trace = true, max_iter = 2 }:fit(x).trace[1].weights
    local pca = la.models.PCA { n_components = 2 }:fit(x)
    local z = pca:transform(start:reshape(15, 3))
    local deviation = pca.explained_variance:sqrt()
    assert.is_true(support.gap(z[{ 8 }], la.zeros(2, double)) < 1e-9)
    assert.near(deviation[1], math.abs(z[{ 15, 1 }]), 1e-9)
    assert.near(deviation[2], math.abs(z[{ 15, 2 }]), 1e-9)
  end)

  it("keeps the map before and after each pass in the trace", function()
    local x = la.rand(50, 2)
    for _, training in ipairs { "batch", "online" } do
      local som = SOM { rows = 3, cols = 3, training = training, max_iter = 4, trace = true, seed = 1 }:fit(x)
      assert.equal(5, #som.trace)
      assert.is_true(som.trace[5].weights:eq(som.weights):all())
      assert.equal(som.quantization_error, som.trace[5].quantization_error)
      assert.is_nil(SOM { rows = 2, cols = 2 }:fit(x).trace)
    end
  end)

  it("gives the same bits for a seed, with any number of threads", function()
    la.manual_seed(10)
    local x = la.randn(600, 150)
    for _, training in ipairs { "batch", "online" } do
      local function fit()
        return SOM { rows = 30, cols = 30, training = training, init = "random", seed = 11, max_iter = 1 }:fit(x)
      end
      local one, two = support.with_threads(1, fit), support.with_threads(2, fit)
      assert.is_true(one.weights:eq(two.weights):all(), training)
      assert.equal(one.quantization_error, two.quantization_error)
    end
    local small = x[{ {}, { 1, 2 } }]
    local function other(seed)
      return SOM { rows = 3, cols = 3, training = "online", seed = seed, max_iter = 1 }:fit(small).weights
    end
    assert.is_false(other(1):eq(other(2)):all())
  end)

  it("has a result for one row, duplicates, constant columns and a single unit", function()
    local one = SOM { rows = 2, cols = 3 }:fit(la.tensor { { 1, 2 } })
    assert.same({ 1, 2 }, one.weights[{ 2, 3 }]:totable())
    assert.equal(0, one.quantization_error)
    for _, training in ipairs { "batch", "online" } do
      for _, init in ipairs { "pca", "random" } do
        local som = SOM { rows = 3, cols = 3, training = training, init = init }:fit(la.full({ 5, 2 }, 3))
        assert.is_true((som.weights - 3):abs():max() < 1e-5)
      end
    end
    local single = SOM { rows = 1, cols = 1 }:fit(la.tensor { { 1 }, { 3 } })
    assert.same({ { { 2 } } }, single.weights:totable())
    assert.same({ { 0 } }, single:u_matrix():totable())
    assert.equal(0, single.topographic_error)
    local constant = la.cat({ la.rand(100, 1), la.full({ 100, 1 }, 4) }, 2)
    assert.is_true((SOM { rows = 3, cols = 3 }:fit(constant).weights[{ {}, {}, 2 }] - 4):abs():max() < 1e-5)
    local huge = SOM { rows = 2, cols = 2, training = "online", init = "random" }:fit(la.tensor { { 3e38 }, { -3e38 } })
    assert.same({ 2, 2, 1 }, huge.weights.shape)
  end)

  it("says what is wrong with its input", function()
    local x = la.rand(20, 2)
    support.refuses {
      ["SOM: rows and cols must be at least 1, not 0 and 10"] = function() SOM { rows = 0 }:fit(x) end,
      ["a map of 100000 x 100000 units is too large"] = function() SOM { rows = 100000, cols = 100000 }:fit(x) end,
      ["needs an even number of rows, not 5"] = function()
        SOM { rows = 5, toroidal = true, topology = "hexagonal" }:fit(x)
      end,
      ["SOM: topology must be 'rectangular' or 'hexagonal', not round"] = function()
        SOM { topology = "round" }:fit(x)
      end,
      ["training must be 'batch' or 'online', not slow"] = function() SOM { training = "slow" }:fit(x) end,
      ["neighbourhood must be 'gaussian' or 'bubble'"] = function() SOM { neighbourhood = "x" }:fit(x) end,
      ["decay must be 'exponential' or 'linear'"] = function() SOM { decay = "x" }:fit(x) end,
      ["init must be 'pca', 'random' or a tensor of weights"] = function() SOM { init = "x" }:fit(x) end,
      ["init must be %[100, 2%] for these rows, not %[3, 2%]"] = function() SOM { init = la.rand(3, 2) }:fit(x) end,
      ["init holds values that are not finite"] = function() SOM { init = la.full({ 10, 10, 2 }, 0 / 0) }:fit(x) end,
      ["radius and radius_end must be positive and finite, not 0 and 0.5"] = function() SOM { radius = 0 }:fit(x) end,
      ["learning_rate must be at most 1, not 2"] = function() SOM { learning_rate = 2 }:fit(x) end,
      ["max_iter must be from 1 to 1000000000, not 0"] = function() SOM { max_iter = 0 }:fit(x) end,
      ["row 2 of x holds"] = function() SOM {}:fit(la.tensor { { 1 }, { 0 / 0 } }) end,
      ["x needs at least one row"] = function() SOM {}:fit(la.zeros(0, 2)) end,
      ["x must be a matrix of rows"] = function() SOM {}:fit(la.rand(5)) end,
      ["was fitted to rows of 2 columns, x is %[3, 4%]"] = function() SOM {}:fit(x):predict(la.rand(3, 4)) end,
      ["fitted to rows of 2 columns, x is %[3, 1%]"] = function() SOM {}:fit(x):errors(la.rand(3, 1)) end,
      ["SOM: was fitted to rows of 2 columns, x is %[3, 5%]"] = function() SOM {}:fit(x):transform(la.rand(3, 5)) end,
      ["SOM: call fit"] = function() SOM {}:u_matrix() end,
    }
  end)
end)
