local la = require "latent"
local D = la.distributions

local function double(t) return la.tensor(t, { dtype = "float64" }) end

--- Integral of f over a range, by the midpoint rule.
local function integral(f, low, high, n)
  local step = (high - low) / n
  local x = la.arange(1, n, { dtype = "float64" }) * step + (low - step / 2)
  return f(x):sum() * step
end

--- Distributions of numbers with a range that holds practically all of their probability.
local continuous = {
  { "Normal", D.Normal { mean = 1.5, std = 0.7 }, -8, 11 },
  { "Normal by variance", D.Normal { mean = -1, variance = 4 }, -25, 23 },
  { "Uniform", D.Uniform { low = -1, high = 3 }, -1, 3 },
  { "Gamma", D.Gamma { concentration = 2.5, rate = 1.5 }, 0, 40 },
  { "Beta", D.Beta { concentration1 = 2.5, concentration0 = 4 }, 0, 1 },
  { "Mixture", D.Mixture {
    components = { D.Normal { mean = -2, std = 0.5 }, D.Normal { mean = 1, std = 1 } },
    weights = double { 1, 3 } }, -12, 13 },
}

describe("a continuous distribution", function()
  for _, case in ipairs(continuous) do
    local name, d, low, high = table.unpack(case)
    local n = 400000

    it("has density of integral 1: " .. name, function()
      assert.near(1, integral(function(x) return d:pdf(x) end, low, high, n), 1e-6)
    end)

    it("has the mean and variance of its density: " .. name, function()
      local mean = la.item(d.mean)
      assert.near(mean, integral(function(x) return d:pdf(x) * x end, low, high, n), 1e-5)
      assert.near(la.item(d.variance),
        integral(function(x) return d:pdf(x) * (x - mean) ^ 2 end, low, high, n), 1e-5)
    end)

    it("has a cdf that is the integral of its density: " .. name, function()
      for _, part in ipairs { 0.2, 0.45, 0.7 } do
        local x = low + part * (high - low)
        assert.near(integral(function(v) return d:pdf(v) end, low, x, n), d:cdf(x), 1e-6)
      end
    end)

    it("draws samples that follow its cdf: " .. name, function()
      la.manual_seed(71)
      local samples = d:sample(4000):to("float64")
      local sorted = samples:totable()
      table.sort(sorted)
      local cdf, worst = d:cdf(double(sorted)):totable(), 0
      for i, c in ipairs(cdf) do worst = math.max(worst, math.abs(c - (i - 0.5) / #sorted)) end
      assert.is_true(worst < 1.63 / math.sqrt(#sorted)) -- Kolmogorov-Smirnov, 1 %
    end)

    if rawget(getmetatable(d), "entropy") then
      it("has the entropy of its density: " .. name, function()
        local function surprise(x)
          local p = d:pdf(x)
          return la.where(p:gt(0), -p * d:log_prob(x), 0.0)
        end
        assert.near(d:entropy(), integral(surprise, low, high, n), 1e-4)
      end)
    end
  end
end)

describe("a distribution of numbers", function()
  it("answers numbers with numbers", function()
    local d = D.Normal()
    assert.near(1 / math.sqrt(2 * math.pi), d:pdf(0), 1e-15)
    assert.near(-0.5 * math.log(2 * math.pi) - 2, d:log_prob(2), 1e-15)
    assert.near(0.97724986805182, d:cdf(2), 1e-13)
    assert.near(2, d:icdf(d:cdf(2)), 1e-10)
    assert.is_number(d:sample())
    assert.is_number(D.Gamma():sample())
    assert.is_number(D.Bernoulli { probs = 0.5 }:sample())
  end)

  it("answers tensors with tensors of their shape", function()
    local x = la.zeros(2, 3)
    for _, d in ipairs { D.Normal(), D.Uniform(), D.Gamma(), D.Beta(), D.Bernoulli { probs = 0.5 } } do
      assert.same({ 2, 3 }, d:log_prob(x).shape)
      assert.same({ 2, 3 }, d:cdf(x).shape)
      assert.same({ 4, 2 }, d:sample(4, 2).shape)
      assert.same({ 4, 2 }, d:sample({ 4, 2 }).shape)
    end
  end)

  it("keeps the tails of the normal distribution", function()
    assert.near(1, D.Normal():cdf(-10) / 7.6198530241605e-24, 1e-10)
  end)

  it("gives no probability to what cannot occur", function()
    assert.equal(-math.huge, D.Gamma():log_prob(-1))
    assert.equal(0, D.Gamma():cdf(-1))
    assert.equal(0, D.Uniform():pdf(1))
    assert.equal(1, D.Uniform():pdf(0))
    assert.equal(1, D.Beta():cdf(2))
    assert.equal(-math.huge, D.Bernoulli { probs = 0.5 }:log_prob(2))
  end)
end)

describe("distributions of tensors", function()
  it("are one an element, and broadcast", function()
    local d = D.Normal { mean = double { 0, 10 }, std = double { { 1 }, { 2 }, { 3 } } }
    assert.same({ 3, 2 }, d.batch_shape)
    assert.same({ 5, 3, 2 }, d:sample(5).shape)
    assert.same({ 3, 2 }, d:sample().shape)
    assert.equal("float64", d:sample().dtype)
    local x = double { 1, 11 }
    local one = D.Normal { mean = 10, std = 3 }
    assert.near(one:log_prob(11), d:log_prob(x)[{ 3, 2 }], 1e-12)
  end)

  it("draw each element from its own parameters", function()
    la.manual_seed(72)
    local a = double { 0.05, 0.5, 1, 3, 50 }
    local n = 40000
    local function check(d)
      local x = d:sample(n)
      for i = 1, #a do
        local column = x[{ {}, i }]
        local mean, variance = la.item(d.mean[i]), la.item(d.variance[i])
        assert.near(mean, column:mean(), 5 * math.sqrt(variance / n))
        assert.near(1, column:var() / variance, 0.15)
      end
    end
    check(D.Gamma { concentration = a, rate = 2 })
    check(D.Beta { concentration1 = a, concentration0 = 2 })
    check(D.Uniform { low = -a, high = a })
  end)

  it("let gradients through to their parameters", function()
    local mean, std = double { 1, 2 }:requires_grad(true), double { 0.5, 3 }:requires_grad(true)
    local d = D.Normal { mean = mean, std = std }
    local x = double { 1.5, 0 }
    d:log_prob(x):sum():backward()
    assert.near((1.5 - 1) / 0.25, mean.grad[1], 1e-12)
    assert.near((0 - 2) ^ 2 / 27 - 1 / 3, std.grad[2], 1e-12)
    assert.is_false(d:sample():requires_grad())
    mean:requires_grad(true)
    local sample = D.Normal { mean = mean, std = 1 }:rsample(7)
    mean.grad = nil
    sample:sum():backward()
    assert.same({ 7, 7 }, mean.grad:totable())
    assert.error_matches(function() D.Gamma():rsample() end, "reparameterised")
  end)
end)

describe("a discrete distribution", function()
  it("sums to one and draws by its probabilities: Bernoulli", function()
    local d = D.Bernoulli { probs = 0.3 }
    assert.near(1, d:pdf(0) + d:pdf(1), 1e-12)
    assert.near(0.3, d:pdf(1), 1e-12)
    assert.near(0.7, d:cdf(0.5), 1e-12)
    la.manual_seed(73)
    assert.near(0.3, d:sample(40000):mean(), 0.01)
    local by_logit = D.Bernoulli { logits = math.log(0.3 / 0.7) }
    assert.near(d:entropy(), by_logit:entropy(), 1e-12)
    assert.near(0.21, d.variance, 1e-12)
    assert.equal(0, D.Bernoulli { probs = 0 }:entropy())
  end)

  it("sums to one and draws by its probabilities: Categorical", function()
    local d = D.Categorical { probs = double { 1, 0, 3 } }
    assert.near(0.25, d:pdf(1), 1e-12)
    assert.equal(0, d:pdf(2))
    assert.equal(0, d:pdf(4))
    assert.near(-(0.25 * math.log(0.25) + 0.75 * math.log(0.75)), la.item(d:entropy()), 1e-12)
    la.manual_seed(74)
    local ids = d:sample(40000)
    assert.equal("int64", ids.dtype)
    assert.near(0.25, ids:eq(1):to("float32"):mean(), 0.01)
    assert.equal(0, ids:eq(2):to("int64"):sum())
    assert.is_true(math.type(d:sample()) == "integer")
  end)

  it("takes a row of probabilities for each element: Categorical", function()
    local d = D.Categorical { logits = double { { 0, 0 }, { 0, math.log(3) } } }
    assert.same({ 2 }, d.batch_shape)
    local p = d:pdf(la.tensor({ 2, 2 }, { dtype = "int64" }))
    assert.near(0.5, p[1], 1e-12)
    assert.near(0.75, p[2], 1e-12)
    assert.same({ 5, 2 }, d:log_prob(la.ones(5, 2)).shape)
    la.manual_seed(75)
    local share = (d:sample(20000) - 1):to("float64"):mean(1)
    assert.near(0.5, share[1], 0.02)
    assert.near(0.75, share[2], 0.02)
  end)
end)

describe("the Dirichlet distribution", function()
  local a = double { 0.5, 1, 2.5 }
  local d = D.Dirichlet { concentration = a }

  it("draws points of the simplex with its moments", function()
    la.manual_seed(76)
    local x = d:sample(40000)
    assert.same({ 40000, 3 }, x.shape)
    assert.is_true((x:sum(2) - 1):abs():max() < 1e-12)
    for i = 1, 3 do
      assert.near(d.mean[i], x[{ {}, i }]:mean(), 0.01)
      assert.near(d.variance[i], x[{ {}, i }]:var(), 0.005)
    end
    assert.is_true(D.Dirichlet { concentration = double { 1e-3, 1e-3 } }:sample(1000):isfinite():all())
  end)

  it("is a beta distribution in two dimensions", function()
    local two = D.Dirichlet { concentration = double { 2, 5 } }
    local beta = D.Beta { concentration1 = 2, concentration0 = 5 }
    assert.near(beta:log_prob(0.3), la.item(two:log_prob(double { 0.3, 0.7 })), 1e-12)
    assert.near(beta:entropy(), la.item(two:entropy()), 1e-12)
  end)
end)

describe("a mixture", function()
  it("draws each component by its weight", function()
    la.manual_seed(77)
    local d = D.Mixture {
      components = { D.Normal { mean = -10, std = 1 }, D.Normal { mean = 10, std = 1 } },
      weights = la.tensor { 1, 4 },
    }
    assert.near(0.2, d:sample(20000):lt(0):to("float32"):mean(), 0.01)
    assert.is_number(d:sample())
    assert.near(6, la.item(d.mean), 1e-5)
    assert.near(65, la.item(d.variance), 1e-3)
  end)

  it("does not underflow far from its components", function()
    local d = D.Mixture { components = { D.Normal { mean = 0 }, D.Normal { mean = 1 } } }
    assert.near(-0.5 * 99 ^ 2 - 0.5 * math.log(2 * math.pi) - math.log(2), d:log_prob(100), 1e-3)
  end)
end)

describe("kl_divergence", function()
  local n = 400000
  local function by_integral(p, q, low, high)
    return integral(function(x)
      local density = p:pdf(x)
      return la.where(density:gt(0), density * (p:log_prob(x) - q:log_prob(x)), 0.0)
    end, low, high, n)
  end

  it("is the integral of p log(p / q)", function()
    for _, case in ipairs {
      { D.Normal { mean = 0.5, std = 2 }, D.Normal { mean = -1, std = 1 }, -25, 25 },
      { D.Uniform { low = 0, high = 1 }, D.Uniform { low = -1, high = 3 }, 0, 1 },
      { D.Uniform { low = -2, high = 1 }, D.Normal { mean = 1, std = 2 }, -2, 1 },
      { D.Gamma { concentration = 2, rate = 3 }, D.Gamma { concentration = 4, rate = 1 }, 0, 20 },
      { D.Beta { concentration1 = 2, concentration0 = 3 }, D.Beta { concentration1 = 4, concentration0 = 1.5 },
        0, 1 },
    } do
      local p, q, low, high = table.unpack(case)
      assert.near(by_integral(p, q, low, high), D.kl_divergence(p, q), 1e-4)
      assert.near(0, D.kl_divergence(p, p), 1e-9)
    end
  end)

  it("is a sum for discrete distributions", function()
    local p, q = D.Bernoulli { probs = 0.3 }, D.Bernoulli { probs = 0.6 }
    assert.near(0.3 * math.log(0.5) + 0.7 * math.log(0.7 / 0.4), D.kl_divergence(p, q), 1e-12)
    local c, d = D.Categorical { probs = double { 0.3, 0.7 } }, D.Categorical { probs = double { 0.6, 0.4 } }
    assert.near(D.kl_divergence(q, p), la.item(D.kl_divergence(d, c)), 1e-12)
    local a, b = double { 2, 5 }, double { 3, 1.5 }
    local as_beta = D.kl_divergence(D.Beta { concentration1 = 2, concentration0 = 5 },
      D.Beta { concentration1 = 3, concentration0 = 1.5 })
    assert.near(as_beta, la.item(
      D.kl_divergence(D.Dirichlet { concentration = a }, D.Dirichlet { concentration = b })), 1e-12)
  end)

  it("is infinite where q gives no probability to what p does", function()
    assert.equal(math.huge, D.kl_divergence(D.Uniform { low = 0, high = 2 }, D.Uniform()))
    assert.equal(math.huge, D.kl_divergence(D.Bernoulli { probs = 0.5 }, D.Bernoulli { probs = 0 }))
  end)

  it("names the pair it does not know, and learns new ones", function()
    assert.error_matches(function() D.kl_divergence(D.Gamma(), D.Beta()) end, "Gamma and Beta")
    assert.error_matches(function() D.kl_divergence(1, D.Beta()) end, "number and Beta")
    local Point = D.Distribution:extend "Point"
    D.register_kl(Point, D.Normal, function(_, q) return -q:log_prob(0) end)
    assert.near(0.5 * math.log(2 * math.pi), D.kl_divergence(setmetatable({}, Point), D.Normal()), 1e-12)
  end)
end)

describe("wrong parameters", function()
  it("are refused with the parameter's name", function()
    assert.error_matches(function() D.Normal { std = -1 } end, "std must be finite and above 0")
    assert.error_matches(function() D.Normal { std = la.tensor { 1, 0 } } end, "std must be")
    assert.error_matches(function() D.Normal { std = 1, variance = 1 } end, "std or variance")
    assert.error_matches(function() D.Normal { sigma = 1 } end, "sigma.*std")
    assert.error_matches(function() D.Normal { mean = "x" } end, "mean must be a number or a tensor")
    assert.error_matches(function() D.Normal(3) end, "table of parameters")
    assert.error_matches(function() D.Uniform { low = 1, high = 1 } end, "below high")
    assert.error_matches(function() D.Bernoulli { probs = 1.5 } end, "probs must be from 0 to 1")
    assert.error_matches(function() D.Bernoulli {} end, "either probs or logits")
    assert.error_matches(function() D.Categorical { probs = la.zeros(3) } end, "probs")
    assert.error_matches(function() D.Gamma { rate = 0 } end, "rate")
    assert.error_matches(function() D.Dirichlet { concentration = 2 } end, "concentration must be a tensor")
    assert.error_matches(function() D.Mixture { components = {} } end, "components")
    assert.error_matches(function()
      D.Mixture { components = { D.Normal() }, weights = la.ones(2) }
    end, "as many weights")
    assert.error_matches(function() D.Normal():log_prob("x") end, "number or a tensor")
    assert.error_matches(function() D.Dirichlet { concentration = la.ones(2) }:cdf(la.ones(2)) end, "no cdf")
  end)
end)

describe("a printed distribution", function()
  it("shows its parameters", function()
    assert.equal("Normal{mean = 0.0, std = 2.0}", tostring(D.Normal { std = 2 }))
    assert.equal("Gamma{concentration = float32 [3], rate = 1.0}",
      tostring(D.Gamma { concentration = la.ones(3) }))
  end)
end)

describe("the multivariate normal distribution", function()
  local mean, covariance = double { 1, -2, 0 }, double { { 2, 0.5, 0.3 }, { 0.5, 1, -0.2 }, { 0.3, -0.2, 0.5 } }
  local d = D.MultivariateNormal { mean = mean, covariance = covariance }

  it("draws samples with its mean and covariance", function()
    la.manual_seed(78)
    local x = d:sample(50000)
    assert.same({ 50000, 3 }, x.shape)
    local away = x - x:mean(1)
    local found = away:t():mm(away) / 50000
    assert.is_true((x:mean(1) - mean):abs():max() < 0.03)
    assert.is_true((found - covariance):abs():max() < 0.05)
    assert.same({ 3 }, d:sample().shape)
    assert.same({ 2, 4, 3 }, d:sample(2, 4).shape)
  end)

  it("has the density of its parts where they are independent", function()
    local apart = D.MultivariateNormal { mean = double { 1, 2 }, covariance = double { { 4, 0 }, { 0, 9 } } }
    local sum = D.Normal { mean = 1, std = 2 }:log_prob(0.5) + D.Normal { mean = 2, std = 3 }:log_prob(4)
    assert.near(sum, la.item(apart:log_prob(double { 0.5, 4 })), 1e-12)
    assert.same({ 5, 7 }, apart:log_prob(la.zeros(5, 7, 2)).shape)
    assert.near(D.Normal { std = 2 }:entropy() + D.Normal { std = 3 }:entropy(), la.item(apart:entropy()), 1e-12)
    assert.same({ 4, 9 }, apart.variance:totable())
  end)

  it("has the density of the formula, and the same from its Cholesky factor", function()
    local x = double { 0.3, 0.1, -1 }
    local away = x - mean
    local square = away:dot(la.linalg.solve(covariance, away))
    local log_p = -0.5 * (square + math.log(la.linalg.det(covariance)) + 3 * math.log(2 * math.pi))
    assert.near(log_p, la.item(d:log_prob(x)), 1e-12)
    local by_factor = D.MultivariateNormal { mean = mean, scale_tril = la.linalg.cholesky(covariance) }
    assert.near(log_p, la.item(by_factor:log_prob(x)), 1e-12)
  end)

  it("lets gradients through to mean and covariance", function()
    local m, c = mean:clone():requires_grad(true), covariance:clone():requires_grad(true)
    local x = double { { 0.3, 0.1, -1 }, { 1, 1, 1 } }
    D.MultivariateNormal { mean = m, covariance = c }:log_prob(x):sum():backward()
    local by_hand = la.linalg.solve(covariance, (x - mean):sum(1))
    assert.is_true((m.grad - by_hand):abs():max() < 1e-10)
    assert.is_true(c.grad:isfinite():all())
  end)

  it("has the divergence of the formula", function()
    local q = D.MultivariateNormal { covariance = la.eye(3, { dtype = "float64" }) }
    local expected = 0.5 * (covariance:diagonal():sum() + mean:dot(mean) - 3 - math.log(la.linalg.det(covariance)))
    assert.near(expected, la.item(D.kl_divergence(d, q)), 1e-12)
    assert.near(0, la.item(D.kl_divergence(d, d)), 1e-12)
  end)

  it("is a component of mixtures", function()
    la.manual_seed(79)
    local far = D.MultivariateNormal { mean = mean + 100, covariance = covariance }
    local m = D.Mixture { components = { d, far }, weights = double { 3, 1 } }
    local x = m:sample(4000)
    assert.same({ 4000, 3 }, x.shape)
    assert.near(0.25, x[{ {}, 1 }]:gt(50):to("float64"):mean(), 0.03)
    assert.same({ 4000 }, m:log_prob(x).shape)
  end)

  it("refuses what is no covariance", function()
    assert.error_matches(function() D.MultivariateNormal { covariance = double { { 1, 2 }, { 2, 1 } } } end, "positive")
    assert.error_matches(function() D.MultivariateNormal { covariance = la.ones(2, 3) } end, "%[d, d%]")
    assert.error_matches(function()
      D.MultivariateNormal { mean = la.ones(2), covariance = la.eye(3) }
    end, "mean must be")
    assert.error_matches(function() D.MultivariateNormal { mean = la.ones(2) } end, "covariance or scale_tril")
    assert.error_matches(function() d:log_prob(la.zeros(2)) end, "%[.., 3%], not %[2%]")
  end)
end)
