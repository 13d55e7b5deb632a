-- Tutorial 1, extra task: the autoencoder of 4-autoencoder-by-hand.lua without sigmoids, against PCA.
--
-- Without activations the net is a product of two matrices, so its output lies in a subspace of 5
-- dimensions of the 18; the best such subspace is that of the principal components. Here there is little to
-- choose: 18 orthogonal pictures spread equally in all directions, so the variances along all 17
-- components of the centred data are equal and any five will do. What is left can be told in advance:
--   without biases the space has 18 directions, of which 5 are kept: loss (18 - 5) / 2 = 6.5
--   with biases (PCA takes off the mean) there are 17:               loss (17 - 5) / 2 = 6
-- against 9 for an output of nothing at all.
--
-- What to see: loss.png: both nets come down to their lines and stay there: more training is of no use,
-- where the net with sigmoids goes on. output.png: every picture is a projection onto five directions, a
-- smear over all colours. Sigmoids do better with the same five numbers, as they can put 18 codes into the
-- corners of a cube and tell them apart. spectra.png: the net's product of matrices has five
-- eigenvalues of 1 and else 0: a projection, as PCA's is.
local la = require "latent"

local run = la.script.start("A linear autoencoder on 18 orthogonal samples, by hand, and PCA.", {
  { "epochs", 1500, "passes over the 18 samples", min = 1, fast = 600 },
  { "lr", 0.02, "learning rate", min = 0 },
  { "units", 5, "numbers in the code", min = 1, max = 17 },
})
local K = run.units
local float64 = { dtype = "float64" }
local data = la.eye(18, float64)

--- Gradient descent on all samples at once: the gradients of |y - x|^2 / 2 with y = w_d (w_e x + b_e) + b_d.
local function train(label, trains_biases)
  local w_e, w_d = la.randn(K, 18, float64) / 18 ^ 0.5, la.randn(18, K, float64) / 18 ^ 0.5
  local b_e, b_d = la.zeros(K, float64), la.zeros(18, float64)
  local losses = {}
  for epoch, bar in la.progress(run.epochs, { label = label }) do
    local z = data:mm(w_e:t()) + b_e                                -- [18, K], a sample a row
    local dy = z:mm(w_d:t()) + b_d - data                           -- [18, 18]; no activation, no slope
    local dz = dy:mm(w_d)
    losses[epoch] = dy:square():sum() / 2
    w_d:sub_(dy:t():mm(z) * run.lr)
    w_e:sub_(dz:t():mm(data) * run.lr)
    if trains_biases then
      b_d:sub_(dy:sum(1) * run.lr)
      b_e:sub_(dz:sum(1) * run.lr)
    end
    bar:note("loss %.4f", losses[epoch])
  end
  local outputs = (data:mm(w_e:t()) + b_e):mm(w_d:t()) + b_d
  return { losses = losses, outputs = outputs, product = w_d:mm(w_e), loss = losses[run.epochs] }
end

local plain, biased = train("without biases", false), train("with biases", true)

local pca = la.models.PCA { n_components = K }:fit(data)
local projected = pca:inverse_transform(pca:transform(data))
local pca_loss = (projected - data):square():sum() / 2
local limits = { (18 - K) / 2, (17 - K) / 2 }
print(("loss without biases %.4f (the limit is %.1f), with biases %.4f, PCA %.4f (%.1f)"):format(plain.loss, limits[1],
  biased.loss, pca_loss, limits[2]))
print(("PCA's variances: the largest %.4f, the smallest %.4f of %d"):format(pca.explained_variance[1],
  pca.explained_variance[-1], K))

local fig = la.plot.figure { title = ("Linear autoencoder with %d numbers"):format(K), xlabel = "epoch",
  ylabel = "loss", ylim = { limits[2] - 1, 12 } }
local epochs = la.arange(1, run.epochs)
fig:line(epochs, plain.losses, { label = "without biases" })
fig:line(epochs, biased.losses, { label = "with biases" })
fig:hline(limits[1], { linestyle = "--", color = "C0", lw = 1 })
fig:hline(limits[2], { linestyle = "--", color = "C1", lw = 1, label = "PCA" })
run:save(fig, "loss.png")

fig = la.plot.figure { panels = { 1, 3 }, width = 900, height = 640, xlabel = "pixel", xticks = la.arange(1, 6) }
fig[1]:title("data"):ylabel("sample"):image(data:reshape(18, 6, 3))
for i, item in ipairs { { "output with biases", biased.outputs }, { "PCA", projected } } do
  fig[i + 1]:title(item[1]):image(item[2]:clamp(0, 1):reshape(18, 6, 3))
end
run:save(fig, "output.png")

-- The net's map from input to output, without biases, against the projection on PCA's components. The
-- product of the weights is symmetric in the end, so its eigenvalues are real.
local function spectrum(matrix) return la.linalg.eigh((matrix + matrix:t()) / 2):flip(1) end
local spectra = { spectrum(plain.product), spectrum(pca.components:t():mm(pca.components)) }
fig = la.plot.figure { title = "Eigenvalues of the map from input to output", xlabel = "number",
  ylabel = "eigenvalue", xticks = la.arange(1, 18) }
fig:line(la.arange(1, 18), spectra[1], { marker = "o", markersize = 11, linestyle = "none",
  label = "linear autoencoder" })
fig:line(la.arange(1, 18), spectra[2], { marker = "x", color = "C1", linestyle = "none", label = "PCA" })
run:save(fig, "spectra.png")
run:finish()

return { plain = plain, biased = biased, pca_loss = pca_loss, limits = limits, spectra = spectra,
  variances = pca.explained_variance }
