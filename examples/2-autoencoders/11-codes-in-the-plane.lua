-- Tutorial 2: codes of 20 numbers in the plane, by PCA, t-SNE and UMAP.
--
-- The autoencoder has brought 1024 numbers down to 20. To look at them, two must do:
--   PCA     a linear map: the plane in which the codes vary most. Distances in it are true, but for all that
--           lies across it.
--   t-SNE   keeps neighbours: who is near whom. Distances between groups and their sizes mean nothing.
--   UMAP    keeps neighbours too, and more of how the groups lie to each other; it can place new points.
--
-- What to see: maps.png, 3000 codes, coloured by the digit, which none of the three has been told. PCA has one
-- heap with 0 and 1 at its ends: the net uses all its 20 numbers, and the best plane has 21 % of their variance. t-SNE
-- and UMAP have the digits as islands: 0, 1 and 6 apart, 4, 7 and 9 side by side, 3, 5 and 8 as well: the groups that
-- k-means mixed up (8-clustering-codes.lua), as it looks for round heaps where there are long ones.
-- With --data mnist 87 % of the ten nearest neighbours of a code are the same digit; 27 % are in PCA's plane, 89 % in
-- t-SNE's and 88 % in UMAP's. Trustworthiness, 0.73, 0.98 and 0.97, says the same without labels: it falls with
-- every point that is near in the plane and was not near among the codes.
-- A 2 in two islands of t-SNE's is a warning: what is one group and what is two depends on the perplexity.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Show the codes of a deep autoencoder in the plane.", {
  data = true,
  { "latent", 20, "units of the code", min = 2, max = 1024 },
  { "points", 3000, "validation images to show", min = 100, max = 5000, fast = 200 },
  { "perplexity", 30, "of t-SNE, and neighbours of UMAP: how many count as near", min = 5, max = 100, fast = 10 },
  { "images", 60000, "images, one in twelve for validation", min = 1200, max = 60000, fast = 2400 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 3 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local set = run:digits "train"
local training, validation = train.split({
  x = la.data.pad_images(set.images[{ { 1, run.images } }], 2):reshape(-1, 1024),
  label = set.labels[{ { 1, run.images } }],
}, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end

local net = models.DeepAutoencoder { latent = run.latent }
train.fit(net, training.x, {
  epochs = run.epochs, batch_size = run.batch, drop_last = true, label = "autoencoder",
  optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = prepare,
  loss = function(model, batch) return nn.rmse_loss(model(batch), batch) end,
})

local shown = { { 1, math.min(run.points, #validation.x) } }
local labels = validation.label[shown]
local codes = net:evaluate(function() return net:encode(prepare(validation.x[shown])) end)

--- Share of the ten nearest neighbours that are the same digit, the point itself left out.
local function agreement(z)
  local _, nearest = la.cdist(z, z):topk(11, 2, { largest = false })
  local same = labels[nearest:reshape(-1)]:reshape(#z, 11):eq(labels:reshape(-1, 1))
  return (same:to("float32"):sum(2) - 1):mean() / 10
end

local n = run.perplexity
local pca = models.PCA { n_components = 2 }:fit(codes)
local maps = {
  { name = "PCA", z = pca:transform(codes) },
  { name = "t-SNE", z = models.TSNE { perplexity = n, seed = run.seed }:fit_transform(codes) },
  { name = "UMAP", z = models.UMAP { n_neighbors = n, seed = run.seed }:fit_transform(codes) },
}
print(("%d codes of %d numbers: %.1f %% of their ten nearest neighbours are the same digit"):format(#codes, run.latent,
  100 * agreement(codes)))
print(("PCA's plane holds %.0f %% of their variance"):format(100 * pca.explained_variance_ratio:sum()))
for _, map in ipairs(maps) do
  map.trust = la.metrics.trustworthiness(codes, map.z, { k = 10 })
  map.agreement = agreement(map.z)
  print(("%-6s trustworthiness %.3f, neighbours of the same digit %.1f %%"):format(map.name, map.trust,
    100 * map.agreement))
end

local fig = la.plot.figure { panels = { 1, 3 }, width = 1320, height = 460 }
for i, map in ipairs(maps) do
  fig:panel(i):title(map.name):xticks({}):yticks({}):scatter(map.z, { c = labels, markersize = 4, alpha = 0.7 })
  fig:panel(i):legend(i == 3 and { title = "digit", loc = "outside right" } or false)
end
run:save(fig, "maps.png")
run:finish()

return { codes = codes, maps = maps }
