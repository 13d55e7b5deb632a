-- t-SNE: points in the plane whose neighbours are the neighbours among the data. Digits by class, how the
-- descent goes, what perplexity does, and what such a map does not say.
--
-- What to see:
--   - digits.png: the same digits by PCA, where most classes lie over each other, and by t-SNE, which knows no
--     labels and yet puts each digit on an island of its own. Trustworthiness counts how many neighbours in the
--     plane are neighbours among the pixels too, 1 for all.
--   - descent.png: the divergence between the neighbours here and there. In the first 250 steps attraction is
--     exaggerated twelve times, which brings the points of a class together while they can still pass each
--     other; the figure is high, as the map is far too tight. Then it falls at once, and slowly from there on.
--   - perplexity.png: how many neighbours count. With two, every digit has its pairs and the map is crumbs; with
--     30 there are islands; with hundreds all see the same and the islands melt. It is a knob, not something
--     to be found out: look at several.
--   - wins.png: two rings, linked like those of a chain. No plane shows them apart, and PCA lays one across the
--     other; t-SNE only asks who is near whom, and so pulls them off each other - cutting one where it has to.
--   - loses.png: what not to read from a map. Sizes: a narrow cloud and one ten times as wide come out about
--     equal, as each point sets its width by its own neighbours. Distances: of three clouds one lies ten times
--     farther away, and the map has forgotten which. Clumps: a single round cloud at perplexity 2 seems
--     full of clusters; with more neighbours they are gone, because they never were.
local la = require "latent"
local TSNE = la.models.TSNE

local run = la.script.start("Embed digits and shapes by t-SNE.", {
  data = true,
  { "images", 5000, "images to embed", min = 100, max = 60000, fast = 500 },
  { "perplexity", 30, "effective number of neighbours", min = 1, max = 99 },
  { "iters", 1000, "steps of the descent", min = 100, fast = 400 },
})

local set = run:digits "train"
local images = set.images[{ { 1, run.images } }]:reshape(-1, 784):to("float32") / 255
local labels = set.labels[{ { 1, run.images } }]
-- Few pixels say anything on their own: 50 principal components hold nearly all there is, and are compared faster.
local rows = la.models.PCA { n_components = 50, solver = "randomized", seed = run.seed }:fit_transform(images)

local function embed(x, perplexity)
  return TSNE { perplexity = perplexity, max_iter = run.iters, seed = run.seed }:fit(x)
end

-- ---- digits ----

local tsne = embed(rows, run.perplexity)
local plane = rows[{ {}, { 1, 2 } }]
local some = { { 1, math.min(2000, #rows) } }
local function trust_of(z) return la.metrics.trustworthiness(rows[some], z[some], { k = 10 }) end
local trust = { pca = trust_of(plane), tsne = trust_of(tsne.embedding) }
print(("%d digits: divergence %.3f after %d steps"):format(#rows, tsne.kl, tsne.n_iter))
print(("trustworthiness: two principal components %.3f, t-SNE %.3f"):format(trust.pca, trust.tsne))

--- Share of the digits whose nearest neighbour has their class.
local function accuracy(z)
  local distance = la.cdist(z[some], z[some]) + la.eye(#z[some]) * 1e9
  return labels[some][distance:argmin(2)]:eq(labels[some]):to("float32"):mean()
end
local right = { pca = accuracy(plane), tsne = accuracy(tsne.embedding), all = accuracy(rows) }
print(("nearest neighbour of the same class: %.1f %% by PCA, %.1f %% by t-SNE, %.1f %% in 50 components"):format(
  100 * right.pca, 100 * right.tsne, 100 * right.all))

local fig = la.plot.figure { panels = { 1, 2 }, width = 1200, height = 560 }
fig:panel(1):title(("PCA, trustworthiness %.2f"):format(trust.pca)):legend(false)
  :scatter(plane, { c = labels, cmap = "tab10", s = 5, alpha = 0.6 })
fig:panel(2):title(("t-SNE, trustworthiness %.2f"):format(trust.tsne)):legend { loc = "outside right" }
  :scatter(tsne.embedding, { c = labels, cmap = "tab10", s = 5, alpha = 0.6 })
run:save(fig, "digits.png")

local early = math.min(250, run.iters // 4)
fig = la.plot.figure { title = "The descent", xlabel = "step", ylabel = "divergence (nats)", width = 760, height = 420 }
fig:line(la.arange(1, #tsne.trace) * 50, tsne.trace, { marker = "o" })
fig:line({ early, early }, { 0, tsne.trace:max() }, { linestyle = "--", color = "0.4" })
fig:text(early + run.iters / 60, tsne.trace:max() * 0.97, "attraction no longer exaggerated")
fig:ylim(0, tsne.trace:max() * 1.08)
run:save(fig, "descent.png")

-- ---- perplexity ----

local few = { { 1, math.min(1500, #rows) } }
local perplexities = run.fast and { 2, 30, 160 } or { 2, 10, 30, 480 }
fig = la.plot.figure { panels = { math.ceil(#perplexities / 2), 2 }, width = 900,
  height = 400 * math.ceil(#perplexities / 2) }
local silhouettes = {}
for i, perplexity in ipairs(perplexities) do
  local z = embed(rows[few], perplexity).embedding
  silhouettes[i] = la.metrics.silhouette(z, labels[few] + 1)
  fig:panel(i):title(("perplexity %d"):format(perplexity)):legend(false)
    :scatter(z, { c = labels[few], cmap = "tab10", s = 6, alpha = 0.6 })
  print(("perplexity %3d: silhouette of the ten classes %.3f"):format(perplexity, silhouettes[i]))
end
run:save(fig, "perplexity.png")

-- ---- where it wins ----

local n = run.fast and 300 or 600
local half = n // 2
local angle = la.rand(n) * (2 * math.pi)
local ring = la.cat({ la.ones(half), la.ones(half) * 2 }, 1):to("int64")
local one, two = angle[{ { 1, half } }], angle[{ { half + 1, n } }]
local links = la.cat({
  la.stack({ one:cos(), one:sin(), la.zeros(half) }, 2),
  la.stack({ two:cos() + 1, la.zeros(half), two:sin() }, 2),
}, 1) + la.randn(n, 3) * 0.03
local pressed = la.models.PCA { n_components = 2 }:fit_transform(links)
local parted = embed(links, 20).embedding

--- Share of the rows whose ten nearest neighbours are all of their own ring.
local function purity(z)
  local _, nearest = (la.cdist(z, z) + la.eye(n) * 1e9):topk(10, 2, { largest = false })
  return ring[nearest]:eq(ring:reshape(n, 1)):to("float32"):min(2):mean()
end
local pure = { pca = purity(pressed), tsne = purity(parted) }
print(("linked rings, points among their own: PCA %.1f %%, t-SNE %.1f %%"):format(100 * pure.pca, 100 * pure.tsne))

--- Points in a square panel: sizes and distances are what the picture is about.
local function shape(panel, title, x, c)
  local low, high = x:min(1), x:max(1)
  local middle, reach = (low + high) / 2, 0.54 * (high - low):max()
  fig:panel(panel):title(title):legend(false):aspect("equal")
    :scatter(x, { c = c, cmap = "tab10", s = 8, colorbar = false })
    :xlim(middle[1] - reach, middle[1] + reach):ylim(middle[2] - reach, middle[2] + reach)
end
fig = la.plot.figure { panels = { 1, 3 }, width = 1150, height = 400 }
shape(1, "two rings in space, askew", links:mm(la.tensor { { 1, 0 }, { 0.4, 0.35 }, { 0, 1 } }), ring)
shape(2, "PCA", pressed, ring)
shape(3, "t-SNE", parted, ring)
run:save(fig, "wins.png")

-- ---- where it loses ----

local widths = la.cat({ la.randn(half, 2) * 0.2, la.randn(half, 2) * 2 + 10 }, 1)
local same = embed(widths, 30).embedding

--- How much wider the second half of the rows is than the first.
local function ratio(x)
  local function width(part) return (part - part:mean(1)):square():sum(2):mean() ^ 0.5 end
  return width(x[{ { half + 1, 2 * half } }]) / width(x[{ { 1, half } }])
end
local ratios = { data = ratio(widths), map = ratio(same) }
print(("two clouds: the second is %.1f times as wide, on the map %.1f times"):format(ratios.data, ratios.map))

local far_of = la.arange(0, n - 1):to("int64"):remainder(3) + 1
local far = la.randn(n, 2) * 0.5 + la.tensor { { 0, 0 }, { 5, 0 }, { 40, 40 } }[far_of]
local near = embed(far, 30).embedding

--- How much farther the third cloud is from the second than the first is.
local function remoteness(x)
  local function gap(a, b) return (x[far_of:eq(a)]:mean(1) - x[far_of:eq(b)]:mean(1)):square():sum() ^ 0.5 end
  return gap(3, 2) / gap(1, 2)
end
local remote = { data = remoteness(far), map = remoteness(near) }
print(("three clouds: the far one is %.1f times as far, on the map %.1f times"):format(remote.data, remote.map))

local cloud = la.randn(n, 2)
local many = n // 6
local clumps, round = embed(cloud, 2).embedding, embed(cloud, many).embedding
local grey = la.ones(n):to("int64")

fig = la.plot.figure { panels = { 3, 2 }, width = 800, height = 1150 }
shape(1, "a narrow cloud and a wide one", widths, ring)
shape(2, "about equal on the map", same, ring)
shape(3, "three clouds, one far away", far, far_of)
shape(4, "how far, the map does not say", near, far_of)
shape(5, "one cloud, perplexity 2: clumps out of nothing", clumps, grey)
shape(6, ("the same cloud, perplexity %d"):format(many), round, grey)
run:save(fig, "loses.png")
run:finish()

return {
  trust = trust, right = right, silhouettes = silhouettes, pure = pure, ratios = ratios, remote = remote,
  kl = tsne.kl, trace = tsne.trace, embedding = tsne.embedding,
}
