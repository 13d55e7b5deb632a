-- Tutorial 3, tasks 6, 7 and 8: three classifiers that have 100 labelled images.
--
--   scratch      784 -> 256 -> 32 -> 10, all weights random at first (task 6)
--   frozen       the wide autoencoder's encoder, fixed, and one layer 32 -> 10 on its codes (task 7)
--   fine-tuned   the same encoder, trained on together with the layer on top (task 8)
--
-- The autoencoder has seen all 60,000 images, but no label.
--
-- What to see: accuracy.png. All three know their 100 images by heart: the training accuracy is at
-- or near 100 %. On the 10,000 test images of MNIST, scratch stays at 56 to 60 %, frozen reaches 65 to
-- 71 %, fine-tuned 67 to 69 % (five seeds; their means are 58.2, 67.4 and 68.2 %).
--
-- Task 6: whence the gap between training and test? The net has 209,000 weights, the sample 100
-- images: very many nets fit these, and few of them are right elsewhere. More labels close the gap
-- (the next script draws that).
-- Task 7: why is frozen better? Its encoder knows from the unlabelled images how digits vary, and
-- gives like images like codes; only 330 weights are left for the labels to settle.
-- Task 8: fine-tuning starts from that knowledge and may bend the encoder towards the labels. With
-- few labels there is little to gain by it, and it can overfit; with many it wins, as a frozen
-- encoder keeps what serves drawing and cannot learn what serves telling 4 from 9.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Train classifiers on few labels: from scratch, on a frozen encoder, fine-tuned.", {
  data = true,
  { "labels", 100, "labelled images", min = 10, max = 60000 },
  { "iters", 1000, "training steps of each net", min = 1, fast = 250 },
  { "batch", 40, "images a step", min = 1 },
  { "lr", 3e-3, "learning rate of Adam", min = 0 },
})

local function prepare(split)
  local set = run:digits(split)
  -- Class ids are 1-based: digit 0 is class 1.
  return set.images:reshape(-1, 784):to("float32") / 127.5 - 1, set.labels + 1
end
local images, classes = prepare "train"
local test_images, test_classes = prepare "test"
local few, few_classes = images[{ { 1, run.labels } }], classes[{ { 1, run.labels } }]

--- A net whose weights are small random numbers.
local function small(net)
  la.no_grad(function()
    for _, p in ipairs(net:parameters()) do p:normal_(0, 0.01) end
  end)
  return net
end

local function new_encoder()
  return small(nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 32), nn.ReLU()))
end

--- Training steps on parameters; `loss` is a function that draws a batch.
local function train(parameters, label, loss)
  local adam = optim.Adam(parameters, { lr = run.lr })
  for _, bar in la.progress(run.iters, { label = label }) do
    local value = loss()
    adam:zero_grad()
    value:backward()
    adam:step()
    bar:note("loss %.4f", value:item())
  end
end

local function accuracy(net, x, y)
  local predicted = la.no_grad(function() return net(x):argmax(2) end)
  return 100 * predicted:eq(y):to("float32"):mean()
end

--- Train `parameters` of a classifier with the labels and measure it every 50 steps.
local function fit(label, net, parameters)
  local curve, step = { step = {}, test = {} }, 0
  train(parameters, label, function()
    if step % 50 == 0 then
      table.insert(curve.step, step)
      table.insert(curve.test, accuracy(net, test_images, test_classes))
    end
    step = step + 1
    local rows = la.randint(1, run.labels, { run.batch })
    return nn.cross_entropy_loss(net(few[rows]), few_classes[rows])
  end)
  curve.final = accuracy(net, test_images, test_classes)
  curve.train = accuracy(net, few, few_classes)
  table.insert(curve.step, step)
  table.insert(curve.test, curve.final)
  print(("%-11s accuracy %5.1f %% on its %d images, %5.1f %% on the test images"):format(label, curve.train,
    run.labels, curve.final))
  return curve
end

-- The wide autoencoder of task 4, without labels.
local encoder = new_encoder()
local decoder = small(nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh()))
local autoencoder = nn.Sequential(encoder, decoder)
train(autoencoder:parameters(), "autoencoder", function()
  local batch = images[la.randint(1, #images, { run.batch })]
  return nn.mse_loss(autoencoder(batch), batch)
end)

-- Task 6: everything random.
local scratch = nn.Sequential(new_encoder(), small(nn.Linear(32, 10)))

-- Task 7: only the last layer's parameters go to the optimiser, so the encoder stays as it is.
local top = small(nn.Linear(32, 10))
for _, p in ipairs(encoder:parameters()) do p:requires_grad(false) end
local frozen = nn.Sequential(encoder, top)

-- Task 8: a copy of the encoder's weights to start from.
local start = new_encoder():load_state_dict(encoder:state_dict())
local tuned = nn.Sequential(start, small(nn.Linear(32, 10)))

local names = { "scratch", "frozen", "fine-tuned" }
local curves = {
  fit(names[1], scratch, scratch:parameters()),
  fit(names[2], frozen, top:parameters()),
  fit(names[3], tuned, tuned:parameters()),
}

local fig = la.plot.figure { title = ("Classifiers from %d labels"):format(run.labels), xlabel = "step",
  ylabel = "accuracy on the test images (%)", legend = { loc = "outside right" } }
for k, curve in ipairs(curves) do fig:line(curve.step, curve.test, { label = names[k], marker = "o" }) end
run:save(fig, "accuracy.png")

-- The test images that the fine-tuned net gets wrong, with what it says.
local predicted = la.no_grad(function() return tuned(test_images):argmax(2) end)
local wrong = predicted:ne(test_classes):nonzero():reshape(-1)
if #wrong > 0 then
  wrong = wrong[{ { 1, math.min(40, #wrong) } }]
  local titles = {}
  for i, row in ipairs(wrong:totable()) do
    titles[i] = ("%d, not %d"):format(predicted[row] - 1, test_classes[row] - 1)
  end
  fig = la.plot.figure { title = "What the fine-tuned classifier gets wrong", width = 900, height = 440 }
  fig:image_grid(test_images[wrong]:reshape(-1, 28, 28), { cols = 10, titles = titles })
  run:save(fig, "mistakes.png")
end
run:finish()

return { scratch = curves[1], frozen = curves[2], tuned = curves[3] }
