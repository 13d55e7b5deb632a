-- Tutorial 3, the questions of tasks 6 to 8: how do the three classifiers compare as labels grow?
--
-- What to see: labels.png, the accuracy on the test images against the number of labels, on a
-- logarithmic axis; points are means over the seeds, bars their range.
--   - With 100 labels the two that use the autoencoder lead by ten points: the unlabelled images have
--     taught the encoder what so few labels cannot.
--   - The frozen curve flattens first, at about 84 % on MNIST, and from 1000 labels on it is the worst:
--     its single layer does what codes made for drawing allow, and more labels do not help.
--   - The other two climb on to 93 and 95 %: with plenty of labels it matters little where training
--     starts. Fine-tuning is the best or as good as the best throughout.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Draw the accuracy of three classifiers against the number of labels.", {
  data = true,
  { "iters", 1000, "training steps of each net", min = 1, fast = 180 },
  { "batch", 40, "images a step", min = 1 },
  { "lr", 3e-3, "learning rate of Adam", min = 0 },
  { "seeds", 3, "repetitions", min = 1, fast = 1 },
})
local SIZES = run.fast and { 100, 60000 } or { 100, 300, 1000, 3000, 10000, 60000 }

local function prepare(split)
  local set = run:digits(split)
  return set.images:reshape(-1, 784):to("float32") / 127.5 - 1, set.labels + 1
end
local images, classes = prepare "train"
local test_images, test_classes = prepare "test"

local function small(net)
  la.no_grad(function()
    for _, p in ipairs(net:parameters()) do p:normal_(0, 0.01) end
  end)
  return net
end

local function new_encoder()
  return small(nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 32), nn.ReLU()))
end

local function train(parameters, label, loss)
  local adam = optim.Adam(parameters, { lr = run.lr })
  for _ in la.progress(run.iters, { label = label }) do
    adam:zero_grad()
    loss():backward()
    adam:step()
  end
end

--- Accuracy on the test images, in per cent, of a classifier trained on the first n labels.
local function accuracy(label, net, parameters, n)
  train(parameters, ("%s, %d labels"):format(label, n), function()
    local rows = la.randint(1, n, { run.batch })
    return nn.cross_entropy_loss(net(images[rows]), classes[rows])
  end)
  local predicted = la.no_grad(function() return net(test_images):argmax(2) end)
  return 100 * predicted:eq(test_classes):to("float32"):mean()
end

local names = { "scratch", "frozen", "fine-tuned" }
local results = la.zeros(#names, #SIZES, run.seeds)
for seed = 1, run.seeds do
  la.manual_seed(run.seed + seed - 1)
  local encoder = new_encoder()
  local autoencoder = nn.Sequential(encoder,
    small(nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())))
  train(autoencoder:parameters(), "autoencoder", function()
    local batch = images[la.randint(1, #images, { run.batch })]
    return nn.mse_loss(autoencoder(batch), batch)
  end)
  for _, p in ipairs(encoder:parameters()) do p:requires_grad(false) end
  for i, n in ipairs(SIZES) do
    local scratch = nn.Sequential(new_encoder(), small(nn.Linear(32, 10)))
    results[{ 1, i, seed }] = accuracy(names[1], scratch, scratch:parameters(), n)
    local top = small(nn.Linear(32, 10))
    results[{ 2, i, seed }] = accuracy(names[2], nn.Sequential(encoder, top), top:parameters(), n)
    local start = new_encoder():load_state_dict(encoder:state_dict())
    local tuned = nn.Sequential(start, small(nn.Linear(32, 10)))
    results[{ 3, i, seed }] = accuracy(names[3], tuned, tuned:parameters(), n)
  end
end

local mean, low, high = results:mean(3), results:min(3), results:max(3)
print("labels       scratch             frozen              fine-tuned")
for i, n in ipairs(SIZES) do
  local cells = {}
  for k = 1, #names do
    cells[k] = ("%5.1f (%.1f to %.1f)"):format(mean[{ k, i }], low[{ k, i }], high[{ k, i }])
  end
  print(("%-8d %s"):format(n, table.concat(cells, "  ")))
end

local fig = la.plot.figure { title = "What unlabelled images are worth", xlabel = "labelled images",
  ylabel = "accuracy on the test images (%)", xscale = "log", xlim = { 70, 90000 },
  xticks = SIZES, legend = { loc = "outside right" } }
for k, name in ipairs(names) do
  -- Side by side, so that no bar hides another.
  local x = la.tensor(SIZES):to("float32") * 1.06 ^ (k - 2)
  fig:errorbar(x, mean[k], { yerr = { mean[k] - low[k], high[k] - mean[k] }, linestyle = "-", label = name })
end
run:save(fig, "labels.png")
run:finish()

return { sizes = SIZES, accuracy = results, mean = mean }
