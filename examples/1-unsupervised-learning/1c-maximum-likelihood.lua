-- Tutorial 1, "Derivation of the maximum-likelihood estimate": the best Gaussian three ways.
--
-- By formula: the derivatives of the log-loss C are zero where mu is the mean and sigma2 the mean
-- square distance from it. By autograd: at that point the gradient is zero and both second
-- derivatives are positive, so it is a minimum. By gradient descent, which needs no formula and gets there
-- step by step: that is how a network is trained.
--
-- What to see: descent.png: left, the steps over lines of equal loss. Where the variance is large the
-- valley is flat, and the mean moves slowly; near the minimum the steps get short, as the gradient
-- vanishes. Right, the loss above its minimum: at last a straight line on a logarithmic axis, a constant
-- factor a step, until rounding stops it. A larger --lr is faster up to the point where each step jumps
-- across the valley: try 2.5, then 5.
local la = require "latent"
local optim = la.optim

local run = la.script.start("The maximum-likelihood Gaussian by formula, by autograd and by descent.", {
  { "samples", 1000, "heights to draw", min = 2 },
  { "steps", 100, "steps of gradient descent", min = 1 },
  { "lr", 0.7, "learning rate of gradient descent", min = 0 },
})

local x = la.data.heights({ n = run.samples, group = 1, seed = run.seed }).heights -- [N] float64, cm
local float64 = { dtype = "float64" }

--- Log-loss of the data for a Gaussian; mu and sigma2 are 0-dimensional tensors.
local function log_loss(mu, sigma2)
  return ((x - mu):square() / (2 * sigma2) + (2 * math.pi * sigma2):log() / 2):sum()
end

--- Derivatives of f(mu, sigma2) by both, by autograd.
local function differentiate(f, mu, sigma2)
  mu, sigma2 = la.tensor(mu, float64):requires_grad(true), la.tensor(sigma2, float64):requires_grad(true)
  f(mu, sigma2):backward()
  return mu.grad:item(), sigma2.grad:item()
end

-- By formula.
local mean, variance = x:mean(), x:var()
local best = log_loss(la.tensor(mean, float64), la.tensor(variance, float64))
print(("by formula: mu %.4f, sigma2 %.4f, log-loss %.3f"):format(mean, variance, best))

-- By autograd: the gradient at the formula's point, and beside it.
local gradient = { differentiate(log_loss, mean, variance) }
print(("gradient there: %.2g by mu, %.2g by sigma2"):format(gradient[1], gradient[2]))
print(("gradient at 1 cm off and twice the variance: %.2f by mu, %.2f by sigma2"):format(
  differentiate(log_loss, mean + 1, 2 * variance)))

-- Second derivatives are positive at a minimum of the loss. (The tutorial says so of the maximum of the
-- likelihood, where they are negative.) Autograd here differentiates once, so the first
-- derivatives are written out as expressions, and these are differentiated:
--   dC / dmu = sum (mu - x) / sigma2        dC / dsigma2 = sum (sigma2 - (mu - x)^2) / (2 sigma2^2)
local function by_mu(mu, sigma2) return (mu - x):sum() / sigma2 end
local function by_sigma2(mu, sigma2) return (sigma2 - (mu - x):square()):sum() / (2 * sigma2 * sigma2) end

local mu_mu, mu_sigma2 = differentiate(by_mu, mean, variance)
local _, sigma2_sigma2 = differentiate(by_sigma2, mean, variance)

-- The same from differences of autograd's gradient, a little to both sides: no expression needed.
local h = 1e-4
local difference_mu = (differentiate(log_loss, mean + h, variance) - differentiate(log_loss, mean - h, variance))
  / (2 * h)
local _, right = differentiate(log_loss, mean, variance + h)
local _, left = differentiate(log_loss, mean, variance - h)
local difference_sigma2 = (right - left) / (2 * h)
local exact_mu, exact_sigma2 = run.samples / variance, run.samples / (2 * variance ^ 2)
print "second derivatives:      autograd  differences  on paper"
print(("  by mu                %10.4f   %10.4f  %8.4f = N / sigma2"):format(mu_mu, difference_mu, exact_mu))
print(("  by sigma2            %10.4f   %10.4f  %8.4f = N / (2 sigma2^2)"):format(sigma2_sigma2, difference_sigma2,
  exact_sigma2))
print(("  by mu and sigma2     %10.2g, so no direction between the two goes down either"):format(mu_sigma2))

-- By gradient descent on the mean loss, from a poor start. The variance must stay positive, so its
-- logarithm is what moves. The loss bends upwards in it everywhere; in the variance itself it does so
-- only below twice the mean square distance.
local mu, log_sigma2 = la.tensor(45, float64):requires_grad(true), la.tensor(3, float64):requires_grad(true)
local sgd = optim.SGD({ mu, log_sigma2 }, { lr = run.lr })
local path, losses = { { mu:item(), math.exp(log_sigma2:item()) } }, {}
for i = 1, run.steps do
  local loss = log_loss(mu, log_sigma2:exp()) / run.samples
  sgd:zero_grad()
  loss:backward()
  sgd:step()
  losses[i] = loss:item()
  path[i + 1] = { mu:item(), math.exp(log_sigma2:item()) }
end
path, losses = la.tensor(path, float64), la.tensor(losses, float64)  -- [steps + 1, 2], [steps]
print(("by descent: mu %.4f, sigma2 %.4f, log-loss %.3f after %d steps"):format(path[{ -1, 1 }], path[{ -1, 2 }],
  run.samples * losses[-1], run.steps))

-- The loss per sample over a grid of means and logarithms of variances, as descent sees it.
local means, logs = la.linspace(44, 54, 81, float64), la.linspace(0, 3.5, 81, float64)
local distance = variance + (means - mean):square():reshape(1, -1)
local column = logs:reshape(-1, 1)
local surface = distance / (2 * column:exp()) + (math.log(2 * math.pi) + column) / 2
local above = la.tensor({ 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5 }, float64):log()
local fig = la.plot.figure { panels = { 1, 2 }, width = 1200, height = 480 }
fig[1]:title("Gradient descent"):xlabel("$\\mu$"):ylabel("$\\log \\sigma^2$"):xlim(44, 54):ylim(0, 3.5)
  :contour(means, logs, (surface - best / run.samples):log(), { levels = above })
fig[1]:line(path[{ {}, 1 }], path[{ {}, 2 }]:log(), { color = "tab:orange", marker = ".", label = "steps" })
fig[1]:scatter({ mean }, { math.log(variance) }, { color = "red", marker = "*", s = 200, label = "minimum" })
fig[2]:title("Loss per sample above the minimum"):xlabel("step"):yscale("log")
  :line(la.arange(1, run.steps), (losses - best / run.samples):clamp(1e-16, math.huge), { marker = "." })
run:save(fig, "descent.png")
run:finish()

return { mean = mean, variance = variance, best = best, gradient = gradient,
  second = { mu_mu, sigma2_sigma2, mu_sigma2 }, differences = { difference_mu, difference_sigma2 },
  exact = { exact_mu, exact_sigma2 }, losses = losses, path = path }
