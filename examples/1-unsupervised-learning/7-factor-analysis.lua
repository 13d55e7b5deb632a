-- Factor analysis: a few hidden causes, and noise that is each column's own.
--
--     x = mean + z W + noise,   z ~ N(0, I),   noise in column j ~ N(0, psi_j)
--
-- PCA read as a model of this kind (probabilistic PCA, Tipping and Bishop 1999) has the same psi for all
-- columns. That is all the difference, and it decides which one wins.
--
-- What to see:
--   - noise.png: 30 columns made of 5 factors. Where all columns are equally noisy the two find the same
--     directions. The more unequal the noise, the further PCA goes astray: it takes a loud column for a
--     direction of large variance. Factor analysis finds how noisy each column is, and believes it less.
--   - how-many.png: the log-density of new samples against the number of factors. With equal noise both peak
--     at the true 5. With unequal noise factor analysis still does; PCA goes on spending components on the
--     loud columns, and is worse with any number of them.
--   - digits.png: the noise of each pixel of a digit is what the factors do not tell: large where strokes go
--     their own ways, none at the rim. Beside it factors, principal components, and digits drawn from the
--     model: z ~ N(0, I) gives ghosts of strokes, as digits are no Gaussian cloud. (A VAE keeps this z and
--     makes the way from z to x a network.)
--   - units.png: one column measured in other units, 10 times as large. The factors only change that
--     column's loading; PCA turns its first component towards it.
--
-- Where it loses: factors are known only up to a rotation. Any rotated W gives the same covariance, so that
-- no single loading has a meaning by itself (the script prints this). And like PCA it is linear.
local la = require "latent"

local run = la.script.start("Factor analysis beside PCA, on made data and on digits.", {
  data = true,
  { "samples", 1000, "samples of the made data", min = 100, fast = 400 },
  { "images", 4000, "digits to fit to", min = 400, max = 60000, fast = 600 },
  { "factors", 20, "factors of the digits", min = 10, max = 100, fast = 10 },
})
local D, RANK = 30, 5
local float64 = { dtype = "float64" }

--- Samples of the model with loadings [RANK, D] and noise variances [D].
local function draw(loadings, psi, n)
  return la.randn(n, RANK, float64):mm(loadings) + la.randn(n, D, float64) * psi:sqrt()
end

--- Largest angle between the spans of the rows of a and b, in degrees (Bjorck and Golub 1973).
local function angle(a, b)
  local qa, qb = la.linalg.qr(a:t()), la.linalg.qr(b:t())
  local _, cosines = la.linalg.svd(qa:t():mm(qb))
  return math.deg(math.acos(math.min(1, cosines:min())))
end

--- Factor analysis with k factors. The best fit does not depend on the columns' units, but the way there does:
--- it starts from one noise for all, and from far away it may stop at a poor fit in which a loud column is
--- a factor of its own. So the columns are brought to deviation 1 first, and the result back to their units.
local function fit_fa(x, k)
  local unit = x:std(1)
  local fa = la.models.FactorAnalysis { n_components = k, tol = 1e-4 * #x }:fit(x / unit)
  return {
    components = fa.components * unit, mean = fa.mean * unit, noise_variance = fa.noise_variance * unit:square(),
    covariance = fa:covariance() * unit * unit:reshape(-1, 1),
  }
end

--- Probabilistic PCA with k components, in closed form: its noise is the mean of the variances left out.
local function fit_ppca(x, k)
  local pca = la.models.PCA {}:fit(x)
  local noise = pca.explained_variance[{ { k + 1, D } }]:mean()
  local spread = pca.explained_variance[{ { 1, k } }] - noise
  local loadings = pca.components[{ { 1, k } }] * spread:sqrt():reshape(-1, 1)
  return { components = loadings, mean = pca.mean, noise = noise,
    covariance = loadings:t():mm(loadings) + la.eye(D, float64) * noise }
end

--- Mean log-density of rows under a Gaussian.
local function log_density(x, mean, covariance)
  local centred = x - mean
  local distance = (la.linalg.solve(covariance, centred:t()) * centred:t()):sum(1) -- squared Mahalanobis [n]
  local _, log_det = la.linalg.slogdet(covariance)
  return -0.5 * (D * math.log(2 * math.pi) + la.item(log_det) + distance:mean())
end

-- 1. Unequal noise. psi runs from 1 to r over the columns, evenly in its logarithm.
local truth = la.randn(RANK, D, float64)
local order = la.randperm(D)
local function noise_up_to(r)
  return (la.linspace(0, 1, D, float64) * math.log(r)):exp()[order]
end

local RATIOS = { 1, 3, 10, 30, 100, 300, 1000 }
local angles = { fa = {}, pca = {} }
local psi, x, found
for i, r in ipairs(RATIOS) do
  psi = noise_up_to(r)
  x = draw(truth, psi, run.samples)
  found = fit_fa(x, RANK)
  angles.fa[i] = angle(truth, found.components)
  angles.pca[i] = angle(truth, la.models.PCA { n_components = RANK }:fit(x).components)
  print(("noise from 1 to %4d: the factors are off by %4.1f degrees, PCA's directions by %4.1f"):format(
    r, angles.fa[i], angles.pca[i]))
end

local fig = la.plot.figure { panels = { 1, 2 }, width = 1050, height = 420 }
fig:panel(1):title("Distance from the true factors"):xlabel("largest noise variance / smallest"):xscale("log")
  :ylabel("largest angle (degrees)"):ylim(0, 95)
  :line(RATIOS, angles.pca, { marker = "s", label = "PCA" })
  :line(RATIOS, angles.fa, { marker = "o", label = "factor analysis" })
local flat = fit_ppca(x, RANK).noise
fig:panel(2):title("Noise of each column"):xlabel("true variance"):ylabel("estimated variance")
  :xscale("log"):yscale("log")
  :line({ 0.5, 2000 }, { 0.5, 2000 }, { color = "0.6", linestyle = "--", label = "exact" })
  :scatter(psi, found.noise_variance, { s = 25, color = "C1", label = "factor analysis" })
  :line({ 0.5, 2000 }, { flat, flat }, { color = "C0", label = "PCA: one for all" })
run:save(fig, "noise.png")

-- 2. How many factors? The log-density of samples that were not fitted tells.
local MOST = run.fast and 8 or 15
local scores = {}
fig = la.plot.figure { panels = { 1, 2 }, width = 1050, height = 400, ylabel = "log-density of new samples" }
for i, case in ipairs { { "equal noise", 3, 1 }, { "unequal noise", 1, 100 } } do
  local name, level, ratio = table.unpack(case)
  local variances = noise_up_to(ratio) * level
  local train, test = draw(truth, variances, run.samples), draw(truth, variances, run.samples)
  local fa_scores, pca_scores = {}, {}
  for k = 1, MOST do
    local fa, ppca = fit_fa(train, k), fit_ppca(train, k)
    fa_scores[k] = log_density(test, fa.mean, fa.covariance)
    pca_scores[k] = log_density(test, ppca.mean, ppca.covariance)
  end
  local best_fa, best_pca = la.tensor(fa_scores):argmax(), la.tensor(pca_scores):argmax()
  scores[i] = { fa = fa_scores, pca = pca_scores, best_fa = best_fa, best_pca = best_pca }
  print(("%s: factor analysis is best with %d factors (%.2f), PCA with %d (%.2f); true are %d"):format(
    name, best_fa, fa_scores[best_fa], best_pca, pca_scores[best_pca], RANK))
  local panel = fig:panel(i):title(name):xlabel("factors")
  panel:line(pca_scores, { marker = "s", label = "PCA" }):line(fa_scores, { marker = "o", label = "factor analysis" })
  panel:vline(RANK, { color = "0.6", linestyle = "--", label = "true number" })
end
run:save(fig, "how-many.png")

-- 3. Up to a rotation: the covariance, all that the model says of x, does not change.
local turn = la.linalg.qr(la.randn(RANK, RANK, float64))
local turned = turn:mm(found.components)
local moved = (turned - found.components):abs():max()
local unchanged = (turned:t():mm(turned) - found.components:t():mm(found.components)):abs():max()
print(("rotated factors: loadings change by up to %.2f, the covariance by %.1e"):format(moved, unchanged))

-- 4. Other units for one column.
local one = la.randn(run.samples, 1, float64):mm(la.tensor({ { 1, 1, 1, 1, 1, 1 } }, float64))
  + la.randn(run.samples, 6, float64)
local units = la.tensor({ 1, 1, 10, 1, 1, 1 }, float64)
local loadings = {}
for i, data in ipairs { one, one * units } do
  local fa = la.models.FactorAnalysis { n_components = 1, tol = 1e-6 }:fit(data).components[1]
  local pca = la.models.PCA { n_components = 1 }:fit(data).components[1]
  loadings[i] = { fa = fa:sum() < 0 and -fa or fa, pca = pca }
end
local kept = (loadings[2].fa / units - loadings[1].fa):abs():max()
local share = loadings[2].pca:square()
print(("column 3 times 10: PCA's first component is %.0f %% column 3; the factor's loadings, in the old units, "
  .. "change by %.4f"):format(100 * share[3], kept))
fig = la.plot.figure { panels = { 1, 2 }, width = 1000, height = 360, sharey = true,
  ylabel = "loading in the old units" }
local columns = la.arange(1, 6)
for i, title in ipairs { "six like columns", "column 3 in units a tenth as large" } do
  local back = i == 1 and 1 or units
  local fa, pca = loadings[i].fa / back, loadings[i].pca / back
  fig:panel(i):title(title):xlabel("column"):xticks({ 1, 2, 3, 4, 5, 6 })
    :bar(columns - 0.2, pca / pca:norm(), { width = 0.38, label = "PCA, component 1" })
    :bar(columns + 0.2, fa / fa:norm(), { width = 0.38, label = "factor analysis" })
end
run:save(fig, "units.png")

-- 5. Digits. A pixel that is always paper has no variance, and a Gaussian no density there: only the pixels that
-- vary are modelled.
local images = run:digits("train").images[{ { 1, run.images } }]:reshape(-1, 784):to("float32") / 255
local varies = images:std(1):gt(0.05)
local ink = images[{ {}, varies }]
local model = la.models.FactorAnalysis { n_components = run.factors, tol = 0.02 * run.images }:fit(ink)
print(("digits: %d pixels vary; their noise is %.0f %% of their variance"):format(
  #model.mean, 100 * model.noise_variance:sum() / ink:var(1):sum()))

--- Rows of the varying pixels as pictures [n, 28, 28], `paper` elsewhere.
local function pictures(rows, paper)
  local full = la.full({ #rows, 784 }, paper or 0)
  full[{ {}, varies }] = rows
  return full:reshape(-1, 28, 28)
end

--- The first ten rows, each scaled to 1 at its largest.
local function ten(rows)
  local first = rows[{ { 1, 10 } }]
  return pictures(first / first:abs():max(2, { keepdim = true }))
end

local components = la.models.PCA { n_components = 10 }:fit(ink).components
local clean = la.randn(10, run.factors):mm(model.components) + model.mean
local with_noise = clean + la.randn(10, #model.mean) * model.noise_variance:sqrt()
fig = la.plot.figure { panels = { 2, 3 }, width = 1200, height = 560, widths = { 1, 1.25, 1.25 } }
fig:panel(1):title("noise variance of each pixel"):axis(false)
  :image(pictures(model.noise_variance:reshape(1, -1))[1], { cmap = "magma", colorbar = true })
fig:panel(4):title("variance of each pixel"):axis(false)
  :image(pictures(ink:var(1):reshape(1, -1))[1], { cmap = "magma", colorbar = true })
fig:panel(2):title("factors (loadings)"):axis(false)
  :image_grid(ten(model.components), { cols = 5, cmap = "rdbu_r", center = 0 })
fig:panel(5):title("principal components"):axis(false)
  :image_grid(ten(components), { cols = 5, cmap = "rdbu_r", center = 0 })
fig:panel(3):title("drawn from the model, without noise"):axis(false)
  :image_grid(pictures(clean), { cols = 5, vmin = 0, vmax = 1 })
fig:panel(6):title("and with it"):axis(false):image_grid(pictures(with_noise), { cols = 5, vmin = 0, vmax = 1 })
run:save(fig, "digits.png")
run:finish()

return {
  angles = angles, noise = found.noise_variance, psi = psi, scores = scores, unchanged = unchanged, moved = moved,
  pca_share = share[3], kept = kept, digit_noise = model.noise_variance, digit_variance = ink:var(1),
}
