-- Tutorial 1, "Likelihood, log-loss, optimise by hand": what it means that a Gaussian fits the data.
--
-- The likelihood of parameters is the density they give to all the data, a product over the samples.
-- Its negative logarithm, the log-loss, is a sum, and has its minimum where the likelihood has its
-- maximum. For a Gaussian:  C = sum_n (x_n - mu)^2 / (2 sigma2) + log(2 pi sigma2) / 2
--
-- What to see: underflow.png: a sample with a density of about 0.15 takes nearly a digit from the product;
-- float32 is at zero after some 50 samples, float64 after some 370, and from there on all parameters look
-- alike. The sum of logarithms goes on. by-hand.png: your --mu and --sigma2 over the data; the title says how
-- far the loss is above the best one. Try to get there, and --sigma2 0. surface.png: the loss over both
-- parameters, a valley with one lowest point, steep towards small variances and flat towards large ones.
-- variance.png: what happens as the variance goes to zero.
local la = require "latent"

local run = la.script.start("The likelihood of a Gaussian, its logarithm, and a fit by hand.", {
  { "samples", 1000, "heights to draw", min = 2 },
  { "mu", 50.1597, "your guess of the mean" },
  { "sigma2", 9.8342, "your guess of the variance; 0 shows what goes wrong", min = 0 },
})

local x = la.data.heights({ n = run.samples, group = 1, seed = run.seed }).heights -- [N] float64, cm
local float64 = { dtype = "float64" }

--- Log-loss of the data for a Gaussian.
local function log_loss(mu, sigma2)
  return ((x - mu):square() / (2 * sigma2) + math.log(2 * math.pi * sigma2) / 2):sum()
end

-- The best Gaussian has the mean and the variance of the data: 1c-maximum-likelihood.lua shows why.
local mean, variance = x:mean(), x:var()
local best = log_loss(mean, variance)
print(("the best fit: mu %.4f, sigma2 %.4f, log-loss %.3f"):format(mean, variance, best))

-- Why not the likelihood itself: the running product of the densities, in both precisions.
local densities = la.distributions.Normal { mean = mean, variance = variance }:pdf(x)
local double, single = densities:cumprod(1), densities:to("float32"):cumprod(1)
local log_likelihood = densities:log():cumsum(1)                   -- natural logarithms
local zero64, zero32 = double:gt(0):sum() + 1, single:gt(0):sum() + 1
local function told(zero) return zero <= run.samples and "from sample " .. zero .. " on" or "nowhere" end
print(("the product is 0 in float32 %s, in float64 %s; the sum of logarithms is %.3f"):format(told(zero32),
  told(zero64), log_likelihood[-1]))
local fig = la.plot.figure { title = "Likelihood of the first n heights", xlabel = "n",
  ylabel = "logarithm to base 10" }
local n = la.arange(1, run.samples)
fig:line(n, log_likelihood / math.log(10), { label = "sum of logarithms" })
fig:line(n, double:log10(), { lw = 5, label = "logarithm of the product, float64" })
fig:line(n, single:log10(), { lw = 5, label = "logarithm of the product, float32" })
run:save(fig, "underflow.png")

-- By hand. The loss above the minimum, per sample, is the Kullback-Leibler divergence of your Gaussian
-- from the best one. At a variance of zero the first term is infinite and the second, log 0, minus
-- infinity: their sum is no number.
local by_hand = log_loss(run.mu, run.sigma2)
local result = by_hand == by_hand and ("%.2f, %.2f above the minimum"):format(by_hand, by_hand - best)
  or "no number (infinity minus infinity)"
print(("by hand:      mu %.4f, sigma2 %.4f, log-loss %s"):format(run.mu, run.sigma2, result))
local grid = la.linspace(math.min(x:min(), run.mu - 5), math.max(x:max(), run.mu + 5), 300, float64)
fig = la.plot.figure { xlabel = "x (cm)", ylabel = "p(x)", xlim = { grid:min(), grid:max() },
  title = "Log-loss by hand: " .. result }
fig:hist(x, { bins = 20, density = true, facecolor = ".9", edgecolor = ".3", label = "data" })
if run.sigma2 > 0 then
  fig:line(grid, la.distributions.Normal { mean = run.mu, variance = run.sigma2 }:pdf(grid),
    { lw = 3, label = "by hand" })
else
  fig:vline(run.mu, { lw = 3, label = "by hand: all the mass in one point" })
end
fig:line(grid, la.distributions.Normal { mean = mean, variance = variance }:pdf(grid),
  { linestyle = "--", label = "the best fit" })
run:save(fig, "by-hand.png")

-- The loss per sample over a grid [variances, means]. The mean square distance of the data from mu is
-- variance + (mean - mu)^2, so this takes no further pass over the data.
local means, variances = la.linspace(46, 52.5, 66, float64), la.linspace(2, 20, 73, float64)
local distance = variance + (means - mean):square():reshape(1, -1)
local column = variances:reshape(-1, 1)
local surface = distance / (2 * column) + (2 * math.pi * column):log() / 2
local lowest = surface:argmin() - 1
local at = { means[lowest % #means + 1], variances[lowest // #means + 1] }
print(("the lowest point of the grid is mu %.2f, sigma2 %.2f"):format(at[1], at[2]))

local above = la.tensor({ 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2 }, float64):log() -- for even colours
fig = la.plot.figure { panels = { 1, 2 }, width = 1200, height = 520 }
fig[1]:title("Loss per sample"):xlabel("$\\mu$"):ylabel("$\\sigma^2$")
  :surface(means, variances, surface, { elev = 35, azim = -50 })
fig[2]:title("Lines 0.01, 0.03, 0.1, 0.2, .. above the minimum"):xlabel("$\\mu$"):ylabel("$\\sigma^2$")
  :xlim(46, 52.5):ylim(2, 20):contour(means, variances, (surface - best / run.samples):log(), { levels = above })
fig[2]:scatter({ run.mu }, { run.sigma2 }, { color = "black", marker = "s", label = "by hand" })
fig[2]:scatter({ mean }, { variance }, { color = "red", marker = "*", s = 200, label = "minimum" })
run:save(fig, "surface.png")

-- As the variance goes to zero, the density becomes a spike at mu. Every sample beside it then has a
-- density of nearly zero, and the loss grows like 1 / sigma2. Only if there is nothing beside it, as with
-- one sample and mu on top, does the logarithm win: the loss falls without end, and there is no best
-- variance. A mixture can fall into that hole with one of its components.
local small = (la.linspace(-4, 2, 121, float64) * math.log(10)):exp()
local function along_variance(of, mu)
  return (of - mu):square():mean() / (2 * small) + (2 * math.pi * small):log() / 2
end
local curves = { along_variance(x, mean), along_variance(x, mean + 3), along_variance(x[{ { 1, 1 } }], x[1]) }
fig = la.plot.figure { title = "Loss per sample along the variance", xlabel = "$\\sigma^2$",
  ylabel = "loss per sample", xscale = "log", ylim = { -5, 12 } }
fig:line(small, curves[1], { label = ("all %d heights, $\\mu$ their mean"):format(run.samples) })
fig:line(small, curves[2], { label = "the same, $\\mu$ 3 cm off" })
fig:line(small, curves[3], { label = "one height, $\\mu$ that height" })
fig:vline(variance, { linestyle = "--", color = ".5", label = "variance of the heights" })
run:save(fig, "variance.png")
run:finish()

return { mean = mean, variance = variance, best = best, by_hand = by_hand, zero32 = zero32, zero64 = zero64,
  log_likelihood = log_likelihood[-1], lowest = at, along_variance = curves }
