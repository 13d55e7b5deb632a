-- Tutorial 1, "Latent code via neural networks": an autoencoder whose backward pass is written out.
--
-- The data are 18 pictures of 6 pixels with 3 colours each: every picture has one colour of one pixel
-- switched on, so the pictures are the unit vectors of an 18-dimensional space. The network squeezes
-- them through 5 sigmoid units:  x [18] -> z = s(w_e x) [5] -> y = s(w_d z) [18].
--
-- The tutorial asks what its loss stands for. The sum of squares is, up to a constant, the negative
-- log-likelihood of a Gaussian with the network's output as its mean: the autoencoder fits p(x | z).
--
-- What to see: data.png: the pictures, and the same numbers as the network gets them. loss.png: the loss falls
-- quickly while the network learns that most colours are off, then slowly as it finds a code for each
-- picture. It has no end, as sigmoids reach 0 and 1 only for infinite weights. samples.png: before training all
-- pictures look alike; after 5000 epochs the brightest colour is right for most of them, after 30000 (--epochs)
-- for all. weights.png: the encoder's weights go to both sides, as the code of a picture hangs on one of them
-- alone; the decoder's are mostly negative, as most colours are off. Through the sigmoid, and as colours, the two
-- look alike: a unit paints the colours that switch it on. code.png: five numbers for each picture; 18
-- pictures find room among the 32 corners of the cube, and with more training many numbers come near 0 or 1.
-- As a picture is a unit vector, its code is just a column of the encoder through the sigmoid.
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
local start_e, start_d = la.randn(5, 18, float64) / 18 ^ 0.5, la.randn(18, 5, float64) / 5 ^ 0.5
if run.start ~= "" then
  local start = la.load(run.start)
  start_e, start_d = start.mlp_w_e, start.mlp_w_d
end

local function forward(net)
  local codes = (data:mm(net.w_e:t()) + net.b_e):sigmoid()          -- [18, 5]
  return codes, (codes:mm(net.w_d:t()) + net.b_d):sigmoid()         -- [18, 18]
end

-- The derivative of the sigmoid is s(v) s(-v) = s(v) (1 - s(v)). At the input v of a unit, that is a (1 - a)
-- with its activation a = s(v).
local function at_input(a) return a * (1 - a) end

-- The tutorial takes it at the activation instead, s(a) (1 - s(a)), and 4a-backpropagation.lua shows
-- that this is not the gradient of the loss.
local function at_activation(a)
  local s = a:sigmoid()
  return s:mul_(1 - s)
end

--- Train from the start weights by gradient descent on one sample after the other.
local function train(label, slope, trains_biases)
  local w_e, w_d = start_e:clone(), start_d:clone()
  local b_e, b_d = la.zeros(5, float64), la.zeros(18, float64)
  local w_d_t = w_d:t()                                             -- a view: it follows w_d

  --- One step on one sample; returns its loss.
  local function learn(x)
    local z = la.addmv(b_e, w_e, x):sigmoid_()                      -- [5]
    local y = la.addmv(b_d, w_d, z):sigmoid_()                      -- [18]
    local difference = y - x
    local loss = difference:dot(difference) / 2
    local dy = difference:mul_(slope(y))                            -- dC / d(w_d z)  [18]
    local dz = w_d_t:mv(dy):mul_(slope(z))                          -- dC / d(w_e x)  [5], from the layer above
    w_d:addr_(dy, z, -run.lr)                                       -- outer products are the gradients of weights
    w_e:addr_(dz, x, -run.lr)
    if trains_biases then
      b_d:sub_(dy:mul_(run.lr))
      b_e:sub_(dz:mul_(run.lr))
    end
    return loss
  end

  local net = { w_e = w_e, w_d = w_d, b_e = b_e, b_d = b_d, losses = {} }
  local started = os.clock()
  for epoch, bar in la.progress(run.epochs, { label = label }) do
    local total = 0
    for i = 1, 18 do total = total + learn(samples[i]) end
    net.losses[epoch] = total
    bar:note("loss %.4f", total)
  end
  local seconds = os.clock() - started
  local _, outputs = forward(net)
  net.right = outputs:argmax(2):eq(la.arange(1, 18)):sum()
  print(("%-24s loss %7.4f at the start, %.4f after %d epochs (%.2f s); the brightest output is right for %d of 18")
    :format(label, net.losses[1], net.losses[run.epochs], run.epochs, seconds, net.right))
  return net
end

-- The tutorial leaves the biases out of training, so that its pictures of the weights tell all; so do we.
local net = train("as in the tutorial", at_activation)
local exact = train("derivative at the input", at_input)
local biased = train("biases trained too", at_activation, true)

-- What the wrong derivative changes: it is nearly constant, about 0.2, where the right one vanishes as
-- a unit saturates. So the decoder's step is nearly proportional to y - x, and that is the exact gradient of
-- another loss, the cross-entropy, which does not stall when an output is wrong and sure of it. Hence
-- the lower curve, though it is the square loss that is drawn. Biases learn at once that most colours are off.
local fig = la.plot.figure { title = ("Training curve, learning rate %g"):format(run.lr), xlabel = "epoch",
  ylabel = "loss", yscale = "log" }
local epochs = la.arange(1, run.epochs)
fig:line(epochs, net.losses, { label = "derivative at the activation (tutorial)" })
fig:line(epochs, exact.losses, { label = "derivative at the input (exact)" })
fig:line(epochs, biased.losses, { linestyle = "--", label = "as the first, biases trained too" })
run:save(fig, "loss.png")

-- Pictures as rows of 6 RGB pixels, and the data as the network gets them.
local PIXELS = la.arange(1, 6)
fig = la.plot.figure { panels = { 1, 2 }, width = 800, height = 560 }
fig[1]:title("18 pictures of 6 pixels"):xlabel("pixel"):xticks(PIXELS):ylabel("sample"):image(data:reshape(18, 6, 3))
fig[2]:title("as 18 numbers each"):xlabel("number"):image(data, { cmap = "viridis" })
run:save(fig, "data.png")

local _, outputs_before = forward { w_e = start_e, w_d = start_d, b_e = net.b_e, b_d = net.b_d }
local codes, outputs = forward(net)
fig = la.plot.figure { panels = { 1, 3 }, width = 750, height = 640, xlabel = "pixel", xticks = PIXELS }
fig[1]:title("data"):ylabel("sample"):image(data:reshape(18, 6, 3))
fig[2]:title("output before training"):image(outputs_before:reshape(18, 6, 3))
fig[3]:title("output after training"):image(outputs:reshape(18, 6, 3))
run:save(fig, "samples.png")

-- The weights [5, 18], a row for each unit of the code: plain, through the sigmoid, and that as colours. The
-- colours of a pixel stand together in the data, so the rows are cut into 6 pixels of 3. (The tutorial
-- cuts in Fortran's order, which makes pixels of colours that belong to different ones.)
local weights = { net.w_e, net.w_d:t() }
local largest = math.max(net.w_e:abs():max(), net.w_d:abs():max())
fig = la.plot.figure { panels = { 3, 2 }, width = 1100, height = 900 }
for k, name in ipairs { "Encoder", "Decoder (transposed)" } do
  fig:panel(1, k):title(name .. ": weights"):ylabel("unit of the code")
    :heatmap(weights[k], { center = 0, vmin = -largest, vmax = largest, cmap = "RdBu_r" })
  fig:panel(2, k):title(name .. ": through the sigmoid"):ylabel("unit of the code")
    :heatmap(weights[k]:sigmoid(), { vmin = 0, vmax = 1, center = 0.5, cmap = "RdBu_r" })
  fig:panel(3, k):title(name .. ": as colours"):ylabel("unit of the code")
    :image(weights[k]:sigmoid():contiguous():reshape(5, 6, 3))
end
run:save(fig, "weights.png")

fig = la.plot.figure { panels = { 1, 2 }, width = 700, height = 640 }
fig[1]:title("Input"):xlabel("pixel"):xticks(PIXELS):ylabel("sample"):image(data:reshape(18, 6, 3))
fig[2]:title("Latent code"):xlabel("unit of the code"):xticks(la.arange(1, 5)):heatmap(codes, { vmin = 0, vmax = 1 })
run:save(fig, "code.png")
run:finish()

return { losses = net.losses, encoder = net.w_e, decoder = net.w_d, codes = codes, right = net.right,
  exact = exact, biased = biased }
