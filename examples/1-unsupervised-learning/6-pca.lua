-- Principal component analysis: the directions along which samples vary most, on digits and on shapes.
--
-- What to see:
--   - components.png: the mean digit and the first components, red for more ink and blue for less. The first
--     ones are broad strokes that many digits share, the later ones ever finer ripples.
--   - variance.png: what each component holds, and what they hold together. There is no edge in the
--     curve that would say how many to take: it is a matter of how much error one can bear.
--   - reconstructions.png: digits from 2 to 300 numbers in place of 784. Two give a smudge, 30 a legible digit.
--   - plane.png: the digits by their first two coordinates. The round 0 and the slim 1 part; the others
--     lie over each other: two directions of 784 are not enough.
--   - denoising.png: noise has the same variance along each component, digits have theirs in the first. So the
--     first m keep most of the digit and m / 784 of the noise. Too few blur, too many bring the noise back;
--     what is best in between can be computed from the variances alone (the dashed line).
--   - shapes.png: a flat sheet that stands askew in space comes out as it is. A rolled one is only pressed
--     flat: its height is lost, and turns that are far from each other along the sheet (colours) stay side by
--     side. PCA is a projection, it cannot unroll. And of two flat clouds side by side it puts the direction
--     of large variance first, which is not the one that tells them apart: PCA knows no classes.
local la = require "latent"

local run = la.script.start("Principal components of digits and of shapes.", {
  data = true,
  { "images", 10000, "images to fit to", min = 400, max = 60000, fast = 2000 },
  { "noise", 0.5, "deviation of the noise to remove; paper is 0, ink 1", min = 0 },
})
local COUNTS = { 2, 10, 30, 100, 300 }

local function prepare(split, n)
  local set = run:digits(split)
  return set.images[{ { 1, n } }]:reshape(-1, 784):to("float32") / 255, set.labels[{ { 1, n } }]
end
local images, labels = prepare("train", run.images)
local test = prepare("test", 1000)

local pca = la.models.PCA {}:fit(images)
local total = pca.explained_variance:sum()

-- The covariance has one eigenvector a direction; all of them together are a rotation and lose nothing.
local shares = pca.explained_variance_ratio:cumsum(1)
local needed = {}
for _, share in ipairs { 0.5, 0.8, 0.9, 0.95, 0.99 } do
  needed[share] = shares:lt(share):sum() + 1
  print(("%2.0f %% of the variance: %d components of 784"):format(100 * share, needed[share]))
end

local fig = la.plot.figure { title = "The mean, and the first components", width = 760, height = 360 }
-- Each on its own scale, from -1 to 1.
local faces = la.cat({ pca.mean:reshape(1, 784), pca.components[{ { 1, 31 } }] }, 1)
faces = faces / faces:abs():max(2, { keepdim = true })
fig:axis(false):image_grid(faces:reshape(32, 28, 28), { cols = 8, cmap = "rdbu_r", center = 0 })
run:save(fig, "components.png")

fig = la.plot.figure { panels = { 1, 2 }, width = 1000, height = 380 }
fig:panel(1):title("of each component"):xlabel("component"):ylabel("share of the variance"):yscale("log")
  :line(pca.explained_variance_ratio[{ { 1, 400 } }]):ylim(1e-6, 0.2)
local panel = fig:panel(2):title("of the first m together"):xlabel("m"):ylabel("share of the variance")
panel:line(shares[{ { 1, 400 } }])
for _, share in ipairs { 0.8, 0.95 } do
  panel:line({ 1, needed[share], needed[share] }, { share, share, 0 }, { linestyle = "--", color = "0.4" })
  panel:text(needed[share] + 6, share - 0.06, ("%.0f %%: %d"):format(100 * share, needed[share]))
end
panel:ylim(0, 1.02)
run:save(fig, "variance.png")

--- Rows from their first m coordinates.
local function keep(rows, m)
  local components = pca.components[{ { 1, m } }]
  return (rows - pca.mean):mm(components:t()):mm(components) + pca.mean
end

local function mse(a, b) return (a - b):square():mean() end

local rows, errors = { test[{ { 1, 12 } }] }, {}
for i, m in ipairs(COUNTS) do
  rows[i + 1] = keep(test[{ { 1, 12 } }], m)
  errors[i] = mse(keep(test, m), test)
  print(("%3d components: mean squared error %.4f on new images"):format(m, errors[i]))
end
fig = la.plot.figure { panels = { #rows, 1 }, width = 760, height = 90 * #rows,
  title = "New digits from m components" }
for i, images_of in ipairs(rows) do
  fig:panel(i):axis(false):title(i == 1 and "as they are" or ("m = %d"):format(COUNTS[i - 1]))
    :image_grid(images_of:reshape(-1, 28, 28), { cols = 12, vmin = 0, vmax = 1 })
end
run:save(fig, "reconstructions.png")

local shown = math.min(3000, run.images)
fig = la.plot.figure { title = "Digits by their first two coordinates", xlabel = "component 1", ylabel = "component 2",
  width = 760, height = 620, legend = { loc = "outside right" } }
local plane = pca:transform(images[{ { 1, shown } }])[{ {}, { 1, 2 } }]
fig:scatter(plane, { c = labels[{ { 1, shown } }], cmap = "tab10", s = 9, alpha = 0.6 })
run:save(fig, "plane.png")

-- Denoising. The first m components of a noisy image hold the first m of the clean one, and m / 784 of the
-- noise's energy: error(m) = (variance of the components left out + m noise^2) / 784.
local noisy = la.data.noise.gaussian(test, run.noise)
local every, measured, predicted = {}, {}, {}
local left = total - pca.explained_variance:cumsum(1)
for m = 1, 400, run.fast and 15 or 3 do
  every[#every + 1] = m
  measured[#every] = mse(keep(noisy, m), test)
  predicted[#every] = (left[m] + m * run.noise ^ 2) / 784
end
local best = la.tensor(measured):argmin()
local m_best = every[best]
local gain = mse(noisy, test) / measured[best]
print(("denoising: best with %d components, the error %.4f becomes %.4f, %.1f times less"):format(
  m_best, mse(noisy, test), measured[best], gain))

fig = la.plot.figure { panels = { 1, 2 }, widths = { 1, 1.1 }, width = 1200, height = 420 }
panel = fig:panel(1):title("Error of denoised digits"):xlabel("components kept"):ylabel("mean squared error")
panel:line(every, measured, { label = "measured" })
panel:line(every, predicted, { label = "from the variances", linestyle = "--" })
panel:scatter({ m_best }, { measured[best] }, { color = "black", s = 40 })
local samples = { test, noisy, keep(noisy, math.max(2, m_best // 8)), keep(noisy, m_best), keep(noisy, 300) }
local strips = {}
for i, s in ipairs(samples) do strips[i] = s[{ { 1, 8 } }]:reshape(8, 28, 28) end
fig:panel(2):title(("digits; with noise; from %d, %d and 300 components"):format(math.max(2, m_best // 8), m_best))
  :axis(false):image_grid(la.cat(strips, 1), { cols = 8, vmin = -0.2, vmax = 1.2 })
run:save(fig, "denoising.png")

-- Shapes.
local n = run.fast and 400 or 1500
local roll, t = la.data.swiss_roll { n = n }
local sheet = la.stack({ t, roll[{ {}, 2 }], la.zeros(n) }, 2) -- the same sheet, not rolled
local askew = la.linalg.qr(la.randn(3, 3))                    -- a rotation
sheet = sheet:mm(askew)
local flat, pressed = la.models.PCA { n_components = 2 }, la.models.PCA { n_components = 2 }
local sheet_2d, roll_2d = flat:fit_transform(sheet), pressed:fit_transform(roll)
local some = { { 1, math.min(n, 1000) } }
local trust = {
  sheet = la.metrics.trustworthiness(sheet[some], sheet_2d[some], { k = 10 }),
  -- Neighbours along the roll, not across its gaps, are what an embedding ought to keep.
  roll = la.metrics.trustworthiness(la.stack({ t, roll[{ {}, 2 }] }, 2)[some], roll_2d[some], { k = 10 }),
}
print(("trustworthiness of neighbours: flat sheet %.3f, rolled sheet %.3f"):format(trust.sheet, trust.roll))

-- Two pancakes: wide along one axis, apart along the other, and turned by 30 degrees.
local clouds, cloud_labels = la.data.blobs { n = n, centers = { { 0, 1 }, { 0, -1 } }, std = 0.3 }
clouds = clouds * la.tensor { 10, 1 }
local c, s = math.cos(math.pi / 6), math.sin(math.pi / 6)
clouds = clouds:mm(la.tensor { { c, s }, { -s, c } })
local clouds_pca = la.models.PCA {}:fit(clouds)
local coordinates = clouds_pca:transform(clouds)
local matched = {}
for i = 1, 2 do
  local found = la.models.KMeans { k = 2, n_init = 3 }:fit(coordinates[{ {}, { i, i } }]).labels
  matched[i] = la.metrics.accuracy_by_matching(cloud_labels, found)
  print(("two flat clouds told apart by component %d (%.0f %% of the variance): %.0f %% right"):format(
    i, 100 * clouds_pca.explained_variance_ratio[i], 100 * matched[i]))
end

fig = la.plot.figure { panels = { 2, 3 }, width = 1150, height = 700 }
fig:panel(1):title("flat sheet askew: kept as it is"):xlabel("component 1"):ylabel("component 2"):aspect("equal")
  :scatter(sheet_2d, { c = t, s = 6, colorbar = false })
fig:panel(2):title("swiss roll, seen along its axis"):xlabel("x"):ylabel("z"):aspect("equal")
  :scatter(roll[{ {}, 1 }], roll[{ {}, 3 }], { c = t, s = 6, colorbar = false })
fig:panel(3):title("swiss roll: pressed, not unrolled"):xlabel("component 1"):ylabel("component 2"):aspect("equal")
  :scatter(roll_2d, { c = t, s = 6, colorbar = false })
panel = fig:panel(4):title("two flat clouds, and their components"):aspect("equal"):legend(false)
panel:scatter(clouds, { c = cloud_labels, s = 6, alpha = 0.3 })
for i = 1, 2 do
  local tip = clouds_pca.components[i] * (2 * clouds_pca.explained_variance[i] ^ 0.5)
  panel:line({ 0, tip[1] }, { 0, tip[2] }, { color = "black", linewidth = 3 })
  panel:text(tip[1] * 1.15, tip[2] * 1.15, tostring(i), { ha = "center", size = 16 })
end
for i = 1, 2 do
  panel = fig:panel(4 + i):title(("along component %d"):format(i)):xlabel(("coordinate %d"):format(i)):legend(false)
  for k = 1, 2 do
    panel:hist(coordinates[{ {}, i }][cloud_labels:eq(k)], { bins = 30, alpha = 0.6, color = k })
  end
end
run:save(fig, "shapes.png")
run:finish()

return {
  needed = needed, errors = errors, best = m_best, gain = gain, measured = measured, predicted = predicted,
  trust = trust, matched = matched,
}
