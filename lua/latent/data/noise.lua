--- Noise for denoising autoencoders: copies of a tensor with something wrong in them.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

local noise = {}

--- Salt and pepper: a share of the elements, drawn anew for each call, become the lowest or the
--- highest value, half of them each.
--- Example: la.data.noise.salt_and_pepper(la.full({2, 8}, 0.5), 0.25)
---@param x tensor float, any shape
---@param ratio? number share of the elements, 0.25
---@param given? {low: number, high: number, generator: userdata} low = 0, high = 1
---@return tensor
function noise.salt_and_pepper(x, ratio, given)
  local o = options.check("data.noise.salt_and_pepper", given, { low = 0, high = 1, generator = options.NONE })
  ratio = ratio or 0.25
  if type(ratio) ~= "number" or ratio < 0 or ratio > 1 then
    errors.raise(("data.noise.salt_and_pepper: the ratio must be in [0, 1], not %s"):format(tostring(ratio)))
  end
  local draw = core.rand(x.shape, { dtype = x.dtype, generator = o.generator })
  local y = x:detach():clone()
  y[draw:lt(ratio / 2)] = o.low
  y[draw:ge(1 - ratio / 2)] = o.high
  return y
end

--- Gaussian noise added to each element.
--- Example: la.data.noise.gaussian(la.zeros(4), 0.1)
---@param x tensor float, any shape
---@param std? number deviation, 0.1
---@param given? {generator: userdata}
---@return tensor
function noise.gaussian(x, std, given)
  local o = options.check("data.noise.gaussian", given, { generator = options.NONE })
  std = std or 0.1
  if type(std) ~= "number" or std < 0 then
    errors.raise(("data.noise.gaussian: the deviation must be a number from 0, not %s"):format(tostring(std)))
  end
  return x:detach() + core.randn(x.shape, { dtype = x.dtype, generator = o.generator }) * std
end

return noise
