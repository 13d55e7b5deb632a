--- Splits one dimension into several: [40, 784] becomes [40, 1, 28, 28].
--- Example: la.nn.Unflatten(2, {1, 28, 28})(la.zeros(40, 784)).shape
local errors = require "latent.errors"
local Module = require "latent.nn.module"

---@class nn.Unflatten : nn.Module
local Unflatten = Module:extend "Unflatten"

---@param dim integer dimension to split
---@param sizes integer[] what it becomes; one size may be -1
function Unflatten:init(dim, sizes)
  if math.type(dim) ~= "integer" or type(sizes) ~= "table" or #sizes == 0 then
    errors.raise "nn.Unflatten: needs a dimension and a list of sizes"
  end
  self.dim, self.sizes = dim, sizes
end

---@param x tensor
---@return tensor y a view where possible
function Unflatten:forward(x)
  local given = self:shape_of(x)
  local dim = self.dim < 0 and #given + 1 + self.dim or self.dim
  if dim < 1 or dim > #given then
    errors.raise(("%s: input [%s] has no such dimension"):format(self:where(), table.concat(given, ", ")))
  end
  local product, open = 1, 0
  for _, size in ipairs(self.sizes) do
    if size == -1 then open = open + 1 else product = product * size end
  end
  if open == 0 and given[dim] ~= product or open == 1 and given[dim] % math.max(product, 1) ~= 0 then
    errors.raise(("%s: dimension %d of input [%s] does not fit {%s}"):format(self:where(), dim,
      table.concat(given, ", "), table.concat(self.sizes, ", ")))
  end
  local shape = {}
  for d, size in ipairs(given) do
    if d == dim then
      table.move(self.sizes, 1, #self.sizes, #shape + 1, shape)
    else
      shape[#shape + 1] = size
    end
  end
  return x:reshape(shape)
end

function Unflatten:arguments()
  return ("%d, {%s}"):format(self.dim, table.concat(self.sizes, ", "))
end

return Unflatten
