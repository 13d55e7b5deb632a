--- Affine map of the last dimension: y = x w^T + b.
--- Example:
---     local layer = la.nn.Linear(3, 2)
---     layer(la.ones(4, 3))
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"
local Module = require "latent.nn.module"

---@class nn.Linear : nn.Module
---@field weight tensor [outputs, inputs]
---@field bias tensor|nil [outputs]
local Linear = Module:extend "Linear"

--- Weights and biases start uniform in [-1, 1] / sqrt(inputs), as PyTorch's.
---@param inputs integer size of the last dimension of x
---@param outputs integer size of the last dimension of y
---@param given? {bias: boolean} bias = false leaves b out
function Linear:init(inputs, outputs, given)
  local o = options.check("nn.Linear", given, { bias = true })
  if math.type(inputs) ~= "integer" or math.type(outputs) ~= "integer" or inputs < 1 or outputs < 1 then
    errors.raise(("nn.Linear: sizes must be positive integers, not %s and %s"):format(inputs, outputs))
  end
  local bound = 1 / math.sqrt(inputs)
  self.inputs, self.outputs = inputs, outputs
  self:register_parameter("weight", core.zeros(outputs, inputs):uniform_(-bound, bound))
  if o.bias then self:register_parameter("bias", core.zeros(outputs):uniform_(-bound, bound)) end
end

---@param x tensor [.., inputs]
---@return tensor y [.., outputs]
function Linear:forward(x)
  return core.layers.linear(x, self.weight, self.bias, self)
end

function Linear:arguments()
  return ("%d, %d%s"):format(self.inputs, self.outputs, self.bias and "" or ", {bias = false}")
end

return Linear
