local la = require "latent"
local support = require "models.support"

local NeuralGas, GrowingNeuralGas = la.models.NeuralGas, la.models.GrowingNeuralGas
local double = { dtype = "float64" }

--- Number of edges of each unit, and the number of connected parts of the graph.
local function look_at(gas)
  local k = gas.weights.shape[1]
  local degree, part = {}, {}
  for i = 1, k do degree[i], part[i] = 0, i end
  local function root(i)
    while part[i] ~= i do i = part[i] end
    return i
  end
  for _, edge in ipairs(gas.edges:totable()) do
    for _, unit in ipairs(edge) do degree[unit] = degree[unit] + 1 end
    part[root(edge[1])] = root(edge[2])
  end
  local parts = 0
  for i = 1, k do parts = parts + (part[i] == i and 1 or 0) end
  return degree, parts
end

local function ring(n)
  local angle = la.rand(n, double) * (2 * math.pi)
  return la.stack({ angle:cos(), angle:sin() }, 2)
end

describe("NeuralGas", function()
  it("moves every unit towards the row, by its rank", function()
    la.manual_seed(1)
    for _, dtype in ipairs { "float32", "float64" } do
      local x, start = la.randn(1, 3, { dtype = dtype }), la.randn(7, 3, { dtype = dtype })
      local gas = NeuralGas { k = 7, init = start, epsilon = 0.5, epsilon_end = 0.125, lambda = 2, lambda_end = 0.5,
        max_iter = 2 }:fit(x)
      local want = start:clone()
      for pass = 0, 1 do
        local epsilon, lambda = 0.5 * 0.5 ^ pass, 2 * 0.5 ^ pass
        local _, places = la.cdist(x, want):reshape(7):sort()
        for rank, unit in ipairs(places:totable()) do
          want[unit] = want[unit] + (x[1] - want[unit]) * (epsilon * math.exp(-(rank - 1) / lambda))
        end
      end
      support.near(want:to("float64"), gas.weights, dtype == "float32" and 1e-6 or 1e-12)
    end
  end)

  it("represents rows at least as well as k-means from one random start", function()
    la.manual_seed(2)
    local x = la.randn(800, 3)
    local gas = NeuralGas { k = 30, seed = 3, max_iter = 10 }:fit(x)
    local km = la.models.KMeans { k = 30, init = "random", seed = 3 }:fit(x)
    local loss = (x - gas.weights[gas.labels]):square():sum()
    assert.is_true(loss < 1.03 * km.inertia, ("%g against %g"):format(loss, km.inertia))
    assert.near((x - gas.weights[gas.labels]):square():sum(2):sqrt():mean(), gas.quantization_error, 1e-5)
  end)

  it("joins the units on a ring to a ring", function()
    la.manual_seed(3)
    local gas = NeuralGas { k = 12, seed = 1, max_iter = 5 }:fit(ring(600))
    local degree, parts = look_at(gas)
    assert.equal(1, parts)
    assert.equal(12, gas.edges.shape[1])
    for unit, edges in ipairs(degree) do assert.equal(2, edges, "unit " .. unit) end
  end)

  it("leaves no edge between separate groups", function()
    la.manual_seed(4)
    local gas = NeuralGas { k = 15, seed = 1, max_iter = 10 }:fit((support.three_groups(200)))
    local group = (gas.weights:sum(2) / 30):round()
    local from, to = gas.edges[{ {}, 1 }], gas.edges[{ {}, 2 }]
    assert.is_true(#gas.edges >= 12)
    assert.is_true(from:lt(to):all())
    assert.is_true(group[from]:eq(group[to]):all())
  end)

  it("names the nearest unit of each row", function()
    la.manual_seed(5)
    local x = la.randn(100, 3)
    local gas = NeuralGas { k = 10, max_iter = 2 }:fit(x)
    assert.is_true(gas:predict(x):eq(gas.labels):all())
    assert.is_true(gas:transform(x):argmin(2):eq(gas.labels):all())
  end)

  it("keeps the units of each pass in the trace", function()
    local x = la.rand(40, 2)
    local gas = NeuralGas { k = 5, max_iter = 3, trace = true, init = x[{ { 1, 5 } }] }:fit(x)
    assert.equal(4, #gas.trace)
    assert.is_true(gas.trace[1]:eq(x[{ { 1, 5 } }]):all())
    assert.is_true(gas.trace[4]:eq(gas.weights):all())
  end)

  it("gives the same bits for a seed, with any number of threads", function()
    la.manual_seed(6)
    local x = la.randn(60, 1200)
    local function fit() return NeuralGas { k = 1100, seed = 5, max_iter = 1 }:fit(x) end
    local one, two = support.with_threads(1, fit), support.with_threads(2, fit)
    assert.is_true(one.weights:eq(two.weights):all())
    assert.is_true(one.edges:eq(two.edges):all())
    local function small(seed) return NeuralGas { k = 4, seed = seed, max_iter = 1 }:fit(x).weights end
    assert.is_false(small(1):eq(small(2)):all())
  end)

  it("has a result for one unit, one row and duplicates", function()
    assert.same({ 0, 2 }, NeuralGas { k = 1 }:fit(la.rand(20, 3)).edges.shape)
    assert.same({ { 1, 2 }, { 1, 2 } }, NeuralGas { k = 2 }:fit(la.tensor { { 1, 2 } }).weights:totable())
    local same = NeuralGas { k = 3 }:fit(la.full({ 6, 2 }, 4))
    assert.is_true(same.weights:eq(4):all())
    assert.equal(0, same.quantization_error)
  end)

  it("says what is wrong with its input", function()
    local x = la.rand(20, 2)
    support.refuses {
      ["NeuralGas: k must be from 1 to %d+, not 0"] = function() NeuralGas { k = 0 }:fit(x) end,
      ["epsilon and epsilon_end must be positive and finite, not %-1"] = function()
        NeuralGas { epsilon = -1 }:fit(x)
      end,
      ["epsilon must be at most 1, not 3"] = function() NeuralGas { epsilon = 3 }:fit(x) end,
      ["lambda and lambda_end must be positive"] = function() NeuralGas { lambda = 0 / 0 }:fit(x) end,
      ["lifetime and lifetime_end must be positive"] = function() NeuralGas { lifetime = 0 }:fit(x) end,
      ["max_iter must be from 1"] = function() NeuralGas { max_iter = 0 }:fit(x) end,
      ["init must be 'random' or a tensor of weights, not pca"] = function() NeuralGas { init = "pca" }:fit(x) end,
      ["init must be %[100, 2%] for these rows, not %[4, 2%]"] = function()
        NeuralGas { init = la.rand(4, 2) }:fit(x)
      end,
      ["row 1 of x holds"] = function() NeuralGas {}:fit(la.full({ 3, 2 }, 0 / 0)) end,
      ["x must be a matrix"] = function() NeuralGas {}:fit(la.rand(5)) end,
      ["NeuralGas: was fitted to rows of 2 columns, x is %[3, 4%]"] = function()
        NeuralGas {}:fit(x):predict(la.rand(3, 4))
      end,
    }
  end)
end)

describe("GrowingNeuralGas", function()
  it("grows up to k units, which represent the rows", function()
    la.manual_seed(7)
    local x = la.rand(1000, 2)
    for _, dtype in ipairs { "float32", "float64" } do
      local gas = GrowingNeuralGas { k = 40, seed = 1, max_iter = 10 }:fit(x:to(dtype))
      assert.same({ 40, 2 }, gas.weights.shape)
      assert.equal(dtype, gas.weights.dtype)
      assert.is_true(gas.quantization_error < 0.08, "error " .. gas.quantization_error)
      assert.is_true(gas.labels:eq(gas:predict(x)):all())
    end
    local few = GrowingNeuralGas { k = 40, seed = 1, max_iter = 1, interval = 500 }:fit(x)
    assert.equal(4, few.weights.shape[1])
  end)

  it("divides into the separate parts of the data", function()
    la.manual_seed(8)
    local x = la.cat({ ring(400), ring(400) * 4, la.randn(300, 2, double) * 0.2 + 9 }, 1)
    local gas = GrowingNeuralGas { k = 50, seed = 1, max_iter = 15 }:fit(x)
    local degree, parts = look_at(gas)
    assert.equal(3, parts)
    for unit, edges in ipairs(degree) do assert.is_true(edges > 0, "unit " .. unit .. " is alone") end
  end)

  it("gives the same bits for a seed, with any number of threads", function()
    local x = la.rand(300, 4)
    local function fit() return GrowingNeuralGas { k = 20, seed = 9, max_iter = 3 }:fit(x) end
    local one, two = support.with_threads(1, fit), support.with_threads(2, fit)
    assert.is_true(one.weights:eq(two.weights):all())
    assert.is_true(one.edges:eq(two.edges):all())
  end)

  it("has a result for one row, duplicates and rows whose distances overflow", function()
    assert.same({ 1, 2 }, GrowingNeuralGas { k = 5 }:fit(la.tensor { { 1, 2 } }).weights[1]:totable())
    local same = GrowingNeuralGas { k = 5, interval = 2 }:fit(la.full({ 30, 2 }, 4))
    assert.is_true(same.weights:eq(4):all())
    local huge = GrowingNeuralGas { k = 5, interval = 1 }:fit(la.tensor { { 3e38 }, { -3e38 }, { 1e38 } })
    assert.is_true(#huge.weights <= 5)
  end)

  it("says what is wrong with its input", function()
    local x = la.rand(20, 2)
    support.refuses {
      ["GrowingNeuralGas: k must be from 2 to %d+, not 1"] = function() GrowingNeuralGas { k = 1 }:fit(x) end,
      ["interval must be at least 1, not 0"] = function()
        GrowingNeuralGas { interval = 0 }:fit(x)
      end,
      ["must be from 0 to 1, not 2"] = function() GrowingNeuralGas { epsilon = 2 }:fit(x) end,
      ["lifetime must be at least 1, not 0"] = function() GrowingNeuralGas { lifetime = 0 }:fit(x) end,
      ["row 1 of x holds"] = function() GrowingNeuralGas {}:fit(la.full({ 3, 2 }, 0 / 0)) end,
    }
  end)
end)
