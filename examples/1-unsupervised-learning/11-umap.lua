-- UMAP: a graph of neighbours, laid out in the plane. Digits by class, what its two knobs do, new points,
-- and shapes on which it wins or loses.
--
-- What to see:
--   - digits.png: the same digits by PCA, where most classes lie over each other, and by UMAP, which has
--     never seen a label and yet gives each digit an island of its own. What touches looks alike: 4 and 9, 3,
--     5 and 8. Trustworthiness says the same in a number: how many neighbours in the plane are neighbours
--     among the 784 pixels, 1 for all.
--   - knobs.png: down, more neighbours: with few of them UMAP sees details, and one class may come in several
--     pieces; with many it sees the whole, and islands run together. Across, a larger min_dist: the same map,
--     looser. Neither is right or wrong; look at several before you believe in any island.
--   - new-digits.png: digits that were not there when the map was made, placed by transform. They fall on the
--     islands of their class: the nearest old digit in the plane tells a new one's class far better than it
--     does among two principal components, if not as well as among fifty.
--   - wins.png: a rolled sheet, which PCA presses flat, is unrolled, as the graph runs along the sheet; and
--     three rings one inside another, which no straight line parts, become three loops side by side, as the
--     graph has no edge between them. The sheet or a loop may come out cut, though.
--   - loses.png: what the map does not keep. A narrow cloud and one ten times as wide come out about equal: each
--     point counts distances by its own neighbours. Three clouds, one of them far away: the map has forgotten
--     which. And an evenly filled square becomes threads and holes where neighbours are few: there is no such
--     thing in it, only the chance of where its points fell.
local la = require "latent"
local UMAP = la.models.UMAP

local run = la.script.start("Embed digits and shapes by UMAP.", {
  data = true,
  { "images", 5000, "images to embed", min = 200, max = 60000, fast = 600 },
  { "new", 1000, "new images to place", min = 10, max = 10000, fast = 200 },
  { "neighbors", 15, "rows that see each other, itself among them", min = 2, max = 199 },
  { "min_dist", 0.1, "how close points may lie, 0 to 1", min = 0, max = 1 },
})

local function prepare(split, n)
  local set = run:digits(split)
  return set.images[{ { 1, n } }]:reshape(-1, 784):to("float32") / 255, set.labels[{ { 1, n } }]
end
local images, labels = prepare("train", run.images)
local new_images, new_labels = prepare("test", run.new)

-- Few pixels say anything on their own: 50 principal components hold nearly all there is, and are compared faster.
local pca = la.models.PCA { n_components = 50, solver = "randomized", seed = run.seed }:fit(images)
local rows, new_rows = pca:transform(images), pca:transform(new_images)

-- ---- digits ----

local umap = UMAP { n_neighbors = run.neighbors, min_dist = run.min_dist, seed = run.seed }:fit(rows)
print(("%d digits: %d edges between neighbours, in %d connected parts, %d epochs"):format(
  #rows, umap.n_edges, umap.n_parts, umap.n_iter))

local some = { { 1, math.min(2000, #rows) } }
local plane = rows[{ {}, { 1, 2 } }]
local function trust_of(x, z) return la.metrics.trustworthiness(x[some], z[some], { k = 10 }) end
local trust = { pca = trust_of(rows, plane), umap = trust_of(rows, umap.embedding) }
print(("trustworthiness: two principal components %.3f, UMAP %.3f"):format(trust.pca, trust.umap))

local fig = la.plot.figure { panels = { 1, 2 }, width = 1200, height = 560 }
fig:panel(1):title(("PCA, trustworthiness %.2f"):format(trust.pca)):legend(false)
  :scatter(plane, { c = labels, cmap = "tab10", s = 5, alpha = 0.6 })
fig:panel(2):title(("UMAP, trustworthiness %.2f"):format(trust.umap)):legend { loc = "outside right" }
  :scatter(umap.embedding, { c = labels, cmap = "tab10", s = 5, alpha = 0.6 })
run:save(fig, "digits.png")

-- ---- the knobs ----

local few = { { 1, math.min(1500, #rows) } }
local neighbours, gaps = run.fast and { 5, 50 } or { 5, 15, 100 }, run.fast and { 0, 0.8 } or { 0, 0.25, 0.8 }
local spacing = {} -- by min_dist: the mean distance to the nearest other digit on the map
fig = la.plot.figure { panels = { #neighbours, #gaps }, width = 1100, height = 320 * #neighbours }
for i, n in ipairs(neighbours) do
  for j, gap in ipairs(gaps) do
    local z = UMAP { n_neighbors = n, min_dist = gap, seed = run.seed }:fit_transform(rows[few])
    local distance = la.cdist(z, z) + la.eye(#z) * 1e9
    spacing[j] = (spacing[j] or 0) + distance:min(2):mean() / #neighbours
    fig:panel((i - 1) * #gaps + j):title(("%d neighbours, min_dist %g"):format(n, gap)):legend(false)
      :scatter(z, { c = labels[few], cmap = "tab10", s = 5, alpha = 0.6 })
  end
end
run:save(fig, "knobs.png")
for j, gap in ipairs(gaps) do print(("min_dist %g: the nearest other digit is %.3f away"):format(gap, spacing[j])) end

-- ---- new digits ----

local placed = umap:transform(new_rows)

--- Share of the new digits whose nearest old one has their class.
local function accuracy(new, old)
  return labels[la.cdist(new, old):argmin(2)]:eq(new_labels):to("float32"):mean()
end
local right = { map = accuracy(placed, umap.embedding), pixels = accuracy(new_rows, rows), pca = accuracy(
  new_rows[{ {}, { 1, 2 } }], plane) }
print(("new digits told by the nearest old one: %.1f %% right on the map, %.1f %% in 50 components, %.1f %% in 2")
  :format(100 * right.map, 100 * right.pixels, 100 * right.pca))
fig = la.plot.figure { title = ("%d new digits on the map"):format(#placed), width = 860, height = 640,
  legend = { loc = "outside right" } }
fig:scatter(umap.embedding, { color = "0.85", s = 5 })
fig:scatter(placed, { c = new_labels, cmap = "tab10", s = 12, alpha = 0.8 })
run:save(fig, "new-digits.png")

-- ---- where it wins ----

local n = run.fast and 900 or 1500
local roll, t = la.data.swiss_roll { n = n }
local sheet = la.stack({ t, roll[{ {}, 2 }] }, 2) -- places on the sheet before it was rolled
local unrolled = UMAP { n_neighbors = 12, seed = run.seed }:fit_transform(roll)
local pressed = la.models.PCA { n_components = 2 }:fit_transform(roll)
local kept = { pca = la.metrics.trustworthiness(sheet, pressed, { k = 10 }),
  umap = la.metrics.trustworthiness(sheet, unrolled, { k = 10 }) }
print(("swiss roll, neighbours along the sheet: PCA %.3f, UMAP %.3f"):format(kept.pca, kept.umap))

local angle, ring = la.rand(n) * (2 * math.pi), (la.arange(0, n - 1):remainder(3) + 1):to("int64")
local circles = la.stack({ angle:cos(), angle:sin() }, 2) * ring:to("float32"):reshape(-1, 1)
  + la.randn(n, 2) * 0.05
local rings = UMAP { n_neighbors = 15, seed = run.seed }:fit(circles)
print(("three rings: the graph has %d parts"):format(rings.n_parts))

fig = la.plot.figure { panels = { 2, 2 }, width = 1000, height = 820 }
local function shape(panel, title, x, c)
  fig:panel(panel):title(title):legend(false):scatter(x, { c = c, s = 6, colorbar = false })
end
shape(1, "a swiss roll, from the side", roll[{ {}, { 1, 3, 2 } }], t)
shape(2, "unrolled by UMAP", unrolled, t)
shape(3, "rings one inside another", circles, ring)
shape(4, "parted by UMAP", rings.embedding, ring)
run:save(fig, "wins.png")

-- ---- where it loses ----

local half, third = n // 2, n // 3
local widths = la.cat({ la.randn(half, 2) * 0.2, la.randn(half, 2) * 2 + 10 }, 1)
local width_of = la.cat({ la.ones(half), la.ones(half) * 2 }, 1):to("int64")
local same = UMAP { seed = run.seed }:fit_transform(widths)

--- How much wider the second half of the rows is than the first.
local function ratio(x)
  local function width(part) return (part - part:mean(1)):square():sum(2):mean() ^ 0.5 end
  return width(x[{ { half + 1, 2 * half } }]) / width(x[{ { 1, half } }])
end
local ratios = { data = ratio(widths), map = ratio(same) }
print(("two clouds: the second is %.1f times as wide, on the map %.1f times"):format(ratios.data, ratios.map))

local centres = la.tensor { { 0, 0 }, { 4, 0 }, { 60, 0 } }
local far_of = (la.arange(0, 3 * third - 1):remainder(3) + 1):to("int64")
local far = la.randn(3 * third, 2) * 0.5 + centres[far_of]
local near = UMAP { seed = run.seed }:fit_transform(far)

--- How much farther the third cloud is from the second than the first is.
local function remoteness(x)
  local function gap(a, b) return (x[far_of:eq(a)]:mean(1) - x[far_of:eq(b)]:mean(1)):square():sum() ^ 0.5 end
  return gap(3, 2) / gap(1, 2)
end
local remote = { data = remoteness(far), map = remoteness(near) }
print(("three clouds: the far one is %.1f times as far, on the map %.1f times"):format(remote.data, remote.map))

local square = la.rand(n, 2)
local threads = UMAP { n_neighbors = 5, min_dist = 0, seed = run.seed }:fit_transform(square)

fig = la.plot.figure { panels = { 3, 2 }, width = 1000, height = 1200 }
shape(1, "a narrow cloud and a wide one", widths, width_of)
shape(2, "about equal on the map", same, width_of)
shape(3, "three clouds, one far away", far, far_of)
shape(4, "how far, the map does not say", near, far_of)
local x_of = square[{ {}, 1 }]
shape(5, "a square, evenly filled", square, x_of)
shape(6, "5 neighbours, min_dist 0: threads out of nothing", threads, x_of)
run:save(fig, "loses.png")
run:finish()

return { trust = trust, right = right, spacing = spacing, kept = kept, parts = rings.n_parts, ratios = ratios,
  remote = remote, embedding = umap.embedding, placed = placed }
