--- 1 / (1 + exp(-x)), element by element.
--- Example: la.nn.Sigmoid()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.Sigmoid : nn.Module
local Sigmoid = Module:extend "Sigmoid"

---@param x tensor any shape
---@return tensor y the same shape
function Sigmoid.forward(_, x)
  return x:sigmoid()
end

return Sigmoid
