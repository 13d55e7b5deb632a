-- Tutorial 2: do clusters of codes correspond to the digits?
--
-- K-means with ten clusters, on the pixels and on the codes of the autoencoders of this tutorial. No label is used
-- until the comparison: accuracy_by_matching gives each cluster the digit that suits best (each digit once);
-- the adjusted Rand index counts pairs of images that are together or apart in both, less what chance
-- gives (0 is chance, 1 the same); the normalised mutual information says how much the cluster tells of
-- the digit.
--
-- What to see, with --data mnist (measures.png):
--   space    accuracy   adjusted Rand   mutual information
--   pixels       49 %            0.35                 0.49
--   simple       53 %            0.37                 0.50
--   deep         54 %            0.38                 0.52
--   sparse       51 %            0.35                 0.48
-- Half of the images are in the cluster of their digit, five times as many as by chance. 20 numbers do as well as
-- 1024, but hardly better, and the order of the four changes with the seed. clusters.png says why: 1 has two
-- clusters, upright and slanted, while 4, 7 and 9 share two, and 5 has none of its own. Codes are made
-- to draw an image again, and the slant of a 1 changes more pixels than what makes a 4 a 9. centres.png: the
-- centres of codes, decoded, are clear digits; the centres of pixels are blurred means.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Cluster codes and compare the clusters with the labels.", {
  data = true,
  { "clusters", 10, "clusters of k-means", min = 2, max = 100 },
  { "latent", 20, "units of the code", min = 1, max = 1024 },
  { "images", 60000, "images, one in twelve for the comparison", min = 1200, max = 60000, fast = 2400 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 2 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local set = run:digits "train"
local training, held = train.split({
  x = la.data.pad_images(set.images[{ { 1, run.images } }], 2):reshape(-1, 1024),
  label = set.labels[{ { 1, run.images } }],
}, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end
local x = prepare(held.x)

local function fit(label, net, loss)
  train.fit(net, training.x, {
    epochs = run.epochs, batch_size = run.batch, drop_last = true, label = label,
    optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = prepare, loss = loss,
  })
  return net
end
local function rmse(net, batch) return nn.rmse_loss(net(batch), batch) end

local simple = fit("simple", models.Autoencoder {
  encoder = nn.Linear(1024, run.latent), decoder = nn.Sequential(nn.Linear(run.latent, 1024), nn.Sigmoid()),
}, rmse)
local deep = fit("deep", models.DeepAutoencoder { latent = run.latent }, rmse)
local sparse = fit("sparse", models.DeepAutoencoder { latent = run.latent, depth = 2, bottleneck = nn.Sigmoid() },
  function(net, batch)
    local y, z = net(batch)
    return nn.bce_loss(y, batch, { reduction = "sum" }) / #batch + nn.sparsity_log(z)
  end)

local function encode(net) return net:evaluate(function() return net:encode(x) end) end
local spaces = {
  { name = "pixels", codes = x },
  { name = "simple", codes = encode(simple), net = simple },
  { name = "deep", codes = encode(deep), net = deep },
  { name = "sparse", codes = encode(sparse), net = sparse },
}

print("space    accuracy   adjusted Rand   mutual information")
for _, space in ipairs(spaces) do
  local km = models.KMeans { k = run.clusters, n_init = 5, seed = run.seed }:fit(space.codes)
  space.labels, space.centers = km.labels, km.centers
  space.accuracy = la.metrics.accuracy_by_matching(held.label, km.labels)
  space.rand = la.metrics.adjusted_rand(held.label, km.labels)
  space.information = la.metrics.mutual_information(held.label, km.labels, { normalized = true })
  print(("%-8s %7.1f %% %15.3f %20.3f"):format(space.name, 100 * space.accuracy, space.rand, space.information))
end

local fig = la.plot.figure { title = ("%d clusters of %d digits"):format(run.clusters, #x), ylim = { 0, 1 },
  xticks = { { 1, 2, 3, 4 }, { "pixels", "simple", "deep", "sparse" } }, xlim = { 0.4, 4.6 } }
for k, measure in ipairs { "accuracy", "rand", "information" } do
  local heights = {}
  for i, space in ipairs(spaces) do heights[i] = space[measure] end
  fig:bar(la.arange(1, 4):to("float32") + (k - 2) * 0.25, heights, { width = 0.22, color = k,
    label = ({ "accuracy by matching", "adjusted Rand index", "mutual information" })[k] })
end
run:save(fig, "measures.png")

-- How the clusters of the codes that did best share out the digits: rows clusters, by their most frequent digit.
local best = spaces[2]
for _, space in ipairs { spaces[3], spaces[4] } do
  if space.accuracy > best.accuracy then best = space end
end
local counts = la.zeros(run.clusters, 10)
for cluster = 1, run.clusters do
  counts[cluster] = held.label[best.labels:eq(cluster)]:bincount({ minlength = 10 }):to("float32")
end
local order = counts:argmax(2):argsort()
fig = la.plot.figure { title = ("Digits in the clusters of the %s codes"):format(best.name), xlabel = "digit",
  ylabel = "cluster", width = 700, height = 560 }
local digits, numbers = {}, {}
for digit = 0, 9 do digits[digit + 1] = tostring(digit) end
for i, cluster in ipairs(order:totable()) do numbers[i] = tostring(cluster) end
fig:heatmap(counts[order], { cmap = "viridis", annot = true, fmt = "%.0f", xticklabels = digits,
  yticklabels = numbers, colorbar_label = "images" })
run:save(fig, "clusters.png")

-- The centres, drawn: pixels as they are, codes by their decoders.
fig = la.plot.figure { panels = { #spaces, 1 }, width = 760, height = 420 }
for i, space in ipairs(spaces) do
  local drawn = space.net and space.net:evaluate(function() return space.net:decode(space.centers) end) or space.centers
  fig:panel(i):title("centres, " .. space.name)
    :image_grid(drawn:reshape(-1, 32, 32), { cols = math.min(run.clusters, 20), cmap = "binary", vmin = 0, vmax = 1 })
end
run:save(fig, "centres.png")
run:finish()

return { spaces = spaces, counts = counts }
