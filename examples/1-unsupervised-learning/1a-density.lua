-- Tutorial 1, "Density estimation": from counts to a density, and a Gaussian that describes the data.
--
-- The data are heights of newborn girls. A histogram counts those in each bin; divided by their
-- number N it gives the probability mass of each bin, divided by the width of a bin besides it gives
-- a density. Mean and variance, two numbers, then stand for all the heights.
--
-- What to see: histograms.png, three times the same bars, but other axes. Counts grow with N. Masses
-- do not, and sum to 1, but shrink when the bins get narrower. The density depends on neither: its
-- area is 1. It is no probability, though, and may well exceed 1: measured in metres these heights
-- have a hundred times the density. bins.png: too few bins hide the shape, too many show the chance
-- of the draw. fit.png: the bell curve over the density (left), and the masses of the bins beside
-- those of the Gaussian (right); what remains is noise, a few heights more or less in a bin.
local la = require "latent"

local run = la.script.start("Histogram, probability mass and density of heights, and a Gaussian fit.", {
  { "samples", 1000, "heights to draw", min = 2 },
  { "bins", 20, "bins of the histogram", min = 1 },
})

local data = la.data.heights { n = run.samples, group = 1, seed = run.seed }
local x = data.heights                                             -- [N] float64, cm

-- Counts, masses and densities of the bins.
local counts, edges = x:histogram { bins = run.bins }              -- [bins], [bins + 1]
local width = edges[2] - edges[1]
local centres = edges[{ { 1, run.bins } }] + width / 2
local masses = counts:to "float64" / run.samples
local densities = masses / width
print(("%d heights from %.1f to %.1f cm in %d bins of %.3f cm"):format(run.samples, x:min(), x:max(), run.bins,
  width))
print(("the masses sum to %.6f, the density's area is %.6f"):format(masses:sum(), (densities * width):sum()))
print(("the highest density is %.3f per cm, which is %.1f per metre"):format(densities:max(), 100 * densities:max()))

-- la.histogram divides as well, when asked to.
local of_library = x:histogram { bins = run.bins, density = true }
assert((of_library - densities):abs():max() < 1e-12)

local fig = la.plot.figure { panels = { 1, 3 }, width = 1200, height = 380 }
fig[1]:title(("Histogram (N = %d)"):format(run.samples)):xlabel("x (cm)"):ylabel("count")
  :hist(x, { bins = run.bins })
fig[2]:title("Empirical distribution"):xlabel("x (cm)"):ylabel("P(x in bin)")
  :bar(centres, masses, { width = width })
fig[3]:title("Empirical density"):xlabel("x (cm)"):ylabel("p(x)")
  :hist(x, { bins = run.bins, density = true, label = "hist, density = true" })
fig[3]:step(centres, densities, { where = "mid", color = "tab:orange", lw = 3, label = "P(bin) / width" })
  :legend { loc = "outside bottom" }
run:save(fig, "histograms.png")

fig = la.plot.figure { panels = { 1, 3 }, width = 1200, height = 340, sharey = true,
  xlabel = "x (cm)", ylabel = "p(x)" }
for i, bins in ipairs { 4, 20, 200 } do
  fig[i]:title(bins .. " bins"):hist(x, { bins = bins, density = true })
end
run:save(fig, "bins.png")

--- Density of the normal distribution: a bell around mu whose width is the square root of sigma2.
local function bell_curve(at, mu, sigma2)
  return (-(at - mu):square() / (2 * sigma2)):exp() / (2 * math.pi * sigma2) ^ 0.5
end

-- The mean and the variance of the data (divided by N, not by N - 1) as the Gaussian's.
local mean, variance = x:mean(), x:var()
print(("mean %.3f cm, variance %.3f cm^2; drawn from %.3f and %.3f"):format(mean, variance, data.means[1],
  data.deviations[1] ^ 2))
local gaussian = la.distributions.Normal { mean = mean, variance = variance }
local grid = la.linspace(x:min(), x:max(), 200, { dtype = "float64" })
local curve = bell_curve(grid, mean, variance)
assert((gaussian:pdf(grid) - curve):abs():max() < 1e-12)           -- the library has it as well

-- Its area, by the trapezoidal rule from -8 to 8 deviations: 1, whatever mean and variance are.
local wide = la.linspace(mean - 8 * variance ^ 0.5, mean + 8 * variance ^ 0.5, 1001, { dtype = "float64" })
local area = bell_curve(wide, mean, variance):sum() * (wide[2] - wide[1])
print(("the area under the bell curve is %.9f"):format(area))

-- Its mass in each bin is the integral over the bin: a difference of the distribution function. The
-- tutorial takes density at the centre times width instead, which is nearly the same in narrow bins.
local cumulative = gaussian:cdf(edges)                             -- [bins + 1]
local exact = cumulative[{ { 2, run.bins + 1 } }] - cumulative[{ { 1, run.bins } }]
local by_centre = bell_curve(centres, mean, variance) * width
local deviation = (masses - exact):abs():max()
print(("mass of a bin: data and Gaussian differ by %.4f at most, centre rule and integral by %.5f"):format(
  deviation, (by_centre - exact):abs():max()))

fig = la.plot.figure { panels = { 1, 2 }, width = 1100, height = 420, xlabel = "x (cm)" }
fig[1]:title("Density and its Gaussian fit"):ylabel("p(x)")
  :hist(x, { bins = run.bins, density = true, label = "data" })
fig[1]:line(grid, curve, { lw = 3, color = "tab:orange", label = "fit" })
fig[2]:title("Masses and their Gaussian fit"):ylabel("P(x in bin)")
  :bar(centres, masses, { width = width, label = "data" })
  :step(centres, exact, { where = "mid", color = "tab:orange", lw = 3, label = "fit" })
run:save(fig, "fit.png")
run:finish()

return { masses = masses, densities = densities, width = width, mean = mean, variance = variance, area = area,
  exact = exact, by_centre = by_centre, deviation = deviation }
