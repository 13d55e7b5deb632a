--- Convolution of sequences, as images of height 1.
--- Example: la.nn.Conv1d(1, 4, 3, {padding = 1})(la.zeros(2, 1, 10)).shape
local core = require "latent.core"
local errors = require "latent.errors"
local Conv = require "latent.nn.conv"

---@class nn.Conv1d : nn.Conv
---@field weight tensor [out_channels, in_channels, kernel]
local Conv1d = Conv:extend "Conv1d"

Conv1d.directions = 1

---@protected
function Conv1d:start(bias)
  Conv.start(self, bias)
  self.flat = {
    stride = { 1, self.stride[1] }, padding = { 0, self.padding[1] }, dilation = { 1, self.dilation[1] },
    where = function() return self:where() end,
  }
end

---@param x tensor [batch, in_channels, length]
---@return tensor y [batch, out_channels, (length + 2 padding - dilation (kernel - 1) - 1) // stride + 1]
function Conv1d:forward(x)
  local shape = self:shape_of(x)
  if #shape ~= 3 or shape[2] ~= self.in_channels then
    errors.raise(("%s: takes an input [batch, %d, length], was given [%s]"):format(self:where(), self.in_channels,
      table.concat(shape, ", ")))
  end
  return core.layers.conv2d(x:unsqueeze(3), self.weight:unsqueeze(3), self.bias, self.flat):squeeze(3)
end

return Conv1d
