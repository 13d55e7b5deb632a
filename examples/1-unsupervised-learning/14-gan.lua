-- Tutorial 1: a generative adversarial network (Goodfellow et al., 2014), on points and on digits.
--
-- No density is estimated and no image compared with another. A generator G makes samples out of noise; a
-- discriminator D tells real ones from made ones; each step trains D a little and then G against it.
-- The best D for a given G says D(x) = p(x) / (p(x) + g(x)), and what G then makes small is the distance of
-- its distribution g from that of the data, p. It ends where g = p: then D says 1/2 everywhere, and its
-- loss is 2 log 2 = 1.386.
--
-- What to see: ring.png. The data are eight normal distributions on a ring. The colour is what D says, from red
-- (made) over white (no telling) to blue (real). In the upper row, with a step of G for each of D, the samples
-- spread over the ring and settle on all eight, 19 of 20 within three deviations of a centre; there D's colour is
-- white: it cannot tell any more. In the lower row G takes ten steps for each of D. It puts everything where D is
-- most credulous at the moment, D learns that this place is bad, and G moves on: the mode collapse against
-- which the paper warns (its "Helvetica scenario"). The printed lines count the samples near each centre.
-- loss.png: D's loss comes close to 2 log 2 from below in the good case, and its opinions of real and made
-- samples to 1/2. The loss of a GAN does not say how good it is: the collapsed one's is near 2 log 2 as well.
-- digits.png: images from noise. More than half can be read. They are not blurred like a VAE's, for that would give G away;
-- a net without convolutions leaves white specks instead, as nothing tells it which pixels are neighbours.
-- interpolation.png: along a straight line in the space of the noise one image turns into another.
-- The printed shares are the digits that a classifier reads in the samples: no class is left out.
local la = require "latent"
local models, nn, optim, train = la.models, la.nn, la.optim, la.train

local run = la.script.start("Train generative adversarial networks on points and on digits.", {
  data = true,
  { "iters", 4000, "steps on the points", min = 8, fast = 600 },
  { "hidden", 128, "units of the hidden layers for the points", min = 1, fast = 64 },
  { "images", 60000, "training images", min = 100, max = 60000, fast = 1000 },
  { "epochs", 12, "passes over the training images", min = 1, fast = 3 },
  { "batch", 100, "images a step", min = 2, fast = 50 },
  { "lr", 4e-4, "learning rate of Adam for the digits", min = 0 },
})

-- Little memory of old gradients: the other net's steps make them wrong (Radford et al., 2016).
local function adam(net, lr) return optim.Adam(net:parameters(), { lr = lr, betas = { 0.5, 0.999 } }) end

local function take_step(optimizer, loss)
  optimizer:zero_grad()
  loss:backward()
  optimizer:step()
end

-- Points: eight normal distributions on a ring.
local DEVIATION, POINTS, RATE = 0.1, run.fast and 128 or 256, run.fast and 3e-3 or 1e-3
local angles = la.arange(0, 7) * (math.pi / 4)
local centres = la.stack({ angles:cos(), angles:sin() }, 2) * 2

local function real_points(n) return centres[la.randint(1, 8, { n })] + la.randn(n, 2) * DEVIATION end

--- Samples within three deviations of each centre, out of n.
local function count_modes(points)
  local distance, nearest = la.cdist(points, centres):min(2)
  local counts = {}
  for k = 1, 8 do counts[k] = distance:lt(3 * DEVIATION):logical_and(nearest:eq(k)):sum() end
  return counts
end

-- A grid of places for pictures of D, row 1 at the bottom.
local SIDE, REACH = 80, 3
local ticks = la.linspace(-REACH, REACH, SIDE)
local places = la.stack({ ticks:reshape(1, -1):expand(SIDE, SIDE):contiguous():reshape(-1),
  ticks:reshape(-1, 1):expand(SIDE, SIDE):contiguous():reshape(-1) }, 2)

--- Train on the ring, with `turns` steps of the generator for each of the discriminator.
local function fit_ring(label, turns)
  local gan = models.GAN { inputs = 2, latent = 8, hidden = run.hidden }
  local judge, forger = adam(gan.discriminator, RATE), adam(gan.generator, RATE)
  local seen = { step = {}, loss = {}, real = {}, fake = {}, stages = {} }
  local stages = { [run.iters // 8] = 1, [run.iters // 2] = 2, [run.iters] = 3 }
  for i, bar in la.progress(run.iters, { label = label }) do
    local loss, opinion = gan:discriminator_loss(real_points(POINTS))
    take_step(judge, loss)
    for _ = 1, turns do take_step(forger, gan:generator_loss(POINTS)) end
    if i % math.max(1, run.iters // 200) == 0 then
      table.insert(seen.step, i)
      table.insert(seen.loss, loss:item())
      table.insert(seen.real, opinion.real)
      table.insert(seen.fake, opinion.fake)
      bar:note("loss of D %.3f", loss:item())
    end
    if stages[i] then
      seen.stages[stages[i]] = { step = i, points = gan:sample(4000),
        opinion = la.no_grad(function() return gan.discriminator(places):sigmoid():reshape(SIDE, SIDE) end) }
    end
  end
  seen.counts = count_modes(seen.stages[3].points)
  seen.near = 0
  for _, count in ipairs(seen.counts) do seen.near = seen.near + count / 4000 end
  print(("%-15s %5.1f %% of 4000 samples are near a centre, these of each: %s"):format(label,
    100 * seen.near, table.concat(seen.counts, " ")))
  return seen
end

local names = { "one step of G for each of D", "ten steps of G for each of D" }
local rings = { fit_ring("one step of G", 1), fit_ring("ten steps of G", 10) }

local fig = la.plot.figure { panels = { 2, 3 }, width = 1080, height = 760 }
for k, ring in ipairs(rings) do
  for j, stage in ipairs(ring.stages) do
    local panel = fig:panel(k, j):title(("%s: after %d"):format(k == 1 and "1 to 1" or "10 to 1", stage.step))
    panel:image(stage.opinion, { cmap = "rdbu", vmin = 0, vmax = 1, origin = "lower",
      extent = { -REACH, REACH, -REACH, REACH }, colorbar = j == 3, colorbar_label = "D(x)" })
    panel:legend { loc = "lower right" }
    local first = k == 1 and j == 1
    panel:scatter(real_points(400), { color = "black", markersize = 2, alpha = 0.5, label = first and "real" or nil })
    panel:scatter(stage.points[{ { 1, 800 } }], { color = "C2", markersize = 3, label = first and "made" or nil })
    panel:xlim(-REACH, REACH):ylim(-REACH, REACH):aspect "equal"
  end
end
run:save(fig, "ring.png")

fig = la.plot.figure { panels = { 2, 2 }, width = 1080, height = 640, sharex = true }
for k, ring in ipairs(rings) do
  fig:panel(1, k):title(names[k]):ylabel("nats"):ylim(0.8, 1.6)
  fig:panel(1, k):line(ring.step, ring.loss, { label = "loss of D" })
  fig:panel(1, k):hline(2 * math.log(2), { color = "black", linestyle = "--", label = "2 log 2" })
  fig:panel(2, k):xlabel("step"):ylabel("mean of D(x)"):ylim(0, 1)
  fig:panel(2, k):line(ring.step, ring.real, { label = "real", color = "C0" })
  fig:panel(2, k):line(ring.step, ring.fake, { label = "made", color = "C3" })
end
run:save(fig, "loss.png")

-- Digits, in -1..1, so that the generator's tanh reaches black and white.
local set = run:digits "train"
local kept = { { 1, run.images } }
local images, classes = set.images[kept]:reshape(-1, 784), set.labels[kept] + 1
local function prepare(batch) return batch:to("float32") / 127.5 - 1 end

-- The dropout keeps D from knowing the training images by heart.
local gan = models.GAN {
  latent = 64,
  generator = nn.Sequential(nn.Linear(64, 256), nn.LeakyReLU(0.2), nn.Linear(256, 512), nn.LeakyReLU(0.2),
    nn.Linear(512, 784), nn.Tanh()),
  discriminator = nn.Sequential(nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(512, 256),
    nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(256, 1)),
}
local judge, forger = adam(gan.discriminator, run.lr), adam(gan.generator, run.lr)
for epoch, bar in la.progress(run.epochs, { label = "digits" }) do
  local sum, count = { loss = 0, real = 0, fake = 0 }, 0
  for _, batch in train.batches(images, { size = run.batch, drop_last = true }) do
    local loss, opinion = gan:discriminator_loss(prepare(batch))
    take_step(judge, loss)
    take_step(forger, gan:generator_loss(run.batch))
    count = count + 1
    sum.loss, sum.real, sum.fake = sum.loss + loss:item(), sum.real + opinion.real, sum.fake + opinion.fake
  end
  bar:note("loss of D %.3f", sum.loss / count)
  if epoch == run.epochs then
    print(("digits: loss of D %.3f; it says %.2f of real images and %.2f of made ones"):format(sum.loss / count,
      sum.real / count, sum.fake / count))
  end
end

local samples = gan:sample(100)
fig = la.plot.figure { title = "Digits out of noise", width = 700, height = 740 }
fig:image_grid(samples:reshape(-1, 28, 28), { cols = 10, vmin = -1, vmax = 1 })
run:save(fig, "digits.png")

-- From one noise to another in nine steps, six times.
local from, to = gan:noise(6):reshape(6, 1, -1), gan:noise(6):reshape(6, 1, -1)
local share = la.linspace(0, 1, 9):reshape(1, -1, 1)
local between = (from * (1 - share) + to * share):reshape(-1, gan.latent)
local drawn = gan:evaluate(function() return gan(between) end)
fig = la.plot.figure { title = "From one noise (left) to another (right)", width = 700, height = 500 }
fig:image_grid(drawn:reshape(-1, 28, 28), { cols = 9, vmin = -1, vmax = 1 })
run:save(fig, "interpolation.png")

-- A classifier of real images counts the digits: a collapsed generator would leave some out.
local reader = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))
train.fit(reader, { x = images, class = classes }, {
  epochs = 2, batch_size = run.batch, label = "reader", optimizer = optim.Adam(reader:parameters(), { lr = 2e-3 }),
  loss = function(net, batch) return nn.cross_entropy_loss(net(prepare(batch.x)), batch.class) end,
})
local read = reader:evaluate(function() return reader(gan:sample(5000)):argmax(2) end)
local shares, words = (read - 1):bincount { minlength = 10 }, {}
for digit = 0, 9 do words[digit + 1] = ("%d: %.1f"):format(digit, shares[digit + 1] / 50) end
print("what a classifier reads in 5000 samples, in %: " .. table.concat(words, "  "))
run:finish()

return { rings = rings, samples = samples, shares = shares }
