-- Neural gas: units without a grid, which find out themselves who is whose neighbour.
--
-- For each sample all units are ranked by their distance to it, and move towards it by exp(-rank / lambda), where
-- lambda falls: at first all follow, in the end the nearest alone. The two nearest units are joined by an edge.
-- Edges that no sample has confirmed for long die, since units have moved on. What is left is a graph with
-- the shape of the data.
--
-- What to see:
--   - spiral.png: units spread over two arms from a random start, and their graph: a chain along each arm, joined
--     where the arms meet. A map's grid, with as many units, cuts across.
--   - dimension.png: the figure of Martinetz and Schulten's paper: a solid block, a sheet, a ring, joined. Units
--     in the block have many neighbours, those of the sheet about six, those of the ring two: the graph knows how
--     many dimensions the data have at each place. No grid could be right for all three.
--   - growing.png: growing neural gas (Fritzke 1995) begins with two units and adds one where the error is
--     largest. Once there are enough units, the parts of the graph are the clusters, of whatever form; nobody
--     has said how many. k-means, which is told, cuts the moons and the rings. But one stray edge is enough
--     to make a single part of two clouds whose outer samples come near each other; k-means tells them apart.
--   - digits.png: where it loses. As a codebook it is as good as k-means, without k-means' bad starts. But its
--     units have no order to draw them in, as a map has; and digits are not separate in 784 dimensions, so
--     that the graph holds together and its parts are no classes.
local la = require "latent"

local run = la.script.start("Neural gas: units that find their own neighbours.", {
  data = true,
  { "n", 2000, "points of a shape", min = 200, max = 20000, fast = 600 },
  { "units", 120, "units on a shape", min = 10, max = 1000, fast = 60 },
  { "passes", 20, "passes over the samples", min = 1, fast = 10 },
  { "images", 4000, "digits to learn from", min = 500, max = 60000, fast = 600 },
  { "codes", 64, "units on the digits", min = 4, max = 1000, fast = 25 },
})
local NeuralGas, GrowingNeuralGas = la.models.NeuralGas, la.models.GrowingNeuralGas
local n = run.n

--- Parts of the graph: a number for each unit, and how many there are.
local function parts_of(gas)
  local units, leader = #gas.weights, {}
  for i = 1, units do leader[i] = i end
  local function find(i)
    while leader[i] ~= i do i = leader[i] end
    return i
  end
  for _, edge in ipairs(gas.edges:totable()) do leader[find(edge[1])] = find(edge[2]) end
  local number, numbers, count = {}, {}, 0
  for i = 1, units do
    local root = find(i)
    if not numbers[root] then count, numbers[root] = count + 1, count + 1 end
    number[i] = numbers[root]
  end
  return la.tensor(number, { dtype = "int64" }), count
end

--- The edges as one line with gaps: x and y.
local function edge_line(places, edges)
  local gap = la.full({ #edges, 1, 2 }, 0 / 0)
  local line = la.cat({ places[edges:reshape(-1)]:reshape(-1, 2, 2):to "float32", gap }, 2):reshape(-1, 2)
  return line[{ {}, 1 }], line[{ {}, 2 }]
end

local function draw_graph(panel, x, places, edges)
  panel:aspect("equal"):xticks({}):yticks({}):scatter(x, { color = "0.8", s = 4 })
  if edges and #edges > 0 then
    local px, py = edge_line(places, edges)
    panel:line(px, py, { color = "C0", linewidth = 1 })
  end
  return panel:scatter(places, { color = "C0", s = 10 })
end

-- 1. A spiral of two arms.
local spiral, arms = la.data.spiral { n = n, arms = 2, noise = 0.01, seed = run.seed }
local chain = NeuralGas { k = run.units, seed = run.seed, max_iter = run.passes, trace = true }:fit(spiral)
local side = math.floor(run.units ^ 0.5 + 0.5)
local grid = la.models.SOM { rows = side, cols = side, max_iter = run.passes, seed = run.seed }:fit(spiral)
--- Share of edges whose ends are on different arms: the arm of a unit is that of the nearest sample.
local arm_of = arms[la.cdist(chain.weights, spiral):argmin(2)]
local crossing = arm_of[chain.edges[{ {}, 1 }]]:ne(arm_of[chain.edges[{ {}, 2 }]]):to("float32"):mean()
print(("spiral: quantisation error: neural gas %.4f, map of %d x %d %.4f; %.1f %% of the edges cross the arms"):format(
  chain.quantization_error, side, side, grid.quantization_error, 100 * crossing))

local fig = la.plot.figure { panels = { 1, 4 }, width = 1350, height = 370 }
draw_graph(fig:panel(1):title "neural gas: start", spiral, chain.trace[1])
draw_graph(fig:panel(2):title "after 1 pass", spiral, chain.trace[2])
draw_graph(fig:panel(3):title(("after %d, with its graph"):format(run.passes)), spiral, chain.weights, chain.edges)
local threads = {} -- of the map: pairs of neighbours in its rows and columns
for r = 1, side do
  for c = 1, side do
    local unit = (r - 1) * side + c
    if c < side then threads[#threads + 1] = { unit, unit + 1 } end
    if r < side then threads[#threads + 1] = { unit, unit + side } end
  end
end
draw_graph(fig:panel(4):title(("self-organising map, %d x %d"):format(side, side)), spiral,
  grid.weights:reshape(-1, 2), la.tensor(threads, { dtype = "int64" }))
run:save(fig, "spiral.png")

-- 2. A block, a sheet and a ring.
local third = n // 3
local block = la.rand(2 * third, 3)
local flat = la.cat({ la.rand(third, 1) * 1.5 + 1, la.rand(third, 1), la.full({ third, 1 }, 0.5) }, 2)
local turn = la.rand(third) * (2 * math.pi)
local hoop = la.stack({ 3.2 - 0.7 * turn:cos(), 0.5 + 0.7 * turn:sin(), la.full({ third }, 0.5) }, 2)
local solid = la.cat({ block, flat, hoop }, 1)
local body = NeuralGas { k = 2 * run.units, seed = run.seed, max_iter = run.passes }:fit(solid)
local degree = la.zeros(2 * run.units):index_add_(1, body.edges:reshape(-1), la.ones(2 * #body.edges))
local place = body.weights[{ {}, 1 }]
local neighbours = {
  block = degree[place:lt(0.9)]:mean(), sheet = degree[place:gt(1.1):logical_and(place:lt(2.35))]:mean(),
  ring = degree[place:gt(2.7)]:mean(),
}
print(("neighbours of a unit: %.1f in the block, %.1f in the sheet, %.1f in the ring"):format(neighbours.block,
  neighbours.sheet, neighbours.ring))

--- As seen from above and the left.
local function project(x)
  return la.stack({ x[{ {}, 1 }] + 0.45 * x[{ {}, 2 }], x[{ {}, 3 }] + 0.35 * x[{ {}, 2 }] }, 2)
end
fig = la.plot.figure { title = "A block, a sheet and a ring; colour: how many neighbours a unit has", width = 1000,
  height = 400 }
draw_graph(fig, project(solid), project(body.weights), body.edges)
fig:scatter(project(body.weights), { c = degree, cmap = "viridis", vmin = 0, vmax = 12, s = 40 })
run:save(fig, "dimension.png")

-- 3. The growing one: its parts are clusters.
local moons, moon_labels = la.data.moons { n = n, noise = 0.05, seed = run.seed }
local circles, circle_labels = la.data.circles { n = n, noise = 0.04, factor = 0.4, seed = run.seed }
local blobs, blob_labels = la.data.blobs { n = n, centers = { { 0, 0 }, { 5, 1 }, { 1.5, 5 } }, std = 0.8,
  seed = run.seed }
local scores, parts = {}, {}
local cases = { { "moons", moons, moon_labels }, { "rings", circles, circle_labels }, { "clouds", blobs, blob_labels } }
fig = la.plot.figure { panels = { 2, 3 }, width = 1100, height = 720 }
for i, case in ipairs(cases) do
  local name, x, truth = table.unpack(case)
  local gas = GrowingNeuralGas { k = run.units // 2, seed = run.seed, epsilon = 0.05, lifetime = 30,
    max_iter = 2 * run.passes, interval = math.max(1, run.passes * n // run.units) }:fit(x)
  local part, count = parts_of(gas)
  local found = part[gas.labels]
  local means = la.models.KMeans { k = truth:max(), n_init = 5, seed = run.seed }:fit(x).labels
  scores[name] = { gas = la.metrics.adjusted_rand(truth, found), kmeans = la.metrics.adjusted_rand(truth, means) }
  parts[name] = count
  print(("%-7s %d parts; adjusted Rand index %.2f, k-means %.2f"):format(name .. ":", count, scores[name].gas,
    scores[name].kmeans))
  draw_graph(fig:panel(1, i), x, gas.weights, gas.edges)
    :title(("%s: %d units, %d parts: %.2f"):format(name, #gas.weights, count, scores[name].gas))
  fig:panel(2, i):title(("k-means: %.2f"):format(scores[name].kmeans)):aspect("equal"):xticks({}):yticks({})
    :legend(false):scatter(x, { c = means, cmap = "tab10", vmin = 1, vmax = 10, s = 5 })
end
run:save(fig, "growing.png")

-- 4. Digits: the codebook, and what the graph says.
local set, later = run:digits "train", run:digits "test"
local images = set.images[{ { 1, run.images } }]:reshape(-1, 784):to "float32" / 255
local test = later.images[{ { 1, 1000 } }]:reshape(-1, 784):to "float32" / 255
local gas = NeuralGas { k = run.codes, seed = run.seed, max_iter = run.passes, epsilon_end = 0.005 }:fit(images)
local function error_of(centers) return la.cdist(test, centers):min(2):square():mean() end
local means, worst = math.huge, 0
for seed = 1, 5 do
  local centers = la.models.KMeans { k = run.codes, init = "random", seed = seed, tol = 1e-3 }:fit(images).centers
  means, worst = math.min(means, error_of(centers)), math.max(worst, error_of(centers))
end
local squares = { gas = error_of(gas.weights), best = means, worst = worst }
local _, digit_parts = parts_of(gas)
print(("digits, %d units: mean square to new ones: neural gas %.2f, k-means %.2f to %.2f over five starts"):format(
  run.codes, squares.gas, squares.best, squares.worst))
print(("the graph has %d edges and %d parts"):format(#gas.edges, digit_parts))

-- A walk along edges from one unit: each step to the neighbour that is nearest and has not been seen.
local near = {}
for _, edge in ipairs(gas.edges:totable()) do
  for i = 1, 2 do
    near[edge[i]] = near[edge[i]] or {}
    table.insert(near[edge[i]], edge[3 - i])
  end
end
local apart, walk, seen = la.cdist(gas.weights, gas.weights), { 1 }, { true }
while #walk < 10 do
  local best, least
  for _, unit in ipairs(near[walk[#walk]] or {}) do
    local distance = apart[{ walk[#walk], unit }]
    if not seen[unit] and (not best or distance < least) then best, least = unit, distance end
  end
  if not best then break end
  walk[#walk + 1], seen[best] = best, true
end
fig = la.plot.figure { panels = { 2, 1 }, width = 760, height = 700, heights = { 5, 1 } }
fig:panel(1):axis(false):title(("the %d units, in no order"):format(run.codes))
  :image_grid(gas.weights:reshape(-1, 28, 28), { vmin = 0, vmax = 1 })
fig:panel(2):axis(false):title "a walk along edges"
  :image_grid(gas.weights[la.tensor(walk, { dtype = "int64" })]:reshape(-1, 28, 28), { cols = 10, vmin = 0, vmax = 1 })
run:save(fig, "digits.png")
run:finish()

return { chain = chain, grid = grid, crossing = crossing, neighbours = neighbours, scores = scores, parts = parts,
  squares = squares, digit_parts = digit_parts, walk = walk }
