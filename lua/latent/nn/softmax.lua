--- Probabilities: exp(x) over its sum along a dimension.
--- Example: la.nn.Softmax()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.Softmax : nn.Module
local Softmax = Module:extend "Softmax"

---@param dim? integer -1, the last, by default
function Softmax:init(dim)
  self.dim = dim or -1
end

---@param x tensor any shape
---@return tensor y the same shape
function Softmax:forward(x)
  return x:softmax(self.dim)
end

function Softmax:arguments()
  return tostring(self.dim)
end

return Softmax
