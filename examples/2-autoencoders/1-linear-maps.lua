-- Tutorial 2: what a linear layer does, y = x A^T + b.
--
-- What to see: the layer and the product written out give the same numbers, element by element. (Equal sums
-- alone would not show it: different matrices can have the same sum.) Rows of x are samples, so A, which
-- the layer keeps as [outputs, inputs], stands transposed on the right.
--
-- plane.png: what such maps do to a plane. On the left a cloud of points, coloured by their angle; in the middle
-- the same points after A (they are turned, stretched and sheared) and b (they are moved): nothing is
-- lost, the inverse leads back. On the right the points went through one number, x A^T with A [1, 2], and came
-- back by the best linear map from 1 to 2: they lie on a line, and what was beside it is gone. That is the
-- bottleneck of an autoencoder, which learns a line (with 20 units: a space of 20 dimensions) that
-- passes as near to the data as it can.
--
-- The program prints how much 18 numbers keep of 20 even ones: 90 % of the variance, and no decoder can do
-- better. Digits are far from even, so 20 numbers keep much of 1024: that is what the next script uses.
local la = require "latent"
local nn = la.nn

local run = la.script.start("Compute a linear layer in two ways, and see what linear maps do.", {
  { "rows", 1000, "samples", min = 40, max = 100000 },
  { "inputs", 20, "numbers of a sample", min = 2, max = 1000 },
  { "outputs", 18, "numbers that the layer makes of them", min = 1, max = 1000 },
})

-- The layer, and the product by hand.
local x = la.rand(run.rows, run.inputs)
local layer = nn.Linear(run.inputs, run.outputs)
print(("%s, weight [%d, %d], bias [%d]"):format(layer, run.outputs, run.inputs, run.outputs))
local A, b = layer.weight:detach(), layer.bias:detach()
local by_layer = layer(x):detach()
local by_product = x:mm(A:t()) + b
local difference = (by_layer - by_product):abs():max()
print(("largest difference between the layer and x A^T + b: %.1e"):format(difference))

-- One element of it: row 1 of x with row 1 of A, which makes output 1 of sample 1.
print(("y[1][1]: %.5f, as a sum over the inputs: %.5f"):format(by_layer[{ 1, 1 }], (x[1] * A[1]):sum() + b[1]))

-- Shapes: (n, k) times (k, m) gives (n, m). The inner sizes must be the same.
local A1, A2 = la.randint(0, 9, { 2, 3 }), la.randint(0, 9, { 3, 2 })
print("A1: " .. tostring(A1))
print("A2: " .. tostring(A2))
print("A1 A2: " .. tostring(A1:mm(A2)))
print("A2 A1: " .. tostring(A2:mm(A1)))
local _, message = pcall(A1.mm, A1, A1)
print("A1 A1 is an error: " .. message)

-- Two layers without an activation between them are one: (x A1^T + b1) A2^T + b2 = x (A2 A1)^T + (A2 b1 + b2).
local second = nn.Linear(run.outputs, 5)
local both = second(layer(x)):detach()
local C = second.weight:detach()
local one = x:mm(C:mm(A):t()) + (C:mv(b) + second.bias:detach())
local merged = (both - one):abs():max()
print(("two layers and the one that they amount to differ by %.1e at most"):format(merged))

--- Encode with A [outputs, inputs] and decode with the best linear map, A's pseudo-inverse: what comes back.
local function there_and_back(samples, matrix)
  local mean = samples:mean(1)
  return (samples - mean):mm(matrix:t()):mm(la.linalg.pinv(matrix):t()) + mean
end

local back = there_and_back(x, A)
local kept = 1 - (x - back):square():sum() / (x - x:mean(1)):square():sum()
print(("through %d numbers and back: %.1f %% of the variance of %d is kept"):format(run.outputs, 100 * kept,
  run.inputs))

-- The plane.
local cloud = la.randn(run.rows, 2) * 0.75
local angle = la.atan2(cloud[{ {}, 2 }], cloud[{ {}, 1 }])
local turn, shift = la.tensor { { 0.5, -1.1 }, { 1.2, 0.4 } }, la.tensor { 1, 0.5 }
local narrow = la.tensor { { 0.9, 0.5 } }
local stages = { cloud, cloud:mm(turn:t()) + shift, there_and_back(cloud, narrow) }
local titles = { "$x$", "$x A^T + b$, $A$ is [2, 2]", "through one number and back" }
local fig = la.plot.figure { panels = { 1, 3 }, width = 1240, height = 440 }
for i, points in ipairs(stages) do
  fig:panel(i):title(titles[i]):xlim(-4, 4):ylim(-4, 4):aspect("equal")
    :scatter(points, { c = angle, cmap = "viridis", colorbar = false, markersize = 4 })
end
run:save(fig, "plane.png")
run:finish()

return { difference = difference, merged = merged, kept = kept, stages = stages }
