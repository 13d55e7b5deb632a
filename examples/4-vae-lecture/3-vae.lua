-- Tutorial 4: a variational autoencoder, 784 -> 400 -> 20 -> 400 -> 784.
--
-- The encoder gives for each image the mean and the deviation of a normal distribution of codes; a
-- code is drawn from it, and the decoder gives the probability of ink at each pixel. The loss,
-- the negative evidence lower bound (ELBO), has two terms, both in nats an image:
--   L_R = -E[log p(x | z)]     the reconstruction: the drawn code must tell the image
--   L_D = KL(q(z | x) || p(z)) the divergence of the codes' distribution from the prior N(0, 1)
-- L_R + L_D = -log p(x) + KL(q(z | x) || p(z | x)), so it is an upper bound of -log p(x).
--
-- What to see: loss.png has the terms apart. The reconstruction falls; the divergence rises at
-- first, as the codes begin to say something about the image, and that costs nats. The sum on
-- the test images of MNIST is 105.4 to 105.9 nats after ten epochs, over five seeds.
-- samples.png: codes from the prior, decoded: a good half can be read as digits, and all look written
-- by a pen, unlike those of tutorial 3's task 5: the divergence has spread the codes over just this
-- distribution.
-- many-codes.png: eight codes drawn for the same image, decoded: the same digit, each a little
-- different. Each image owns a small cloud of codes, not a point, and the clouds fill the space.
local la = require "latent"
local models, optim, train = la.models, la.optim, la.train

local run = la.script.start("Train a variational autoencoder and sample from it.", {
  data = true,
  { "hidden", 400, "units of the hidden layers", min = 1, fast = 100 },
  { "latent", 20, "units of the code", min = 1 },
  { "images", 60000, "training images", min = 1, max = 60000, fast = 3000 },
  { "epochs", 10, "passes over the training images", min = 1, fast = 4 },
  { "batch", 128, "images a step", min = 1, fast = 50 },
  { "lr", 1e-3, "learning rate of Adam", min = 0, fast = 2e-3 },
})

local images = run:digits("train").images[{ { 1, run.images } }]:reshape(-1, 784)
local test = run:digits("test").images:reshape(-1, 784)
if run.fast then test = test[{ { 1, 1000 } }] end

local vae = models.VAE { hidden = run.hidden, latent = run.latent }
print(vae)
local history = train.fit(vae, images, {
  epochs = run.epochs, batch_size = run.batch, label = "training",
  optimizer = optim.Adam(vae:parameters(), { lr = run.lr }),
  prepare = function(batch) return batch:to("float32") / 255 end,
  loss = function(net, batch) return net:loss(batch) end,
  validation = test, validation_batch_size = 1000,
})
print(("test images: reconstruction %.1f + divergence %.1f = %.1f nats an image"):format(
  history:last "val_reconstruction", history:last "val_kl", history:last "val_loss"))

local epochs = history:column "epoch"
local fig = la.plot.figure { panels = { 1, 2 }, width = 1100, height = 420 }
fig:panel(1):title("Reconstruction and their sum"):xlabel("epoch"):ylabel("nats an image")
fig:panel(1):line(epochs, history:column "val_reconstruction", { label = "$L_R$, test", marker = "o" })
fig:panel(1):line(epochs, history:column "val_loss", { label = "$L_R + L_D$, test", marker = "o" })
fig:panel(1):line(epochs, history:column "loss", { label = "$L_R + L_D$, training", linestyle = "--", color = "C1" })
fig:panel(2):title("Divergence from the prior"):xlabel("epoch"):ylabel("nats an image")
fig:panel(2):line(epochs, history:column "val_kl", { label = "$L_D$, test", marker = "o", color = "C2" })
run:save(fig, "loss.png")

fig = la.plot.figure { title = "Codes from the prior, decoded", width = 700, height = 740 }
local samples = vae:sample(100)
fig:image_grid(samples:reshape(-1, 28, 28), { cols = 10, vmin = 0, vmax = 1 })
run:save(fig, "samples.png")

-- Many codes for one image. Rows: an image, then the decodings of eight codes drawn for it.
local shown = test[{ { 1, 8 } }]:to("float32") / 255
local mean, log_variance = la.no_grad(function() return vae:encode(shown) end)
local columns, draws = { shown }, {}
for i = 1, 8 do
  draws[i] = vae:draw(mean, log_variance)
  columns[i + 1] = la.no_grad(function() return vae:decode(draws[i]) end)
end
fig = la.plot.figure { title = "An image (left) and eight codes drawn for it, decoded", width = 700, height = 680 }
fig:image_grid(la.stack(columns, 2):reshape(-1, 28, 28), { cols = 9, vmin = 0, vmax = 1 })
run:save(fig, "many-codes.png")

-- How large are the clouds? Within one image, and of the means over all images.
local within = (log_variance * 0.5):exp():mean()
local between = la.no_grad(function() return vae:encode(test[{ { 1, 1000 } }]:to("float32") / 255) end):std(1):mean()
print(("deviation of the codes: %.2f for one image, %.2f between images"):format(within, between))
run:finish()

return { history = history, samples = samples, draws = draws, within = within, between = between }
