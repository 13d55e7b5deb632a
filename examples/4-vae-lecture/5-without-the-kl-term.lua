-- Tutorial 4: what happens when the divergence is left out of a VAE's loss?
--
-- The encoder may then choose any distribution of codes. Noise in the code only makes the drawing
-- worse, so it makes the variance as small as it can and moves the means far apart: each image has
-- a point for a code again, and the VAE has collapsed into a plain autoencoder.
--
-- What to see: deviations.png, the deviation of the codes of an image during training. With the
-- term it settles at about a third of the prior's 1 (on MNIST, averaged over the units); without it
-- falls and falls, to 0.002 after 3000 steps, while the means move apart. samples.png:
-- codes drawn from N(0, 1) are digits with the term, and blots without: the codes that were trained
-- lie elsewhere. The reconstruction is better without: that is what it was traded for.
local la = require "latent"
local models, optim = la.models, la.optim

local run = la.script.start("Train a variational autoencoder with and without the divergence.", {
  data = true,
  { "hidden", 400, "units of the hidden layers", min = 1, fast = 64 },
  { "latent", 20, "units of the code", min = 1, fast = 8 },
  { "iters", 3000, "training steps", min = 1, fast = 200 },
  { "batch", 100, "images a step", min = 1, fast = 50 },
  { "lr", 1e-3, "learning rate of Adam", min = 0, fast = 3e-3 },
})

local images = run:digits("train").images:reshape(-1, 784)

--- Train with a weight of the divergence; returns the net and what it measured every few steps.
local function train(label, beta)
  local vae = models.VAE { hidden = run.hidden, latent = run.latent }
  local adam = optim.Adam(vae:parameters(), { lr = run.lr })
  local seen = { step = {}, within = {}, between = {}, reconstruction = {} }
  for i, bar in la.progress(run.iters, { label = label }) do
    local batch = images[la.randint(1, #images, { run.batch })]:to("float32") / 255
    local loss, terms = vae:loss(batch, { beta = beta })
    adam:zero_grad()
    loss:backward()
    adam:step()
    if i % math.max(1, run.iters // 30) == 0 then
      local mean, log_variance = la.no_grad(function() return vae:encode(batch) end)
      table.insert(seen.step, i)
      table.insert(seen.within, (log_variance * 0.5):exp():mean())
      table.insert(seen.between, mean:std(1):mean())
      table.insert(seen.reconstruction, terms.reconstruction)
      bar:note("deviation %.3f", seen.within[#seen.within])
    end
  end
  print(("%s: deviation %.3f within an image, %.2f between images; reconstruction %.1f nats"):format(label,
    seen.within[#seen.within], seen.between[#seen.between], seen.reconstruction[#seen.reconstruction]))
  return vae, seen
end

local names = { "with the divergence", "without it" }
local with, seen_with = train(names[1], 1)
local without, seen_without = train(names[2], 0)

local fig = la.plot.figure { title = "Deviation of the codes of one image", xlabel = "step",
  ylabel = "mean deviation", yscale = "log" }
for k, seen in ipairs { seen_with, seen_without } do fig:line(seen.step, seen.within, { label = names[k] }) end
run:save(fig, "deviations.png")

fig = la.plot.figure { panels = { 1, 2 }, title = "Codes from N(0, 1), decoded", width = 1100, height = 440 }
for k, vae in ipairs { with, without } do
  fig:panel(k):title(names[k])
    :image_grid(vae:sample(50):reshape(-1, 28, 28), { cols = 10, vmin = 0, vmax = 1 })
end
run:save(fig, "samples.png")
run:finish()

return { with = seen_with, without = seen_without }
