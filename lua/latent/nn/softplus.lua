--- log(1 + exp(beta x)) / beta, element by element, without overflow.
--- Example: la.nn.Softplus()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.Softplus : nn.Module
local Softplus = Module:extend "Softplus"

---@param beta? number 1 by default
function Softplus:init(beta)
  self.beta = beta or 1
end

---@param x tensor any shape
---@return tensor y the same shape
function Softplus:forward(x)
  return x:softplus(self.beta)
end

function Softplus:arguments()
  return tostring(self.beta)
end

return Softplus
