-- Tutorial 3, task 3: the codes that the thin autoencoder gives to the training images.
--
-- What to see: codes.png shows one dot for each of 10,000 digits, at its two numbers, coloured by
-- its class. On MNIST each class lies in a sector of its own: ones and sevens on long rays from the
-- corner, the others crowded nearer to it. The program prints the range of each unit: from 0 up to
-- 60 or 80.
--
-- Why is no code negative? Because this encoder ends in a ReLU. It is no property of autoencoders:
-- with --activation tanh the codes fill [-1, 1], with --activation none they go anywhere.
-- How do the classes lie? Similar images lie together, although no label was used: the decoder is
-- a smooth map, so what it draws near one place looks alike, and the least error is had by giving
-- images that look alike codes that are close. Hence 4, 7 and 9 mix, and 0 and 1 are far apart.
-- Is the plane full? No. Between the rays and off to the sides there are holes: nothing in the
-- loss asks for codes to be anywhere, only for a drawing to be right where there are codes.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Draw the codes of a narrow autoencoder by class.", {
  data = true,
  { "iters", 1000, "training steps", min = 1, fast = 150 },
  { "batch", 40, "images a step", min = 1 },
  { "lr", 3e-3, "learning rate of Adam", min = 0 },
  { "codes", 10000, "images to encode", min = 1, fast = 1000 },
  { "activation", "relu", "of the code", choices = { "relu", "tanh", "none" } },
})

local set = run:digits "train"
local images = set.images:reshape(-1, 784):to("float32") / 127.5 - 1

local ACTIVATIONS = { relu = nn.ReLU, tanh = nn.Tanh, none = nn.Identity }

local function autoencoder()
  local encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 2), ACTIVATIONS[run.activation]())
  local decoder = nn.Sequential(nn.Linear(2, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
  la.no_grad(function()
    for _, part in ipairs { encoder, decoder } do
      for _, p in ipairs(part:parameters()) do p:normal_(0, 0.01) end
    end
  end)
  return encoder, decoder
end

local function train(net)
  local adam, loss = optim.Adam(net:parameters(), { lr = run.lr }), nil
  for _, bar in la.progress(run.iters, { label = "training" }) do
    local batch = images[la.randint(1, #images, { run.batch })]
    loss = nn.mse_loss(net(batch), batch)
    adam:zero_grad()
    loss:backward()
    adam:step()
    bar:note("loss %.4f", loss:item())
  end
  return loss:item()
end

local shown = { { 1, math.min(run.codes, #images) } }
local labels = set.labels[shown]

-- A ReLU whose input is negative for every image has no gradient and never comes back: it is dead.
-- Of two units that happens to one now and then, and the plane is a line; another start helps.
local codes, low, high, loss
for start = 1, 10 do
  local encoder, decoder = autoencoder()
  loss = train(nn.Sequential(encoder, decoder))
  codes = la.no_grad(function() return encoder(images[shown]) end)
  low, high = codes:min(1), codes:max(1)
  if (high - low):min() > 0 then break end
  print(("start %d: a unit has died, the loss is %.4f; once more"):format(start, loss))
end
print(("loss %.4f after %d steps"):format(loss, run.iters))
for unit = 1, 2 do print(("unit %d: from %.2f to %.2f"):format(unit, low[unit], high[unit])) end

-- How much of the spread of the codes is between the classes, not within them? 0 would be one heap.
local between = 0
for class = 0, 9 do
  local of_class = codes[labels:eq(class)]
  if #of_class > 0 then
    between = between + #of_class / #codes * (of_class:mean(1) - codes:mean(1)):square():sum()
  end
end
local share = between / codes:var(1):sum()
print(("share of the codes' variance that lies between the classes: %.2f"):format(share))

local fig = la.plot.figure { title = "Codes of " .. #codes .. " digits", xlabel = "unit 1", ylabel = "unit 2",
  width = 860, height = 700, legend = { title = "digit", loc = "outside right" } }
fig:scatter(codes, { c = labels, markersize = 4, alpha = 0.6 })
run:save(fig, "codes.png")
run:finish()

return { codes = codes, low = low, high = high, share = share, loss = loss }
