-- Tutorial 3, task 2: an autoencoder with a bottleneck of two units.
--
--   784 pixels -> 256 -> 2 (the code) -> 256 -> 784 pixels
--
-- The network learns to give back its input although only two numbers get through its middle.
--
-- What to see: loss.png falls from 0.9 to about 0.19 in 1000 steps, steeply at first, then ever more
-- slowly as the code spreads out. reconstructions.png shows 100 digits and what
-- the network makes of them: blurred, the shape of many right, some turned into their neighbours
-- (4 and 9, 3 and 8), as two numbers cannot tell all digits apart. Try --bottleneck 32 (task 4).
--
-- The tutorial's blanks: the first layer takes D_in + 1 rows and gives D_hid_1 (the 1 is for the
-- bias, which nn.Linear keeps apart); the code is the activation of the second layer, h2_act; the
-- loss compares x_pred with x_real.
--
-- The tutorial puts a ReLU behind the code as well. With two units that often goes wrong: a unit
-- whose input is negative for every image has no gradient and never comes back. One dead unit
-- leaves a code of one number and a loss of about 0.22, two of them one picture for all digits, and
-- 0.26. So the code goes without; --activation relu shows the tutorial's, with several --seed.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Train an autoencoder with a narrow code and show what comes out.", {
  data = true,
  { "bottleneck", 2, "units of the code", min = 1 },
  { "iters", 1000, "training steps", min = 1, fast = 100 },
  { "activation", "none", "of the code", choices = { "relu", "tanh", "none" } },
  { "batch", 40, "images a step", min = 1 },
  { "lr", 3e-3, "learning rate of Adam", min = 0 },
})

-- [n, 28, 28] bytes to [n, 784] numbers in [-1, 1].
local images = run:digits("train").images:reshape(-1, 784):to("float32") / 127.5 - 1

local activation = ({ relu = nn.ReLU, tanh = nn.Tanh, none = nn.Identity })[run.activation]()
local encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, run.bottleneck), activation)
local decoder = nn.Sequential(nn.Linear(run.bottleneck, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
local net = nn.Sequential(encoder, decoder)

-- The tutorial starts all weights and biases from a normal distribution of deviation 0.01: every
-- output is near 0 then, and the loss near the mean square of the pixels.
la.no_grad(function()
  for _, p in ipairs(net:parameters()) do p:normal_(0, 0.01) end
end)
print(net)

local adam = optim.Adam(net:parameters(), { lr = run.lr })
local losses = {}
for i, bar in la.progress(run.iters, { label = "training" }) do
  local batch = images[la.randint(1, #images, { run.batch })]
  local loss = nn.mse_loss(net(batch), batch)
  adam:zero_grad()
  loss:backward()
  adam:step()
  losses[i] = loss:item()
  bar:note("loss %.4f", losses[i])
end

local last = math.min(50, run.iters)
local mean = 0
for i = run.iters - last + 1, run.iters do mean = mean + losses[i] / last end
local units = la.no_grad(function() return encoder(images):std(1):gt(1e-4):sum() end)
print(("loss %.4f at the start, %.4f over the last %d steps"):format(losses[1], mean, last))
if units < run.bottleneck then
  print(("only %d of the %d units of the code tell images apart: the others are dead"):format(units, run.bottleneck))
end

local fig = la.plot.figure { title = "Training loss", xlabel = "step", ylabel = "mean squared error" }
fig:line(la.arange(1, run.iters), la.tensor(losses))
run:save(fig, "loss.png")

local real = images[{ { 1, math.min(100, #images) } }]
local reconstructed = la.no_grad(function() return net(real) end)
fig = la.plot.figure { panels = { 1, 2 }, width = 1240, height = 660 }
fig:panel(1):title("real"):image_grid(real:reshape(-1, 28, 28), { cols = 10 })
fig:panel(2):title("reconstructed"):image_grid(reconstructed:reshape(-1, 28, 28), { cols = 10 })
run:save(fig, "reconstructions.png")
run:finish()

return { losses = losses, loss = mean, net = net, units = units }
