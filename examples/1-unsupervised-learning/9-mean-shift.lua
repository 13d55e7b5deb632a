-- Mean shift: clusters are the peaks of the density, and points belong to the peak that they climb to.
--
-- A step moves a place to the mean of the samples within the bandwidth. That mean lies towards where samples are
-- denser, so that steps lead uphill and end on a peak. Nobody says how many peaks there are; the
-- bandwidth decides, as it says how smooth the density is taken to be.
--
-- What to see:
--   - paths.png: steps from a grid of starts, on three clouds. They are long where samples are few, short
--     near a peak, and all of a cloud's paths end in one place. Far from all samples there is nothing to
--     take the mean of: such starts stay.
--   - bandwidth.png: how many peaks there are for each bandwidth. Small ones make a peak of every handful of
--     samples, large ones a single peak. In between the number stays the same over a wide range: that it
--     does not depend on the bandwidth is a sign that it is the data's own.
--   - shapes.png: beside k-means, which is told the number of clusters; mean shift has the best bandwidth. One big
--     cloud and two small ones: k-means cuts the big one up, as that lowers its squares; mean shift does not
--     care how many samples a peak has. On moons and slanted clouds it does little better: a ridge has
--     many peaks, or none of its own. And one bandwidth cannot do for tight and wide clouds at once.
--   - segmentation.png: the peaks of a picture's colours. The balloons' yellow and green have few pixels and are
--     peaks all the same, while k-means with as many colours spends them on the ramps of the sky, where most
--     pixels are: its error is smaller over the whole picture, larger on the balloon. With the place beside
--     the colour (the bandwidth counts both) segments are also patches: the same colour elsewhere is another.
--   - digits.png: in many dimensions a ball holds either next to nothing or nearly all. Peaks go from one for
--     nearly every image to one for all. The best is a hundred crumbs, each of one digit; where there are ten
--     peaks, nearly all images are on one of them.
local la = require "latent"

local run = la.script.start("Clusters by the peaks of the density, beside k-means.", {
  data = true,
  { "n", 600, "points of a shape", min = 100, max = 5000, fast = 300 },
  { "width", 150, "width of the picture to segment", min = 30, max = 600, fast = 60 },
  { "bandwidth", 0.12, "bandwidth of colours, from 0 to 1", min = 0.01 },
  { "images", 1000, "digits to cluster", min = 200, max = 5000, fast = 300 },
})
local n = run.n
local adjusted_rand = la.metrics.adjusted_rand
local TRIES = run.fast and 10 or 25

local function mean_shift(x, bandwidth)
  return la.models.MeanShift { bandwidth = bandwidth, bin_seeding = true }:fit(x)
end

local function draw(panel, x, labels)
  return panel:legend(false):aspect("equal"):xticks({}):yticks({})
    :scatter(x, { c = (labels - 1):remainder(10) + 1, cmap = "tab10", vmin = 1, vmax = 10, s = 6 })
end

--- Numbers from low to high, by equal factors.
local function factors(low, high, count)
  return la.linspace(math.log(low), math.log(high), count):exp():totable()
end

-- 1. The climb, written out.
local clouds, cloud_labels = la.data.blobs { n = n, centers = { { 0, 0 }, { 4, 0.5 }, { 1.5, 3.5 } }, std = 0.75 }
local bandwidth = 1.3

--- Places [m, 2] after a step: means of the samples within the bandwidth.
local function step(places)
  local within = la.cdist(places, clouds):le(bandwidth):to "float32" -- [m, n]
  local count = within:sum(2, { keepdim = true })
  return la.where(count:gt(0), within:mm(clouds) / count:clamp(1, math.huge), places)
end

local xs, ys = la.linspace(-2.5, 6.5, 10), la.linspace(-2.5, 6, 9)
local starts = {}
for _, px in ipairs(xs:totable()) do
  for _, py in ipairs(ys:totable()) do starts[#starts + 1] = { px, py } end
end
local path = { la.tensor(starts) }
repeat
  path[#path + 1] = step(path[#path])
until (path[#path] - path[#path - 1]):abs():max() < 1e-4 or #path == 100
local ends = path[#path]

local by_model = mean_shift(clouds, bandwidth)
-- How far the ends are from the nearest peak of the model, where they moved at all.
local moved = (ends - path[1]):abs():max(2):gt(0)
local apart = la.cdist(ends[moved], by_model.centers):min(2):max()
print(("%d steps; %d peaks; paths by hand end within %.3f of them"):format(#path - 1, #by_model.centers, apart))

local fig = la.plot.figure { title = ("Uphill by means within %.1f"):format(bandwidth), width = 760, height = 640,
  aspect = "equal", legend = { loc = "outside right" } }
fig:scatter(clouds, { color = "0.75", s = 9, label = "samples" })
local track = la.stack(path, 1) -- [steps, m, 2]
for i = 1, #starts do
  fig:line(track[{ {}, i, 1 }], track[{ {}, i, 2 }], { color = "C0", linewidth = 1, marker = ".", markersize = 4 })
end
fig:scatter(by_model.centers, { color = "red", marker = "*", s = 250, label = "peaks" })
run:save(fig, "paths.png")

-- 2. The bandwidth.
local estimate = la.models.estimate_bandwidth(clouds, { quantile = 0.2 })
local sweep = { bandwidth = factors(0.15, 6, TRIES), peaks = {}, rand = {} }
for i, h in ipairs(sweep.bandwidth) do
  local found = mean_shift(clouds, h)
  sweep.peaks[i], sweep.rand[i] = #found.centers, adjusted_rand(cloud_labels, found.labels)
end
print(("bandwidth by the distances to the nearest fifth: %.2f, %d peaks"):format(estimate,
  #mean_shift(clouds, estimate).centers))
fig = la.plot.figure { panels = { 1, 4 }, width = 1450, height = 380, widths = { 1.3, 1, 1, 1 } }
fig:panel(1):title("peaks by bandwidth"):xlabel("bandwidth"):ylabel("peaks"):xscale("log"):yscale("log")
  :line(sweep.bandwidth, sweep.peaks, { marker = "o" })
  :hline(3, { color = "0.5", linestyle = "--" }):vline(estimate, { color = "red", linestyle = ":" })
for i, h in ipairs { 0.5, estimate, 4 } do
  local found = mean_shift(clouds, h)
  draw(fig:panel(i + 1):title(("bandwidth %.2f: %d"):format(h, #found.centers)), clouds, found.labels)
end
run:save(fig, "bandwidth.png")

-- 3. Where it wins and where it loses.
local moons, moon_labels = la.data.moons { n = n, noise = 0.05 }
local uneven, uneven_labels = la.data.blobs { n = n, centers = { { 0, 0 }, { 4.2, 1.4 }, { 4.2, -1.4 } },
  std = { 1.2, 0.35, 0.35 }, weights = { 0.9, 0.05, 0.05 } }
local slanted, slanted_labels = la.data.blobs { n = n, centers = { { -6, 0 }, { 0, 5 }, { 6, 0 } }, std = 1.2 }
slanted = slanted:mm(la.tensor { { 0.6, -0.6 }, { -0.4, 0.8 } })
local mixed, mixed_labels = la.data.blobs { n = n, centers = { { -0.6, 0 }, { 0.6, 0 }, { 6, 4 }, { 6, -4 } },
  std = { 0.14, 0.14, 1.3, 1.3 } }
local scores = {}
fig = la.plot.figure { panels = { 2, 4 }, width = 1250, height = 660 }
for i, case in ipairs {
  { "big and small", uneven, uneven_labels, 3 }, { "moons", moons, moon_labels, 2 },
  { "slanted clouds", slanted, slanted_labels, 3 }, { "tight and wide", mixed, mixed_labels, 4 },
} do
  local name, x, truth, k = table.unpack(case)
  local by_means = la.models.KMeans { k = k, n_init = 5 }:fit(x).labels
  local typical = la.models.estimate_bandwidth(x, { quantile = 0.3 })
  local best, score = nil, -1
  for _, h in ipairs(factors(typical / 8, typical * 2, TRIES)) do
    local labels = mean_shift(x, h).labels
    local rand = adjusted_rand(truth, labels)
    if rand > score then best, score = labels, rand end
  end
  scores[name] = { kmeans = adjusted_rand(truth, by_means), mean_shift = score }
  print(("%-16s adjusted Rand index: k-means %5.2f, mean shift %5.2f"):format(name, scores[name].kmeans, score))
  draw(fig:panel(1, i):title(("%s: k-means %.2f"):format(name, scores[name].kmeans)), x, by_means)
  draw(fig:panel(2, i):title(("mean shift %.2f"):format(score)), x, best)
end
run:save(fig, "shapes.png")

-- 4. A picture's colours.
local image = la.data.picture { width = run.width, height = run.width * 2 // 3 }
local h, w = image.shape[1], image.shape[2]
local pixels = image:reshape(-1, 3):to "float32" / 255
local by_colour = mean_shift(pixels, run.bandwidth)
local k = #by_colour.centers
local palette = la.models.KMeans { k = k, n_init = 3 }:fit(pixels)
-- The place, so that a quarter of the picture's height counts as much as a bandwidth.
local rows = (la.arange(1, h) / h):reshape(h, 1) + la.zeros(1, w)
local columns = (la.arange(1, w) / h):reshape(1, w) + la.zeros(h, 1)
local place = la.stack({ rows:reshape(-1), columns:reshape(-1) }, 2) * (4 * run.bandwidth)
local by_place = mean_shift(la.cat({ pixels, place }, 2), run.bandwidth)
local patches = by_place.centers[{ {}, { 1, 3 } }]

--- Error in the levels of a byte, of all pixels and of those of the balloon, a disc around (0.5, 0.26).
local balloon = ((columns - 0.5):square() + (rows - 0.26):square()):reshape(-1):lt(0.14 ^ 2)
local function errors(colours)
  local square = (colours - pixels):square()
  return { all = 255 * square:mean() ^ 0.5, balloon = 255 * square[balloon]:mean() ^ 0.5 }
end
local segments = {
  peaks = k, patches = #by_place.centers,
  mean_shift = errors(by_colour.centers[by_colour.labels]), kmeans = errors(palette.centers[palette.labels]),
}
print(("picture: %d colours are peaks, %d with the place beside the colour"):format(k, segments.patches))
print(("error in levels of 256: mean shift %.1f, k-means with as many colours %.1f"):format(segments.mean_shift.all,
  segments.kmeans.all))
print(("on the balloon alone: mean shift %.1f, k-means %.1f"):format(segments.mean_shift.balloon,
  segments.kmeans.balloon))
fig = la.plot.figure { panels = { 2, 2 }, width = 1000, height = 740 }
local function show(i, title, colours)
  fig:panel(i):axis(false):title(title):image(colours:reshape(h, w, 3):clamp(0, 1))
end
show(1, "picture", pixels)
show(2, ("peaks of the colours: %d"):format(k), by_colour.centers[by_colour.labels])
show(3, ("k-means, %d colours"):format(k), palette.centers[palette.labels])
show(4, ("peaks of colour and place: %d"):format(segments.patches), patches[by_place.labels])
run:save(fig, "segmentation.png")

-- 5. Digits, by 30 principal coordinates.
local set = run:digits "train"
local images = set.images[{ { 1, run.images } }]:reshape(-1, 784):to "float32" / 255
local truth = set.labels[{ { 1, run.images } }]
local digits = la.models.PCA { n_components = 30 }:fit_transform(images)
local typical = la.models.estimate_bandwidth(digits, { quantile = 0.1 })
local digit = { bandwidth = la.linspace(0.4 * typical, 1.1 * typical, run.fast and 6 or 16):totable(), peaks = {},
  rand = {} }
for i in la.progress(#digit.bandwidth, { label = "digits" }) do
  local found = la.models.MeanShift { bandwidth = digit.bandwidth[i] }:fit(digits)
  digit.peaks[i], digit.rand[i] = #found.centers, adjusted_rand(truth, found.labels)
end
digit.best = la.tensor(digit.rand):max()
digit.kmeans = adjusted_rand(truth, la.models.KMeans { k = 10, n_init = 3 }:fit(digits).labels)
print(("digits: adjusted Rand index: mean shift %.3f at the best bandwidth, k-means %.3f"):format(digit.best,
  digit.kmeans))
fig = la.plot.figure { panels = { 1, 2 }, width = 1050, height = 400 }
fig:panel(1):title(("peaks of %d digits in 30 dimensions"):format(run.images)):xlabel("bandwidth"):ylabel("peaks")
  :yscale("log"):line(digit.bandwidth, digit.peaks, { marker = "o" }):hline(10, { color = "0.5", linestyle = "--" })
fig:panel(2):title("what they are worth"):xlabel("bandwidth"):ylabel("adjusted Rand index"):ylim(0, 0.6)
  :line(digit.bandwidth, digit.rand, { marker = "o", label = "mean shift" })
  :hline(digit.kmeans, { color = "0.4", linestyle = "--", label = "k-means" })
run:save(fig, "digits.png")
run:finish()

return { peaks = #by_model.centers, apart = apart, steps = #path - 1, estimate = estimate, sweep = sweep,
  scores = scores, segments = segments, digits = digit }
