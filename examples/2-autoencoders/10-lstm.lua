-- Tutorial 2: the LSTM autoencoder. The image is read as a sequence, row by row from the top.
--
--   32 rows of 32 pixels -> LSTM, its last state of 64 -> 20 (the code)
--   the code at each of 32 steps -> LSTM with 64 units -> 32 pixels, a row at each step
--
-- The encoder sees a row at a time and has to keep in its state what the rows before have shown. The
-- decoder gets the same code at every step and has to know by itself how far down it is. The nets have few
-- weights, the same for every row, and would take sequences of any length: that is what this autoencoder
-- is for; images of a fixed size are only at hand here.
--
-- What to see: with --data mnist the error is 0.143 after two epochs, and still falling (loss.png): worse than the deep
-- net's 0.097, with 50,000 parameters in place of 783,000. rows.png is what only this net can show: on the left
-- the first rows of an image, white below, on the right what is drawn from their code. After 16 rows it guesses;
-- after 20 the 7, the 1 and the 3 are clear, after 24 nearly all.
--
-- All this hangs on one number. A forget gate near 1/2, as usual weights start it, keeps 1/2 of the state at
-- each row; six white rows at the bottom are enough to wipe out what was above. No code, no gradient: with
-- --forget 0 all images come back as the same grey patch, error 0.24, for 2700 of the 3400 steps, and two epochs
-- end at 0.193. A bias of 3 opens the gates to 0.95 at the start (Gers et al., 2000; Jozefowicz et al., 2015).
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Train an autoencoder that reads and writes images row by row.", {
  data = true,
  { "latent", 20, "units of the code", min = 1, max = 1024 },
  { "hidden", 64, "units of the states", min = 1, max = 1024, fast = 32 },
  { "forget", 3.0, "bias of the forget gates at the start" },
  { "images", 60000, "images, one in twelve for validation", min = 600, max = 60000, fast = 1800 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 2 },
  { "batch", 32, "images a step", min = 1 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local images = la.data.pad_images(run:digits("train").images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local training, validation = train.split(images, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end

--- An LSTM whose forget gates are open at the start. The gates stand one below the other: input, forget, cell, output.
local function remembering(inputs, hidden)
  local lstm = nn.LSTM(inputs, hidden)
  la.no_grad(function() lstm.bias_ih_l0[{ { hidden + 1, 2 * hidden } }] = run.forget end)
  return lstm
end

-- [n, 1024] -> [n, 32 rows, 32] -> the state after the last row [n, hidden] -> code [n, latent].
local Encoder = nn.Module:extend "RowEncoder"
function Encoder:init(hidden, latent)
  self.lstm = remembering(32, hidden)
  self.code = nn.Linear(hidden, latent)
end
function Encoder:forward(x)
  local _, state = self.lstm(x:reshape(-1, 32, 32))
  return self.code(state[1])
end

-- Code [n, latent] -> the same at 32 steps -> [n, 32, hidden] -> [n, 32, 32] -> [n, 1024].
local Decoder = nn.Module:extend "RowDecoder"
function Decoder:init(latent, hidden)
  self.lstm = remembering(latent, hidden)
  self.row = nn.Linear(hidden, 32)
end
function Decoder:forward(z)
  local states = self.lstm(z:unsqueeze(2):expand(z:size(1), 32, z:size(2)))
  return self.row(states):sigmoid():reshape(-1, 1024)
end

local net = models.Autoencoder { encoder = Encoder(run.hidden, run.latent), decoder = Decoder(run.latent, run.hidden) }
print(net)
local losses = {}
local history = train.fit(net, training, {
  epochs = run.epochs, batch_size = run.batch, label = "training",
  optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = prepare,
  loss = function(model, batch) return nn.rmse_loss(model(batch), batch) end,
  validation = validation, validation_batch_size = #validation,
  on_batch = function(_, loss) losses[#losses + 1] = loss end,
})
print(("root mean squared error on %d validation images: %.4f"):format(#validation, history:last "val_loss"))

local span = math.max(1, #losses // 100)
local means = la.tensor(losses)[{ { 1, #losses // span * span } }]:reshape(-1, span):mean(2)
local fig = la.plot.figure { title = "An image as a sequence of rows", xlabel = "step",
  ylabel = "root mean squared error", ylim = { 0, nil } }
fig:line(la.arange(1, #means) * span, means, { label = "training" })
fig:scatter(la.arange(1, run.epochs) * (#losses // run.epochs), history:column "val_loss",
  { color = 2, markersize = 9, label = "validation" })
run:save(fig, "loss.png")

local x = prepare(validation[{ { 1, 16 } }])
local drawn = net:evaluate(net.forward, net, x)
fig = la.plot.figure { panels = { 2, 1 }, width = 960, height = 220 }
for i, row in ipairs { x, drawn } do
  fig:panel(i):title(i == 1 and "validation images" or "what comes back")
    :image_grid(row:reshape(-1, 32, 32), { cols = 16, cmap = "binary", vmin = 0, vmax = 1 })
end
run:save(fig, "reconstructions.png")

-- What the code knows part of the way down: the rows below are white, and the whole image is drawn from the code.
local read = { 12, 16, 20, 24, 32 }
local parts = {}
for i, rows in ipairs(read) do
  local seen = x[{ { 1, 8 } }]:clone():reshape(-1, 32, 32)
  if rows < 32 then seen[{ {}, { rows + 1, 32 } }] = 0 end
  parts[i] = { seen = seen, drawn = net:evaluate(net.forward, net, seen:reshape(-1, 1024)) }
end
fig = la.plot.figure { panels = { #read, 2 }, title = "The first rows of an image, and what is drawn from their code",
  width = 900, height = 500 }
for i, part in ipairs(parts) do
  for k, row in ipairs { part.seen, part.drawn:reshape(-1, 32, 32) } do
    fig:panel(i, k):title(k == 1 and ("%d rows read"):format(read[i]) or "drawn")
      :image_grid(row, { cols = 8, cmap = "binary", vmin = 0, vmax = 1 })
  end
end
run:save(fig, "rows.png")
run:finish()

return { history = history, rmse = history:last "val_loss", net = net }
