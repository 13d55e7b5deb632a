--- Layer normalisation (Ba et al., 2016): the last dimensions of each sample to mean 0 and variance
--- 1, then scaled and shifted.
--- Example: la.nn.LayerNorm(4)(la.tensor{{1, 2, 3, 4}, {0, 0, 0, 8}})
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Module = require "latent.nn.module"

---@class nn.LayerNorm : nn.Module
---@field weight tensor|nil of the normalised shape
---@field bias tensor|nil of the normalised shape
local LayerNorm = Module:extend "LayerNorm"

---@param shape integer|integer[] sizes of the last dimensions
---@param given? {eps: number, affine: boolean} eps = 1e-5; affine = false leaves out scale and shift
function LayerNorm:init(shape, given)
  local o = options.check("nn.LayerNorm", given, { eps = 1e-5, affine = true })
  self.shape = type(shape) == "table" and shape or { shape }
  self.eps = o.eps
  if o.affine then
    self:register_parameter("weight", core.ones(self.shape))
    self:register_parameter("bias", core.zeros(self.shape))
  end
end

---@param x tensor [.., shape]
---@return tensor y the same shape
function LayerNorm:forward(x)
  local given, n = self:shape_of(x), #self.shape
  for d = 1, n do
    if given[#given - n + d] ~= self.shape[d] then
      errors.raise(("%s: input [%s] must end with [%s]"):format(self:where(), table.concat(given, ", "),
        table.concat(self.shape, ", ")))
    end
  end
  return core.layers.layer_norm(x, n, self)
end

function LayerNorm:arguments()
  return #self.shape == 1 and tostring(self.shape[1]) or "{" .. table.concat(self.shape, ", ") .. "}"
end

return LayerNorm
