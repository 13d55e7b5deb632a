-- Histograms and counts.
local la = require "latent"

la.manual_seed(3)

local NAN, INF = 0 / 0, 1 / 0

--- Counts by the definition: edges[b] <= x < edges[b + 1], the last bin with its upper edge.
local function counted(x, edges)
  local counts, list, borders = {}, x:totable(), edges:totable()
  local bins = #borders - 1
  for b = 1, bins do counts[b] = 0 end
  for _, v in ipairs(list) do
    for b = 1, bins do
      if v >= borders[b] and (v < borders[b + 1] or b == bins and v == borders[b + 1]) then
        counts[b] = counts[b] + 1
        break
      end
    end
  end
  return counts
end

describe("histogram", function()
  it("has ten bins over the range of the elements", function()
    local counts, edges = la.arange(0, 10):histogram()
    assert.same({ 1, 1, 1, 1, 1, 1, 1, 1, 1, 2 }, counts:totable())
    assert.equal("int64", counts.dtype)
    assert.same({ 11 }, edges.shape)
    assert.equal(0, edges[1])
    assert.equal(10, edges[-1])
  end)

  for _, dtype in ipairs { "float32", "float64" } do
    it("puts every element where the edges say, " .. dtype, function()
      for _, bins in ipairs { 1, 3, 100, 3000 } do
        -- many elements on the edges themselves
        local x = la.cat { la.randn(500, { dtype = dtype }), la.linspace(-2, 2, bins + 1, { dtype = dtype }) }
        local counts, edges = x:histogram { bins = bins, range = { -2, 2 } }
        assert.same(counted(x, edges), counts:totable())
      end
    end)
  end

  it("leaves out NaN and what is outside of the range", function()
    local x = la.tensor { NAN, -INF, INF, -0.1, 0, 0.5, 1, 1.1 }
    assert.same({ 1, 2 }, (x:histogram { bins = 2, range = { 0, 1 } }):totable())
  end)

  it("narrow bins far from zero", function()
    local x = la.full({ 10 }, 1e8):add_(la.arange(0, 9) * 8)
    local counts, edges = x:histogram { bins = 100, range = { 1e8, 1e8 + 80 } }
    assert.same(counted(x, edges), counts:totable())
  end)

  it("of long tensors, for any number of threads", function()
    local x = la.rand(1000003)
    local counts = x:histogram { bins = 100, range = { 0, 1 } }
    local threads = la.get_num_threads()
    la.set_num_threads(1)
    local one = x:histogram { bins = 100, range = { 0, 1 } }
    la.set_num_threads(threads)
    assert.equal(1000003, counts:sum())
    assert.same(one:totable(), counts:totable())
    assert(counts:sub(10000):abs():max() < 600)
  end)

  it("density integrates to 1", function()
    local density, edges = la.randn(1000):histogram { bins = 7, density = true }
    assert.equal("float32", density.dtype)
    assert.near(1, (density * edges:diff()):sum(), 1e-6)
  end)

  it("weights, given edges, integers", function()
    local sums = la.tensor({ 0.1, 0.2, 0.9 }):histogram { bins = 2, range = { 0, 1 }, weights = la.tensor { 1, 2, 4 } }
    assert.same({ 3, 4 }, sums:totable())
    local counts = la.tensor({ 1, 2, 5, 10, 11 }):histogram { bins = la.tensor { 1, 2, 10 } }
    assert.same({ 1, 3 }, counts:totable())
    counts = la.tensor({ 1, 2, 2, 3 }, { dtype = "int64" }):histogram { bins = 2 }
    assert.same({ 1, 3 }, counts:totable())
  end)

  it("of one value, of nothing", function()
    local counts, edges = la.full({ 4 }, 3):histogram { bins = 2 }
    assert.same({ 0, 4 }, counts:totable())
    assert.same({ 2.5, 3, 3.5 }, edges:totable())
    counts, edges = la.zeros(0):histogram { bins = 2 }
    assert.same({ 0, 0 }, counts:totable())
    assert.same({ 0, 0.5, 1 }, edges:totable())
  end)

  it("says what is wrong", function()
    assert.error_matches(function() la.tensor({ 1, NAN }):histogram() end, "not finite")
    assert.error_matches(function() la.ones(2):histogram { bins = 0 } end, "0 bins")
    assert.error_matches(function() la.ones(2):histogram { range = { 1, 0 } } end, "runs backwards")
    assert.error_matches(function() la.ones(2):histogram { range = 3 } end, "must be {low, high}")
    assert.error_matches(function() la.ones(2):histogram { weights = la.ones(3) } end,
      "weights %[3%] for elements %[2%]")
    assert.error_matches(function() la.ones(2):histogram { bins = la.tensor { 2, 1 } } end, "edges must rise")
    assert.error_matches(function() la.ones(2):histogram { bin = 3 } end, "unknown option 'bin'")
  end)
end)

describe("bincount", function()
  it("counts each value from 0 on", function()
    local x = la.tensor({ 1, 3, 1 }, { dtype = "int64" })
    assert.same({ 0, 2, 0, 1 }, x:bincount():totable())
    assert.same({ 0, 2, 0, 1, 0, 0 }, x:bincount({ minlength = 6 }):totable())
    assert.same({ 0, 5, 0, 2 }, x:bincount({ weights = la.tensor { 1, 2, 4 } }):totable())
    assert.same({ 0 }, la.zeros(0, { dtype = "int64" }):bincount().shape)
    assert.same({ 1, 1 }, la.tensor({ 0, 1 }, { dtype = "uint8" }):bincount():totable())
  end)

  it("says what is wrong", function()
    local function of(...) return la.tensor({ ... }, { dtype = "int64" }) end
    assert.error_matches(function() of(1, -2):bincount() end, "%-2 is negative")
    assert.error_matches(function() of(math.maxinteger, 3):bincount() end, "would need that many counts")
    assert.error_matches(function() la.ones(2):bincount() end, "vector of integers, not float32")
    assert.error_matches(function() of(1):bincount { weights = la.ones(2) } end, "weights %[2%] for elements %[1%]")
  end)
end)
