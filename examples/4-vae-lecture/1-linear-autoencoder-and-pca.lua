-- Tutorial 4: an autoencoder without activations does what PCA does.
--
-- One linear layer 784 -> k and one back, trained on the squared error. The best rank-k map is known:
-- the projection on the k principal components. So the decoder's columns must come to span the
-- same k-dimensional subspace.
--
-- What to see: angles.png, the principal angles between the two subspaces during training: they
-- fall to a few degrees, the largest last, as the last components have little variance to gain.
-- components.png: PCA's components, and the decoder's columns. They span the same space but are
-- not the same vectors: any invertible mix of the codes can be undone by the decoder, and nothing
-- in the loss asks for orthogonal vectors or for an order by variance. The loss ends at PCA's.
local la = require "latent"
local nn, optim = la.nn, la.optim

local run = la.script.start("Train a linear autoencoder and compare its subspace with PCA's.", {
  data = true,
  { "components", 8, "units of the code", min = 1, max = 100 },
  { "images", 5000, "images to use", min = 200, max = 60000, fast = 500 },
  { "iters", 2000, "training steps", min = 20, fast = 400 },
  { "batch", 500, "images a step", min = 1, fast = 250 },
})
local k = run.components

local images = run:digits("train").images[{ { 1, run.images } }]:reshape(-1, 784):to("float32") / 255
images = images - images:mean(1)

-- PCA: the eigenvectors of the covariance with the largest eigenvalues, which come last. [k, 784].
local _, vectors = la.linalg.eigh(images:t():matmul(images) / #images)
local components = vectors:t():flip(1)[{ { 1, k } }]
local pca_loss = nn.mse_loss(images:matmul(components:t()):matmul(components), images)

local encoder = nn.Linear(784, k, { bias = false })
local decoder = nn.Linear(k, 784, { bias = false })

--- Principal angles between the spans of two sets of columns [784, k], in degrees, ascending: the
--- arc cosines of the singular values of Qa' Qb (Bjorck and Golub, 1973).
local function angles(a, b)
  local qa, qb = la.linalg.qr(a), la.linalg.qr(b)
  local _, cosines = la.linalg.svd(qa:t():matmul(qb))
  local found = {}
  for i = 1, k do found[i] = math.deg(math.acos(math.min(1, cosines[i]))) end
  return found
end

local adam = optim.Adam({ encoder.weight, decoder.weight }, { lr = 1e-2 })
local schedule = optim.lr_scheduler.CosineAnnealingLR(adam, { t_max = run.iters })
local seen, steps = {}, {}
for i, bar in la.progress(run.iters, { label = "training" }) do
  local batch = images[la.randint(1, #images, { run.batch })]
  local loss = nn.mse_loss(decoder(encoder(batch)), batch)
  adam:zero_grad()
  loss:backward()
  adam:step()
  schedule:step()
  if i == 1 or i % (run.iters // 20) == 0 then
    steps[#steps + 1] = i
    seen[#seen + 1] = angles(decoder.weight:detach(), components:t())
    bar:note("largest angle %.1f degrees", seen[#seen][k])
  end
end

local final = seen[#seen]
local ae_loss = la.no_grad(function() return nn.mse_loss(decoder(encoder(images)), images) end)
local words = {}
for i, angle in ipairs(final) do words[i] = ("%.1f"):format(angle) end
print("principal angles between the subspaces, in degrees: " .. table.concat(words, " "))
print(("mean squared error: PCA %.5f, linear autoencoder %.5f"):format(la.item(pca_loss), la.item(ae_loss)))

local fig = la.plot.figure { title = "Subspaces of the decoder and of PCA", xlabel = "step",
  ylabel = "principal angle (degrees)", ylim = { 0, 90 }, legend = { title = "angle" } }
local curves = la.tensor(seen)
for i, color in ipairs(la.plot.palette(k, "viridis")) do
  fig:line(steps, curves[{ {}, i }], { label = tostring(i), color = color })
end
run:save(fig, "angles.png")

fig = la.plot.figure { panels = { 2, 1 }, width = 1000, height = 340 }
fig:panel(1):title("principal components")
  :image_grid(components:reshape(-1, 28, 28), { cols = k, cmap = "rdbu", center = 0 })
fig:panel(2):title("columns of the decoder")
  :image_grid(decoder.weight:detach():t():reshape(-1, 28, 28), { cols = k, cmap = "rdbu", center = 0 })
run:save(fig, "components.png")
run:finish()

return { angles = final, start = seen[1], pca_loss = la.item(pca_loss), loss = la.item(ae_loss) }
