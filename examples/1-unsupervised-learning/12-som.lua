-- Self-organising maps: a net of units is spread over the data, so that neighbours in the net come to lie side
-- by side in the data.
--
-- Each unit has a place in a grid and weights, a point among the samples. A step finds the unit nearest to each
-- sample and pulls it there, and with it the units around it in the grid, by a bell of a radius that shrinks.
-- The wide bell of the beginning unfolds the net, the narrow one of the end fits it.
--
-- What to see:
--   - unfolding.png: the net over a square, from a random start. It first shrinks to the middle, since every unit
--     follows nearly all samples, then it opens like a cloth.
--   - radius.png: the radius at the end weighs two errors against each other. With a wide bell the net is
--     stiff: samples are far from their units (quantisation error), but their two nearest units are
--     neighbours (topographic error). With a narrow one units go where samples are and the net
--     crumples. On the digits both errors cannot be small: they have more than two dimensions.
--   - digits.png: on the left the weights of all units as pictures. Going through the grid digits change
--     gradually, in slant, in width, into each other. On the right the U-matrix, how far a unit's weights
--     are from its neighbours': dark valleys are digits of one kind, bright ridges the borders. The names are
--     what most samples of a unit are; the map has never seen them.
--   - shapes.png: where it wins and loses. A bent sheet in space is laid flat, which PCA cannot do. On a ring
--     the grid has to leave units in the hole, where there are no samples (red); a closed chain, the right
--     grid for a ring, needs none. Between separate clouds units hang on the threads that hold the net
--     together: its shape is ours, not the data's (neural gas, the next script, learns it).
local la = require "latent"

local run = la.script.start("Self-organising maps of shapes and digits.", {
  data = true,
  { "rows", 16, "rows of the map of digits", min = 2, max = 60, fast = 8 },
  { "cols", 16, "columns of that map", min = 2, max = 60, fast = 8 },
  { "images", 10000, "digits to learn from", min = 500, max = 60000, fast = 1500 },
  { "passes", 20, "passes over the samples", min = 1, fast = 10 },
  { "n", 2000, "points of a shape", min = 100, max = 20000, fast = 500 },
})

local SOM = la.models.SOM

--- The threads of a net as one line with gaps: places [rows, cols, 2]; `closed` joins the last column to the first.
local function threads(places, closed)
  local rows, cols = places.shape[1], places.shape[2]
  local gap = la.full({ rows, 1, 2 }, 0 / 0)
  local across = la.cat(closed and { places, places[{ {}, { 1, 1 } }], gap } or { places, gap }, 2):reshape(-1, 2)
  if rows == 1 then return across end
  local down = la.cat({ places:transpose(1, 2), la.full({ cols, 1, 2 }, 0 / 0) }, 2):reshape(-1, 2)
  return la.cat({ across, down }, 1)
end

local function draw_net(panel, x, places, closed)
  local line = threads(places, closed)
  return panel:aspect("equal"):xticks({}):yticks({})
    :scatter(x, { color = "0.8", s = 4 })
    :line(line[{ {}, 1 }], line[{ {}, 2 }], { color = "C0", linewidth = 1 })
    :scatter(places:reshape(-1, 2), { color = "C0", s = 8 })
end

-- 1. The net unfolds.
local square = la.rand(run.n, 2)
local net = SOM { rows = 10, cols = 10, init = "random", seed = run.seed, max_iter = run.passes, trace = true }
net:fit(square)
local fig = la.plot.figure { panels = { 1, 4 }, width = 1300, height = 370 }
for i, part in ipairs { 0, 0.3, 0.6, 1 } do
  local pass = math.floor(part * run.passes + 0.5)
  local stage = net.trace[pass + 1]
  draw_net(fig:panel(i):title(("after %d passes: error %.3f"):format(pass, stage.quantization_error)), square,
    stage.weights)
end
run:save(fig, "unfolding.png")
print(("square: quantisation error %.3f, topographic error %.1f %%"):format(net.quantization_error,
  100 * net.topographic_error))

-- 2. Digits: the radius at the end.
local function prepare(split, n)
  local set = run:digits(split)
  return set.images[{ { 1, n } }]:reshape(-1, 784):to("float32") / 255, set.labels[{ { 1, n } }]
end
local images, labels = prepare("train", run.images)
local test, test_labels = prepare("test", 1000)

local sweep = { radius = run.fast and { 0.3, 1, 2.5 } or { 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.4, 2, 3 }, quantization = {},
  topographic = {} }
for i, radius in ipairs(sweep.radius) do
  local map = SOM { rows = 8, cols = 8, radius_end = radius, max_iter = run.passes }
  sweep.quantization[i], sweep.topographic[i] = map:fit(images[{ { 1, #images // 4 } }]):errors(test)
end
fig = la.plot.figure { panels = { 1, 2 }, width = 950, height = 380 }
fig:panel(1):title("how far new digits are from their units"):xlabel("radius at the end"):xscale("log")
  :ylabel("quantisation error"):line(sweep.radius, sweep.quantization, { marker = "o" })
fig:panel(2):title("how often the next unit is no neighbour"):xlabel("radius at the end"):xscale("log")
  :ylabel("topographic error"):ylim(0, 1):line(sweep.radius, sweep.topographic, { marker = "o" })
run:save(fig, "radius.png")

-- 3. The map of digits. A unit is named after most of its samples; a new digit gets the name of its unit.
local som = SOM { rows = run.rows, cols = run.cols, max_iter = run.passes, seed = run.seed }:fit(images)
local units = run.rows * run.cols

--- The commonest label of each of k groups; the next known one's where a group has no samples.
local function name_groups(groups, k)
  local counts = la.zeros(k, 10):index_add_(1, groups, la.one_hot(labels + 1, { classes = 10, dtype = "float32" }))
  return counts:argmax(2) - 1, counts:sum(2)
end
local names, hits = name_groups(som.labels, units)
local accuracy = names[som:predict(test)]:eq(test_labels):to("float32"):mean()

-- k-means with as many centres fits closer and knows no order: its centres have no neighbours.
local means = la.models.KMeans { k = units, seed = run.seed, max_iter = run.passes, tol = 1e-3 }:fit(images)
local means_error = la.cdist(test, means.centers):min(2):mean()
local means_accuracy = name_groups(means.labels, units)[means:predict(test)]:eq(test_labels):to("float32"):mean()
local quantization, topographic = som:errors(test)

--- Mean distance of neighbours in the grid, in mean distances of any two units.
local function order(weights)
  local flat = weights:reshape(units, 784)
  local across = (weights[{ {}, { 2, run.cols } }] - weights[{ {}, { 1, run.cols - 1 } }]):square():sum(3):sqrt():mean()
  return across / la.cdist(flat, flat):mean()
end
local ordered, unordered = order(som.weights), order(means.centers:reshape(run.rows, run.cols, 784))
print(("digits, %d units: error on new ones %.2f (k-means %.2f), topographic error %.0f %%"):format(units, quantization,
  means_error, 100 * topographic))
print(("named after their units: %.1f %% right (k-means %.1f %%)"):format(100 * accuracy, 100 * means_accuracy))
print(("units side by side are %.2f as far from each other as any two (k-means in a grid: %.2f)"):format(ordered,
  unordered))

fig = la.plot.figure { panels = { 1, 2 }, width = 1300, height = 640, widths = { 1, 1.1 } }
fig:panel(1):axis(false):title("weights of the units"):image_grid(som.weights:reshape(units, 28, 28),
  { cols = run.cols, vmin = 0, vmax = 1, padding = 1 })
local panel = fig:panel(2):title("U-matrix, and what most samples are"):xticks({}):yticks({})
panel:heatmap(som:u_matrix(), { cmap = "viridis", colorbar_label = "distance to the neighbours", square = true })
for unit = 1, units do
  local row, col = (unit - 1) // run.cols + 1, (unit - 1) % run.cols + 1
  if hits[unit] > 0 then
    panel:text(col, row, ("%d"):format(names[unit]), { ha = "center", va = "center", color = "white", size = 11 })
  end
end
run:save(fig, "digits.png")

-- 4. Shapes.
local n = run.n
local turn = la.rand(n) * (1.6 * math.pi) -- nearly closed: its ends are closer to each other than to the middle
local sheet = la.stack({ turn:cos(), la.rand(n), turn:sin() }, 2) + la.randn(n, 3) * 0.03
local bent = SOM { rows = 6, cols = 24, max_iter = run.passes, radius_end = 1 }:fit(sheet)
local column = bent.positions[bent.labels][{ {}, 1 }]

--- Rank correlation (Spearman), without its sign.
local function agreement(a, b)
  a, b = a:argsort():argsort():to "float64", b:argsort():argsort():to "float64"
  a, b = a - a:mean(), b - b:mean()
  return math.abs(a:dot(b)) / (a:dot(a) * b:dot(b)) ^ 0.5
end
local along = agreement(turn, column)
local along_pca = agreement(turn, la.models.PCA { n_components = 1 }:fit_transform(sheet):reshape(-1))
print(("bent sheet: rank correlation with the way along it: %.3f for the map's columns, %.3f for PCA"):format(along,
  along_pca))

local angle = la.rand(n) * (2 * math.pi)
local ring = la.stack({ angle:cos(), angle:sin() }, 2) + la.randn(n, 2) * 0.05
local clouds = la.data.blobs { n = n, centers = { { -3, -1 }, { 3, -1 }, { 0, 3 } }, std = 0.5 }

--- Places of units that no sample is nearest to, and their share.
local function idle(model)
  local counts = model.labels:bincount({ minlength = #model.positions + 1 })[{ { 2, #model.positions + 1 } }]
  local places = model.weights:reshape(-1, 2)[counts:eq(0)]
  return places, #places / #model.positions
end
local shapes = {
  { "ring, by a grid", ring, SOM { rows = 10, cols = 10, max_iter = run.passes, radius_end = 0.7 } },
  { "ring, by a closed chain", ring,
    SOM { rows = 1, cols = 40, toroidal = true, init = "random", max_iter = run.passes, seed = 2 } },
  { "separate clouds", clouds, SOM { rows = 10, cols = 10, max_iter = run.passes, radius_end = 0.7 } },
}
fig = la.plot.figure { panels = { 2, 2 }, width = 960, height = 860 }
fig:panel(1):title("bent sheet from the side; colour: column of the map"):aspect("equal"):xticks({}):yticks({})
  :scatter(sheet[{ {}, 1 }], sheet[{ {}, 3 }], { c = column:to "float32", s = 8, colorbar = false })
local shares = {}
for i, shape in ipairs(shapes) do
  local name, x, model = table.unpack(shape)
  model:fit(x)
  local places, share = idle(model)
  shares[i] = share
  print(("%-24s %.0f %% of the units have no samples"):format(name .. ":", 100 * share))
  draw_net(fig:panel(i + 1):title(("%s: %.0f %% idle"):format(name, 100 * share)), x, model.weights,
    model.options.toroidal)
  if #places > 0 then fig:panel(i + 1):scatter(places, { color = "red", s = 20 }) end
end
run:save(fig, "shapes.png")
run:finish()

return {
  net = net, sweep = sweep, som = som, accuracy = accuracy, quantization = quantization, means_error = means_error,
  ordered = ordered, unordered = unordered, along = along, along_pca = along_pca, idle = shares,
}
