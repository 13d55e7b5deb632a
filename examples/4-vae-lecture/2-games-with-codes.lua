-- Tutorial 4: games with the codes of an autoencoder.
--
-- What to see:
-- interpolation.png: each row goes in straight steps from the code of one image to that of
--   another. Half way the drawing is often no digit (3 to 8, 2 to 5): the straight line between two
--   codes leaves the region where codes of images lie. Where it stays inside (4 to 9) all are digits.
-- arithmetic.png: the mean code of slanted digits minus that of upright ones is a direction that
--   means "slant". Added to other codes it slants their digits: the code holds concepts, though
--   nobody asked it to. Go too far and the digit breaks.
-- off-manifold.png: what the decoder makes of codes that get farther from all images: real codes with
--   more and more noise added. Near by it is still a digit, far off it is blots.
--
-- The program prints how far each drawing is from the nearest of 2000 images: the error grows the
-- farther the code is from those that were trained on.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Interpolate, add and disturb the codes of an autoencoder.", {
  data = true,
  { "bottleneck", 16, "units of the code", min = 1 },
  { "iters", 3000, "training steps", min = 1, fast = 150 },
  { "batch", 64, "images a step", min = 1 },
})

local set = run:digits "train"
local images = set.images:reshape(-1, 784):to("float32") / 255

local encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, run.bottleneck))
local decoder = nn.Sequential(nn.Linear(run.bottleneck, 256), nn.ReLU(), nn.Linear(256, 784), nn.Sigmoid())
local net = nn.Sequential(encoder, decoder)
local adam = optim.Adam(net:parameters(), { lr = 2e-3 })
for _, bar in la.progress(run.iters, { label = "training" }) do
  local batch = images[la.randint(1, #images, { run.batch })]
  local loss = nn.bce_loss(net(batch), batch)
  adam:zero_grad()
  loss:backward()
  adam:step()
  bar:note("loss %.4f", loss:item())
end

local function encode(x) return la.no_grad(function() return encoder(x) end) end
local function decode(z) return la.no_grad(function() return decoder(z) end) end
local function pictures(x) return x:reshape(-1, 28, 28) end

-- 1. From one code to another: (1 - t) a + t b.
local STEPS = 11
local function first_of(digit, nth) return images[set.labels:eq(digit):nonzero():reshape(-1)[nth]] end
local rows = {}
for i, pair in ipairs { { 1, 7 }, { 4, 9 }, { 3, 8 }, { 0, 6 }, { 2, 5 } } do
  local a, b = encode(first_of(pair[1], i):reshape(1, 784)), encode(first_of(pair[2], i):reshape(1, 784))
  local t = la.linspace(0, 1, STEPS):reshape(-1, 1)
  rows[i] = decode(a * (1 - t) + b * t)
end
local fig = la.plot.figure { title = "Straight lines between the codes of two images", width = 960, height = 480 }
fig:image_grid(pictures(la.cat(rows, 1)), { cols = STEPS, vmin = 0, vmax = 1 })
run:save(fig, "interpolation.png")

-- 2. Slant of an image: how much its ink moves to the left from row to row, by least squares.
local y = (la.arange(1, 28):to("float32") - 14.5):reshape(28, 1)
local function slant(x)
  local ink = pictures(x)
  local total = ink:sum({ 2, 3 }) + 1e-6
  local cx = (ink * y:t()):sum({ 2, 3 }) / total
  local cy = (ink * y):sum({ 2, 3 }) / total
  local dx, dy = y:t() - cx:reshape(-1, 1, 1), y - cy:reshape(-1, 1, 1)
  return -(ink * dx * dy):sum({ 2, 3 }) / ((ink * dy * dy):sum({ 2, 3 }) + 1e-6)
end
-- The difference of the mean codes of slanted and of upright images, digit by digit, so that nothing
-- of the digits themselves is left in it.
local direction = la.zeros(run.bottleneck)
for digit = 0, 9 do
  local own = images[set.labels:eq(digit):nonzero():reshape(-1)[{ { 1, 1000 } }]]
  local order = slant(own):argsort()
  local upright, slanted = own[order[{ { 1, 200 } }]], own[order[{ { -200, -1 } }]]
  direction = direction + (encode(slanted):mean(1) - encode(upright):mean(1)) / 10
end
local codes = encode(la.stack { first_of(0, 8), first_of(4, 9), first_of(6, 5), first_of(7, 6), first_of(9, 3) })
local AMOUNTS = { -0.6, -0.3, 0, 0.3, 0.6 }
local shifted, slants = {}, {}
for i, amount in ipairs(AMOUNTS) do
  shifted[i] = decode(codes + direction * amount)
  slants[i] = slant(shifted[i]):mean()
  print(("codes %+.1f slant: mean slant of the drawings %.3f"):format(amount, slants[i]))
end
fig = la.plot.figure { title = "Codes plus -0.6, -0.3, 0, 0.3 and 0.6 times the slant", width = 640, height = 680 }
fig:image_grid(pictures(la.stack(shifted, 2)), { cols = #AMOUNTS, vmin = 0, vmax = 1 })
run:save(fig, "arithmetic.png")

-- 3. Away from the manifold: noise of growing size, in units of the deviation of the codes.
local all = encode(images[{ { 1, 5000 } }])
local deviation, others = all:std(1), images[{ { 1, 2000 } }]
local NOISE = { 0, 0.5, 1, 2, 4 }
local start = encode(images[{ { 3001, 3010 } }])
local function distance(x)
  local squared = x:square():sum(2, { keepdim = true }) - 2 * x:matmul(others:t()) + others:square():sum(2)
  return squared:min(2):clamp(0):sqrt():mean()
end
local noisy, distances = {}, {}
local noise = la.randn(10, run.bottleneck)
for i, size in ipairs(NOISE) do
  noisy[i] = decode(start + noise * deviation * size)
  distances[i] = distance(noisy[i])
  print(("noise of %.1f deviations: %.2f from the nearest image"):format(size, distances[i]))
end
fig = la.plot.figure { title = "Codes with noise of 0, 0.5, 1, 2 and 4 deviations, from above", width = 960,
  height = 530 }
fig:image_grid(pictures(la.cat(noisy, 1)), { cols = 10, vmin = 0, vmax = 1 })
run:save(fig, "off-manifold.png")
run:finish()

return { slants = slants, distances = distances }
