--- x sigmoid(x), element by element.
--- Example: la.nn.SiLU()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.SiLU : nn.Module
local SiLU = Module:extend "SiLU"

---@param x tensor any shape
---@return tensor y the same shape
function SiLU.forward(_, x)
  return x:silu()
end

return SiLU
