-- Tutorial 1, "Mixture of Gaussians, EM": clusters with a centre, a variance and a prior each.
--
-- The model draws a cluster z from the priors pi, then a height from that cluster's Gaussian:
-- p(x) = sum_k pi_k N(x; mu_k, sigma2_k). The loss, -sum_n log p(x_n), has a sum inside the logarithm,
-- so no formula gives its minimum. EM gets there in two steps that take turns:
--   E  responsibilities r_nk: the posterior of cluster k for height n
--   M  mean, variance and share of each cluster, every height counted with its responsibility
-- K-means is the same with all of a height given to one cluster, and equal variances and priors.
--
-- What to see: first-steps.png: the start, ten equal bells; the E step: most heights lie between two
-- bells and belong to both, in parts that sum to 1; the M step, after which the sum of the
-- bells, the dotted line, has the peaks of the histogram already. progress.png: the rounds, the later the
-- stronger. loss.png: it falls in every round, fast at first and then slowly, as overlapping clusters
-- trade heights; the dashed line is the tutorial's loop, which computes new priors in each round and
-- goes on with the old ones. mixture.html: the rounds as an animation.
local la = require "latent"

local run = la.script.start("Fit a mixture of Gaussians by expectation and maximisation.", {
  { "samples", 10000, "heights to draw", min = 100, fast = 2000 },
  { "heights", "", "npz file with heights [n] to use instead" },
  { "clusters", 10, "clusters", min = 1, max = 10 },
  { "variance", 30.0, "variance of each cluster at the start", min = 1e-3 },
  { "steps", 20, "rounds of E and M step", min = 1, fast = 8 },
  { "movie", "html", "format of the animation", choices = { "html", "gif", "none" } },
})
local K = run.clusters
local float64 = { dtype = "float64" }

local x = run.heights ~= "" and la.load(run.heights).heights:to "float64"
  or la.data.heights({ n = run.samples, seed = run.seed }).heights -- [N], cm
local N = #x

--- log(pi_k N(x_n; mu_k, sigma2_k)), [n, K]. Parameters are one tensor [3, K]: means, variances, priors.
local function log_joint(at, parameters)
  local mu, sigma2, pi = parameters[1], parameters[2], parameters[3]
  return pi:log() - (2 * math.pi * sigma2):log() / 2 - (at:reshape(-1, 1) - mu):square() / (2 * sigma2)
end

--- E step: responsibilities [N, K]. In logarithms, as a height far from all centres has densities of
--- zero everywhere, and 0 / 0 is no posterior.
local function e_step(parameters)
  local joint = log_joint(x, parameters)
  return (joint - joint:logsumexp(2, { keepdim = true })):exp()
end

--- M step: weighted means, variances and shares [3, K].
local function m_step(r)
  local n = r:sum(1)                                                -- heights of each cluster, [K]
  local mu = r:t():mv(x) / n
  local sigma2 = (r * (x:reshape(-1, 1) - mu):square()):sum(1) / n
  return la.stack({ mu, sigma2, n / N }, 1)
end

local function loss(parameters) return -log_joint(x, parameters):logsumexp(2):sum() end

-- The start: means evenly spread, equal variances and priors.
local start = la.stack({
  la.linspace(x:min(), x:max(), K, float64), la.full({ K }, run.variance, float64), la.full({ K }, 1 / K, float64),
}, 1)
local r = e_step(start)
local parameters = m_step(r)
print(("log-loss: %.1f at the start, %.1f after one E and M step"):format(loss(start), loss(parameters)))

-- The first round as pictures. Curves are pi_k N(x; mu_k, sigma2_k), and in black their sum.
local BACKGROUND = { bins = 200, density = true, histtype = "stepfilled", facecolor = ".9", edgecolor = ".6" }
local grid = la.linspace(x:min(), x:max(), 600, float64)
local function draw(panel, p, alpha)
  local bells = log_joint(grid, p):exp()                            -- [600, K]
  for k = 1, K do
    panel:line(grid, bells[{ {}, k }], { color = k, alpha = alpha })
    panel:vline(p[{ 1, k }], { color = k, alpha = alpha, lw = 1 })
  end
  return bells
end

local fig = la.plot.figure { panels = { 3, 1 }, width = 900, height = 950, sharex = true, xlabel = "x (cm)" }
fig[1]:title("Start"):ylabel("p(x, z)"):hist(x, BACKGROUND)
draw(fig[1], start, 1)
fig[2]:title("E step: responsibilities"):ylabel("p(z|x)"):ylim(-0.03, 1.03)
for k = 1, K do
  fig[2]:scatter(x, r[{ {}, k }], { marker = ".", alpha = 0.4, color = k })
  fig[2]:vline(start[{ 1, k }], { color = k, lw = 1 })
end
fig[3]:title("M step: means, variances and priors"):ylabel("p(x, z), p(x)"):hist(x, BACKGROUND)
fig[3]:line(grid, draw(fig[3], parameters, 1):sum(2), { color = "black", linestyle = ":" })
run:save(fig, "first-steps.png")

-- All rounds. The second loop forgets the new priors, as the tutorial's does; it draws the components with
-- them, so the picture there looks right, but its E steps use the equal ones of the start.
local trace, losses = { start }, { loss(start) }
local forgetful, losses_forgetful = start, { losses[1] }
for t = 1, run.steps do
  trace[t + 1] = m_step(e_step(trace[t]))
  losses[t + 1] = loss(trace[t + 1])
  if losses[t + 1] ~= losses[t + 1] then
    error("a cluster has lost its heights or its width: try a larger --variance or fewer --clusters", 0)
  end
  forgetful = m_step(e_step(forgetful))
  forgetful[3] = start[3]
  losses_forgetful[t + 1] = loss(forgetful)
end
parameters = trace[run.steps + 1]
print(("after %d rounds: %.1f; with forgotten priors %.1f"):format(run.steps, losses[run.steps + 1],
  losses_forgetful[run.steps + 1]))
print "cluster    mean  variance  prior"
for k = 1, K do
  print(("%7d  %6.1f  %8.1f  %5.3f"):format(k, parameters[{ 1, k }], parameters[{ 2, k }], parameters[{ 3, k }]))
end

-- The library's mixture from the same start takes the same steps.
local model = la.models.GaussianMixture { k = K, covariance = "spherical", max_iter = run.steps, tol = 0, floor = 0,
  init = { means = start[1]:reshape(-1, 1), covariances = start[2], weights = start[3] } }:fit(x:reshape(-1, 1))
local gap = (model.loss - la.tensor(losses, float64)):abs():max()
print(("GaussianMixture's losses differ by %.2g at most"):format(gap))

fig = la.plot.figure { title = ("Mixture of %d Gaussians in %d rounds, the later the stronger"):format(K, run.steps),
  xlabel = "x (cm)", ylabel = "p(x, z)", width = 900, height = 400 }
fig:hist(x, BACKGROUND)
for t = 2, run.steps + 1 do draw(fig, trace[t], math.max(0.1, (t - 1) / run.steps) ^ 2) end
run:save(fig, "progress.png")

fig = la.plot.figure { title = "Log-loss of the mixture", xlabel = "round", ylabel = "log-loss per height",
  xticks = la.arange(0, run.steps, math.max(1, run.steps // 5)) }
fig:line(la.arange(0, run.steps), la.tensor(losses, float64) / N, { marker = "o", label = "EM" })
fig:line(la.arange(0, run.steps), la.tensor(losses_forgetful, float64) / N,
  { linestyle = "--", label = "the priors forgotten" })
run:save(fig, "loss.png")

if run.movie ~= "none" then
  local movie = la.plot.animate(trace, function(frame, i, p)
    frame:title(i == 1 and "Start" or "Round " .. i - 1):hist(x, BACKGROUND)
    frame:line(grid, draw(frame, p, 1):sum(2), { color = "black", linestyle = ":" })
  end, { fps = 2, width = 900, height = 400, xlabel = "x (cm)", ylabel = "p(x, z), p(x)" })
  run:save(movie, "mixture." .. run.movie)
end
run:finish()

return { trace = la.stack(trace, 1), losses = losses, forgetful = losses_forgetful, responsibilities = r, gap = gap }
