--- Transposed convolution of images: each input pixel spreads its filters over a window. With a
--- stride it enlarges, as the decoder of a convolutional autoencoder needs.
--- Example: la.nn.ConvTranspose2d(16, 1, 2, {stride = 2})(la.zeros(40, 16, 14, 14)).shape
local core = require "latent.core"
local Conv = require "latent.nn.conv"

---@class nn.ConvTranspose2d : nn.Conv
---@field weight tensor [in_channels, out_channels, kernel height, kernel width]
local ConvTranspose2d = Conv:extend "ConvTranspose2d"

ConvTranspose2d.transposed = true

---@param x tensor [batch, in_channels, height, width]
---@return tensor y [batch, out_channels, (height - 1) stride - 2 padding + dilation (kernel - 1) +
---  output_padding + 1, ..]
function ConvTranspose2d:forward(x)
  return core.layers.conv_transpose2d(x, self.weight, self.bias, self)
end

return ConvTranspose2d
