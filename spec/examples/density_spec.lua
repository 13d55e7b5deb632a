-- Tutorial 1, density estimation: the numbers that its scripts print and draw.
local examples = require "examples.support"

local function run(name, options)
  local result, text, out = examples.run("1-unsupervised-learning/" .. name, options)
  for picture in text:match("pictures: (.*)$"):gmatch "[^, ]+" do examples.check_picture(picture) end
  examples.remove(out)
  return result, text
end

describe("1a-density", function()
  it("turns counts into masses and densities, and fits a Gaussian", function()
    local got = run("1a-density", { "--samples", "20000", "--bins", "40" })
    assert.is_near(1, got.masses:sum(), 1e-12)
    assert.is_near(1, (got.densities * got.width):sum(), 1e-12)
    assert.is_near(49.3, got.mean, 0.05)
    assert.is_near(1.88 ^ 2, got.variance, 0.12)
    assert.is_near(1, got.area, 1e-9)
    assert.is_true(got.deviation < 0.006)
  end)

  it("finds that density times width is nearly the integral, the nearer the narrower the bins", function()
    local function gap(bins)
      local got = run("1a-density", { "--bins", bins })
      return (got.by_centre - got.exact):abs():max()
    end
    local wide, narrow = gap "10", gap "40"
    assert.is_true(narrow < wide / 30, ("%g and %g"):format(narrow, wide)) -- the error of a bin is of third order
  end)
end)

describe("1b-log-loss", function()
  it("shows that the product underflows, and has its minimum at mean and variance", function()
    local got = run("1b-log-loss", {})
    assert.is_true(got.zero32 > 40 and got.zero32 < 70)
    assert.is_true(got.zero64 > 300 and got.zero64 < 450)
    assert.is_near(-got.best, got.log_likelihood, 1e-6)
    assert.is_near(got.mean, got.lowest[1], 0.05)
    assert.is_near(got.variance, got.lowest[2], 0.125)
    -- The guess loses 1000 times the Kullback-Leibler divergence of the two Gaussians.
    local mu, s = 50.1597, 9.8342
    local divergence = (got.variance + (got.mean - mu) ^ 2) / (2 * s) - 0.5 + math.log(s / got.variance) / 2
    assert.is_near(1000 * divergence, got.by_hand - got.best, 1e-8)
  end)

  it("takes the guess from the command line, and tells what a variance of zero does", function()
    local got, text = run("1b-log-loss", { "--mu", "49", "--sigma2", "0" })
    assert.is_true(got.by_hand ~= got.by_hand)
    assert.matches("mu 49.0000, sigma2 0.0000, log-loss no number", text, 1, true)
    assert.is_true(got.along_variance[1][1] > 1e4)                 -- many samples: the loss explodes
    assert.is_true(got.along_variance[3][1] < got.along_variance[3][50]) -- one sample: it falls without end
  end)
end)

describe("1c-maximum-likelihood", function()
  it("comes to the same minimum by formula, by autograd and by descent", function()
    local got = run("1c-maximum-likelihood", {})
    assert.is_near(0, got.gradient[1], 1e-9)
    assert.is_near(0, got.gradient[2], 1e-9)
    for i = 1, 2 do
      assert.is_true(got.second[i] > 0)
      assert.is_near(got.exact[i], got.second[i], 1e-9 * got.exact[i])
      assert.is_near(got.exact[i], got.differences[i], 1e-5 * got.exact[i])
    end
    assert.is_near(0, got.second[3], 1e-9)
    assert.is_near(got.mean, got.path[{ -1, 1 }], 1e-6)
    assert.is_near(got.variance, got.path[{ -1, 2 }], 1e-6)
    assert.is_near(got.best, 1000 * got.losses[-1], 1e-8)
    assert.is_true((got.losses[{ { 2, 60 } }] - got.losses[{ { 1, 59 } }]):max() < 0) -- never upwards
  end)
end)
