-- Tutorial 1, mixtures: how many clusters do the data ask for?
--
-- The log-loss cannot tell: a mixture of more clusters contains all those of fewer, so at its best it is never
-- worse. The Bayesian information criterion (Schwarz, 1978) makes each of its 3 k - 1 parameters pay half
-- the logarithm of the number of heights, BIC = 2 loss + (3 k - 1) log N; Akaike's (1974) makes each pay
-- just one, AIC = 2 loss + 2 (3 k - 1). The number with the lowest value is the one to take.
--
-- What to see: criteria.png: left, the loss falls with every cluster, but from six on by next to nothing. Right,
-- BIC has its minimum at six and AIC, flat beyond, there as well. So it is with the loss on as many fresh
-- heights, which no mixture has seen. Yet ten groups made the data! mixture.png shows why: the sexes of
-- each age up to ten have nearly the same heights and look like one Gaussian; only at 80 women
-- and men are two. The mixture of six and the density of all ten groups differ by less than the line is wide:
-- six is the right answer to the question how many these data can tell apart. With --fast, a fifth of the
-- heights, BIC says five: fewer data carry fewer parameters.
local la = require "latent"

local run = la.script.start("Choose the number of clusters of a mixture by BIC.", {
  { "samples", 10000, "heights to draw", min = 100, fast = 2000 },
  { "most", 12, "largest number of clusters to try", min = 2, fast = 8 },
  { "starts", 5, "starts for each number", min = 1, fast = 2 },
  { "steps", 1000, "most rounds of EM", min = 1, fast = 300 },
})

local data = la.data.heights { n = run.samples, seed = run.seed }
local rows = data.heights:reshape(-1, 1)                           -- [N, 1], cm
local fresh = la.data.heights({ n = run.samples, seed = run.seed + 1000 }).heights:reshape(-1, 1)
local float64 = { dtype = "float64" }

--- The best of several mixtures of k Gaussians, as each start may end in a minimum of its own: means from
--- K-means first, then random heights. The floor under the variances keeps a cluster from shrinking on a
--- single height, where the loss has no bottom (see 1b-log-loss.lua).
local function best_mixture(k)
  local best
  for i = 1, run.starts do
    local model = la.models.GaussianMixture { k = k, init = i == 1 and "kmeans" or "random", max_iter = run.steps,
      tol = 1e-6, floor = 1e-2, seed = run.seed + i }:fit(rows)
    if not best or model.loss[-1] < best.loss[-1] then best = model end
  end
  return best
end

local models, losses, held_out, bic, aic = {}, {}, {}, {}, {}
print "clusters   loss/height   fresh heights          BIC          AIC"
for k = 1, run.most do
  local model = best_mixture(k)
  models[k], losses[k], held_out[k] = model, -model:score(rows), -model:score(fresh)
  bic[k], aic[k] = model:bic(rows), model:aic(rows)
  print(("%8d   %11.4f   %13.4f   %10.1f   %10.1f"):format(k, losses[k], held_out[k], bic[k], aic[k]))
end
bic, aic = la.tensor(bic, float64), la.tensor(aic, float64)
local chosen = bic:argmin()
print(("lowest: BIC at %d clusters, AIC at %d, loss on fresh heights at %d"):format(chosen, aic:argmin(),
  la.tensor(held_out, float64):argmin()))

local ks = la.arange(1, run.most)
local fig = la.plot.figure { panels = { 1, 2 }, width = 1200, height = 450, xlabel = "clusters" }
fig[1]:title("Loss per height"):xticks(ks):line(ks, losses, { marker = "o", label = "on the heights it was fitted to" })
fig[1]:line(ks, held_out, { marker = "s", linestyle = "--", label = "on fresh heights" })
local below = bic:min() - aic:min()
fig[2]:title("Criteria above the lowest BIC"):xticks(ks):ylim(-1.3 * below, 4 * below)
fig[2]:line(ks, bic - bic:min(), { marker = "o", label = "BIC" })
fig[2]:line(ks, aic - bic:min(), { marker = "s", linestyle = "--", label = "AIC" })
fig[2]:vline(chosen, { color = ".6", linestyle = ":", label = "lowest BIC" })
run:save(fig, "criteria.png")

-- The chosen mixture, and the density of the ten groups that the data come from.
local model = models[chosen]
local grid = la.linspace(rows:min(), rows:max(), 800, float64)
local truth = la.zeros_like(grid)
for k = 1, 10 do
  truth = truth + data.shares[k] * la.distributions.Normal { mean = data.means[k], std = data.deviations[k] }:pdf(grid)
end
local density = model:score_samples(grid:reshape(-1, 1)):exp()
local difference = (density - truth):abs():sum() * (grid[2] - grid[1])
print(("area between the mixture of %d and the density of all ten groups: %.3f of 1"):format(chosen, difference))
fig = la.plot.figure { title = ("The mixture of %d Gaussians that BIC chooses"):format(chosen), xlabel = "x (cm)",
  ylabel = "p(x)", width = 900, height = 420 }
fig:hist(rows, { bins = 200, density = true, histtype = "stepfilled", facecolor = ".9", edgecolor = ".6" })
for k, mean in ipairs(model.means:reshape(-1):totable()) do
  local bell = la.distributions.Normal { mean = mean, variance = model.covariances[{ k, 1, 1 }] }
  fig:fill_between(grid, model.weights[k] * bell:pdf(grid), 0, { color = k, alpha = 0.4 })
end
fig:line(grid, density, { color = "black", label = "mixture" })
fig:line(grid, truth, { color = "red", linestyle = "--", label = "density of the ten groups" })
run:save(fig, "mixture.png")
run:finish()

return { losses = losses, held_out = held_out, bic = bic, aic = aic, chosen = chosen, difference = difference }
