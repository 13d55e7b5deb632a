-- Tutorial 3, task 4: the autoencoder with a bottleneck of 32 units in place of 2.
--
-- What to see: loss.png has both training curves. The wide one leaves the thin one behind after some
-- 200 steps and ends near 0.1 on MNIST (0.094 to 0.108 over five seeds), half of the other's 0.2.
-- reconstructions.png shows the same digits three times: the thin net's are blurred averages, and some are
-- other digits; the wide net's are the digits themselves, with the slant and the thickness of the stroke.
--
-- Why is the loss lower? More numbers go through the middle, so less about the image is lost: two
-- numbers tell roughly which digit it is, thirty-two also how it was written. A wide code can do
-- all that a narrow one can (leave units at 0), so the best loss cannot rise with the width.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Compare a wide code with a narrow one.", {
  data = true,
  { "bottleneck", 32, "units of the wide code", min = 1 },
  { "iters", 1000, "training steps", min = 1, fast = 280 },
  { "batch", 40, "images a step", min = 1 },
  { "lr", 3e-3, "learning rate of Adam", min = 0 },
})

local images = run:digits("train").images:reshape(-1, 784):to("float32") / 127.5 - 1

local function autoencoder(units)
  local net = nn.Sequential(
    nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, units), nn.ReLU()),
    nn.Sequential(nn.Linear(units, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh()))
  la.no_grad(function()
    for _, p in ipairs(net:parameters()) do p:normal_(0, 0.01) end
  end)
  return net
end

local function train(net, label)
  local adam, losses = optim.Adam(net:parameters(), { lr = run.lr }), {}
  for i, bar in la.progress(run.iters, { label = label }) do
    local batch = images[la.randint(1, #images, { run.batch })]
    local loss = nn.mse_loss(net(batch), batch)
    adam:zero_grad()
    loss:backward()
    adam:step()
    losses[i] = loss:item()
    bar:note("loss %.4f", losses[i])
  end
  return la.tensor(losses)
end

local names, widths = { "2 units", run.bottleneck .. " units" }, { 2, run.bottleneck }
local nets, losses, ends = {}, {}, {}
for k, units in ipairs(widths) do
  -- Narrow codes lose a unit to the dead ReLU now and then (task 3): another start helps.
  for _ = 1, 10 do
    nets[k] = autoencoder(units)
    losses[k] = train(nets[k], names[k])
    local live = la.no_grad(function() return nets[k][1](images[{ { 1, 1000 } }]) end):max(1):gt(0):sum()
    if live >= 2 then break end
    print(("%s: only %d is alive; once more"):format(names[k], live))
  end
  ends[k] = losses[k][{ { -math.min(50, run.iters), -1 } }]:mean()
  print(("%s: loss %.4f over the last steps"):format(names[k], ends[k]))
end

local fig = la.plot.figure { title = "Training loss", xlabel = "step", ylabel = "mean squared error",
  ylim = { 0, 1 } }
for k, curve in ipairs(losses) do fig:line(la.arange(1, run.iters), curve, { label = names[k] }) end
run:save(fig, "loss.png")

local real = images[{ { 1, 60 } }]
fig = la.plot.figure { panels = { 1, 3 }, width = 1240, height = 660 }
fig:panel(1):title("real"):image_grid(real:reshape(-1, 28, 28), { cols = 6, vmin = -1, vmax = 1 })
for k, net in ipairs(nets) do
  local drawn = la.no_grad(function() return net(real) end)
  fig:panel(k + 1):title(names[k]):image_grid(drawn:reshape(-1, 28, 28), { cols = 6, vmin = -1, vmax = 1 })
end
run:save(fig, "reconstructions.png")
run:finish()

return { thin = ends[1], wide = ends[2], net = nets[2] }
