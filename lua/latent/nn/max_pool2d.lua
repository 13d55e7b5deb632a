--- The largest value of each window.
--- Example: la.nn.MaxPool2d(2)(la.arange(1, 16):reshape(1, 1, 4, 4))
local core = require "latent.core"
local Pool2d = require "latent.nn.pool2d"

---@class nn.MaxPool2d : nn.Pool2d
local MaxPool2d = Pool2d:extend "MaxPool2d"

---@param x tensor [.., height, width]
---@return tensor y [.., (height + 2 padding - kernel) // stride + 1, ..]
function MaxPool2d:forward(x)
  return core.layers.max_pool2d(x, self)
end

return MaxPool2d
