-- Tutorial 1, "Clustering with K-means": heights of people of several ages, and four clusters.
--
-- No bell curve fits these heights: their histogram has many peaks. K-means describes them by K
-- templates, the means of K clusters, and finds them in two steps that take turns:
--   E  each height goes to the cluster whose mean is nearest
--   M  each mean becomes the average of the heights that went to its cluster
-- Neither step can raise the inertia, the sum of squared distances of the heights to their means, and there
-- are only so many ways to assign them, so it comes to rest.
--
-- What to see: data.png: the heights. first-steps.png: the means at the start, evenly spread; the E step
-- with the domain of each cluster shaded: the borders lie midway between neighbouring means; the M
-- step, which moves each mean to the middle of its heights. progress.png: ten rounds, the later the
-- stronger: large moves first, then ever smaller ones. k-means.html: all of it as an animation; E steps move
-- the domains, M steps the lines.
local la = require "latent"

local run = la.script.start("K-means in one dimension, step by step.", {
  { "samples", 10000, "heights to draw", min = 100, fast = 2000 },
  { "clusters", 4, "clusters", min = 1, max = 10 },
  { "steps", 10, "rounds of E and M step", min = 1 },
  { "movie", "html", "format of the animation", choices = { "html", "gif", "none" } },
})
local K = run.clusters

-- 10000 heights, as in the tutorial's code; its text speaks of 3000.
local x = la.data.heights({ n = run.samples, seed = run.seed }).heights -- [N] float64, cm
local BACKGROUND = { bins = 200, density = true, histtype = "stepfilled", facecolor = ".9", edgecolor = ".3" }

local fig = la.plot.figure { title = ("Heights of %d people"):format(run.samples), xlabel = "x (cm)", ylabel = "p(x)",
  width = 900, height = 350 }
fig:hist(x, { bins = 200, density = true, histtype = "stepfilled" })
run:save(fig, "data.png")

--- E step: the id of the nearest mean, 1 to K, for each height [N]. A mean that is NaN is never nearest.
local function e_step(means)
  local distances = (x:reshape(-1, 1) - means):abs()                -- [N, K]
  return la.where(distances:isnan(), math.huge, distances):argmin(2)
end

--- M step: the mean of each cluster's heights [K]. Where there are none, there is no mean: NaN.
local function m_step(ids)
  local means = la.full({ K }, 0 / 0, { dtype = "float64" })
  for k = 1, K do
    local mine = x[ids:eq(k)]
    if #mine > 0 then means[k] = mine:mean() end
  end
  return means
end

local function words(means)
  local list = {}
  for k = 1, K do list[k] = ("%6.1f"):format(means[k]) end
  return table.concat(list)
end

local function inertia(means, ids) return (x - means[ids]):square():sum() end

local start = la.linspace(x:min(), x:max(), K, { dtype = "float64" })
local ids = e_step(start)
local means = m_step(ids)
print("means at the start:  " .. words(start))
print("after one E and M:   " .. words(means))
print(("inertia: %.0f before the M step, %.0f after it"):format(inertia(start, ids), inertia(means, ids)))

-- The first round as pictures.
fig = la.plot.figure { panels = { 3, 1 }, width = 900, height = 950, sharex = true, xlabel = "x (cm)" }
fig[1]:title("Heights and initial means"):ylabel("p(x)"):hist(x, BACKGROUND)
fig[2]:title("E step: each height to the nearest mean"):ylabel("cluster"):ylim(0.5, K + 0.5)
  :yticks(la.arange(1, K)):scatter(x, ids, { marker = ".", alpha = 0.2, color = ".2" })
fig[3]:title("M step: the mean of each cluster (dashed: before)"):ylabel("p(x)"):hist(x, BACKGROUND)
for k = 1, K do
  local mine = x[ids:eq(k)]
  fig[1]:vline(start[k], { color = k })
  if #mine > 0 then fig[2]:vspan(mine:min(), mine:max(), { color = k, alpha = 0.2 }) end
  fig[2]:vline(start[k], { color = k })
  fig[3]:vline(start[k], { color = k, linestyle = "--", lw = 1 }):vline(means[k], { color = k })
end
run:save(fig, "first-steps.png")

-- All rounds by the two functions above.
local history, losses = { start }, {}
for t = 1, run.steps do
  ids = e_step(history[t])
  history[t + 1] = m_step(ids)
  losses[t] = inertia(history[t + 1], ids)
end
means = history[run.steps + 1]

-- The library does the same: its trace holds the centres of every round, and the range that each cluster
-- took. It warns, where warnings are on (latent -W), if the rounds end before the labels have settled.
local model = la.models.KMeans { k = K, init = start:reshape(-1, 1), max_iter = run.steps, tol = 0, empty = "keep",
  trace = true }:fit(x:reshape(-1, 1))
local trace = model.trace
local gap = (trace[#trace].centers:reshape(-1) - means):abs():nan_to_num():max()
print(("after round %2d:      "):format(run.steps) .. words(means))
print(("inertia by round: %.0f, %.0f, .. %.0f; KMeans differs by %.2g cm at most"):format(losses[1],
  losses[2] or losses[1], losses[run.steps], gap))

fig = la.plot.figure { title = ("Means in %d rounds, the later the stronger"):format(run.steps), xlabel = "x (cm)",
  ylabel = "p(x)", width = 900, height = 350 }
fig:hist(x, BACKGROUND)
for t = 1, run.steps do
  for k = 1, K do fig:vline(history[t + 1][k], { color = k, alpha = math.max(0.2, t / run.steps), lw = 3 }) end
end
run:save(fig, "progress.png")

-- Two frames a round (--movie none does without): first the domains of the new assignment, then the means.
if run.movie ~= "none" then
  local movie = la.plot.animate(2 * #trace - 1, function(frame, i)
    local round, is_m = i // 2, i % 2 == 1                             -- frames: start, E, M, E, M, ..
    local title = i == 1 and "Start" or ("%d. %s step"):format(round, is_m and "M" or "E")
    frame:title(title):hist(x, BACKGROUND)
    local now = trace[is_m and round + 1 or round].centers            -- lines move in M steps only
    for k = 1, K do
      if i > 1 then
        local entry = trace[round + 1]
        frame:vspan(entry.low[{ k, 1 }], entry.high[{ k, 1 }], { color = k, alpha = 0.2 })
      end
      frame:vline(now[{ k, 1 }], { color = k, lw = 3 })
    end
  end, { fps = 1.7, width = 900, height = 350, xlabel = "x (cm)", ylabel = "p(x)" })
  run:save(movie, "k-means." .. run.movie)
end
run:finish()

return { start = start, means = means, losses = losses, history = history, model = model, gap = gap, ids = ids }
