-- Tutorial 4: a conditional VAE draws the digit that it is told to.
--
-- The label goes as a one-hot vector into the encoder, beside the image, and into the decoder, beside
-- the code. The code need not tell which digit it is any more: what is left for it is how it is
-- written.
--
-- What to see: digits.png has the digits 0 to 9 in its columns; each row is one code from the prior.
-- The class is mostly the one asked for, and the hand (slant, width, thickness) is the same along a row.
-- transfer.png takes the code of a real image and draws all ten digits in its hand.
-- A classifier that was trained on real images reads the drawings; the share that it reads as the
-- digit asked for is printed: 75 to 81 % on MNIST. The others are hands in which no such digit was ever
-- written, say the code of a wide 2 for the digit 1: nothing keeps the class and the code apart there.
local la = require "latent"
local models, nn, optim, train = la.models, la.nn, la.optim, la.train

local run = la.script.start("Train a conditional variational autoencoder and draw chosen digits.", {
  data = true,
  { "hidden", 400, "units of the hidden layers", min = 1, fast = 100 },
  { "latent", 10, "units of the code", min = 1, fast = 5 },
  { "images", 60000, "training images", min = 1, max = 60000, fast = 3000 },
  { "epochs", 10, "passes over the training images", min = 1, fast = 4 },
  { "batch", 128, "images a step", min = 1, fast = 50 },
  { "lr", 1e-3, "learning rate of Adam", min = 0, fast = 3e-3 },
})

local set = run:digits "train"
local kept = { { 1, run.images } }
-- Class ids count from 1: digit d is class d + 1.
local data = { x = set.images[kept]:reshape(-1, 784), class = set.labels[kept] + 1 }

local function prepare(batch) return { x = batch.x:to("float32") / 255, class = batch.class } end

local cvae = models.CVAE { hidden = run.hidden, latent = run.latent, classes = 10 }
local history = train.fit(cvae, data, {
  epochs = run.epochs, batch_size = run.batch, label = "CVAE", prepare = prepare,
  optimizer = optim.Adam(cvae:parameters(), { lr = run.lr }),
  loss = function(net, batch) return net:loss(batch.x, batch.class) end,
})
print(("reconstruction %.1f + divergence %.1f = %.1f nats an image"):format(history:last "reconstruction",
  history:last "kl", history:last "loss"))

-- The same codes for all ten classes: [rows * 10, latent], class after class in a row.
local function draw_all(codes)
  local n = codes:size(1)
  local repeated = codes:reshape(n, 1, -1):expand(n, 10, run.latent):contiguous():reshape(n * 10, -1)
  local ids = la.arange(1, 10):reshape(1, 10):expand(n, 10):contiguous():reshape(-1):to "int64"
  return la.no_grad(function() return cvae:decode(repeated, ids) end), ids
end

local drawings = draw_all(la.randn(8, run.latent))
local fig = la.plot.figure { title = "Digits 0 to 9 from the same code in each row", width = 760, height = 660 }
fig:image_grid(drawings:reshape(-1, 28, 28), { cols = 10, vmin = 0, vmax = 1 })
run:save(fig, "digits.png")

-- The hand of real images: their codes, then all digits with each.
local real = prepare { x = data.x[{ { 1, 8 } }], class = data.class[{ { 1, 8 } }] }
local means = la.no_grad(function() return (cvae:encode(real.x, real.class)) end)
local others = draw_all(means):reshape(8, 10, 784)
local rows = la.cat({ real.x:reshape(8, 1, 784), others }, 2)
fig = la.plot.figure { title = "A real digit (left), and all ten drawn in its hand", width = 820, height = 660 }
fig:image_grid(rows:reshape(-1, 28, 28), { cols = 11, vmin = 0, vmax = 1 })
run:save(fig, "transfer.png")

-- A classifier of real images as the judge.
local judge = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))
train.fit(judge, data, {
  epochs = 2, batch_size = 50, label = "judge", prepare = prepare,
  optimizer = optim.Adam(judge:parameters(), { lr = 2e-3 }),
  loss = function(net, batch) return nn.cross_entropy_loss(net(batch.x), batch.class) end,
})
local judged, ids = draw_all(la.randn(100, run.latent))
local read = la.no_grad(function() return judge(judged):argmax(2) end)
local share = 100 * read:eq(ids):to("float32"):mean()
print(("of %d drawings a classifier reads %.1f %% as the digit asked for"):format(#ids, share))
run:finish()

return { history = history, share = share, drawings = drawings }
