-- Sorting, order statistics and distinct values, against Lua's own table.sort and by their definitions.
local la = require "latent"
local naive = require "support.naive"

la.manual_seed(7)

local NAN, INF = 0 / 0, 1 / 0

local function ints(values) return la.tensor(values, { dtype = "int64" }) end

local function is_sorted(x, descending)
  local n = #x
  if n < 2 then return true end
  local a, b = x:narrow(1, 1, n - 1), x:narrow(1, 2, n - 1)
  return (descending and a:ge(b) or a:le(b)):all()
end

--- Values in order, places a permutation that leads to them, equals in their first order.
local function check_sorted(x, values, places, descending)
  assert(is_sorted(values, descending))
  assert(x[places]:eq(values):all())
  assert(la.zeros(#x):scatter_(1, places, 1):all(), "places are no permutation")
  local n = #x
  local equal = values:narrow(1, 1, n - 1):eq(values:narrow(1, 2, n - 1))
  local rising = places:narrow(1, 1, n - 1):lt(places:narrow(1, 2, n - 1))
  assert((~equal | rising):all(), "not stable")
end

describe("sort", function()
  it("gives values and the places they come from", function()
    local values, places = la.tensor({ 3, 1, 2 }):sort()
    assert.same({ 1, 2, 3 }, values:totable())
    assert.same({ 2, 3, 1 }, places:totable())
    assert.equal("int64", places.dtype)
    assert.same({ 1, 3, 2 }, la.tensor({ 3, 1, 2 }):argsort({ descending = true }):totable())
  end)

  it("sorts the last dimension unless another is named", function()
    local x = la.tensor { { 3, 1, 2 }, { 9, 7, 8 } }
    assert.same({ { 1, 2, 3 }, { 7, 8, 9 } }, (x:sort()):totable())
    local values, places = x:sort(1, { descending = true })
    assert.same({ { 9, 7, 8 }, { 3, 1, 2 } }, values:totable())
    assert.same({ { 2, 2, 2 }, { 1, 1, 1 } }, places:totable())
    assert.same({ { 1, 2, 3 }, { 7, 8, 9 } }, (x:t():sort(1)):t():totable())
  end)

  it("puts NaN last and keeps the sign of zero", function()
    local x = la.tensor({ NAN, 1, 0.0, -INF, -0.0, INF, -NAN }, { dtype = "float64" })
    local values, places = x:sort()
    assert.same({ 4, 3, 5, 2, 6, 1, 7 }, places:totable())
    assert.equal(INF, 1 / values[2])
    assert.equal(-INF, 1 / values[3])
    assert.same({ 1, 7, 6, 2, 3, 5, 4 }, select(2, x:sort { descending = true }):totable())
  end)

  it("keeps the order of equals in either direction", function()
    local x = ints { 2, 1, 2, 1, 2 }
    assert.same({ 2, 4, 1, 3, 5 }, x:argsort():totable())
    assert.same({ 1, 3, 5, 2, 4 }, x:argsort({ descending = true }):totable())
  end)

  it("takes the extremes of int64", function()
    local values = ints({ 0, math.maxinteger, -1, math.mininteger, 1 }):sort()
    assert.same({ math.mininteger, -1, 0, 1, math.maxinteger }, values:totable())
  end)

  -- lengths around those at which the method changes
  for _, n in ipairs { 1, 2, 31, 32, 33, 2047, 2049, 65535, 65536, 200003 } do
    for _, dtype in ipairs { "float32", "float64", "int64", "uint8" } do
      it(("%d elements of %s"):format(n, dtype), function()
        local x = dtype:find("float") and la.randn(n, { dtype = dtype }) or la.randint(0, 255, { n }):to(dtype)
        if dtype == "int64" then x = (x - 128) * 1000003 ^ 2 // 1 end
        for _, descending in ipairs { false, true } do
          local values, places = x:sort { descending = descending }
          check_sorted(x, values, places, descending)
        end
      end)
    end
  end

  it("long rows with few distinct, constant, sorted and clustered values", function()
    local n = 100000
    local cases = {
      la.randint(1, 3, { n }):to("float32"), la.ones(n), la.arange(1, n), la.arange(1, n):flip(),
      la.cat { la.rand(n) * 1e-30, la.rand(100) * 1e30 }, la.randn(n, { dtype = "float64" }) * 1e-300,
      la.cat { la.ones(n), la.tensor { -1 } },
    }
    for _, x in ipairs(cases) do check_sorted(x, x:sort()) end
  end)

  it("rows of a matrix, long and short, as one by one", function()
    for _, shape in ipairs { { 500, 7 }, { 3, 70000 } } do
      local x = la.randn(shape)
      local values, places = x:sort(2)
      for i = 1, math.min(20, shape[1]) do
        local own, own_places = x[i]:sort()
        assert(own:eq(values[i]):all() and own_places:eq(places[i]):all())
      end
    end
  end)

  it("tensors without elements, and of one", function()
    assert.same({ 0 }, (la.zeros(0):sort()).shape)
    assert.same({ 3, 0 }, (la.zeros(3, 0):sort(2)).shape)
    assert.same({ 0, 3 }, (la.zeros(0, 3):sort(2)).shape)
    assert.same({ 1 }, la.zeros(1):argsort():totable())
  end)

  it("says what is wrong", function()
    assert.error_matches(function() la.zeros(2):sort(2) end, "no dimension 2")
    assert.error_matches(function() la.zeros(2):sort { reverse = true } end,
      "unknown option 'reverse' %(known: descending, stable%)")
  end)
end)

describe("topk, kthvalue and median", function()
  it("agree with sort", function()
    for _, n in ipairs { 1, 5, 64, 65, 1000, 300000 } do
      local x = la.cat { la.randn(n), la.tensor { 0.5, 0.5, 0.5 } }
      local up, up_places = x:sort()
      local down, down_places = x:sort { descending = true }
      for _, k in ipairs { 1, 2, (n + 1) // 2, n + 3 } do
        local values, places = x:topk(k)
        assert(values:eq(down:narrow(1, 1, k)):all() and places:eq(down_places:narrow(1, 1, k)):all())
        values, places = x:topk(k, { largest = false })
        assert(values:eq(up:narrow(1, 1, k)):all() and places:eq(up_places:narrow(1, 1, k)):all())
        local value, place = x:kthvalue(k)
        assert.equal(up[k], value)
        assert.equal(value, x[place])
      end
      assert.near((up[(n + 4) // 2] + up[(n + 3) // 2 + 1]) / 2, x:median(), 1e-7)
    end
  end)

  it("work along any dimension, with the first of equals", function()
    local x = la.tensor { { 5, 1, 1 }, { 2, 9, 1 }, { 4, 4, 1 } }
    local values, places = x:topk(2, 1)
    assert.same({ { 5, 9, 1 }, { 4, 4, 1 } }, values:totable())
    assert.same({ { 1, 2, 1 }, { 3, 3, 2 } }, places:totable())
    values, places = x:kthvalue(2, 1)
    assert.same({ 4, 4, 1 }, values:totable())
    assert.same({ 3, 3, 1 }, places:totable())
    assert.same({ 3, 1 }, (x:kthvalue(1, 2, { keepdim = true })).shape)
    assert.same({ { 4, 4, 1 } }, (x:median(1, { keepdim = true })):totable())
  end)

  it("median is the mean of the two in the middle", function()
    assert.equal(2.5, la.tensor({ 4, 1, 3, 2 }):median())
    local values, places = la.tensor({ { 4, 1, 3, 2 }, { 5, 5, 5, 0 } }):median(2)
    assert.same({ 2.5, 5 }, values:totable())
    assert.same({ 4, 1 }, places:totable())
    assert.equal(225, la.tensor({ 200, 250 }, { dtype = "uint8" }):median())
    assert.equal("float32", (ints({ { 1, 2 } }):median(2)).dtype)
  end)

  it("count NaN as the largest, except that it decides a median", function()
    local x = la.tensor { 2, NAN, 1, 3 }
    local values, places = x:topk(2)
    assert(values[1] ~= values[1])
    assert.same({ 2, 4 }, places:totable())
    assert.equal(2, (x:kthvalue(2)))
    assert(x:median() ~= x:median())
    local median, place = la.tensor({ { 1, NAN, 2 }, { 1, 2, 3 } }):median(2)
    assert(median[1] ~= median[1])
    assert.equal(2, place[1])
    assert.equal(2, median[2])
  end)

  it("say what is wrong", function()
    assert.error_matches(function() la.zeros(3):topk(4) end, "topk: 4 of the 3 elements in dimension 1 of %[3%]")
    assert.error_matches(function() la.zeros(3):kthvalue(0) end, "no element 0 among the 3")
    assert.error_matches(function() la.zeros(0):median() end, "nothing to choose from")
    assert.error_matches(function() la.zeros(2, 0):median(2) end, "nothing to choose from")
  end)
end)

describe("quantile", function()
  it("interpolates between neighbours", function()
    local x = la.tensor({ 4, 1, 3, 2, 5 }, { dtype = "float64" })
    for q, want in pairs { [0] = 1, [0.25] = 2, [0.3] = 2.2, [0.5] = 3, [1] = 5 } do
      assert.near(want, x:quantile(q), 1e-12)
    end
    assert.near(1.5, ints({ 1, 2 }):quantile(0.5), 1e-6)
  end)

  it("takes several fractions, and a dimension", function()
    local x = la.arange(1, 12, { dtype = "float64" }):reshape(3, 4)
    local all = x:quantile { 0, 0.5, 1 }
    assert.same({ 1, 6.5, 12 }, all:totable())
    assert.same({ 2, 4 }, x:quantile({ 0.5, 1 }, 1).shape)
    assert.same({ { 5, 6, 7, 8 }, { 9, 10, 11, 12 } }, x:quantile({ 0.5, 1 }, 1):totable())
    assert.same({ { 2.5 }, { 6.5 }, { 10.5 } }, x:quantile(0.5, 2, { keepdim = true }):totable())
    assert.same(x:quantile({ 0.2, 0.9 }, 2):totable(),
      x:quantile(la.tensor({ 0.2, 0.9 }, { dtype = "float64" }), 2):totable())
  end)

  it("is NaN where there is one", function()
    local x = la.tensor { { 1, NAN, 3 }, { 1, 2, 3 } }
    local q = x:quantile(0.5, 2)
    assert(q[1] ~= q[1])
    assert.equal(2, q[2])
    assert(x:quantile(0) ~= x:quantile(0))
  end)

  it("says what is wrong", function()
    assert.error_matches(function() la.ones(3):quantile(1.5) end, "fractions are numbers from 0 to 1, not 1.5")
    assert.error_matches(function() la.zeros(0):quantile(0.5) end, "no elements in %[0%]")
  end)
end)

describe("unique", function()
  it("gives distinct values in order, where they were and how often", function()
    local x = ints { { 3, 1 }, { 1, 3 }, { 2, 3 } }
    local values, inverse, counts = x:unique { return_inverse = true, return_counts = true }
    assert.same({ 1, 2, 3 }, values:totable())
    assert.same({ { 3, 1 }, { 1, 3 }, { 2, 3 } }, inverse:totable())
    assert.same({ 2, 1, 3 }, counts:totable())
    assert.same({ 2, 1, 3 }, select(2, x:unique { return_counts = true }):totable())
    assert(values[inverse:flatten()]:eq(x:flatten()):all())
  end)

  it("takes NaNs for one value, and -0 for 0", function()
    local values, counts = la.tensor({ NAN, 0.0, -0.0, NAN }):unique { return_counts = true }
    assert.equal(2, #values)
    assert.same({ 2, 2 }, counts:totable())
  end)

  it("lets the first of -0 and 0 stand for both, among few values and many", function()
    for _, others in ipairs { la.ones(1000), la.rand(1000) + 1 } do
      local values = la.cat({ others, la.tensor { -0.0, 0.0, NAN }, others }):unique()
      assert.equal(-INF, 1 / values[1])
      assert(values[#values] ~= values[#values])
      assert.equal(0, (values[1]))
    end
  end)

  --- Checks the results against each other: values in order, one place for each element, counts of these.
  local function check_unique(x)
    local values, inverse, counts = x:unique { return_inverse = true, return_counts = true }
    local m = #values
    assert.equal(x.dtype, values.dtype)
    assert.same(x.shape, inverse.shape)
    assert(m < 2 or values:narrow(1, 1, m - 1):lt(values:narrow(1, 2, m - 1)):all(), "not in order")
    assert(values[inverse:flatten()]:eq(x:flatten()):all(), "not the elements")
    assert(inverse:flatten():bincount():narrow(1, 2, m):eq(counts):all(), "wrong counts")
  end

  it("of few and of many, close and spread, in each dtype and order of memory", function()
    local n = 70000
    for _, most in ipairs { 1, 3, 200, 5000, 40000 } do
      local x = la.randint(0, most, { n })
      for _, y in ipairs { x, x * 65536, x * -1000003, x:to("float32"), x:to("float64") / 3, x:to("uint8"),
        x:sort(), x:reshape(7, -1):t(), x:flip() } do
        check_unique(y)
      end
    end
    check_unique(la.cat { la.zeros(n), la.randint(0, 15000, { n }):to("float32") })
    check_unique(la.randn(n, { dtype = "float64" }))
    check_unique(ints { math.mininteger, math.maxinteger, -1, 0, math.mininteger }:tile(1000))
  end)

  it("of bools, of nothing, of many", function()
    assert.same({ false, true }, la.tensor({ true, false, true }):unique():totable())
    assert.same({ 0 }, la.zeros(0, 3):unique().shape)
    local x = la.randint(1, 1000, { 100000 })
    local values, counts = x:unique { return_counts = true }
    assert.same(la.arange(1, 1000):totable(), values:to("float32"):totable())
    assert.same(x:bincount():narrow(1, 2, 1000):totable(), counts:totable())
  end)
end)

describe("searchsorted, bucketize and isin", function()
  it("find the place before which a value goes", function()
    local sorted = la.tensor { 1, 3, 3, 5 }
    local x = la.tensor { 0, 1, 3, 4, 5, 6, NAN }
    assert.same({ 1, 1, 2, 4, 4, 5, 5 }, la.searchsorted(sorted, x):totable())
    assert.same({ 1, 2, 4, 4, 5, 5, 5 }, la.searchsorted(sorted, x, { right = true }):totable())
    assert.same({ 1, 1, 2, 4, 4, 5, 5 }, x:bucketize(sorted):totable())
    assert.equal(2, la.searchsorted(sorted, 2))
    assert.equal(2, la.searchsorted(ints { 1, 5 }, 1.5))
  end)

  it("take one sorted row for each row", function()
    local places = la.searchsorted(la.tensor { { 1, 2 }, { 10, 20 } }, la.tensor { { 1.5, 3, 0 }, { 1.5, 15, 30 } })
    assert.same({ { 2, 3, 1 }, { 1, 2, 3 } }, places:totable())
    assert.error_matches(function() la.searchsorted(la.zeros(3, 2), la.zeros(2, 2)) end,
      "sorted values %[3, 2%] for elements %[2, 2%]")
  end)

  it("say which elements are among given values", function()
    local x = ints { { 1, 2 }, { 3, 4 } }
    assert.same({ { false, true }, { false, true } }, x:isin({ 2, 4, 9 }):totable())
    assert.same({ { true, false }, { false, false } }, x:t():isin(ints { 1 }):totable())
    assert.same({ false }, la.ones(1):isin({}):totable())
    assert.same({ 0 }, la.zeros(0):isin({ 1 }).shape)
  end)
end)

describe("order and plain Lua", function()
  it("agree on random rows with ties and NaN", function()
    for trial = 1, 50 do
      local values = {}
      for i = 1, 40 do values[i] = math.random() < 0.1 and NAN or math.random(-5, 5) / 2 end
      local x, n = la.tensor(values), naive.new("float32", { 40 }, values)
      local descending = trial % 2 == 0
      local _, want = naive.sort(n, 1, descending)
      assert.same(naive.values(want), x:argsort({ descending = descending }):totable())
    end
  end)
end)
