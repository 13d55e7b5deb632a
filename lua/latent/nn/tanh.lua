--- Hyperbolic tangent, element by element.
--- Example: la.nn.Tanh()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.Tanh : nn.Module
local Tanh = Module:extend "Tanh"

---@param x tensor any shape
---@return tensor y the same shape
function Tanh.forward(_, x)
  return x:tanh()
end

return Tanh
