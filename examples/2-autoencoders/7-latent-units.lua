-- Tutorial 2: the influence of each unit of the code.
--
-- A unit is moved from its low value (the 5 % quantile over the validation images) to its high one (95 %), while
-- all others stay as some image has them. The tutorial puts one unit at 1 and all others at 0, which is no
-- code of any image (6-hand-made-codes.lua); its list of such codes is also fixed at 20 units, so that its sparse
-- net of 30 cannot decode it.
--
-- What to see: with --data mnist the error of 0.127 grows to between 0.142 and 0.156 when one of the ten units is held
-- at its mean (damage.png): each is needed, and none is needed much more than the others. changes.png: what a unit
-- does on average is a pattern of ink put on here and taken off there, all over the digit. sweep.png, a row for each
-- unit: along a row a digit turns into another, or gets narrower, bolder or more slanted, often two of these
-- at once. So a unit has no meaning of its own; nothing in the loss asks for one. Try --latent 2.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Show what each unit of a code does to the drawing.", {
  data = true,
  { "latent", 10, "units of the code", min = 1, max = 64 },
  { "depth", 2, "layers on each side", min = 1, max = 8 },
  { "weight", 1, "weight of the log penalty", min = 0 },
  { "images", 60000, "images, one in twelve for validation", min = 24, max = 60000, fast = 1800 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 3 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local images = la.data.pad_images(run:digits("train").images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local training, validation = train.split(images, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end

local net = models.DeepAutoencoder { latent = run.latent, depth = run.depth, bottleneck = nn.Sigmoid() }
train.fit(net, training, {
  epochs = run.epochs, batch_size = run.batch, drop_last = true, label = "training",
  optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = prepare,
  loss = function(model, batch)
    local y, z = model(batch)
    return nn.bce_loss(y, batch, { reduction = "sum" }) / #batch + nn.sparsity_log(z) * run.weight
  end,
})

local function decode(z) return net:evaluate(function() return net:decode(z) end) end
local x = prepare(validation)
local y, codes = net:evaluate(net.forward, net, x)
local function error_of(drawn) return nn.rmse_loss(drawn, x):item() end
local whole = error_of(y)
local mean, low, high = codes:mean(1), codes:quantile(0.05, 1), codes:quantile(0.95, 1)

--- Codes with one unit set to a value everywhere.
local function with_unit(z, unit, value)
  local changed = z:clone()
  changed[{ {}, unit }] = value
  return changed
end

-- Two measures of a unit j. Loss: the error when it is held at its mean for all images, so that it says nothing.
-- Pixels: the root mean square change of the drawing when it goes from low to high and all else stays.
local damage, effect = {}, {}
for unit = 1, run.latent do
  damage[unit] = error_of(decode(with_unit(codes, unit, mean[unit])))
  local change = decode(with_unit(codes, unit, high[unit])) - decode(with_unit(codes, unit, low[unit]))
  effect[unit] = change:square():mean() ^ 0.5
  print(("unit %2d: activation %.2f to %.2f, moves the pixels by %.3f; error without it %.4f"):format(unit, low[unit],
    high[unit], effect[unit], damage[unit]))
end
print(("error with all units: %.4f"):format(whole))

local order = la.tensor(damage):argsort({ descending = true })
local names = {}
for i, unit in ipairs(order:totable()) do names[i] = tostring(unit) end
local fig = la.plot.figure { title = "How much the error grows when a unit is held at its mean", xlabel = "unit",
  ylabel = "root mean squared error, difference" }
fig:bar(names, la.tensor(damage)[order] - whole)
run:save(fig, "damage.png")

-- Rows: the units, from the most to the least damage. Columns: from low to high, around the code of one image.
local STEPS = 9
local start = codes[1]
local function sweep(unit)
  local line = with_unit(start:reshape(1, -1):expand(STEPS, run.latent), unit,
    la.linspace(low[unit], high[unit], STEPS))
  return decode(line)
end
local rows, changes, titles = {}, {}, {}
for i, unit in ipairs(order:totable()) do
  rows[i] = sweep(unit)
  for step = 1, STEPS do titles[#titles + 1] = step == 1 and "unit " .. unit or "" end
  changes[i] = (decode(with_unit(codes, unit, high[unit])) - decode(with_unit(codes, unit, low[unit]))):mean(1)
end
fig = la.plot.figure { title = "One unit from low to high, the others as one image has them", width = 620,
  height = 60 + 70 * run.latent }
fig:image_grid(la.cat(rows, 1):reshape(-1, 32, 32),
  { cols = STEPS, cmap = "binary", vmin = 0, vmax = 1, titles = titles })
run:save(fig, "sweep.png")

fig = la.plot.figure { title = "Mean change of the drawing as a unit goes from low to high (ink blue)", width = 960,
  height = 70 + 110 * ((run.latent + 9) // 10) }
fig:image_grid(la.stack(changes, 1):reshape(-1, 32, 32), { cols = 10, cmap = "rdbu", center = 0, titles = names })
run:save(fig, "changes.png")
run:finish()

return { whole = whole, damage = damage, effect = effect }
