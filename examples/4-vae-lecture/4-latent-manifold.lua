-- Tutorial 4: a VAE with a code of two numbers, and the whole of its latent plane as one picture.
--
-- What to see: manifold.png is a grid of drawings. Its columns and rows are quantiles of the prior
-- N(0, 1), from 2.5 % to 97.5 %, so that each drawing stands for an equal share of the prior. The digits turn
-- into each other without a seam, and nearly every place is some digit: no holes, unlike in
-- tutorial 3. codes.png shows the means of the test images' codes: the classes side by side
-- around 0, packed as the prior asks for.
local la = require "latent"
local models, nn, optim, train = la.models, la.nn, la.optim, la.train

local run = la.script.start("Draw the latent plane of a variational autoencoder.", {
  data = true,
  { "hidden", 400, "units of the first hidden layer", min = 2, fast = 64 },
  { "images", 60000, "training images", min = 1, max = 60000, fast = 2000 },
  { "epochs", 10, "passes over the training images", min = 1, fast = 5 },
  { "batch", 128, "images a step", min = 1, fast = 50 },
  { "lr", 1e-3, "learning rate of Adam", min = 0, fast = 3e-3 },
  { "side", 20, "drawings in a row", min = 2, fast = 8 },
})

local images = run:digits("train").images[{ { 1, run.images } }]:reshape(-1, 784)
local test = run:digits "test"
local test_images = test.images[{ { 1, 5000 } }]:reshape(-1, 784):to("float32") / 255

local half = run.hidden // 2
local vae = models.VAE {
  latent = 2, hidden = half,
  encoder = nn.Sequential(nn.Linear(784, run.hidden), nn.ReLU(), nn.Linear(run.hidden, half), nn.ReLU()),
  decoder = nn.Sequential(nn.Linear(2, half), nn.ReLU(), nn.Linear(half, run.hidden), nn.ReLU(),
    nn.Linear(run.hidden, 784)),
}
local history = train.fit(vae, images, {
  epochs = run.epochs, batch_size = run.batch, label = "training",
  optimizer = optim.Adam(vae:parameters(), { lr = run.lr }),
  prepare = function(batch) return batch:to("float32") / 255 end,
  loss = function(net, batch) return net:loss(batch) end,
})
print(("training: reconstruction %.1f + divergence %.1f = %.1f nats an image"):format(history:last "reconstruction",
  history:last "kl", history:last "loss"))

-- Quantiles of the prior for x to the right and y upwards; row 1 of the picture is the highest y.
local places = la.distributions.Normal {}:icdf(la.linspace(0.025, 0.975, run.side))
local x = places:reshape(1, -1):expand(run.side, run.side)
local y = places:flip(1):reshape(-1, 1):expand(run.side, run.side)
local grid = la.stack({ x:contiguous():reshape(-1), y:contiguous():reshape(-1) }, 2)
local drawings = la.no_grad(function() return vae:decode(grid) end)

local fig = la.plot.figure { title = "The latent plane, decoded", width = 760, height = 800 }
fig:image_grid(drawings:reshape(-1, 28, 28), { cols = run.side, padding = 0, vmin = 0, vmax = 1 })
run:save(fig, "manifold.png")

local means = la.no_grad(function() return (vae:encode(test_images)) end)
print(("means of the codes: deviation %.2f and %.2f"):format(means:std(1)[1], means:std(1)[2]))
fig = la.plot.figure { title = "Means of the codes of 5000 test images", xlabel = "$z_1$", ylabel = "$z_2$",
  width = 820, height = 720, aspect = "equal", xlim = { -4, 4 }, ylim = { -4, 4 },
  legend = { title = "digit", loc = "outside right" } }
fig:scatter(means, { c = test.labels[{ { 1, 5000 } }], markersize = 4, alpha = 0.6 })
run:save(fig, "codes.png")
run:finish()

return { drawings = drawings, means = means, grid = grid, history = history }
