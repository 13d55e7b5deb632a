-- Tutorial 2: the convolutional autoencoder.
--
--   [1, 32, 32] -> [16, 16, 16] -> [32, 8, 8] -> 20 (the code) -> [32, 8, 8] -> [16, 16, 16] -> [1, 32, 32]
--
-- A linear layer knows nothing of neighbouring pixels: with all images shuffled in the same way it would learn
-- just as well. A convolution looks at 3 x 3 pixels at a time, with the same weights everywhere; with stride 2
-- it halves the sides. The decoder's transposed convolutions double them again. Only between the last feature maps
-- and the code are all connected with all.
--
-- What to see: with --data mnist the deep net of 783,000 parameters has an error of 0.097 after two epochs and the
-- convolutional one of 98,000 has 0.084, with as many numbers in the code. It needs fewer images, too: with
-- --images 12000 it is 0.095 against 0.122. What it need not learn is built in: that near pixels belong
-- together, and that a stroke is a stroke wherever it is. features.png: the filters of the first layer answer to
-- strokes and to edges of one direction or side, some to paper; the maps of the second layer are coarser and
-- less easy to name.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Train a convolutional autoencoder and compare it with a deep one.", {
  data = true,
  { "latent", 20, "units of the code", min = 1, max = 1024 },
  { "channels", 16, "feature maps of the first layer; the second has twice as many", min = 1, max = 64, fast = 6 },
  { "images", 60000, "images, one in twelve for validation", min = 600, max = 60000, fast = 1200 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 2 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local images = la.data.pad_images(run:digits("train").images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local training, validation = train.split(images, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end

local few, many = run.channels, 2 * run.channels
local DOWN = { stride = 2, padding = 1 }
local UP = { stride = 2, padding = 1, output_padding = 1 }
local convolutional = models.Autoencoder {
  encoder = nn.Sequential(
    nn.Unflatten(2, { 1, 32, 32 }),
    nn.Conv2d(1, few, 3, DOWN), nn.BatchNorm2d(few), nn.ReLU(),
    nn.Conv2d(few, many, 3, DOWN), nn.BatchNorm2d(many), nn.ReLU(),
    nn.Flatten(), nn.Linear(many * 64, run.latent)),
  decoder = nn.Sequential(
    nn.Linear(run.latent, many * 64), nn.BatchNorm1d(many * 64), nn.ReLU(),
    nn.Unflatten(2, { many, 8, 8 }),
    nn.ConvTranspose2d(many, few, 3, UP), nn.BatchNorm2d(few), nn.ReLU(),
    nn.ConvTranspose2d(few, 1, 3, UP), nn.Sigmoid(), nn.Flatten()),
}
print(nn.summary(convolutional, { 2, 1024 }))
local deep = models.DeepAutoencoder { latent = run.latent }

local function fit(label, net)
  local history = train.fit(net, training, {
    epochs = run.epochs, batch_size = run.batch, drop_last = true, label = label,
    optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = prepare,
    loss = function(model, batch) return nn.rmse_loss(model(batch), batch) end,
    validation = validation, validation_batch_size = #validation,
  })
  print(("%-14s %7d parameters, root mean squared error %.4f"):format(label, net:count_parameters(),
    history:last "val_loss"))
  return history:last "val_loss"
end

local names, nets = { "deep", "convolutional" }, { deep, convolutional }
local errors = {}
for k, net in ipairs(nets) do errors[k] = fit(names[k], net) end

local x = prepare(validation[{ { 1, 16 } }])
local fig = la.plot.figure { panels = { 3, 1 }, width = 960, height = 320 }
for i = 0, 2 do
  local row = i == 0 and x or nets[i]:evaluate(nets[i].forward, nets[i], x)
  fig:panel(i + 1):title(i == 0 and "validation images" or names[i])
    :image_grid(row:reshape(-1, 32, 32), { cols = 16, cmap = "binary", vmin = 0, vmax = 1 })
end
run:save(fig, "reconstructions.png")

-- The first layer's filters, and what it and the second make of one image: feature maps after the ReLU.
local one, maps = x[{ { 1 } }], {}
convolutional:evaluate(function()
  local y = one
  for i = 1, 7 do
    y = convolutional.encoder[i](y)
    if i == 4 or i == 7 then maps[#maps + 1] = y[1] end
  end
end)
fig = la.plot.figure { panels = { 3, 1 }, heights = { 1, 1.2, 1.2 }, width = 960, height = 420 }
fig:panel(1):title("filters of the first layer (positive red, negative blue)"):image_grid(
  convolutional.encoder[2].weight:detach():reshape(-1, 3, 3), { cols = few, cmap = "rdbu_r", center = 0, padding = 1 })
fig:panel(2):title("feature maps of the first layer, 16 x 16"):image_grid(maps[1], { cols = few, cmap = "binary" })
fig:panel(3):title("feature maps of the second layer, 8 x 8"):image_grid(maps[2], { cols = few, cmap = "binary" })
run:save(fig, "features.png")
run:finish()

return { deep = errors[1], convolutional = errors[2], maps = maps }
