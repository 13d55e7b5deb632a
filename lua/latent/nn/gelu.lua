--- x Phi(x), the Gaussian error linear unit (Hendrycks and Gimpel, 2016), element by element.
--- Example: la.nn.GELU()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.GELU : nn.Module
local GELU = Module:extend "GELU"

---@param x tensor any shape
---@return tensor y the same shape
function GELU.forward(_, x)
  return x:gelu()
end

return GELU
