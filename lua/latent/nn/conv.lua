--- What the convolutions share: their settings, their start and how they print.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local pair = require "latent.nn.pair"
local Module = require "latent.nn.module"

---@class nn.Conv : nn.Module
---@field weight tensor
---@field bias tensor|nil [out_channels]
local Conv = Module:extend "Conv"

Conv.directions = 2
Conv.transposed = false

--- Weights and biases start uniform in [-1, 1] / sqrt(fan in), as PyTorch's.
---@param in_channels integer size of dimension 2 of x
---@param out_channels integer number of filters, size of dimension 2 of y
---@param kernel integer|integer[] size of the window
---@param given? {stride: integer|integer[], padding: integer|integer[], dilation: integer|integer[],
---  output_padding: integer|integer[], bias: boolean} stride = 1, padding = 0 zeros on each side,
---  dilation = 1, bias = true; output_padding (transposed only) = 0 rows and columns added at the end
function Conv:init(in_channels, out_channels, kernel, given)
  local where = "nn." .. self.__name
  local known = { stride = 1, padding = 0, dilation = 1, bias = true }
  if self.transposed then known.output_padding = 0 end
  local o = options.check(where, given, known)
  if math.type(in_channels) ~= "integer" or math.type(out_channels) ~= "integer" or in_channels < 1
    or out_channels < 1 then
    errors.raise(("%s: channels must be positive integers, not %s and %s"):format(where, in_channels, out_channels))
  end
  local n = self.directions
  self.in_channels, self.out_channels = in_channels, out_channels
  self.kernel = pair.check(where, "kernel", kernel, 1, n)
  self.stride = pair.check(where, "stride", o.stride, 1, n)
  self.padding = pair.check(where, "padding", o.padding, 0, n)
  self.dilation = pair.check(where, "dilation", o.dilation, 1, n)
  if self.transposed then self.output_padding = pair.check(where, "output_padding", o.output_padding, 0, n) end
  self:start(o.bias)
end

---@protected
function Conv:start(bias)
  local shape = self.transposed and { self.in_channels, self.out_channels } or { self.out_channels, self.in_channels }
  local fan_in = shape[2]
  for _, size in ipairs(self.kernel) do
    shape[#shape + 1] = size
    fan_in = fan_in * size
  end
  local bound = 1 / math.sqrt(fan_in)
  self:register_parameter("weight", core.zeros(shape):uniform_(-bound, bound))
  if bias then self:register_parameter("bias", core.zeros(self.out_channels):uniform_(-bound, bound)) end
end

--- As the constructor was written: "1, 16, 3, {stride = 2}".
function Conv:arguments()
  local list = {}
  for _, setting in ipairs { { "stride", 1 }, { "padding", 0 }, { "dilation", 1 }, { "output_padding", 0 } } do
    local name, default = setting[1], tostring(setting[2])
    local shown = self[name] and pair.show(self[name]) or default
    if shown ~= default then list[#list + 1] = name .. " = " .. shown end
  end
  if not self.bias then list[#list + 1] = "bias = false" end
  local rest = #list > 0 and ", {" .. table.concat(list, ", ") .. "}" or ""
  return ("%d, %d, %s%s"):format(self.in_channels, self.out_channels, pair.show(self.kernel), rest)
end

return Conv
