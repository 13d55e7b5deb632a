-- Tutorial 1, "Latent code via neural networks": an autoencoder whose backward pass is written out.
--
-- The data are 18 pictures of 6 pixels with 3 colours each: every picture has one colour of one pixel
-- switched on, so the pictures are the unit vectors of an 18-dimensional space. The network squeezes
-- them through 5 sigmoid units:  x [18] -> z = s(w_e x) [5] -> y = s(w_d z) [18].
--
-- What to see: the loss falls quickly while the network learns that most colours are off, then slowly
-- as it finds a code for each picture; after 5000 epochs nearly every picture comes back.
--
-- The tutorial asks what its loss stands for. The sum of squares is, up to a constant, the negative
-- log-likelihood of a Gaussian with the network's output as its mean: the autoencoder fits p(x | z).
local la = require "latent"

local run = la.script.start("Train a perceptron on 18 samples with hand-written backpropagation.", {
  { "epochs", 5000, "passes over the 18 samples", min = 1, fast = 200 },
  { "lr", 0.01, "learning rate", min = 0 },
  { "start", "", "npz file with start weights mlp_w_e [5, 18] and mlp_w_d [18, 5]" },
})

local float64 = { dtype = "float64" }
local data = la.eye(18, float64)
local samples = {}
for i = 1, 18 do samples[i] = data[i]:clone() end

-- Start weights: normal, scaled so that a unit's input has variance near 1.
local w_e, w_d = la.randn(5, 18, float64) / 18 ^ 0.5, la.randn(18, 5, float64) / 5 ^ 0.5
if run.start ~= "" then
  local start = la.load(run.start)
  w_e, w_d = start.mlp_w_e, start.mlp_w_d
end
local b_e, b_d = la.zeros(5, float64), la.zeros(18, float64) -- not trained, as in the tutorial
local w_d_t = w_d:t()                                         -- a view: it follows w_d

-- The derivative of the sigmoid is s(v) s(-v) = s(v) (1 - s(v)). The tutorial takes it at the unit's
-- activation a = s(v) instead of at its input v; training works all the same, as the sign is right.
local function slope(a)
  local s = a:sigmoid()
  return s:mul_(1 - s)
end

-- One step of gradient descent on one sample; returns its loss.
local function learn(x)
  local z = la.addmv(b_e, w_e, x):sigmoid_()          -- [5]
  local y = la.addmv(b_d, w_d, z):sigmoid_()          -- [18]
  local difference = y - x
  local loss = difference:dot(difference) / 2
  local dy = difference:mul_(slope(y))                -- dC / d(w_d z)  [18]
  local dz = w_d_t:mv(dy):mul_(slope(z))              -- dC / d(w_e x)  [5], from the layer above
  w_d:addr_(dy, z, -run.lr)                           -- outer products are the gradients of weights
  w_e:addr_(dz, x, -run.lr)
  return loss
end

local losses = {}
for epoch, bar in la.progress(run.epochs, { label = "training" }) do
  local total = 0
  for i = 1, 18 do total = total + learn(samples[i]) end
  losses[epoch] = total
  bar:note("loss %.4f", total)
end
print(("loss %.4f at the start, %.4f after %d epochs"):format(losses[1], losses[run.epochs], run.epochs))

-- All samples at once, for the pictures: [18, 5] codes and [18, 18] outputs.
local codes = (data:mm(w_e:t()) + b_e):sigmoid()
local outputs = (codes:mm(w_d_t) + b_d):sigmoid()
local right = (outputs:argmax(2):eq(la.arange(1, 18))):sum()
print(("the brightest output is the right one for %d of 18 samples"):format(right))

local fig = la.plot.figure { title = "Training loss", xlabel = "epoch", ylabel = "sum of squares / 2" }
fig:line(la.arange(1, run.epochs), la.tensor(losses, float64))
run:save(fig, "loss.png")

-- Pictures as rows of 6 RGB pixels: the data and what the network makes of them.
fig = la.plot.figure { panels = { 1, 2 }, width = 500, height = 700 }
fig:panel(1):title("data"):image(data:reshape(18, 6, 3))
fig:panel(2):title("output"):image(outputs:reshape(18, 6, 3))
run:save(fig, "samples.png")
run:finish()

return { losses = losses, encoder = w_e, decoder = w_d }
