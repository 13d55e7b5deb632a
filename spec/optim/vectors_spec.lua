-- Ten steps of each optimiser against PyTorch's.
local la = require "latent"
local support = require "nn.support"

local cases = dofile(support.vectors "nn.lua")
local arrays = la.load(support.vectors "nn.npz")

--- Run ten steps; check the parameter after each.
local function check(case, dtype, tolerance)
  local p = arrays[case.key .. "_p0"]:to(dtype):clone():requires_grad(true)
  local scope = { optim = la.optim, p = { p } }
  local optimiser = assert(load("return " .. case.optim, case.optim, "t", scope))()
  local grads, trace = arrays[case.key .. "_grads"], arrays[case.key .. "_trace"]
  for i = 1, 10 do
    p.grad = grads[i]:to(dtype)
    optimiser:step()
    support.close(trace[i], p:detach():to "float32", tolerance, "step " .. i)
  end
end

describe("ten steps as PyTorch's:", function()
  for _, case in ipairs(cases) do
    if case.optim and la.optim[case.optim:match "^optim%.(%w+)"] then
      for _, dtype in ipairs { "float32", "float64" } do
        it(("%s in %s (%s)"):format(case.optim, dtype, case.key), function()
          check(case, dtype, 1e-5)
        end)
      end
    end
  end
end)
