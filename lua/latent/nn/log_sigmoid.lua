--- log(sigmoid(x)), element by element, without underflow.
--- Example: la.nn.LogSigmoid()(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.LogSigmoid : nn.Module
local LogSigmoid = Module:extend "LogSigmoid"

---@param x tensor any shape
---@return tensor y the same shape
function LogSigmoid.forward(_, x)
  return x:logsigmoid()
end

return LogSigmoid
