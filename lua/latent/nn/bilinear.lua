--- Bilinear map of two inputs: y_k = a w_k b^T + bias_k.
--- Example: la.nn.Bilinear(3, 4, 2)(la.ones(5, 3), la.ones(5, 4)).shape
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Module = require "latent.nn.module"

---@class nn.Bilinear : nn.Module
---@field weight tensor [outputs, inputs1, inputs2]
---@field bias tensor|nil [outputs]
local Bilinear = Module:extend "Bilinear"

--- Weights and biases start uniform in [-1, 1] / sqrt(inputs1), as PyTorch's.
---@param inputs1 integer size of the last dimension of the first input
---@param inputs2 integer size of the last dimension of the second one
---@param outputs integer size of the last dimension of y
---@param given? {bias: boolean}
function Bilinear:init(inputs1, inputs2, outputs, given)
  local o = options.check("nn.Bilinear", given, { bias = true })
  for _, size in ipairs { inputs1 or 0, inputs2 or 0, outputs or 0 } do
    if math.type(size) ~= "integer" or size < 1 then
      errors.raise(("nn.Bilinear: sizes must be positive integers, not %s"):format(tostring(size)))
    end
  end
  local bound = 1 / math.sqrt(inputs1)
  self.inputs1, self.inputs2, self.outputs = inputs1, inputs2, outputs
  self:register_parameter("weight", core.zeros(outputs, inputs1, inputs2):uniform_(-bound, bound))
  if o.bias then self:register_parameter("bias", core.zeros(outputs):uniform_(-bound, bound)) end
end

---@param a tensor [batch, inputs1]
---@param b tensor [batch, inputs2]
---@return tensor y [batch, outputs]
function Bilinear:forward(a, b)
  local m, n = self:shape_of(a), self:shape_of(b)
  if #m ~= 2 or #n ~= 2 or m[1] ~= n[1] or m[2] ~= self.inputs1 or n[2] ~= self.inputs2 then
    errors.raise(("%s: inputs [%s] and [%s] do not fit weight [%s]"):format(self:where(), table.concat(m, ", "),
      table.concat(n, ", "), table.concat(self.weight.shape, ", ")))
  end
  -- [batch, inputs1] x [outputs, inputs1, inputs2] -> [outputs, batch, inputs2], times b, summed over inputs2
  local y = (a:matmul(self.weight) * b):sum(3):t()
  return self.bias and y + self.bias or y
end

function Bilinear:arguments()
  return ("%d, %d, %d%s"):format(self.inputs1, self.inputs2, self.outputs, self.bias and "" or ", {bias = false}")
end

return Bilinear
