-- Layers and losses against PyTorch's results.
local la = require "latent"
local support = require "nn.support"

local nn = la.nn
local cases = dofile(support.vectors "nn.lua")
local arrays = la.load(support.vectors "nn.npz")

local function evaluate(expression, scope)
  scope.nn = nn
  return assert(load("return " .. expression, expression, "t", scope))()
end

local function check_module(case)
  local key, layer = case.key, evaluate(case.module, {})
  local state = {}
  for name, array in pairs(case.params) do state[name] = arrays[array] end
  layer:load_state_dict(state, { strict = false })
  local inputs = {}
  for i, name in ipairs(case.inputs) do
    inputs[i] = arrays[name]:clone()
    if inputs[i].dtype == "float32" then inputs[i]:requires_grad(true) end
  end
  local y = layer(table.unpack(inputs))
  support.close(arrays[key .. "_y"], y, 1e-4, "output")
  y:backward(arrays[key .. "_g"])
  for i, x in ipairs(inputs) do
    local want = arrays[("%s_dx%d"):format(key, i)]
    if want then support.close(want, x.grad, 1e-4, "gradient of input " .. i) end
  end
  for name, p in layer:named_parameters() do
    support.close(arrays[("%s_d_%s"):format(key, name)], p.grad, 1e-4, "gradient of " .. name)
  end
end

local function check_loss(case)
  local x = arrays[case.x]:clone():requires_grad(true)
  local loss = evaluate(case.loss, { x = x, y = arrays[case.y] })
  assert.near(case.expect, loss:item(), 1e-4 * (1 + math.abs(case.expect)))
  loss:backward()
  support.close(arrays[case.key .. "_dx"], x.grad, 1e-4, "gradient")
end

describe("PyTorch's results come back from", function()
  for _, case in ipairs(cases) do
    local expression = case.module or case.loss
    if expression and nn[expression:match "^nn%.([%w_]+)"] then
      it(("%s (%s)"):format(expression, case.key), function()
        if case.module then check_module(case) else check_loss(case) end
      end)
    end
  end
end)
