--- Logarithms of the softmax along a dimension, exact where it underflows.
--- Example: la.nn.LogSoftmax()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.LogSoftmax : nn.Module
local LogSoftmax = Module:extend "LogSoftmax"

---@param dim? integer -1, the last, by default
function LogSoftmax:init(dim)
  self.dim = dim or -1
end

---@param x tensor any shape
---@return tensor y the same shape
function LogSoftmax:forward(x)
  return x:log_softmax(self.dim)
end

function LogSoftmax:arguments()
  return tostring(self.dim)
end

return LogSoftmax
