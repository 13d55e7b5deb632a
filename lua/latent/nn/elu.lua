--- x where positive, alpha (exp(x) - 1) elsewhere (Clevert et al., 2015).
--- Example: la.nn.ELU()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.ELU : nn.Module
local ELU = Module:extend "ELU"

---@param alpha? number 1 by default
function ELU:init(alpha)
  self.alpha = alpha or 1
end

---@param x tensor any shape
---@return tensor y the same shape
function ELU:forward(x)
  return x:elu(self.alpha)
end

function ELU:arguments()
  return tostring(self.alpha)
end

return ELU
