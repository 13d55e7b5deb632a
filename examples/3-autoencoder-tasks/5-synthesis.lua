-- Tutorial 3, task 5: can the decoder of a plain autoencoder make new digits from random codes?
--
-- What to see: ranges.png, the range of each of the 32 units over all training images: they differ
-- much, and some units have died and are always 0. synthesis.png, on the left what the decoder
-- draws for codes of real images, on the right for codes drawn evenly from these ranges: strokes
-- as of a pen, but broken and blotted; perhaps one in five can be read as a digit.
--
-- Why? The codes of real images fill a small part of the box of their ranges. In task 3's plot of
-- two units there are holes; with 32 units nearly all of the box is hole. The decoder has never
-- been trained there and may draw anything. The program measures it: a random code lies several
-- times farther from the next real code than real codes lie from each other. A variational
-- autoencoder (tutorial 4) is trained so that there are no holes.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Draw random codes and see what a plain decoder makes of them.", {
  data = true,
  { "bottleneck", 32, "units of the code", min = 1 },
  { "iters", 1000, "training steps", min = 1, fast = 200 },
  { "batch", 40, "images a step", min = 1 },
  { "lr", 3e-3, "learning rate of Adam", min = 0 },
  { "samples", 60, "codes to draw", min = 1 },
})

local images = run:digits("train").images:reshape(-1, 784):to("float32") / 127.5 - 1

local encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, run.bottleneck), nn.ReLU())
local decoder = nn.Sequential(nn.Linear(run.bottleneck, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
local net = nn.Sequential(encoder, decoder)
la.no_grad(function()
  for _, p in ipairs(net:parameters()) do p:normal_(0, 0.01) end
end)

local adam = optim.Adam(net:parameters(), { lr = run.lr })
for _, bar in la.progress(run.iters, { label = "training" }) do
  local batch = images[la.randint(1, #images, { run.batch })]
  local loss = nn.mse_loss(net(batch), batch)
  adam:zero_grad()
  loss:backward()
  adam:step()
  bar:note("loss %.4f", loss:item())
end

-- The ranges of the units over all training images: [bottleneck] each.
local codes = la.no_grad(function() return encoder(images) end)
local low, high = codes:min(1), codes:max(1)
local dead = high:eq(0):sum()
print(("units that are always 0: %d of %d"):format(dead, run.bottleneck))
print(("largest value of a unit: from %.2f to %.2f"):format(high:min(), high:max()))

-- Evenly in the box: r in [0, 1) becomes low + r (high - low). Then the decoder alone.
local random_codes = low + la.rand(run.samples, run.bottleneck) * (high - low)
local real_codes = codes[la.randperm(#codes)[{ { 1, run.samples } }]]
local synthetic = la.no_grad(function() return decoder(random_codes) end)
local decoded = la.no_grad(function() return decoder(real_codes) end)

-- Distance of each code from the nearest of 2000 codes of other images.
local others = codes[la.randint(1, #codes, { 2000 })]
local function nearest(z)
  local squared = z:square():sum(2, { keepdim = true }) - 2 * z:matmul(others:t()) + others:square():sum(2)
  local found = squared + 1e9 * squared:lt(1e-3):to("float32") -- an image is no neighbour of itself
  return found:min(2):sqrt():mean()
end
local from_random, from_real = nearest(random_codes), nearest(real_codes)
print(("mean distance from the nearest code: %.2f for real codes, %.2f for random ones"):format(from_real, from_random))

local fig = la.plot.figure { title = "Range of each unit over the training images", xlabel = "unit", ylabel = "code" }
fig:bar(la.arange(1, run.bottleneck), high - low, { bottom = low })
run:save(fig, "ranges.png")

fig = la.plot.figure { panels = { 1, 2 }, width = 1240, height = 430 }
fig:panel(1):title("decoded from codes of real images")
  :image_grid(decoded:reshape(-1, 28, 28), { cols = 10, vmin = -1, vmax = 1 })
fig:panel(2):title("decoded from random codes")
  :image_grid(synthetic:reshape(-1, 28, 28), { cols = 10, vmin = -1, vmax = 1 })
run:save(fig, "synthesis.png")
run:finish()

return { low = low, high = high, dead = dead, codes = random_codes, images = synthetic,
  from_real = from_real, from_random = from_random }
