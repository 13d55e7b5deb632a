local la = require "latent"
local support = require "models.support"

local FactorAnalysis = la.models.FactorAnalysis
local v = support.vectors
local double = { dtype = "float64" }

--- Rows from known loadings [2, 5] and noise.
local function drawn(n)
  la.manual_seed(1)
  local loadings = la.tensor({ { 2, 1, 0, -1, 0.5 }, { 0, 1, 3, 1, 0 } }, double)
  local noise = la.tensor({ 0.5, 0.1, 1, 2, 0.3 }, double)
  local factors = la.randn(n, 2, double)
  return factors:mm(loadings) + la.randn(n, 5, double) * noise:sqrt() + 7, loadings, noise, factors
end

describe("FactorAnalysis", function()
  it("agrees with scikit-learn", function()
    for dtype, tolerance in pairs { float64 = 1e-9, float32 = 1e-5 } do
      local fa = FactorAnalysis { n_components = 5 }:fit(v.gmm_x:to(dtype))
      assert.near(v.fa_loglike:item(), fa:score(v.gmm_x), tolerance * 20)
      support.near(v.fa_noise_variance, fa.noise_variance, tolerance)
      support.near(v.fa_covariance, fa:covariance(), tolerance)
      assert.near(-v.fa_loglike:item(), fa.loss[-1] / 5000, tolerance * 20)
    end
  end)

  it("recovers the noise and the covariance of rows drawn from it", function()
    local x, loadings, noise = drawn(20000)
    local fa = FactorAnalysis { n_components = 2, tol = 1e-8 }:fit(x)
    support.near(noise, fa.noise_variance, 0.05)
    support.near(loadings:t():mm(loadings) + la.eye(5, double) * noise, fa:covariance(), 0.05)
  end)

  it("never lets the likelihood fall, and scores by it", function()
    local x = drawn(500)
    local fa = FactorAnalysis { n_components = 2, tol = 1e-6 }:fit(x)
    for i = 2, #fa.loss do assert.is_true(fa.loss[i] <= fa.loss[i - 1] + 1e-9) end
    assert.near(-fa.loss[-1] / 500, fa:score(x), 1e-9)
    assert.near(fa:score(x), fa:score_samples(x):mean(), 1e-12)
  end)

  it("estimates the factors of rows", function()
    local x, _, _, factors = drawn(5000)
    local fa = FactorAnalysis { n_components = 2, tol = 1e-6 }:fit(x)
    local z = fa:transform(x)
    -- up to a rotation: the true factors are a linear map of the estimated ones, nearly
    local map = la.linalg.lstsq(z, factors)
    local rest = ((factors - z:mm(map)) ^ 2):mean()
    assert.is_true(rest < 0.15, "unexplained: " .. rest)
  end)

  it("warns when max_iter ends the fit, with the figure", function()
    local x = drawn(300)
    local said = support.warnings(function() FactorAnalysis { n_components = 2, max_iter = 2, tol = 0 }:fit(x) end)
    assert.matches("FactorAnalysis: stopped at max_iter = 2 before it settled: .* log%-likelihood", said)
  end)

  it("has a result for constant columns", function()
    local x = la.cat({ la.randn(50, 2, double), la.ones(50, 1, double) }, 2)
    local fa = FactorAnalysis { n_components = 1 }:fit(x)
    assert.is_true(fa.components:isfinite():all())
    assert.is_true(fa.noise_variance[3] < 1e-9)
  end)

  it("says what is wrong with its input", function()
    local x = la.rand(6, 3)
    support.refuses {
      ["FactorAnalysis: n_components must be from 1 to 3"] = function() FactorAnalysis { n_components = 4 }:fit(x) end,
      ["needs at least two rows"] = function() FactorAnalysis {}:fit(la.rand(1, 3)) end,
      ["max_iter must be from 1"] = function() FactorAnalysis { max_iter = 0 }:fit(x) end,
      ["tol must not be negative"] = function() FactorAnalysis { tol = -1 }:fit(x) end,
      ["fitted to rows of 3 columns"] = function() FactorAnalysis {}:fit(x):transform(la.rand(2, 4)) end,
      ["call fit%(x%) first"] = function() FactorAnalysis {}:score(x) end,
    }
  end)
end)
