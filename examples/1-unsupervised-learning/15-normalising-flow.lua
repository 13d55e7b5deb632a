-- Tutorial 1: estimating p(x) with a normalising flow, RealNVP (Dinh et al., 2017).
--
-- The flow is an invertible map f from the data to z of the same size, and z is to be normal, N(0, 1). What f
-- squeezes together becomes denser, so log p(x) = log N(f(x)) + log |det df/dx|. Each layer leaves one of
-- the two coordinates as it is and scales and shifts the other by what a small net reads in the first: the
-- determinant is then a plain product, and the inverse needs no equation to be solved.
-- Training makes the mean of log p(x) over the data large. Unlike a GAN, the flow has one loss, which says how
-- good the model is; unlike a VAE's, it is log p(x) itself and no bound of it.
--
-- What to see: density.png has the points, the flow's density and the true one. The flow's follows both moons; a
-- thin bridge between them is left over, as an invertible smooth map cannot tear the plane in two.
-- map.png: the points by class, and where f takes them: the two moons, now together one round cloud; the third
-- picture is the way back, a square grid around the normal cloud as the inverse bends it.
-- likelihood.png: the training points' curve ends at the true density's line, the test points' 0.03 nats below it:
-- no model beats the true density in the mean, and what the flow seems to gain on its own points is overfitting.
-- Printed: the sum of p(x) over a grid, times the area of a cell, is 1: no normalisation was needed. One normal
-- distribution, fitted to the same points, is worse by 0.9 nats a point.
local la = require "latent"
local models, optim, train = la.models, la.optim, la.train

local run = la.script.start("Estimate the density of two moons with a normalising flow.", {
  { "points", 5000, "training points", min = 10, fast = 1000 },
  { "noise", 0.1, "deviation of the points from their arcs", min = 0.01 },
  { "layers", 8, "affine couplings", min = 1, fast = 6 },
  { "hidden", 64, "units of each hidden layer", min = 1, fast = 32 },
  { "epochs", 60, "passes over the training points", min = 1, fast = 40 },
  { "batch", 200, "points a step", min = 1, fast = 100 },
  { "lr", 4e-3, "learning rate of Adam at the start; it ends at 0", min = 0, fast = 8e-3 },
  { "side", 200, "cells of the grid along each side", min = 2, fast = 120 },
})

local x, classes = la.data.moons { n = run.points, noise = run.noise }
local test = la.data.moons { n = 5000, noise = run.noise }

--- The true density of the moons: the mean of normal distributions around places on the two half circles.
local function true_density(points)
  local angles = (la.arange(1, 200) - 0.5) * (math.pi / 200)
  local arcs = la.cat({ la.stack({ angles:cos(), angles:sin() }, 2),
    la.stack({ 1 - angles:cos(), 0.5 - angles:sin() }, 2) }, 1)
  local variance = run.noise ^ 2
  return (la.cdist(points, arcs):square() * (-0.5 / variance)):exp():mean(2) / (2 * math.pi * variance)
end

local flow = models.RealNVP { inputs = 2, layers = run.layers, hidden = run.hidden }
print(("a flow of %d couplings, %d parameters"):format(run.layers, flow:count_parameters()))
local adam = optim.Adam(flow:parameters(), { lr = run.lr })
local steps = run.epochs * math.ceil(run.points / run.batch)
local history = train.fit(flow, x, {
  epochs = run.epochs, batch_size = run.batch, optimizer = adam, label = "flow", validation = test, clip_norm = 5,
  scheduler = optim.lr_scheduler.CosineAnnealingLR(adam, { t_max = steps }), scheduler_every = "batch",
  loss = function(net, batch) return net:loss(batch) end,
})

-- How good: mean log p(x) of points that the flow has not seen, in nats.
local function score(points) return la.no_grad(function() return flow:log_prob(points):mean() end) end
local scores = { flow = score(test), truth = true_density(test):log():mean() }
local normal = la.distributions.MultivariateNormal { mean = x:mean(1), covariance = x:t():cov() }
scores.normal = normal:log_prob(test):mean()
print(("mean log p(x) of the test points: flow %.3f, true density %.3f, one normal distribution %.3f"):format(
  scores.flow, scores.truth, scores.normal))

-- A grid that holds practically everything, row 1 at the bottom.
local BOX = { -2.5, 3.5, -2, 2.5 }
local function centres(low, high) return low + (la.arange(1, run.side) - 0.5) * ((high - low) / run.side) end
local across = centres(BOX[1], BOX[2]):reshape(1, -1):expand(run.side, run.side):contiguous():reshape(-1)
local up = centres(BOX[3], BOX[4]):reshape(-1, 1):expand(run.side, run.side):contiguous():reshape(-1)
local grid = la.stack({ across, up }, 2)
local density = la.no_grad(function() return flow:log_prob(grid):exp() end)
local integral = density:sum() * (BOX[2] - BOX[1]) * (BOX[4] - BOX[3]) / run.side ^ 2
print(("integral of the flow's density over the grid: %.5f"):format(integral))

local fig = la.plot.figure { panels = { 1, 3 }, width = 1300, height = 340 }
local samples = flow:sample(2000)
local function in_view(panel) return panel:xlim(-1.6, 2.6):ylim(-1.2, 1.7):aspect "equal" end
in_view(fig:panel(1)):title "points and samples"
fig:panel(1):scatter(x[{ { 1, math.min(2000, run.points) } }], { markersize = 2, alpha = 0.5, label = "data" })
fig:panel(1):scatter(samples, { markersize = 2, alpha = 0.5, label = "flow" })
local function as_image(p) return p:reshape(run.side, run.side) end
local truth = true_density(grid)
local highest = math.max(truth:max(), density:max())
local pictures = { { "the flow's p(x)", density }, { "the true p(x)", truth } }
for k, picture in ipairs(pictures) do
  in_view(fig:panel(k + 1)):title(picture[1])
  fig:panel(k + 1):image(as_image(picture[2]), { cmap = "viridis", vmin = 0, vmax = highest, origin = "lower",
    extent = BOX, colorbar = k == 2 })
end
run:save(fig, "density.png")

-- What the map does, and what its inverse does with a square grid.
local shown = { { 1, math.min(2000, run.points) } }
local z = la.no_grad(function() return (flow(x[shown])) end)
fig = la.plot.figure { panels = { 1, 3 }, widths = { 4, 3, 4 }, width = 1300, height = 400 }
in_view(fig:panel(1)):title "data x"
fig:panel(1):scatter(x[shown], { c = classes[shown], markersize = 3 })
fig:panel(2):title("f(x): what the flow makes of them"):xlim(-4, 4):ylim(-4, 4):aspect "equal"
fig:panel(2):scatter(z, { c = classes[shown], markersize = 3 })
in_view(fig:panel(3)):title "a square grid of z, through the inverse"
local along = la.linspace(-2.5, 2.5, 201)
for _, at in ipairs(la.linspace(-2.5, 2.5, 11):totable()) do
  for direction = 1, 2 do
    local ends = { la.full({ 201 }, at), along }
    local straight = la.stack({ ends[direction], ends[3 - direction] }, 2)
    local bent = la.no_grad(function() return flow:inverse(straight) end)
    fig:panel(3):line(bent[{ {}, 1 }], bent[{ {}, 2 }], { color = direction == 1 and "C0" or "C1", linewidth = 1 })
  end
end
run:save(fig, "map.png")

fig = la.plot.figure { title = "Mean log-likelihood", xlabel = "epoch", ylabel = "nats a point" }
fig:line(history:column "epoch", -la.tensor(history:column "loss"), { label = "training points" })
fig:line(history:column "epoch", -la.tensor(history:column "val_loss"), { label = "test points" })
fig:hline(scores.truth, { color = "black", linestyle = "--", label = "true density, test points" })
fig:hline(scores.normal, { color = "grey", linestyle = ":", label = "one normal distribution" })
run:save(fig, "likelihood.png")
run:finish()

return { flow = flow, integral = integral, scores = scores, samples = samples, z = z, true_density = true_density }
