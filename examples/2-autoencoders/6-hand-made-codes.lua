-- Tutorial 2: decoding codes that were made by hand.
--
-- A sparse autoencoder is trained (5-sparse.lua), then its encoder is put aside and the decoder gets codes that
-- no image has given.
--
-- What to see: hand-made.png, eight drawings of each kind. The program prints how far they are from the nearest of
-- 5000 images; drawings from codes of images are 0.14 away (MNIST).
--   - Rounding each unit to its low or its high value leaves most digits what they are: much of what a code says
--     is in which units are high.
--   - The mean code of a digit is a digit, in an average hand, and the codes between two of them lead from one to the
--     other.
--   - Units put together from different images make strokes but no digits: units do not stand for parts that can
--     be chosen one by one.
--   - One unit at 1 and the others at 0, the tutorial's pictures of the units' influence: no image has such a code
--     (units above 0.9 hardly occur), and the drawings, blots of full black, tell nothing about the unit. The
--     next script asks in another way.
--   - The tutorial's sigmoid(rand) lies between 0.5 and 0.73, where no code of an image is, so that all drawings
--     are nearly the same blot, 0.22 from any digit.
--
-- `net:eval()`, here inside `net:evaluate`, makes batch normalisation use the statistics of the training: without
-- it a single code could not be decoded. It does not stop gradients from being computed, as the tutorial has
-- it; that is what la.no_grad does.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Decode codes that were made by hand.", {
  data = true,
  { "latent", 30, "units of the code", min = 8, max = 1024 },
  { "depth", 2, "layers on each side", min = 1, max = 8 },
  { "weight", 1, "weight of the log penalty", min = 0 },
  { "images", 60000, "images to train on", min = 100, max = 60000, fast = 1800 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 3 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local set = run:digits "train"
local images = la.data.pad_images(set.images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local labels = set.labels[{ { 1, run.images } }]
local function prepare(batch) return batch:to("float32") / 255 end

local net = models.DeepAutoencoder { latent = run.latent, depth = run.depth, bottleneck = nn.Sigmoid() }
train.fit(net, images, {
  epochs = run.epochs, batch_size = run.batch, drop_last = true, label = "training",
  optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = prepare,
  loss = function(model, batch)
    local y, z = model(batch)
    return nn.bce_loss(y, batch, { reduction = "sum" }) / #batch + nn.sparsity_log(z) * run.weight
  end,
})

local function decode(z) return net:evaluate(function() return net:decode(z) end) end
local first = { { 1, math.min(10000, run.images) } }
local codes = net:evaluate(function() return net:encode(prepare(images[first])) end)
print(("codes of images: mean activation %.2f, %.0f %% below 0.1, %.0f %% above 0.9"):format(codes:mean(),
  100 * codes:lt(0.1):to("float32"):mean(), 100 * codes:gt(0.9):to("float32"):mean()))

-- Each row of pictures: a name, and codes [8, latent].
local one_hot = la.eye(run.latent)[{ { 1, 8 } }]
local low, high = codes:quantile(0.05, 1), codes:quantile(0.95, 1)
local own = codes[{ { 1, 8 } }]
local class_means, mixed = {}, {}
for digit = 0, 9 do class_means[digit + 1] = codes[labels[first]:eq(digit)]:mean(1) end
for i = 1, 8 do mixed[i] = class_means[2] * (8 - i) / 7 + class_means[8] * (i - 1) / 7 end
local rows = {
  { "codes of images", own },
  { "the same, each unit either low or high", la.where(own:gt((low + high) / 2), high, low) },
  { "mean codes of the digits 0 to 7", la.stack(class_means, 1)[{ { 1, 8 } }] },
  { "from the mean code of 1 to that of 7", la.stack(mixed, 1) },
  { "one unit at 1, the others at 0", one_hot },
  { "each unit from a random image", codes:gather(1, la.randint(1, #codes, { 8, run.latent })) },
  { "each unit even in 0 to 1", la.rand(8, run.latent) },
  { "sigmoid of numbers in 0 to 1, as in the tutorial", la.rand(8, run.latent):sigmoid() },
}

-- How far a drawing is from the nearest of some images, as a root mean square over the pixels.
local others = prepare(images[{ { -math.min(5000, run.images), -1 } }])
local function nearest(x) return (la.cdist(x, others):min(2) / 32):mean() end

local fig = la.plot.figure { panels = { #rows // 2, 2 }, width = 1240, height = 560 }
local distances = {}
for i, row in ipairs(rows) do
  local drawn = decode(row[2])
  distances[i] = nearest(drawn)
  print(("%-48s: spread between the drawings %.3f, distance from an image %.3f"):format(row[1],
    drawn:std(1):square():mean() ^ 0.5, distances[i]))
  fig:panel(i):title(row[1]):image_grid(drawn:reshape(-1, 32, 32), { cols = 8, cmap = "binary", vmin = 0, vmax = 1 })
end
run:save(fig, "hand-made.png")
run:finish()

return { codes = codes, low = low, high = high, distances = distances }
