-- Tutorial 4: how to differentiate through a random draw.
--
-- Wanted: the gradient by m of E[f(z)] with z ~ N(m, s^2). Two estimates, neither with bias:
--   reparameterised   z = m + s e with e ~ N(0, 1); the draw e is a constant, and the gradient
--                     goes through f: df/dz
--   score function    f(z) d log p(z; m) / dm = f(z) (z - m) / s^2 (REINFORCE; Williams, 1992); it
--                     needs no gradient of f, and knows only the values
-- Here f(z) = |z - a|^2, so that the true gradient is known: 2 (m - a).
--
-- What to see: estimates.png, histograms of both in one dimension: the same mean, but the score
-- function's is far wider. variance.png: the variance of one component grows with the square of the
-- number of dimensions, as f(z) multiplies it by what all the others do; minus a baseline, the mean
-- of f, it grows with the number only. The reparameterised one does not change at all. descent.png:
-- with one draw a step the one goes straight down, the other wanders and ends several times as far off.
-- A VAE draws one code for each image at each step, so it takes the first.
local la = require "latent"

local run = la.script.start("Compare two estimates of the gradient through a random draw.", {
  { "draws", 20000, "draws for each estimate", min = 100, fast = 5000 },
  { "steps", 2000, "steps of the descent", min = 10, fast = 1200 },
})
local DEVIATION, TARGET = 0.5, 2

local function f(z) return (z - TARGET):square():sum(-1) end

--- Gradients by the mean, one for each of n draws, [n, d].
local function reparameterised(mean, n)
  local m = mean:reshape(1, -1):expand(n, #mean):clone():requires_grad(true)
  f(m + la.randn(n, #mean) * DEVIATION):sum():backward()
  return m.grad
end

local function score_function(mean, n, baseline)
  local z = mean + la.randn(n, #mean) * DEVIATION
  return (f(z) - (baseline or 0)):reshape(-1, 1) * (z - mean) / DEVIATION ^ 2
end

--- The mean of f, from draws of its own, so that the estimate stays without bias.
local function mean_of_f(mean, n) return f(mean + la.randn(n, #mean) * DEVIATION):mean() end

-- One dimension, m = 0: the true gradient is -4.
local origin = la.zeros(1)
local one = { reparameterised(origin, run.draws):reshape(-1), score_function(origin, run.draws):reshape(-1) }
local names = { "reparameterised", "score function" }
print "one dimension, the true gradient is -4:"
for k, grads in ipairs(one) do
  print(("  %-16s mean %6.2f, variance %7.2f"):format(names[k], grads:mean(), grads:var()))
end
local fig = la.plot.figure { title = "Estimates from one draw each", xlabel = "gradient", ylabel = "density" }
for k, grads in ipairs(one) do
  fig:hist(grads, { bins = 60, range = { -30, 20 }, density = true, alpha = 0.6, label = names[k] })
end
fig:vline(-4, { color = "black", linestyle = "--", label = "true gradient" })
run:save(fig, "estimates.png")

-- The variance of the first component against the number of dimensions.
local DIMENSIONS = { 1, 2, 4, 8, 16, 32, 64 }
local variance = { {}, {}, {} }
print "variance of one component of the gradient:"
print "  dimensions  reparameterised  score function  with a baseline"
for i, d in ipairs(DIMENSIONS) do
  local mean, n = la.zeros(d), run.draws
  variance[1][i] = reparameterised(mean, n):var(1)[1]
  variance[2][i] = score_function(mean, n):var(1)[1]
  variance[3][i] = score_function(mean, n, mean_of_f(mean, n)):var(1)[1]
  print(("  %10d  %15.2f  %14.1f  %15.1f"):format(d, variance[1][i], variance[2][i], variance[3][i]))
end
fig = la.plot.figure { title = "Variance of one component of the gradient", xlabel = "dimensions of z",
  ylabel = "variance", xscale = "log", yscale = "log", xticks = DIMENSIONS }
for k, name in ipairs { names[1], names[2], "score function with a baseline" } do
  fig:line(DIMENSIONS, variance[k], { label = name, marker = "o" })
end
run:save(fig, "variance.png")

-- Descent in 4 dimensions with one draw a step: the distance of m from its best place.
local function descend(gradient)
  local mean, distances = la.zeros(4), {}
  for i = 1, run.steps do
    mean = mean - 0.002 * gradient(mean, 1)[1]
    distances[i] = (mean - TARGET):square():sum() ^ 0.5
  end
  return distances
end
local descents = { descend(reparameterised), descend(score_function) }
fig = la.plot.figure { title = "Descent with one draw a step, 4 dimensions", xlabel = "step",
  ylabel = "distance from the best mean", yscale = "log" }
for k, distances in ipairs(descents) do fig:line(la.arange(1, run.steps), distances, { label = names[k] }) end
run:save(fig, "descent.png")
print(("distance after %d steps: %s %.3f, %s %.3f"):format(run.steps, names[1], descents[1][run.steps], names[2],
  descents[2][run.steps]))
run:finish()

return { means = { one[1]:mean(), one[2]:mean() }, variance = variance, descents = descents }
