-- Tutorial 2: the deep autoencoder, several linear layers on each side of the code.
--
--   1024 -> 341 -> 113 -> 20 (the code) -> 113 -> 341 -> 1024
--
-- The rule for the widths: `depth` layers are to lead from 1024 to 20, so each divides the width by the
-- same factor, the depth-th root of 1024 / 20, rounded down: here 3. All layers but the last of each side are
-- followed by batch normalisation, which brings every unit to mean 0 and variance 1 over the batch, and a
-- ReLU; the code is linear, the output goes through a sigmoid. models.DeepAutoencoder builds it, and
-- print(net) shows what it has built.
--
-- What to see: with --data mnist the error is 0.097 after two epochs (0.096 to 0.098 over five seeds), against 0.12 to
-- 0.18 of the simple net; reconstructions.png has the slant and the thickness of the strokes right.
-- depths.png: more layers are not better by themselves. With batch norm one layer has 0.128, two and three are best
-- with 0.095 and 0.097, four have 0.114. Without it two have 0.106, and beyond that the start decides at this
-- learning rate: three layers have come to 0.14 with one and stayed at 0.31 with another, which is nothing learned,
-- for white paper has 0.29. Is that overfitting, of which the tutorial warns? No: in loss.png the validation images
-- have the smaller error, for in training batch norm goes by 32 images, in evaluation by all it has seen. A deeper
-- net could draw all that a flatter one can; it is harder to train.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Train deep autoencoders of several depths.", {
  data = true,
  { "depth", 3, "layers on each side of the net that is shown", min = 1, max = 8, fast = 2 },
  { "depths", 4, "depths to compare, from 1", min = 0, max = 8, fast = 2 },
  { "latent", 20, "units of the code", min = 1, max = 1024 },
  { "images", 60000, "images, one in twelve for validation", min = 24, max = 60000, fast = 1800 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 2 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local images = la.data.pad_images(run:digits("train").images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local training, validation = train.split(images, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end

--- Train a net of this depth; returns it, its history and the loss of each step.
local function fit(depth, batch_norm)
  local net = models.DeepAutoencoder { latent = run.latent, depth = depth, batch_norm = batch_norm }
  local losses = {}
  local history = train.fit(net, training, {
    -- Batch normalisation needs two images: a last batch of one would be an error.
    epochs = run.epochs, batch_size = run.batch, drop_last = true, label = "depth " .. depth,
    optimizer = optim.Adam(net:parameters(), { lr = run.lr }),
    prepare = prepare,
    loss = function(model, batch) return nn.rmse_loss(model(batch), batch) end,
    validation = validation, validation_batch_size = #validation,
    on_batch = function(_, loss) losses[#losses + 1] = loss end,
  })
  print(("depth %d%s: %s, %d parameters, error %.4f"):format(depth, batch_norm and "" or " without batch norm",
    table.concat(net.widths, " - "), net:count_parameters(), history:last "val_loss"))
  return { net = net, rmse = history:last "val_loss", losses = losses, history = history }
end

local deep = fit(run.depth, true)
print(deep.net)
local depths, errors = {}, { with = {}, without = {} }
for depth = 1, run.depths do
  depths[depth] = depth
  errors.with[depth] = depth == run.depth and deep.rmse or fit(depth, true).rmse
  -- A net of depth 1 has no hidden layer to normalise.
  errors.without[depth] = depth == 1 and errors.with[1] or fit(depth, false).rmse
end

local span = math.max(1, #deep.losses // 100)
local means = la.tensor(deep.losses)[{ { 1, #deep.losses // span * span } }]:reshape(-1, span):mean(2)
local fig = la.plot.figure { title = table.concat(deep.net.widths, " - "), xlabel = "step",
  ylabel = "root mean squared error", ylim = { 0, nil } }
fig:line(la.arange(1, #means) * span, means, { label = "training" })
fig:line(la.arange(1, #deep.history) * (#deep.losses / #deep.history), deep.history:column "val_loss",
  { label = "validation", marker = "o", linestyle = "--" })
run:save(fig, "loss.png")

local shown = prepare(validation[{ { 1, 32 } }])
local reconstructed = deep.net:evaluate(deep.net.forward, deep.net, shown)
fig = la.plot.figure { title = "Validation images, and below what comes back", width = 960, height = 420 }
local rows = {}
for i = 0, 1 do
  local part = { { 16 * i + 1, 16 * i + 16 } }
  rows[#rows + 1] = shown[part]
  rows[#rows + 1] = reconstructed[part]
end
fig:image_grid(la.cat(rows, 1):reshape(-1, 32, 32), { cols = 16, cmap = "binary", vmin = 0, vmax = 1 })
run:save(fig, "reconstructions.png")

if run.depths > 0 then
  fig = la.plot.figure { title = ("Error after %d epochs"):format(run.epochs), xlabel = "layers on each side",
    ylabel = "root mean squared error", xticks = depths, ylim = { 0, nil } }
  fig:line(depths, errors.with, { label = "with batch norm", marker = "o" })
  fig:line(depths, errors.without, { label = "without", marker = "o" })
  run:save(fig, "depths.png")
end
run:finish()

return { net = deep.net, rmse = deep.rmse, errors = errors, reconstructed = reconstructed }
