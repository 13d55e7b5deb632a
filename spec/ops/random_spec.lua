local la = require "latent"

local function bits(x) return table.concat(x:reshape(-1):totable(), " ") end

--- Kolmogorov-Smirnov distance of a sorted table of samples from a distribution function.
local function ks(sorted, cdf)
  local n, worst = #sorted, 0
  for i, v in ipairs(sorted) do
    local c = cdf(v)
    worst = math.max(worst, math.abs(c - (i - 1) / n), math.abs(i / n - c))
  end
  return worst
end

local function sorted(x)
  local t = x:reshape(-1):totable()
  table.sort(t)
  return t
end

--- Distribution function of the standard normal, by the series of Marsaglia (2004).
local function phi(x)
  local sum, term, last, n = x, x, 0, 1
  while sum ~= last do
    n, last = n + 2, sum
    term = term * x * x / n
    sum = sum + term
  end
  return 0.5 + sum * math.exp(-0.5 * x * x - 0.91893853320467274178)
end

--- Pearson's statistic of counts against equal expectations.
local function chi_squared(counts, expected)
  local sum = 0
  for _, c in ipairs(counts) do sum = sum + (c - expected) ^ 2 / expected end
  return sum
end

describe("Philox4x32-10", function()
  it("passes the known-answer tests of Random123", function()
    local philox = la.random.philox
    local function words(...) return ("%08x %08x %08x %08x"):format(philox(...)) end
    assert.equal("6627e8d5 e169c58d bc57ac4c 9b00dbd8", words(0, 0, 0))
    assert.equal("408f276d 41c83b0e a20bc7c6 6d5451fd", words(-1, -1, -1))
    assert.equal("d16cfe09 94fdcceb 5001e420 24126ea1",
      words(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88))
  end)

  it("is what uniform numbers are made of", function()
    la.manual_seed(77)
    local x = la.rand(40)
    for i = 1, 40 do
      assert.equal((la.random.philox(77, 0, i - 1) >> 8) / 2 ^ 24, x[i])
    end
  end)
end)

describe("a seed", function()
  it("gives the same numbers again", function()
    for _, draw in ipairs {
      function() return la.rand(1000) end,
      function() return la.randn(1000, { dtype = "float64" }) end,
      function() return la.randint(-5, 5, { 1000 }) end,
      function() return la.randperm(1000) end,
      function() return la.zeros(1000):bernoulli_(0.3) end,
    } do
      la.manual_seed(3)
      local first, second = bits(draw()), bits(draw())
      la.manual_seed(3)
      assert.equal(first, bits(draw()))
      assert.not_equal(first, second)
      la.manual_seed(4)
      assert.not_equal(first, bits(draw()))
    end
  end)

  it("gives the same numbers for any number of threads", function()
    local threads = la.get_num_threads()
    local function all(n)
      la.set_num_threads(n)
      la.manual_seed(5)
      local out = {}
      for _, x in ipairs {
        la.rand(100003), la.rand(50001, { dtype = "float64" }), la.randn(100003),
        la.randn(50001, { dtype = "float64" }), la.randint(1, 6, { 50001 }), la.randperm(70000),
        la.zeros(70001):bernoulli_(0.5),
      } do
        out[#out + 1] = bits(x)
      end
      return out
    end
    local one, many = all(1), all(4)
    la.set_num_threads(threads)
    assert.same(one, many)
  end)

  it("gives a short tensor the first numbers of a long one", function()
    for _, dtype in ipairs { "float32", "float64" } do
      la.manual_seed(6)
      local long = la.randn(5000, { dtype = dtype })
      for _, n in ipairs { 1, 10, 257, 1023, 1025 } do
        la.manual_seed(6)
        assert.equal(bits(long[{ { 1, n } }]), bits(la.randn(n, { dtype = dtype })))
      end
    end
  end)
end)

describe("a generator", function()
  it("is a sequence of its own", function()
    local g, h = la.Generator(8), la.Generator(8)
    la.manual_seed(8)
    local x = la.randn(5)
    assert.equal(bits(x), bits(la.randn(5, { generator = g })))
    la.randn(5)
    assert.equal(bits(la.rand(4, { generator = g })), (function()
      la.randn(5, { generator = h })
      return bits(la.rand(4, { generator = h }))
    end)())
  end)

  it("takes up where a saved state left", function()
    local g = la.Generator(9)
    la.randn(100, { generator = g })
    local state = g:get_state()
    local next_numbers = bits(la.rand(10, { generator = g }))
    la.randn(7, { generator = g })
    g:set_state(state)
    assert.equal(next_numbers, bits(la.rand(10, { generator = g })))
    assert.equal(9, g:seed())
    g:manual_seed(9)
    assert.equal(bits(la.rand(3, { generator = la.Generator(9) })), bits(la.rand(3, { generator = g })))
  end)

  it("is not moved by a call that fails", function()
    local g = la.Generator(10)
    local before = g:get_state()
    assert.has_error(function() la.zeros(3):normal_(0, -1, { generator = g }) end)
    assert.has_error(function() la.randint(5, 1, { 3 }, { generator = g }) end)
    assert.same(before, g:get_state())
  end)

  it("never gives the same numbers to two calls", function()
    local g, seen = la.Generator(11), {}
    for n = 1, 300, 7 do
      for _, v in ipairs(la.rand(n, { generator = g, dtype = "float64" }):totable()) do
        assert.falsy(seen[v])
        seen[v] = true
      end
    end
  end)

  it("refuses a state that is none", function()
    local g = la.Generator(1)
    assert.error_matches(function() g:set_state { seed = 1 } end, "offset")
    assert.error_matches(function() g:set_state { seed = 1, offset = 0.5 } end, "integers")
    assert.error_matches(function() la.rand(2, { generator = 3 }) end, "generator")
  end)

  it("left without a seed differs from run to run", function()
    assert.not_equal(la.Generator():seed(), la.Generator():seed())
  end)
end)

describe("uniform numbers", function()
  it("lie in [0, 1) and are spread evenly", function()
    la.manual_seed(21)
    for _, dtype in ipairs { "float32", "float64" } do
      local x = la.rand(20000, { dtype = dtype })
      assert.equal(dtype, x.dtype)
      assert.is_true(x:min() >= 0 and x:max() < 1)
      assert.is_true(ks(sorted(x), function(v) return v end) < 1.63 / math.sqrt(20000))
    end
  end)

  it("stay below the upper end even where rounding reaches it", function()
    la.manual_seed(22)
    local x = la.zeros(200000):uniform_(1, 1 + 2 ^ -22)
    assert.is_true(x:max() < 1 + 2 ^ -22 and x:min() >= 1)
    assert.equal(3, la.zeros(5):uniform_(3, 3):max())
  end)

  it("differ between neighbours, rows and columns", function()
    la.manual_seed(23)
    local x = la.rand(64, 1024, { dtype = "float64" }) - 0.5
    local function correlation(a, b) return (a * b):mean() * 12 end
    assert.is_true(math.abs(correlation(x[{ {}, { 1, 1023 } }], x[{ {}, { 2, 1024 } }])) < 0.02)
    assert.is_true(math.abs(correlation(x[{ { 1, 63 } }], x[{ { 2, 64 } }])) < 0.02)
  end)
end)

describe("normal numbers", function()
  it("follow the normal distribution", function()
    la.manual_seed(31)
    for _, dtype in ipairs { "float32", "float64" } do
      local x = la.randn(20000, { dtype = dtype })
      assert.is_true(ks(sorted(x), phi) < 1.63 / math.sqrt(20000))
    end
  end)

  it("have the moments of the normal distribution in a million draws", function()
    la.manual_seed(32)
    for _, dtype in ipairs { "float32", "float64" } do
      local x = la.randn(1000000, { dtype = dtype }):to("float64")
      assert.near(0, x:mean(), 0.005)
      assert.near(1, (x * x):mean(), 0.007)
      assert.near(0, (x * x * x):mean(), 0.02)
      assert.near(3, (x * x * x * x):mean(), 0.05)
    end
  end)

  it("reach beyond five deviations as often as they should", function()
    la.manual_seed(33)
    local x = la.randn(4000000) -- 2 * (1 - phi(4.5)) * 4e6 = 27 expected
    local beyond = x:abs():gt(4.5):to("int64"):sum()
    assert.is_true(beyond >= 10 and beyond <= 50)
    assert.is_true(x:abs():max() < 6.7)
  end)

  it("take a mean and a deviation", function()
    la.manual_seed(34)
    local x = la.zeros(100000):normal_(10, 0.5)
    assert.near(10, x:mean(), 0.01)
    assert.near(0.5, math.sqrt(x:var()), 0.01)
    assert.equal(7, la.zeros(4):normal_(7, 0):max())
  end)
end)

describe("random integers", function()
  it("take each value of the range, both ends included, equally often", function()
    la.manual_seed(41)
    local counts = { 0, 0, 0, 0, 0, 0 }
    for _, v in ipairs(la.randint(1, 6, { 60000 }):totable()) do counts[v] = counts[v] + 1 end
    assert.is_true(chi_squared(counts, 10000) < 20.5) -- 5 degrees of freedom, 0.1 %
  end)

  it("are not biased in ranges that are no power of two, however wide", function()
    la.manual_seed(42)
    -- Values of a range of 3 * 2^62: a plain remainder would favour its lower third.
    local low, thirds = -3 << 61, { 0, 0, 0 }
    local x = la.randint(low, low + 2 * (1 << 62) + (1 << 62) - 1, { 30000 })
    for _, v in ipairs(x:totable()) do
      local third = 1 + (v >= low + (1 << 62) and 1 or 0) + (v >= low + 2 * (1 << 62) and 1 or 0)
      thirds[third] = thirds[third] + 1
    end
    assert.is_true(chi_squared(thirds, 10000) < 13.8)
  end)

  it("cover all 64 bits when asked to", function()
    la.manual_seed(43)
    local x = la.randint(math.mininteger, math.maxinteger, { 1000 })
    local negative = x:lt(0):to("int64"):sum()
    assert.is_true(negative > 400 and negative < 600)
  end)

  it("have the dtype asked for, if it holds them", function()
    assert.equal("int64", la.randint(0, 1, { 2 }).dtype)
    assert.equal("uint8", la.randint(0, 255, { 2 }, { dtype = "uint8" }).dtype)
    assert.error_matches(function() la.randint(0, 256, { 2 }, { dtype = "uint8" }) end, "uint8")
    assert.error_matches(function() la.randint(0, 1 << 25, { 2 }, { dtype = "float32" }) end, "float32")
    assert.error_matches(function() la.randint(2, 1, { 2 }) end, "low is above high")
  end)
end)

describe("a random permutation", function()
  it("holds each of 1 to n once", function()
    la.manual_seed(51)
    for _, n in ipairs { 0, 1, 2, 1000, 70000 } do
      local t = la.randperm(n):totable()
      table.sort(t)
      assert.equal(n, #t)
      for i = 1, n do assert.equal(i, t[i]) end
    end
    assert.equal("int64", la.randperm(3).dtype)
  end)

  it("is each of the n! orders equally often", function()
    la.manual_seed(52)
    local counts = {}
    for _ = 1, 12000 do
      local key = bits(la.randperm(4))
      counts[key] = (counts[key] or 0) + 1
    end
    local list = {}
    for _, c in pairs(counts) do list[#list + 1] = c end
    assert.equal(24, #list)
    assert.is_true(chi_squared(list, 500) < 49.7) -- 23 degrees of freedom, 0.1 %
  end)

  it("refuses a negative length", function()
    assert.error_matches(function() la.randperm(-1) end, "negative")
  end)
end)

describe("filling in place", function()
  it("gives the tensor back and writes through views", function()
    local x = la.zeros(4, 6)
    local column = x[{ {}, 2 }]
    assert.equal(column, column:uniform_(1, 2))
    for i = 1, 4 do
      for j = 1, 6 do assert.equal(j == 2, x[{ i, j }] >= 1) end
    end
  end)

  it("draws truth values of a probability into any dtype", function()
    la.manual_seed(61)
    for _, dtype in ipairs { "float32", "float64", "int64", "uint8", "bool" } do
      local share = la.zeros(40000, { dtype = dtype }):bernoulli_(0.3):to("float64"):mean()
      assert.near(0.3, share, 0.01)
    end
    assert.equal(0, la.ones(1000):bernoulli_(0):sum())
    assert.equal(1000, la.ones(1000):bernoulli_(1):sum())
  end)

  it("makes tensors like another", function()
    local x = la.zeros(3, 2, { dtype = "float64" })
    assert.same({ 3, 2 }, la.randn_like(x).shape)
    assert.equal("float64", la.rand_like(x).dtype)
    assert.equal("float32", la.rand_like(x, { dtype = "float32" }).dtype)
  end)

  it("refuses what cannot be", function()
    local x = la.zeros(3)
    assert.error_matches(function() x:uniform_(2, 1) end, "low <= high")
    assert.error_matches(function() x:uniform_(0, 0 / 0) end, "uniform_")
    assert.error_matches(function() x:normal_(0, -1) end, "std >= 0")
    assert.error_matches(function() x:bernoulli_(1.5) end, "0 to 1")
    assert.error_matches(function() la.zeros(3, { dtype = "int64" }):uniform_() end, "float.*int64")
    assert.error_matches(function() la.rand(3, { dtype = "int64" }) end, "float")
    assert.error_matches(function() x:uniform_(0, 1, { seed = 3 }) end, "seed.*generator")
    local w = la.zeros(3):requires_grad(true)
    assert.error_matches(function() w:uniform_() end, "in place")
    la.no_grad(function() w:uniform_(1, 2) end)
    assert.is_true(w:detach():min() >= 1)
  end)

  it("is seen by autograd as a change of what it has saved", function()
    local w, x = la.ones(200):requires_grad(true), la.ones(200)
    local y = (w * x):sum()
    x:normal_()
    assert.error_matches(function() y:backward() end, "normal_")
  end)
end)
