-- Tutorial 4: transfer. Does an autoencoder that has seen only the digits 0 to 4, without labels, help to
-- tell 5 to 9 apart?
--
-- Three classifiers of 5 to 9 learn from the same few labels: a net from scratch; the same net that
-- starts from the autoencoder's encoder; and one layer on the encoder's frozen codes.
--
-- What to see: reconstructions.png, digits of both kinds through the autoencoder. It was never shown a
-- 7, but gives it back with a quarter of the error of a mean image: strokes and bends are the same
-- in all digits. accuracy.png: 64 numbers that were made for other digits, and one layer on them,
-- come within a few points of a whole net on the pixels (on MNIST 78, 79 and 80 % with 50 labels).
--
-- That is transfer, and its limit: the three are close, and the net from scratch, whose weights start
-- well here, loses nothing. Codes bring together what looks alike; that this helps rests on the hope
-- that what looks alike has the same label. Tutorial 3, script 7, shows a case with a
-- clear gain: there the autoencoder had seen the digits in question, and the other start was poor.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Use an autoencoder of some digits to classify others.", {
  data = true,
  { "labels", 50, "labelled images of 5 to 9", min = 10, max = 20000 },
  { "pretrain", 3000, "training steps of the autoencoder", min = 1, fast = 250 },
  { "iters", 500, "training steps of each classifier", min = 1, fast = 120 },
  { "batch", 40, "images a step", min = 1 },
  { "lr", 1e-3, "learning rate of Adam", min = 0 },
  { "seeds", 5, "repetitions of the classifiers, each with other labels", min = 1, fast = 2 },
})

--- Images and class ids of the digits 0 to 4, and of 5 to 9 (class 1 is a 5).
local function split(set)
  local x = set.images:reshape(-1, 784):to("float32") / 255
  local low = set.labels:lt(5)
  local high = set.labels:ge(5)
  return x[low], x[high], set.labels[high] - 4
end
local source, images, classes = split(run:digits "train")
local _, test_images, test_classes = split(run:digits "test")

local function new_encoder()
  return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU())
end

local function train(parameters, iters, label, loss)
  local adam = optim.Adam(parameters, { lr = run.lr })
  for _, bar in la.progress(iters, { label = label }) do
    local value = loss()
    adam:zero_grad()
    value:backward()
    adam:step()
    bar:note("loss %.4f", value:item())
  end
end

local encoder = new_encoder()
local decoder = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 784))
train(nn.Sequential(encoder, decoder):parameters(), run.pretrain, "autoencoder of 0 to 4", function()
  local x = source[la.randint(1, #source, { run.batch })]
  return nn.bce_with_logits_loss(decoder(encoder(x)), x)
end)
for _, p in ipairs(encoder:parameters()) do p:requires_grad(false) end

local function reconstruct(x) return la.no_grad(function() return decoder(encoder(x)):sigmoid() end) end
local known, unknown = source[{ { 1, 10 } }], test_images[{ { 1, 10 } }]
local error_known = la.item(nn.mse_loss(reconstruct(source[{ { 1, 2000 } }]), source[{ { 1, 2000 } }]))
local error_unknown = la.item(nn.mse_loss(reconstruct(test_images), test_images))
local blank = test_images:var(1):mean()
print(("mean squared error: %.4f on 0 to 4, %.4f on 5 to 9 (%.4f for their mean image)"):format(error_known,
  error_unknown, blank))

local names = { "scratch", "frozen", "fine-tuned" }
local results = la.zeros(3, run.seeds)
for seed = 1, run.seeds do
  local labelled = la.randint(1, #images, { run.labels })
  local function accuracy(k, net, parameters)
    train(parameters, run.iters, names[k], function()
      local rows = labelled[la.randint(1, run.labels, { run.batch })]
      return nn.cross_entropy_loss(net(images[rows]), classes[rows])
    end)
    local predicted = la.no_grad(function() return net(test_images):argmax(2) end)
    results[{ k, seed }] = 100 * predicted:eq(test_classes):to("float32"):mean()
  end
  local scratch = nn.Sequential(new_encoder(), nn.Linear(64, 5))
  accuracy(1, scratch, scratch:parameters())
  local top = nn.Linear(64, 5)
  accuracy(2, nn.Sequential(encoder, top), top:parameters())
  local tuned = nn.Sequential(new_encoder():load_state_dict(encoder:state_dict()), nn.Linear(64, 5))
  accuracy(3, tuned, tuned:parameters())
end
local mean, low, high = results:mean(2), results:min(2), results:max(2)
for k, name in ipairs(names) do
  print(("%-11s %.1f %% of 5 to 9 right (%.1f to %.1f over %d seeds)"):format(name, mean[k], low[k], high[k],
    run.seeds))
end

local fig = la.plot.figure { panels = { 1, 2 }, title = "Images, and below what an autoencoder of 0 to 4 makes of them",
  width = 1100, height = 220 }
for i, x in ipairs { known, unknown } do
  fig:panel(i):title(i == 1 and "0 to 4" or "5 to 9, never seen")
    :image_grid(la.cat({ x, reconstruct(x) }, 1):reshape(-1, 28, 28), { cols = 10, vmin = 0, vmax = 1 })
end
run:save(fig, "reconstructions.png")

fig = la.plot.figure { title = ("5 to 9 from %d labels"):format(run.labels), xlim = { 0.5, 3.5 },
  ylabel = "accuracy on the test images (%)", xticks = { { 1, 2, 3 }, names }, ylim = { 0, 100 } }
fig:bar({ 1, 2, 3 }, mean, { width = 0.6 })
fig:errorbar({ 1, 2, 3 }, mean, { yerr = { mean - low, high - mean }, color = "black", marker = "none" })
run:save(fig, "accuracy.png")
run:finish()

return { accuracy = results, mean = mean, known = error_known, unknown = error_unknown, blank = blank }
