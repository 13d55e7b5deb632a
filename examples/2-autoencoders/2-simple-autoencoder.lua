-- Tutorial 2: the simple autoencoder, one linear layer on each side of the code.
--
--   1024 pixels -> 20 (the code, through a ReLU or as it is) -> 1024 pixels (through a sigmoid)
--
-- The digits get a border of two pixels: 32 x 32 = 1024, a power of two, so that the widths of deeper nets
-- divide well. 55,000 of them train, 5,000 validate. The loss is the root of the mean squared error,
--   L = sqrt(1/N sum_n (y_n - x_n)^2)
-- over all N pixels of a batch (the tutorial's formula has lost its sum). The pixels are in [0, 1], so the
-- binary cross entropy, summed over height and width of an image, would do as well (5-sparse.lua).
--
-- What to see: with --data mnist the error on the validation images after two epochs is 0.137 for the net with a
-- ReLU on its code, as in the tutorial's package, and 0.119 for the one without. loss.png: both errors fall for
-- some hundred steps and then hardly more. decoder.png shows what each unit adds to the drawing, and
-- why the ReLU costs so much: some of its pictures are empty. Those units are dead. Their ReLU gives 0 for every
-- image, so they get no gradient and never come back; at this learning rate it happens within the first
-- steps. How many die is chance: 5, 15, 15, 10 and 8 of 20 with the seeds 1 to 5, which makes errors of 0.137,
-- 0.182, 0.183, 0.154 and 0.147, while the linear code has 0.119 to 0.125.
-- (The border of a picture is noise: those pixels are always white, whatever the unit says.)
-- reconstructions.png: most digits can be told but are smeared: each is a sum of the same twenty pictures.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Train an autoencoder of two linear layers.", {
  data = true,
  { "latent", 20, "units of the code", min = 1, max = 1024 },
  { "images", 60000, "images, one in twelve for validation", min = 600, max = 60000, fast = 1800 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 3 },
  { "batch", 32, "images a step", min = 1 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

-- Bytes [n, 1024]; `prepare` makes numbers in [0, 1] of a batch.
local images = la.data.pad_images(run:digits("train").images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local training, validation = train.split(images, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end
local x = prepare(validation)

local function fit(label, activation)
  local net = models.Autoencoder {
    encoder = nn.Linear(1024, run.latent),
    bottleneck = activation,
    decoder = nn.Sequential(nn.Linear(run.latent, 1024), nn.Sigmoid()),
  }
  print(net)
  local losses = {}
  local history = train.fit(net, training, {
    epochs = run.epochs, batch_size = run.batch, label = label,
    optimizer = optim.Adam(net:parameters(), { lr = run.lr }),
    prepare = prepare,
    loss = function(model, batch) return nn.rmse_loss(model(batch), batch) end,
    -- One batch of all, for the root of a mean is not the mean of roots.
    validation = validation, validation_batch_size = #validation,
    on_batch = function(_, loss) losses[#losses + 1] = loss end,
  })
  local drawn, codes = net:evaluate(net.forward, net, x)
  local rmse, dead = history:last "val_loss", codes:std(1):eq(0):sum()
  print(("%s: root mean squared error %.4f on %d validation images, %d of %d units are dead"):format(label, rmse, #x,
    dead, run.latent))
  return { net = net, losses = losses, history = history, drawn = drawn, codes = codes, rmse = rmse, dead = dead }
end

local names = { "ReLU code", "linear code" }
local results = { fit(names[1], nn.ReLU()), fit(names[2], nn.Identity()) }

-- Every step's loss would be a band of noise: means of a hundredth of the run.
local fig = la.plot.figure { title = ("1024 - %d - 1024"):format(run.latent), xlabel = "step",
  ylabel = "root mean squared error", ylim = { 0, nil } }
for k, result in ipairs(results) do
  local span = math.max(1, #result.losses // 100)
  local means = la.tensor(result.losses)[{ { 1, #result.losses // span * span } }]:reshape(-1, span):mean(2)
  fig:line(la.arange(1, #means) * span, means, { color = k, label = names[k] .. ", training" })
  fig:scatter(la.arange(1, run.epochs) * (#result.losses // run.epochs), result.history:column "val_loss",
    { color = k, markersize = 9, label = names[k] .. ", validation" })
end
run:save(fig, "loss.png")

local shown = { { 1, 16 } }
fig = la.plot.figure { panels = { 3, 1 }, width = 960, height = 320 }
for i, row in ipairs { x, results[1].drawn, results[2].drawn } do
  fig:panel(i):title(i == 1 and "validation images" or names[i - 1])
    :image_grid(row[shown]:reshape(-1, 32, 32), { cols = 16, cmap = "binary", vmin = 0, vmax = 1 })
end
run:save(fig, "reconstructions.png")

-- The decoder's column for each unit, times the deviation of the unit: what it usually does to the logits.
fig = la.plot.figure { panels = { 2, 1 }, title = "What each unit of the code adds: ink blue, paper red", width = 960,
  height = 520 }
for k, result in ipairs(results) do
  local columns = result.net.decoder[1].weight:detach() * result.codes:std(1)
  local bound = columns:abs():quantile(0.995)
  fig:panel(k):title(names[k]):image_grid(columns:clamp(-bound, bound):t():reshape(-1, 32, 32),
    { cols = 10, cmap = "rdbu", center = 0 })
end
run:save(fig, "decoder.png")
run:finish()

return { relu = results[1], linear = results[2] }
