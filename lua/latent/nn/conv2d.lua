--- Convolution of images: each filter's response to the window around each pixel.
--- Example:
---     local layer = la.nn.Conv2d(1, 16, 3, {stride = 2, padding = 1})
---     print(layer)
---     return layer(la.zeros(40, 1, 28, 28)).shape
local core = require "latent.core"
local Conv = require "latent.nn.conv"

---@class nn.Conv2d : nn.Conv
---@field weight tensor [out_channels, in_channels, kernel height, kernel width]
local Conv2d = Conv:extend "Conv2d"

---@param x tensor [batch, in_channels, height, width]
---@return tensor y [batch, out_channels, (height + 2 padding - dilation (kernel - 1) - 1) // stride + 1, ..]
function Conv2d:forward(x)
  return core.layers.conv2d(x, self.weight, self.bias, self)
end

return Conv2d
