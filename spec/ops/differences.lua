--- Gradients against central differences, for the specs of operations.
local assert = require "luassert"
local la = require "latent"

local differences = {}

--- Largest abs(got - want) / (1 + abs(want)); shapes must agree.
function differences.distance(got, want)
  assert.same(want.shape, got.shape)
  if want:numel() == 0 then return 0 end
  local a, b = got:reshape(-1):totable(), want:reshape(-1):totable()
  local worst = 0
  for i = 1, #b do
    local d = math.abs(a[i] - b[i]) / (1 + math.abs(b[i]))
    if d > worst or d ~= d then worst = d end
  end
  return worst
end

--- got must equal want up to the tolerance.
function differences.close(want, got, tolerance)
  local d = differences.distance(got, want)
  assert(d <= (tolerance or 1e-10), ("off by %g"):format(d))
end

--- Check the gradients of every tensor that f returns, by every tensor in `inputs` (float64).
---@param f fun(...: tensor): ... tensors made from the inputs
---@param inputs tensor[]
---@param tolerance? number
function differences.check(f, inputs, tolerance)
  local weights = {}
  local function loss(...)
    local total = 0
    for i, y in ipairs { f(...) } do
      if type(y) == "number" then y = la.tensor(y, { dtype = "float64" }) end
      weights[i] = weights[i] or la.rand(y.shape, { dtype = "float64" }) + 0.5
      total = total + (y * weights[i]):sum()
    end
    return total
  end
  local leaves = {}
  for k, x in ipairs(inputs) do leaves[k] = x:clone():detach():requires_grad(true) end
  loss(table.unpack(leaves)):backward()
  for k, x in ipairs(inputs) do
    local moved = {}
    for i, other in ipairs(inputs) do moved[i] = other end
    moved[k] = x:clone():contiguous()
    local flat, grad = moved[k]:reshape(-1), leaves[k].grad:reshape(-1)
    for i = 1, flat:numel() do
      local old, h = flat[i], 1e-5
      flat[i] = old + h
      local above = la.item(loss(table.unpack(moved)))
      flat[i] = old - h
      local below = la.item(loss(table.unpack(moved)))
      flat[i] = old
      local want, got = (above - below) / (2 * h), grad[i]
      assert(math.abs(want - got) <= (tolerance or 1e-6) * (1 + math.abs(want)),
        ("input %d, element %d: gradient %.9g, differences give %.9g"):format(k, i, got, want))
    end
  end
end

return differences
