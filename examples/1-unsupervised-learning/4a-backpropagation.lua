-- Tutorial 1, "Chain rule, backprop": the gradient of a small net written out, and checked.
--
-- The net is that of 4-autoencoder-by-hand.lua:  x [18] -> z = s(w_e x + b_e) [5] -> y = s(w_d z + b_d) [18],
-- with the sigmoid s and the loss |y - x|^2 / 2. By the chain rule, from the loss backwards:
--   by the decoder's input   d_y = (y - x) s'(w_d z + b_d)        its gradients: d_y z' and d_y
--   by the encoder's input   d_z = (w_d' d_y) s'(w_e x + b_e)     its gradients: d_z x' and d_z
--
-- What to see: functions.png: left, the loss and its gradient, a straight line through zero. Right, the
-- sigmoid and its derivative s(v) s(-v) = s(v) (1 - s(v)), which vanishes at both sides: a unit that is sure
-- of itself hardly learns, even when it is wrong. The tutorial's code takes the derivative at the activation
-- s(v) instead of at the input v; as s(v) is between 0 and 1, that is nearly the same number, between 0.20
-- and 0.25, wherever v is. check.png: each gradient written out against autograd's. At the right place
-- they agree to the last digits. At the other place they are a few degrees off at the start (left); with
-- large weights (right) their direction is quite another, and they are several times as long: units that are
-- sure go on learning. What that does to training is in 4-autoencoder-by-hand.lua.
local la = require "latent"

local run = la.script.start("Write out backpropagation through a small net and check it against autograd.", {
  { "scale", 8.0, "factor on the weights, for units that are sure of themselves", min = 0.1 },
})
local float64 = { dtype = "float64" }

local function square_loss(x, y) return (x - y):square() / 2 end
local function square_loss_gradient(x, y) return x - y end
local function sigmoid_gradient(v) return v:sigmoid() * (-v):sigmoid() end

-- Differences of the functions themselves confirm both gradients.
local points, h = la.linspace(-5, 5, 101, float64), 1e-6
local zero = la.zeros_like(points)
local function slope_of(f) return (f(points + h) - f(points - h)) / (2 * h) end
print(("gradients against differences: loss %.1g, sigmoid %.1g"):format(
  (slope_of(function(v) return square_loss(v, zero) end) - square_loss_gradient(points, zero)):abs():max(),
  (slope_of(function(v) return v:sigmoid() end) - sigmoid_gradient(points)):abs():max()))

local fig = la.plot.figure { panels = { 1, 2 }, width = 1150, height = 420 }
fig[1]:title("Square loss"):xlabel("x"):line(points, square_loss(points, zero), { label = "$L(x, 0)$" })
fig[1]:line(points, square_loss_gradient(points, zero), { label = "$dL(x, 0)/dx$" })
local wide = la.linspace(-10, 10, 201, float64)
fig[2]:title("Sigmoid"):xlabel("v"):line(wide, wide:sigmoid(), { label = "$\\sigma(v)$" })
fig[2]:line(wide, sigmoid_gradient(wide), { label = "$d\\sigma/dv$" })
fig[2]:line(wide, sigmoid_gradient(wide:sigmoid()), { linestyle = "--", label = "$d\\sigma/dv$ at $\\sigma(v)$" })
run:save(fig, "functions.png")

-- All 18 samples at once: a sample a row, so that sums over samples are matrix products.
local x = la.eye(18, float64)                                      -- [18 samples, 18]

--- Gradients of the summed loss, written out. `at_input` says where the sigmoid's derivative is taken.
local function backward(p, at_input)
  local z_in = x:mm(p.w_e:t()) + p.b_e                              -- [18, 5]
  local z = z_in:sigmoid()
  local y_in = z:mm(p.w_d:t()) + p.b_d                              -- [18, 18]
  local y = y_in:sigmoid()
  local d_y = (y - x) * sigmoid_gradient(at_input and y_in or y)
  local d_z = d_y:mm(p.w_d) * sigmoid_gradient(at_input and z_in or z)
  return { w_d = d_y:t():mm(z), b_d = d_y:sum(1), w_e = d_z:t():mm(x), b_e = d_z:sum(1) }
end

--- The same by autograd, which needs the way forward only.
local function by_autograd(p)
  local leaf = {}
  for name, value in pairs(p) do leaf[name] = value:clone():requires_grad(true) end
  local z = (x:mm(leaf.w_e:t()) + leaf.b_e):sigmoid()
  local y = (z:mm(leaf.w_d:t()) + leaf.b_d):sigmoid()
  square_loss(y, x):sum():backward()
  return { w_d = leaf.w_d.grad, b_d = leaf.b_d.grad, w_e = leaf.w_e.grad, b_e = leaf.b_e.grad }
end

local NAMES = { "w_d", "b_d", "w_e", "b_e" }

local function compare(p)
  local auto, input, activation = by_autograd(p), backward(p, true), backward(p, false)
  local result = {}
  for _, name in ipairs(NAMES) do
    local a, b = auto[name]:reshape(-1), activation[name]:reshape(-1)
    result[name] = { auto = a, input = input[name]:reshape(-1), activation = b,
      gap = (input[name] - auto[name]):abs():max(), cosine = a:dot(b) / (a:norm() * b:norm()),
      ratio = b:norm() / a:norm() }
  end
  return result
end

local small = { w_e = la.randn(5, 18, float64) / 18 ^ 0.5, w_d = la.randn(18, 5, float64) / 5 ^ 0.5,
  b_e = la.zeros(5, float64), b_d = la.zeros(18, float64) }
local large = { w_e = small.w_e * run.scale, w_d = small.w_d * run.scale, b_e = small.b_e, b_d = small.b_d }
local results = { compare(small), compare(large) }
local titles = { "Weights as at the start", ("Weights %g times as large"):format(run.scale) }
for i, result in ipairs(results) do
  print(titles[i] .. ":")
  print "       derivative at the input        at the activation (the tutorial's)"
  print "       differs from autograd by       angle to autograd's  times as long"
  for _, name in ipairs(NAMES) do
    local r = result[name]
    print(("  %s  %24.1g  %19.0f degrees  %13.2f"):format(name, r.gap, math.deg(math.acos(math.min(1, r.cosine))),
      r.ratio))
  end
end

fig = la.plot.figure { panels = { 1, 2 }, width = 1150, height = 500, xlabel = "gradient by autograd",
  ylabel = "gradient written out" }
for i, result in ipairs(results) do
  local auto, input, activation = {}, {}, {}
  for k, name in ipairs { "w_d", "w_e" } do
    auto[k], input[k], activation[k] = result[name].auto, result[name].input, result[name].activation
  end
  auto = la.cat(auto, 1)
  fig[i]:title(titles[i]):scatter(auto, la.cat(activation, 1), { markersize = 5, color = "C1", alpha = 0.6,
    label = "derivative at the activation" })
  fig[i]:scatter(auto, la.cat(input, 1), { markersize = 5, color = "C0", label = "derivative at the input" })
end
run:save(fig, "check.png")
run:finish()

return { small = results[1], large = results[2] }
