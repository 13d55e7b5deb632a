--- x where positive, slope x elsewhere.
--- Example: la.nn.LeakyReLU(0.1)(la.tensor{-1, 0, 2})
local Module = require "latent.nn.module"

---@class nn.LeakyReLU : nn.Module
local LeakyReLU = Module:extend "LeakyReLU"

---@param slope? number 0.01 by default
function LeakyReLU:init(slope)
  self.slope = slope or 0.01
end

---@param x tensor any shape
---@return tensor y the same shape
function LeakyReLU:forward(x)
  return x:leaky_relu(self.slope)
end

function LeakyReLU:arguments()
  return tostring(self.slope)
end

return LeakyReLU
