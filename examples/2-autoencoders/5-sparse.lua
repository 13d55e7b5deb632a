-- Tutorial 2: the sparse autoencoder: few units of the code at a time are to be active.
--
--   1024 -> 204 -> 30 (the code, through a sigmoid) -> 204 -> 1024
--
-- A penalty on p_j, the mean activation of unit j over the batch, is added to the reconstruction loss:
--   log   sum_j log(1 + p_j^2)                                        least when all p_j are 0
--   KL    sum_j r log(r / p_j) + (1 - r) log((1 - r) / (1 - p_j))     least when all p_j are the rate r (Ng, 2011)
-- The 1 in the first keeps it from running away: log(p^2) goes to minus infinity as p goes to 0, and a
-- unit could pay for any error with it. Both are functions of activations: the tutorial's little function for
-- the first computes the sigmoid and then penalises its raw input. The KL needs p in (0, 1), hence the sigmoid.
--
-- The reconstruction loss is the binary cross entropy summed over the pixels of an image, in nats. That
-- is some 72, the log penalty of 30 units at 0.5 only 6.7: with weight 1 sparsity is a small matter.
--
-- What to see, with --data mnist:
--   penalty    reconstruction   mean activation   density
--   none                 71.4             0.498      0.92
--   log                  73.0             0.103      0.87
--   KL                   75.2             0.062      0.87
--   log x 20             76.4             0.002      0.88
--   KL x 20              74.5             0.051      0.88
-- (With other seeds the reconstruction of `log` is between 72 and 74.)
-- Both penalties do what they ask for: the mean activation falls from 0.5 to a tenth, or to the rate, and it costs 2
-- to 5 nats. But are the codes sparse? The density says no: it would be 0.05 if each unit were on for a
-- twentieth of the images and off for the others. It is 0.9, as without a penalty. activations.png shows what
-- has happened: the activations have shrunk (above), and relative to their mean they are spread as before
-- (below). Every unit says something about every image, only in a lower voice, and the decoder, whose batch norm
-- brings any scale back, hears it as well. A penalty on mean activations limits their size. It makes codes
-- sparse only where a small activation cannot say as much as a large one.
local la = require "latent"
local nn, models, optim, train = la.nn, la.models, la.optim, la.train

local run = la.script.start("Train autoencoders with penalties for active code units.", {
  data = true,
  { "latent", 30, "units of the code", min = 1, max = 1024 },
  { "depth", 2, "layers on each side", min = 1, max = 8 },
  { "rate", 0.05, "mean activation that the KL penalty asks for", min = 0.001, max = 0.999 },
  { "weight", 20, "weight of the heavy penalties", min = 0 },
  { "images", 60000, "images, one in twelve for validation", min = 24, max = 60000, fast = 1200 },
  { "epochs", 2, "passes over the training images", min = 1, fast = 3 },
  { "batch", 32, "images a step", min = 2 },
  { "lr", 0.01, "learning rate of Adam", min = 0 },
})

local images = la.data.pad_images(run:digits("train").images[{ { 1, run.images } }], 2):reshape(-1, 1024)
local training, validation = train.split(images, { 11 / 12, 1 / 12 })
local function prepare(batch) return batch:to("float32") / 255 end

local function log_penalty(codes) return nn.sparsity_log(codes) end
local function kl_penalty(codes) return nn.sparsity_kl(codes, { rate = run.rate }) end

-- What the penalties do to 30 units of the same activation.
print("activation   log penalty   KL penalty")
for _, p in ipairs { 0.01, run.rate, 0.25, 0.5, 0.9 } do
  local codes = la.full({ 1, run.latent }, p)
  print(("%10.2f %13.3f %12.3f"):format(p, la.item(log_penalty(codes)), la.item(kl_penalty(codes))))
end

--- Train with a penalty; returns what it comes to on the validation images.
local function fit(label, penalty, weight)
  local net = models.DeepAutoencoder { latent = run.latent, depth = run.depth, bottleneck = nn.Sigmoid() }
  local history = train.fit(net, training, {
    epochs = run.epochs, batch_size = run.batch, drop_last = true, label = label,
    optimizer = optim.Adam(net:parameters(), { lr = run.lr }), prepare = prepare,
    loss = function(model, batch)
      local y, z = model(batch)
      local reconstruction = nn.bce_loss(y, batch, { reduction = "sum" }) / #batch
      local sparsity = penalty and penalty(z)
      return sparsity and reconstruction + sparsity * weight or reconstruction,
        { reconstruction = reconstruction, penalty = sparsity or 0 }
    end,
    validation = validation, validation_batch_size = #validation,
  })
  local codes = net:evaluate(function() return net:encode(prepare(validation)) end)
  -- Treves and Rolls (1990): E[a]^2 / E[a^2] of a unit. A unit that is on for a share r of the images and else
  -- off has r, one that is always equally active 1, whatever the scale of its activations.
  local density = (codes:mean(1):square() / codes:square():mean(1)):mean()
  return {
    label = label, net = net, codes = codes, reconstruction = history:last "val_reconstruction",
    penalty = history:last "val_penalty", mean = codes:mean(), density = density,
  }
end

local results = {
  fit("none", nil, 0),
  fit("log", log_penalty, 1),
  fit("KL", kl_penalty, 1),
  fit(("log x %g"):format(run.weight), log_penalty, run.weight),
  fit(("KL x %g"):format(run.weight), kl_penalty, run.weight),
}
print("penalty    reconstruction   penalty   mean activation   density")
for _, r in ipairs(results) do
  print(("%-10s %14.1f %9.3f %17.3f %9.2f"):format(r.label, r.reconstruction, r.penalty, r.mean, r.density))
end

local p = la.linspace(0.005, 0.995, 199)
local r = run.rate
local fig = la.plot.figure { title = "Penalty of one unit", xlabel = "mean activation $p$", ylabel = "penalty",
  ylim = { -2, 3 } }
fig:line(p, p:square():log1p(), { label = "$\\log(1 + p^2)$" })
fig:line(p, p:square():log(), { label = "$\\log p^2$, without the 1", linestyle = "--" })
fig:line(p, (r / p):log() * r + ((1 - r) / (1 - p)):log() * (1 - r), { label = ("KL from %g"):format(r) })
run:save(fig, "penalties.png")

fig = la.plot.figure { panels = { 2, #results }, width = 1240, height = 480 }
for k, result in ipairs(results) do
  fig:panel(1, k):title(result.label):xlabel("activation")
    :hist(result.codes:reshape(-1), { bins = 25, range = { 0, 1 }, density = true })
  fig:panel(2, k):xlabel("activation / mean of its unit")
    :hist((result.codes / result.codes:mean(1)):reshape(-1), { bins = 25, range = { 0, 3 }, density = true, color = 2 })
end
fig:panel(1, 1):ylabel("density")
fig:panel(2, 1):ylabel("density")
run:save(fig, "activations.png")

local shown = prepare(validation[{ { 1, 16 } }])
fig = la.plot.figure { panels = { #results + 1, 1 }, width = 960, height = 620 }
for i = 0, #results do
  local row = i == 0 and shown or results[i].net:evaluate(results[i].net.forward, results[i].net, shown)
  fig:panel(i + 1):title(i == 0 and "validation images" or results[i].label)
    :image_grid(row:reshape(-1, 32, 32), { cols = 16, cmap = "binary", vmin = 0, vmax = 1 })
end
run:save(fig, "reconstructions.png")
run:finish()

return { results = results }
