--- The mean of each window, zeros of the padding included.
--- Example: la.nn.AvgPool2d(2)(la.arange(1, 16):reshape(1, 1, 4, 4))
local core = require "latent.core"
local Pool2d = require "latent.nn.pool2d"

---@class nn.AvgPool2d : nn.Pool2d
local AvgPool2d = Pool2d:extend "AvgPool2d"

---@param x tensor [.., height, width]
---@return tensor y [.., (height + 2 padding - kernel) // stride + 1, ..]
function AvgPool2d:forward(x)
  return core.layers.avg_pool2d(x, self)
end

return AvgPool2d
