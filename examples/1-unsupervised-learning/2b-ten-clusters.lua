-- Tutorial 1, "How do we decide the number of clusters?": ten clusters from random starts, and the truth.
--
-- The means start at random numbers with the mean and deviation of the data. Some start beyond the data,
-- with others between them and every height: no height is nearest to them, and they vanish. Where the
-- others end depends on where they began.
--
-- What to see: starts.png: a row for each random start, below the histogram; dots are the means in the end,
-- crosses the starts of those that vanished. The rows differ: one has three means in a peak where another
-- has one. Good starts (k-means++, the last row) lose none and come to a lower inertia. ten-clusters.html
-- shows the first start step by step. elbow.png: the inertia falls with every further cluster, so it cannot
-- tell how many there are; at best there is a bend, on this logarithmic axis at five, the number of ages.
-- truth.png: above, the ten groups that made the data, two sexes of five ages; below, the domains of the
-- best clustering. The two sexes of an age lie on top of each other, so nothing can tell them apart: K-means
-- cuts wide peaks into pieces instead. Even who knows all ten densities and picks the likeliest group of
-- each height is right for six in ten only.
local la = require "latent"

local run = la.script.start("K-means with ten clusters from random starts, and the groups behind the data.", {
  { "samples", 10000, "heights to draw", min = 100, fast = 2000 },
  { "clusters", 10, "clusters", min = 2, max = 10 },
  { "starts", 8, "random starts", min = 1 },
  { "frames", 20, "rounds that the animation shows", min = 1, fast = 5 },
  { "movie", "html", "format of the animation", choices = { "html", "gif", "none" } },
})
local K = run.clusters

local data = la.data.heights { n = run.samples, seed = run.seed }
local x = data.heights                                             -- [N] float64, cm
local rows = x:reshape(-1, 1)
local mean, deviation = x:mean(), x:std()
local float64 = { dtype = "float64" }
local BACKGROUND = { bins = 200, density = true, histtype = "stepfilled", facecolor = ".9", edgecolor = ".3" }

-- Random starts. A cluster that has lost its heights stays NaN: empty = "keep".
local models, starts, most = {}, {}, 0
for i = 1, run.starts do
  starts[i] = la.randn(K, 1, float64) * deviation + mean
  models[i] = la.models.KMeans { k = K, init = starts[i], tol = 0, empty = "keep", trace = true }:fit(rows)
  local vanished = models[i].centers:isnan():sum()
  most = math.max(most, vanished)
  print(("start %d: %d of %d clusters vanish, inertia %.0f after %d rounds"):format(i, vanished, K,
    models[i].inertia, models[i].n_iter))
end
local best = la.models.KMeans { k = K, init = "k-means++", n_init = 10, tol = 0, seed = run.seed }:fit(rows)
print(("k-means++, the best of 10 starts: inertia %.0f"):format(best.inertia))

local fig = la.plot.figure { panels = { 2, 1 }, heights = { 2, 3 }, width = 900, height = 650, sharex = true,
  xlabel = "x (cm)" }
fig[1]:title(("Means of %d clusters from random starts"):format(K)):ylabel("p(x)"):hist(x, BACKGROUND)
local names = {}
for i = 1, run.starts do
  names[i] = tostring(i)
  local ends, gone = models[i].centers:reshape(-1), models[i].centers:reshape(-1):isnan()
  local y = la.full({ K }, i)
  fig[2]:scatter(ends, y, { color = "C0" })
  if gone:any() then
    fig[2]:scatter(starts[i]:reshape(-1)[gone], y[gone], { color = "red", marker = "x", markersize = 9 })
  end
end
names[run.starts + 1] = "++"
fig[2]:scatter(best.centers:reshape(-1), la.full({ K }, run.starts + 1), { color = "C2" })
fig[2]:ylabel("start"):yticks(la.arange(1, run.starts + 1), names):ylim(run.starts + 1.6, 0.4)
run:save(fig, "starts.png")

-- The first start as an animation, two frames a round.
local trace = models[1].trace
local rounds = math.min(run.frames, #trace - 1)
if run.movie ~= "none" then
  local movie = la.plot.animate(2 * rounds + 1, function(frame, i)
    local round, is_m = i // 2, i % 2 == 1                             -- frames: start, E, M, E, M, ..
    frame:title(i == 1 and "Start" or ("%d. %s step"):format(round, is_m and "M" or "E")):hist(x, BACKGROUND)
    local now = trace[is_m and round + 1 or round].centers            -- lines move in M steps only
    for k = 1, K do
      if i > 1 then
        local entry = trace[round + 1]
        frame:vspan(entry.low[{ k, 1 }], entry.high[{ k, 1 }], { color = k, alpha = 0.2 })
      end
      frame:vline(now[{ k, 1 }], { color = k, lw = 3 })
    end
  end, { fps = 1.7, width = 900, height = 350, xlabel = "x (cm)", ylabel = "p(x)" })
  run:save(movie, "ten-clusters." .. run.movie)
end

-- The inertia against the number of clusters.
local inertias = {}
for k = 1, 12 do
  inertias[k] = la.models.KMeans({ k = k, n_init = 5, tol = 0, seed = run.seed }):fit(rows).inertia
end
fig = la.plot.figure { title = "The inertia falls with every cluster", xlabel = "clusters",
  ylabel = "inertia", yscale = "log", xticks = la.arange(1, 12) }
fig:line(la.arange(1, 12), inertias, { marker = "o" })
run:save(fig, "elbow.png")

-- The truth. With its densities known, the likeliest group of a height is as good as any guess can be.
local joint = {}
for k = 1, 10 do
  local density = la.distributions.Normal { mean = data.means[k], std = data.deviations[k] }
  joint[k] = density:log_prob(x) + math.log(data.shares[k])
end
local likeliest = la.stack(joint, 2):argmax(2)
local clustered = la.metrics.accuracy_by_matching(data.groups, best.labels)
local possible = likeliest:eq(data.groups):to("float64"):mean()
print(("right group: %.0f %% by K-means, %.0f %% for who knows the densities of all ten"):format(100 * clustered,
  100 * possible))

-- The tutorial's legend has 1 year where the heights, 86 and 88 cm, are those of two-year-olds.
fig = la.plot.figure { panels = { 2, 1 }, heights = { 3, 2 }, width = 900, height = 720, sharex = true,
  xlabel = "x (cm)" }
local grid = la.linspace(x:min(), x:max(), 1000, float64)
for k, color in ipairs(la.plot.palette(10, "paired")) do
  local density = la.distributions.Normal { mean = data.means[k], std = data.deviations[k] }
  fig[1]:hist(x[data.groups:eq(k)], { bins = 50, density = true, histtype = "stepfilled", edgecolor = "none",
    color = color, alpha = 0.5 })
  fig[1]:line(grid, density:pdf(grid), { color = color, label = data.names[k] })
end
fig[1]:title("The ten groups"):ylabel("p(x | group)"):legend { loc = "outside bottom", ncol = 5 }
fig[2]:title(("Domains of %d clusters by K-means"):format(K)):ylabel("p(x)"):hist(x, BACKGROUND)
for k = 1, K do
  local mine = x[best.labels:eq(k)]
  fig[2]:vspan(mine:min(), mine:max(), { color = k, alpha = 0.3 }):vline(best.centers[{ k, 1 }], { color = k })
end
run:save(fig, "truth.png")
run:finish()

return { models = models, best = best, most = most, inertias = inertias, clustered = clustered, possible = possible }
