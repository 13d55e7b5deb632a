-- DBSCAN: clusters are where points lie dense, of any shape; the rest is noise.
--
-- A point with at least min_samples points within eps (itself counted) is core. Core points within eps of
-- each other are one cluster; what is not core but within eps of a core point is its border; all else is
-- noise. Nobody says how many clusters there are, but eps must be found.
--
-- What to see:
--   - kinds.png: core, border and noise points of two small moons, with the discs of radius eps around core points.
--     The discs of a cluster are one connected piece: that is what the method looks for.
--   - eps.png: for each point the distance to its neighbour number min_samples, in ascending order. Inside clusters
--     it is small and much alike, at noise it shoots up; eps belongs at the bend. On the right what another eps
--     would give: too small, and clusters crumble into noise; too large, and they flow together.
--   - shapes.png: k-means is told the number of clusters, DBSCAN the best eps. K-means cuts space by straight
--     lines between centres, so it halves moons and circles and miscuts slanted clouds; DBSCAN follows
--     them. On round clouds that touch it is the other way round: points between them are a bridge for
--     DBSCAN, and an eps small enough to break it makes noise of the clouds' rims.
--   - densities.png: two tight clouds and two wide ones. An eps for the tight ones makes noise of the wide
--     ones; an eps for the wide ones joins the tight ones. One eps says one density, and no value does. A
--     mixture of Gaussians has a variance for each cloud.
--   - digits.png: by 30 principal coordinates, which hold most of what an image is. In so many dimensions
--     distances are much alike and clouds are sparse: the curve goes from "all noise" to "all one", with crumbs
--     in between. K-means, which does not ask for density, finds much more.
local la = require "latent"

local run = la.script.start("Clusters by density, beside k-means.", {
  data = true,
  { "n", 600, "points of a shape", min = 100, max = 20000, fast = 300 },
  { "min-samples", 5, "neighbours, itself counted, that make a point core", min = 2, max = 50 },
  { "images", 2000, "digits to cluster", min = 200, max = 20000, fast = 500 },
})
local n, min_samples = run.n, run["min-samples"]
local adjusted_rand = la.metrics.adjusted_rand

local function dbscan(x, eps)
  return la.models.DBSCAN { eps = eps, min_samples = min_samples }:fit(x)
end

--- Distance of each row to its neighbour number min_samples, itself counted, in ascending order [n].
local function k_distances(x)
  return la.cdist(x, x):topk(min_samples, 2, { largest = false }):max(2):sort()
end

--- The bend of an ascending curve: where it is farthest below the line from its first to its last point.
local function bend(curve)
  local line = curve[1] + la.linspace(0, 1, #curve) * (curve[-1] - curve[1])
  local place = (line - curve):argmax()
  return curve[place], place
end

--- Points in the colours of their clusters, noise in grey.
local function draw(panel, x, labels)
  local noise = labels:eq(0)
  panel:legend(false):aspect("equal"):xticks {}:yticks {}
  if noise:any() then panel:scatter(x[noise], { color = "0.5", s = 12, marker = "x" }) end
  if not noise:all() then
    -- Ten colours in turn, however many clusters there are.
    local clustered = ~noise
    panel:scatter(x[clustered], { c = (labels[clustered] - 1):remainder(10) + 1, cmap = "tab10", vmin = 1, vmax = 10,
      s = 6 })
  end
  return panel
end

-- 1. Core, border, noise.
local small = la.cat({ (la.data.moons { n = 120, noise = 0.08 }), la.rand(12, 2) * la.tensor { 4, 2.4 }
  - la.tensor { 1.5, 1 } }, 1)
local small_eps = 0.28
local kinds = dbscan(small, small_eps)
local border = kinds.labels:gt(0) & ~kinds.core
local fig = la.plot.figure { title = ("core, border and noise, eps = %.2f, min_samples = %d"):format(small_eps,
  min_samples), width = 820, height = 560, aspect = "equal", legend = { loc = "outside right" } }
local turn = la.linspace(0, 2 * math.pi, 40)
for i = 1, #small do
  if kinds.core[i] then
    local colour = kinds.labels[i] == 1 and "C0" or kinds.labels[i] == 2 and "C1" or "C2"
    fig:fill(small[{ i, 1 }] + turn:cos() * small_eps, small[{ i, 2 }] + turn:sin() * small_eps,
      { color = colour, alpha = 0.08 })
  end
end
fig:scatter(small[kinds.core], { color = "black", s = 30, label = "core" })
if border:any() then fig:scatter(small[border], { color = "0.5", s = 30, label = "border" }) end
local stray = kinds.labels:eq(0)
if stray:any() then fig:scatter(small[stray], { color = "red", marker = "x", s = 40, label = "noise" }) end
run:save(fig, "kinds.png")

-- 2. Which eps? Moons, with a tenth of the points thrown anywhere.
local moons, moon_labels = la.data.moons { n = n, noise = 0.05 }
local anywhere = la.rand(n // 10, 2) * la.tensor { 4, 2.5 } - la.tensor { 1.5, 1 }
local noisy = la.cat({ moons, anywhere }, 1)
local truth = la.cat({ moon_labels, la.zeros(n // 10, { dtype = "int64" }) }, 1)
local distances = k_distances(noisy)
local eps, place = bend(distances)
local chosen = dbscan(noisy, eps)
local called_noise = chosen.labels:eq(0)
local thrown = truth:eq(0)
local noise = {
  precision = (called_noise & thrown):sum() / math.max(1, called_noise:sum()),
  recall = (called_noise & thrown):sum() / thrown:sum(),
}
print(("the distances bend at eps = %.3f: %d clusters, adjusted Rand index %.3f"):format(eps, chosen.n_clusters,
  adjusted_rand(truth, chosen.labels)))
print(("of the points called noise %.0f %% were thrown anywhere, of those thrown %.0f %% are found"):format(
  100 * noise.precision, 100 * noise.recall))

local sweep = { eps = {}, clusters = {}, noise = {}, rand = {} }
for i, e in ipairs(la.linspace(math.log(0.03), 0, run.fast and 15 or 40):exp():totable()) do
  local found = dbscan(noisy, e)
  sweep.eps[i], sweep.clusters[i] = e, found.n_clusters
  sweep.noise[i] = found.labels:eq(0):sum() / #noisy
  sweep.rand[i] = adjusted_rand(truth, found.labels)
end

fig = la.plot.figure { panels = { 1, 3 }, width = 1350, height = 400, widths = { 1, 1, 1.1 } }
fig:panel(1):title(("distance to neighbour %d"):format(min_samples)):xlabel("points in order"):ylabel("distance")
  :line(distances):hline(eps, { color = "0.4", linestyle = "--" })
  :scatter({ place }, { eps }, { color = "red", s = 40 })
  :text(0.05 * #noisy, eps + 0.04, ("eps = %.3f"):format(eps))
fig:panel(2):title("what another eps gives"):xlabel("eps"):xscale("log"):ylim(0, 1.05)
  :line(sweep.eps, sweep.rand, { label = "adjusted Rand index" })
  :line(sweep.eps, sweep.noise, { label = "share of noise" })
  :vline(eps, { color = "0.4", linestyle = "--" })
draw(fig:panel(3):title(("eps = %.3f: %d clusters, and noise"):format(eps, chosen.n_clusters)), noisy, chosen.labels)
run:save(fig, "eps.png")

--- Clusters by the eps that comes nearest to the true labels: as good as it gets. eps goes up by equal
--- factors; returns labels, score, and all scores by eps.
local function best_dbscan(x, labels, low, high)
  local all = { eps = {}, rand = {} }
  local best, score = nil, -1
  for i, e in ipairs(la.linspace(math.log(low), math.log(high), run.fast and 15 or 40):exp():totable()) do
    local found = dbscan(x, e).labels
    all.eps[i], all.rand[i] = e, adjusted_rand(labels, found)
    if all.rand[i] > score then best, score = found, all.rand[i] end
  end
  return best, score, all
end

-- 3. Shapes where each wins.
local circles, circle_labels = la.data.circles { n = n, noise = 0.05 }
local round, round_labels = la.data.blobs { n = n, centers = { { -6, 0 }, { 0, 5 }, { 6, 0 } }, std = 1.2 }
local slanted = round:mm(la.tensor { { 0.6, -0.6 }, { -0.4, 0.8 } })
local touching, touching_labels = la.data.blobs { n = n, centers = { { -1.9, 0 }, { 1.9, 0 }, { 0, 3.2 } }, std = 0.95 }
local CASES = {
  { "moons", moons, moon_labels, 2 }, { "circles", circles, circle_labels, 2 },
  { "slanted clouds", slanted, round_labels, 3 }, { "touching clouds", touching, touching_labels, 3 },
}
local scores = {}
fig = la.plot.figure { panels = { 2, 4 }, width = 1250, height = 640 }
for i, case in ipairs(CASES) do
  local name, x, labels, k = table.unpack(case)
  local by_means = la.models.KMeans { k = k, n_init = 5 }:fit(x).labels
  local typical = k_distances(x)[n // 2]
  local by_density, score = best_dbscan(x, labels, typical, 10 * typical)
  scores[name] = { kmeans = adjusted_rand(labels, by_means), dbscan = score }
  print(("%-16s adjusted Rand index: k-means %5.2f, DBSCAN %5.2f"):format(name, scores[name].kmeans,
    scores[name].dbscan))
  draw(fig:panel(1, i):title(("%s: k-means %.2f"):format(name, scores[name].kmeans)), x, by_means)
  draw(fig:panel(2, i):title(("DBSCAN %.2f"):format(scores[name].dbscan)), x, by_density)
end
run:save(fig, "shapes.png")

-- 4. Unequal densities.
local uneven, uneven_labels = la.data.blobs { n = n, centers = { { -0.6, 0 }, { 0.6, 0 }, { 6, 4 }, { 6, -4 } },
  std = { 0.14, 0.14, 1.3, 1.3 } }
fig = la.plot.figure { panels = { 1, 4 }, width = 1400, height = 380 }
for i, e in ipairs { 0.15, 1.1 } do
  local found = dbscan(uneven, e).labels
  draw(fig:panel(i):title(("eps = %.2f: %.2f"):format(e, adjusted_rand(uneven_labels, found))), uneven, found)
end
local _, best_uneven, tries = best_dbscan(uneven, uneven_labels, 0.04, 4)
-- The best of several random starts, by the likelihood.
local mixture
for seed = 1, 10 do
  local found = la.models.GaussianMixture { k = 4, covariance = "spherical", init = "random", seed = seed }:fit(uneven)
  if not mixture or found:score(uneven) > mixture:score(uneven) then mixture = found end
end
local by_mixture = mixture:predict(uneven)
local uneven_scores = { dbscan = best_uneven, mixture = adjusted_rand(uneven_labels, by_mixture) }
draw(fig:panel(3):title(("Gaussian mixture: %.2f"):format(uneven_scores.mixture)), uneven, by_mixture)
fig:panel(4):title("DBSCAN, any eps"):xlabel("eps"):ylabel("adjusted Rand index"):xscale("log"):ylim(0, 1.05)
  :line(tries.eps, tries.rand):hline(uneven_scores.mixture, { color = "0.4", linestyle = "--" })
print(("unequal densities: DBSCAN %.2f at best, a Gaussian mixture %.2f"):format(uneven_scores.dbscan,
  uneven_scores.mixture))
run:save(fig, "densities.png")

-- 5. Digits.
local set = run:digits "train"
local pixels = set.images[{ { 1, run.images } }]:reshape(-1, 784):to "float32" / 255
local digits = la.models.PCA { n_components = 30 }:fit_transform(pixels)
local labels = set.labels[{ { 1, run.images } }]
local near = k_distances(digits)
local steps = la.linspace(near[1], near[-1], run.fast and 8 or 25):totable()
local digit = { eps = {}, clusters = {}, noise = {}, rand = {} }
for i in la.progress(#steps, { label = "digits" }) do
  local found = dbscan(digits, steps[i])
  digit.eps[i], digit.clusters[i] = steps[i], found.n_clusters
  digit.noise[i] = found.labels:eq(0):to("float32"):mean()
  digit.rand[i] = adjusted_rand(labels, found.labels)
end
digit.best = la.tensor(digit.rand):max()
digit.kmeans = adjusted_rand(labels, la.models.KMeans { k = 10, n_init = 3 }:fit(digits).labels)
print(("digits: adjusted Rand index: DBSCAN %.3f at the best eps, k-means %.3f"):format(digit.best, digit.kmeans))
fig = la.plot.figure { panels = { 1, 2 }, width = 1050, height = 400 }
fig:panel(1):title("clusters in 30 dimensions"):xlabel("eps"):ylabel("clusters"):line(digit.eps, digit.clusters)
fig:panel(2):title("and what they are worth"):xlabel("eps"):ylim(0, 1.05)
  :line(digit.eps, digit.noise, { label = "share of noise" })
  :line(digit.eps, digit.rand, { label = "adjusted Rand index" })
  :hline(digit.kmeans, { color = "0.4", linestyle = "--", label = "k-means" })
run:save(fig, "digits.png")
run:finish()

return {
  kinds = kinds, eps = eps, chosen = chosen, noise = noise, sweep = sweep, scores = scores, uneven = uneven_scores,
  digits = digit, rand = adjusted_rand(truth, chosen.labels),
}
