--- Batch normalisation (Ioffe and Szegedy, 2015): each channel to mean 0 and variance 1 over the
--- batch, then scaled and shifted. In evaluation the running statistics serve.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Module = require "latent.nn.module"

---@class nn.BatchNorm : nn.Module
---@field weight tensor|nil [channels], the scale
---@field bias tensor|nil [channels], the shift
---@field running_mean tensor|nil [channels], of the batches seen in training
---@field running_var tensor|nil [channels]
---@field num_batches_tracked tensor|nil 0-dimensional, int64
local BatchNorm = Module:extend "BatchNorm"

---@param channels integer size of dimension 2 of x
---@param given? {eps: number, momentum: number, affine: boolean, track_running_stats: boolean}
---  eps = 1e-5 is added to the variance; momentum = 0.1 is the weight of the batch in the running
---  statistics; affine = false leaves out scale and shift
function BatchNorm:init(channels, given)
  local o = options.check("nn." .. self.__name, given,
    { eps = 1e-5, momentum = 0.1, affine = true, track_running_stats = true })
  if math.type(channels) ~= "integer" or channels < 1 then
    errors.raise(("nn.%s: the number of channels must be a positive integer, not %s"):format(self.__name, channels))
  end
  self.channels, self.eps, self.momentum = channels, o.eps, o.momentum
  if o.affine then
    self:register_parameter("weight", core.ones(channels))
    self:register_parameter("bias", core.zeros(channels))
  end
  if o.track_running_stats then
    self:register_buffer("running_mean", core.zeros(channels))
    self:register_buffer("running_var", core.ones(channels))
    self:register_buffer("num_batches_tracked", core.zeros({}, { dtype = "int64" }))
  end
end

--- Numbers of dimensions that the input may have.
BatchNorm.dims = { 2, 3, 4, 5 }

---@param x tensor [batch, channels, ..]
---@return tensor y the same shape
function BatchNorm:forward(x)
  local shape = self:shape_of(x)
  if #shape < self.dims[1] or #shape > self.dims[#self.dims] or shape[2] ~= self.channels then
    errors.raise(("%s: input [%s] must have %s dimensions and %d channels"):format(self:where(),
      table.concat(shape, ", "), table.concat(self.dims, " or "), self.channels))
  end
  local y = core.layers.batch_norm(x, self)
  if self.training and self.num_batches_tracked then self.num_batches_tracked:add_(1) end
  return y
end

function BatchNorm:arguments()
  return tostring(self.channels)
end

return BatchNorm
