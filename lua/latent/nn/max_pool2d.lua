--- The largest value of each window.
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
