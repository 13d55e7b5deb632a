local la = require "latent"

local function double(t) return la.tensor(t, { dtype = "float64" }) end

--- Kolmogorov-Smirnov distance of samples from a distribution function of sorted tensors.
local function ks(x, cdf)
  local t = x:to("float64"):reshape(-1):totable()
  table.sort(t)
  local c, worst = cdf(double(t)):totable(), 0
  for i = 1, #t do worst = math.max(worst, math.abs(c[i] - (i - 1) / #t), math.abs(i / #t - c[i])) end
  return worst * math.sqrt(#t) -- 1.63 at 1 %, 1.95 at 0.1 %
end

--- Pearson's statistic against expected counts.
local function chi_squared(counts, expected)
  local sum = 0
  for i, e in ipairs(expected) do sum = sum + ((counts[i] or 0) - e) ^ 2 / e end
  return sum
end

local function count(ids, k)
  local counts = {}
  for i = 1, k do counts[i] = ids:eq(i):to("int64"):sum() end
  return counts
end

describe("exponential samples", function()
  it("follow the exponential distribution", function()
    la.manual_seed(1)
    local x = la.exponential(2, { 20000 })
    assert.is_true(ks(x, function(v) return 1 - la.exp(v * -2) end) < 1.63)
    assert.is_true(x:min() > 0)
  end)
end)

describe("gamma samples", function()
  for _, a in ipairs { 0.01, 0.3, 1, 1.5, 20, 1e5 } do
    it("follow the gamma distribution of concentration " .. a, function()
      la.manual_seed(2)
      local x = la.gamma(a, 2, { 8000 }, { dtype = "float64" })
      assert.is_true(ks(x, function(v) return la.gammainc(a, v * 2) end) < 1.63)
    end)
  end
end)

describe("beta samples", function()
  for _, ab in ipairs { { 0.02, 1.5 }, { 0.5, 0.5 }, { 1, 3 }, { 30, 20 } } do
    it(("follow the beta distribution of concentrations %g and %g"):format(ab[1], ab[2]), function()
      la.manual_seed(3)
      local x = la.beta(ab[1], ab[2], { 8000 }, { dtype = "float64" })
      assert.is_true(x:min() >= 0 and x:max() <= 1)
      assert.is_true(ks(x, function(v) return la.betainc(ab[1], ab[2], v) end) < 1.63)
    end)
  end

  it("stay finite for the smallest concentrations", function()
    la.manual_seed(4)
    local x = la.beta(1e-300, 1e-300, { 4000 }, { dtype = "float64" })
    assert.is_true(x:isfinite():all())
    assert.near(0.5, x:mean(), 0.03)
  end)
end)

describe("Poisson samples", function()
  for _, rate in ipairs { 0.1, 3, 9.9, 10, 42, 1000 } do
    it("have the Poisson probabilities of rate " .. rate, function()
      la.manual_seed(5)
      local n, deviation = 30000, math.sqrt(rate)
      local x = la.poisson(rate, { n }, { dtype = "int64" })
      local low = math.max(0, math.floor(rate - 3 * deviation))
      local high = math.ceil(rate + 3 * deviation) + 1
      local step = math.max(1, (high - low) // 20)
      -- Counts of stretches of values, the tails joined to the first and last.
      local expected, counts, below = {}, {}, 0.0
      local function log_p(k) return k * math.log(rate) - rate - la.lgamma(k + 1.0) end
      for k = 0, low - 1 do below = below + math.exp(log_p(k)) end
      local seen, rest = 0, 1.0
      for from = low, high, step do
        local p = from == low and below or 0.0
        for k = from, from + step - 1 do p = p + math.exp(log_p(k)) end
        local to = la.lt(x, from + step):to("int64"):sum()
        counts[#counts + 1], expected[#expected + 1] = to - seen, p * n
        seen, rest = to, rest - p
      end
      counts[#counts], expected[#expected] = counts[#counts] + n - seen, expected[#expected] + rest * n
      while expected[#expected] < 5 do
        counts[#counts - 1] = counts[#counts - 1] + table.remove(counts)
        expected[#expected - 1] = expected[#expected - 1] + table.remove(expected)
      end
      local freedom = #expected - 1
      assert.is_true(chi_squared(counts, expected) < freedom + 3.7 * math.sqrt(2 * freedom) + 5)
    end)
  end

  it("are 0 at rate 0 and have the moments of very large rates", function()
    assert.equal(0, la.poisson(0, { 100 }):max())
    la.manual_seed(6)
    local x = (la.poisson(1e12, { 20000 }, { dtype = "float64" }) - 1e12) / 1e6
    assert.near(0, x:mean(), 0.03)
    assert.near(1, x:var(), 0.04)
  end)
end)

describe("samplers with parameters", function()
  it("take numbers or tensors, and a shape", function()
    assert.is_number(la.normal(0, 1))
    assert.same({ 3, 2 }, la.normal(0, 1, 3, 2).shape)
    assert.same({ 3, 2 }, la.normal(0, 1, { 3, 2 }).shape)
    assert.same({ 3, 2 }, la.gamma(la.ones(2), la.ones(3, 1)).shape)
    assert.same({ 4, 2 }, la.poisson(la.ones(2), { 4, 2 }).shape)
    assert.equal("float64", la.gamma(double { 1, 2 }, 1).dtype)
    assert.equal("float64", la.gamma(1, 1, { 2 }, { dtype = "float64" }).dtype)
    assert.equal("int64", la.poisson(2, { 2 }, { dtype = "int64" }).dtype)
    assert.error_matches(function() la.gamma(la.ones(2), 1, { 3 }) end, "%[2%].*%[3%]")
  end)

  it("use each element's own parameters", function()
    local p = la.tensor { { 0, 1 }, { 1, 0 } }
    assert.same({ { 0, 1 }, { 1, 0 } }, p:bernoulli():totable())
    local x = la.normal(la.tensor { -100, 100 }, 1e-3, { 5, 2 })
    assert.is_true(x[{ {}, 1 }]:max() < -99 and x[{ {}, 2 }]:min() > 99)
    local y = la.uniform(la.tensor { 0, 10 }, la.tensor { 1, 11 }, { 50, 2 })
    assert.is_true(y[{ {}, 2 }]:min() >= 10 and y[{ {}, 2 }]:max() < 11)
  end)

  it("give the same numbers for any number of threads, and for each generator", function()
    local threads = la.get_num_threads()
    local function draw(n)
      la.set_num_threads(n)
      la.manual_seed(7)
      local out = {}
      for _, x in ipairs {
        la.gamma(0.7, 1, { 20001 }), la.poisson(30, { 20001 }), la.beta(0.5, 2, { 20001 }),
        la.multinomial(la.ones(50), 20001, { replacement = true }), la.multinomial(la.ones(5000), 400),
        la.dirichlet(la.ones(3), { 7000 }),
      } do
        out[#out + 1] = table.concat(x:reshape(-1):totable(), " ")
      end
      return out
    end
    local one, many = draw(1), draw(3)
    la.set_num_threads(threads)
    assert.same(one, many)
    local g = la.Generator(8)
    local first = la.gamma(2, 1, { 4 }, { generator = g }):totable()
    assert.not_same(first, la.gamma(2, 1, { 4 }, { generator = g }):totable())
    g:manual_seed(8)
    assert.same(first, la.gamma(2, 1, { 4 }, { generator = g }):totable())
  end)

  it("refuse parameters outside their range, and leave the generator where it was", function()
    local g = la.Generator(9)
    local before = g:get_state()
    local function refused(message, f) assert.error_matches(f, message) end
    refused("gamma: concentration must be .* above 0, not %-1", function()
      la.gamma(-1, 1, { 2 }, { generator = g })
    end)
    refused("gamma: rate", function() la.gamma(1, 0, { 2 }, { generator = g }) end)
    refused("poisson: rate must be .* not negative", function() la.poisson(la.tensor { 1, -2 }, { generator = g }) end)
    refused("0 to 1", function() la.bernoulli(la.tensor { 0.5, 1.5 }, { generator = g }) end)
    refused("exponential: rate", function() la.exponential(0 / 0, { 2 }, { generator = g }) end)
    refused("low <= high", function() la.uniform(la.tensor { 2 }, 1, { generator = g }) end)
    refused("beta", function() la.beta(1, 0, { 2 }) end)
    refused("must be a vector", function() la.dirichlet(la.full({}, 2)) end)
    refused("floats, not int64", function() la.gamma(1, 1, { 2 }, { dtype = "int64" }) end)
    refused("known: dtype, generator", function() la.gamma(1, 1, { 2 }, { seed = 1 }) end)
    refused("tensor or a number", function() la.gamma("a", 1) end)
    assert.same(before, g:get_state())
  end)

  it("make nothing of nothing", function()
    assert.same({ 0, 3 }, la.gamma(1, 1, { 0, 3 }).shape)
    assert.same({ 0 }, la.multinomial(la.ones(3), 0).shape)
    assert.same({ 0, 3 }, la.dirichlet(la.ones(3), { 0 }).shape)
    assert.same({ 0, 2 }, la.multinomial(la.ones(0, 3), 2).shape)
  end)
end)

describe("multinomial", function()
  it("draws categories by their weights, with replacement", function()
    la.manual_seed(11)
    local weights, n = double { 1, 0, 2, 5, 0 }, 40000
    local ids = la.multinomial(weights, n, { replacement = true })
    assert.equal("int64", ids.dtype)
    local counts = count(ids, 5)
    assert.equal(0, counts[2] + counts[5])
    assert.is_true(chi_squared({ counts[1], counts[3], counts[4] }, { n / 8, n / 4, n * 5 / 8 }) < 13.8)
  end)

  it("draws each category once without replacement, the heavy ones first", function()
    la.manual_seed(12)
    local all = la.multinomial(la.ones(100), 100):totable()
    table.sort(all)
    for i = 1, 100 do assert.equal(i, all[i]) end
    -- Probability that the first two of weights 1, 2, 3 are (3, 2): 3/6 * 2/3.
    local n, hits = 6000, 0
    local pairs_drawn = la.multinomial(la.tensor { 1, 2, 3 }:reshape(1, 3):expand(n, 3), 2)
    assert.same({ n, 2 }, pairs_drawn.shape)
    for _, pair in ipairs(pairs_drawn:totable()) do
      assert.not_equal(pair[1], pair[2])
      if pair[1] == 3 and pair[2] == 2 then hits = hits + 1 end
    end
    assert.near(1 / 3, hits / n, 0.02)
  end)

  it("takes a row of weights each", function()
    la.manual_seed(13)
    local ids = la.multinomial(la.tensor { { 0, 1, 0 }, { 1, 0, 0 } }, 4, { replacement = true })
    assert.same({ { 2, 2, 2, 2 }, { 1, 1, 1, 1 } }, ids:totable())
  end)

  it("refuses weights that cannot be drawn from", function()
    assert.error_matches(function() la.multinomial(la.tensor { 1, -1 }, 1) end, "not negative")
    assert.error_matches(function() la.multinomial(la.zeros(3), 1) end, "above 0")
    assert.error_matches(function() la.multinomial(la.tensor { 1, 0 }, 2) end, "cannot draw 2 .* from 1")
    assert.error_matches(function() la.multinomial(la.ones(2, 2, 2), 1) end, "%[2, 2, 2%]")
    assert.error_matches(function() la.multinomial(la.ones(3), -1) end, "negative")
    assert.error_matches(function() la.multinomial(la.zeros(0), 1) end, "no categories")
    assert.error_matches(function() la.multinomial(la.tensor { math.huge, 1 }, 1) end, "finite")
  end)
end)

describe("categorical", function()
  it("gives one id a row of weights, times a shape", function()
    la.manual_seed(14)
    assert.is_true(math.type(la.categorical(la.ones(3))) == "integer")
    local weights = la.tensor { { 1, 0 }, { 0, 1 }, { 1, 0 } }
    assert.same({ 1, 2, 1 }, la.categorical(weights):totable())
    assert.same({ { 1, 2, 1 }, { 1, 2, 1 } }, la.categorical(weights, { 2 }):totable())
    assert.same({ 2, 4, 3 }, la.categorical(weights, { 2, 4 }).shape)
  end)
end)

describe("the incomplete gamma and beta functions", function()
  it("have the values of the tables", function()
    assert.near(0.63212055882856, la.gammainc(1, 1.0), 1e-14) -- 1 - 1 / e
    assert.near(0.994989104051291691914, la.gammainc(0.25, 3), 1e-14)
    assert.near(0.533089132467815395319, la.gammainc(100.5, 101), 1e-14)
    assert.near(0.691550475771497181533, la.gammainc(1e6, 1e6 + 500), 1e-12)
    assert.near(0.6875, la.betainc(2, 3, 0.5), 1e-14)
    assert.near(0.5, la.betainc(0.5, 0.5, 0.5), 1e-14)
    assert.near(0.367496519904023069, la.betainc(2.5, 7, 0.2), 1e-14)
    assert.near(1, la.gammainc(2, 1e4), 1e-15)
    assert.equal(0, la.gammainc(2, 0))
  end)

  it("broadcast, and are nan outside their domains", function()
    local p = la.gammainc(double { 1, 2 }, double { { 0.5 }, { 3 } })
    assert.same({ 2, 2 }, p.shape)
    assert.near(1 - math.exp(-3), p[{ 2, 1 }], 1e-14)
    assert.is_true(la.isnan(la.gammainc(double { -1 }, 1))[1])
    assert.equal("float32", la.betainc(1, 2, la.rand(3)).dtype)
  end)

  it("have a gradient by x, and say that they have none by the rest", function()
    local x = double { 1 }:requires_grad(true)
    assert.error_matches(function() la.gammainc(x, 2) end, "gammainc: has a gradient by x alone")
    assert.error_matches(function() la.betainc(2, x, 0.5) end, "betainc: has a gradient by x alone")
    local y = double { 0, 2 }:requires_grad(true)
    la.gammainc(double { { 1 }, { 3 } }, y):sum():backward()
    assert.near(1, y.grad[1], 1e-14) -- exp(-0), and 0
    assert.near(math.exp(-2) + 2 * math.exp(-2), y.grad[2], 1e-14)
    local z = double { 0, 0.25, 1 }:requires_grad(true)
    la.betainc(2, 1, z):sum():backward()
    assert.same({ 0, 0.5, 2 }, (z.grad * 1e12):round():div(1e12):totable())
  end)
end)
