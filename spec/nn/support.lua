--- What the specs of networks share: comparing tensors, checking gradients by differences.
local assert = require "luassert"
local la = require "latent"

local support = {}

--- Largest abs(got - want) / (1 + abs(want)) over all elements; shapes must agree.
function support.distance(got, want)
  assert.same(want.shape, got.shape)
  local a, b = got:reshape(-1):totable(), want:reshape(-1):totable()
  local worst = 0
  for i = 1, #b do
    local d = math.abs(a[i] - b[i]) / (1 + math.abs(b[i]))
    if d > worst or d ~= d then worst = d end
  end
  return worst
end

function support.close(want, got, tolerance, what)
  local d = support.distance(got, want)
  assert.is_true(d <= (tolerance or 1e-4), ("%s: off by %g"):format(what or "tensor", d))
end

--- Check the gradients that backward gives against central differences. `f` maps the inputs to a
--- tensor; `inputs` are float64 leaves that require gradients.
function support.check_gradients(f, inputs, tolerance)
  local y = f()
  local g = la.randn(y.shape, { dtype = "float64" })
  local function value() return la.no_grad(function() return (f() * g):sum() end) end
  y:backward(g)
  for k, x in ipairs(inputs) do
    local grad = x.grad:reshape(-1):totable()
    local flat = x:detach():reshape(-1)
    for i = 1, #flat do
      local old, h = flat[i], 1e-6
      flat[i] = old + h
      local above = la.item(value())
      flat[i] = old - h
      local below = la.item(value())
      flat[i] = old
      local want = (above - below) / (2 * h)
      local off = math.abs(grad[i] - want) / (1 + math.abs(want))
      assert.is_true(off <= (tolerance or 1e-6),
        ("input %d, element %d: gradient %g, by differences %g"):format(k, i, grad[i], want))
    end
  end
end

--- The folder of a file of reference vectors.
function support.vectors(name)
  return "spec/vectors/" .. name
end

return support
