--- max(x, 0), element by element.
--- Example: la.nn.ReLU()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.ReLU : nn.Module
local ReLU = Module:extend "ReLU"

---@param x tensor any shape
---@return tensor y the same shape
function ReLU.forward(_, x)
  return x:relu()
end

return ReLU
