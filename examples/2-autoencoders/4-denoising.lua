-- Tutorial 2: the denoising autoencoder (Vincent et al., 2008).
--
-- A quarter of the pixels become black or white at random, salt and pepper; the noisy image goes in, and what
-- comes out is compared with the clean one. The noise is drawn anew for each batch.
--
-- The tutorial's code forgets the noise in training: it adds it in `forward`, but its training step calls
-- the parts of the net one by one and goes past `forward`. So two nets are trained here: one
-- with the noise, and one on clean images as the tutorial's code does it. Both are measured on the same task,
-- noisy validation images in, clean ones to come out.
--
-- What to see: with --data mnist the noisy images are 0.348 away from the clean ones. The net trained with noise
-- comes to 0.121 (0.119 to 0.121 over five seeds), and its drawings in denoised.png are clean digits, a little too
-- smooth; some it has taken for another. The other net comes to 0.207 (0.189 to 0.207): grey smears. noise.png:
-- without noise in the input it is the better of the two (0.097 against 0.113), but with as little as one pixel
-- in twenty it is not any more.
--
-- Where is the denoising learned, if net and training are the same as before? In the loss alone: its target is
-- not the input. To copy the input would now be wrong, a quarter of it is noise; the best answer is the
-- mean of all clean images that may be behind the noisy one, and these are digits. A narrow code helps, for
-- noise has no room in it: hence also the net of clean images takes some noise away, by accident.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Train an autoencoder to take noise away, and one that has never seen any.", {
  data = true,
  { "noise", 0.25, "share of the pixels that become salt or pepper", min = 0, max = 1 },
  { "depth", 3, "layers on each side", min = 1, max = 8, fast = 2 },
  { "latent", 20, "units of the code", min = 1, max = 1024 },
  { "images", 60000, "images, one in twelve for validation", min = 24, max = 60000, fast = 1800 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 3 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local images = la.data.pad_images(run:digits("train").images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local training, validation = train.split(images, { 11 / 12, 1 / 12 })

--- A function that makes of bytes what goes in (x, with a share of noise) and what is to come out (y, clean).
local function with_noise(ratio)
  return function(batch)
    local clean = batch:to("float32") / 255
    return { x = la.data.noise.salt_and_pepper(clean, ratio), y = clean }
  end
end

local function loss(model, batch) return nn.rmse_loss(model(batch.x), batch.y) end

local function fit(label, ratio)
  local net = models.DeepAutoencoder { latent = run.latent, depth = run.depth }
  train.fit(net, training, {
    epochs = run.epochs, batch_size = run.batch, drop_last = true, label = label,
    optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = with_noise(ratio), loss = loss,
  })
  return net
end

--- Root mean squared error against the clean validation images when the input has a share of noise.
local function error_at(net, ratio)
  return train.evaluate(net, validation, { loss = loss, prepare = with_noise(ratio), batch_size = #validation }).loss
end

local names = { "trained with noise", "trained without" }
local nets = { fit(names[1], run.noise), fit(names[2], 0) }
local blank = with_noise(run.noise)(validation)
local untouched = nn.rmse_loss(blank.x, blank.y):item()
print(("error of the noisy images themselves: %.4f"):format(untouched))
local errors = {}
for k, net in ipairs(nets) do
  errors[k] = error_at(net, run.noise)
  print(("%-18s: error %.4f for noisy input, %.4f for clean input"):format(names[k], errors[k], error_at(net, 0)))
end

local shown = with_noise(run.noise)(validation[{ { 1, 16 } }])
local rows = { shown.x, shown.y }
for _, net in ipairs(nets) do rows[#rows + 1] = net:evaluate(net.forward, net, shown.x) end
local titles = { "what goes in", "what it was", names[1], names[2] }
local fig = la.plot.figure { panels = { 4, 1 }, width = 960, height = 420 }
for i, row in ipairs(rows) do
  fig:panel(i):title(titles[i])
    :image_grid(row:reshape(-1, 32, 32), { cols = 16, cmap = "binary", vmin = 0, vmax = 1 })
end
run:save(fig, "denoised.png")

local ratios = la.linspace(0, 0.6, 13):totable()
fig = la.plot.figure { title = "Error for noisy input", xlabel = "share of noisy pixels",
  ylabel = "root mean squared error", ylim = { 0, nil } }
local curves = {}
for k, net in ipairs(nets) do
  curves[k] = {}
  for i, ratio in ipairs(ratios) do curves[k][i] = error_at(net, ratio) end
  fig:line(ratios, curves[k], { label = names[k], marker = "o" })
end
fig:vline(run.noise, { color = "grey", linestyle = ":" })
run:save(fig, "noise.png")
run:finish()

return { errors = errors, untouched = untouched, ratios = ratios, curves = curves }
