--- Joins neighbouring dimensions into one: [40, 1, 28, 28] becomes [40, 784].
--- Example: la.nn.Flatten()(la.zeros(40, 1, 28, 28)).shape
local Module = require "latent.nn.module"
local errors = require "latent.errors"

---@class nn.Flatten : nn.Module
local Flatten = Module:extend "Flatten"

---@param first? integer first dimension to join, 2 by default: the batch stays
---@param last? integer last dimension to join, -1 (the last) by default
function Flatten:init(first, last)
  self.first, self.last = first or 2, last or -1
end

---@param x tensor
---@return tensor y a view where possible
function Flatten:forward(x)
  local shape, joined = self:shape_of(x), 1
  local first = self.first < 0 and #shape + 1 + self.first or self.first
  local last = self.last < 0 and #shape + 1 + self.last or self.last
  if first < 1 or last > #shape or first > last then
    errors.raise(("%s: input [%s] has no such dimensions"):format(self:where(), table.concat(shape, ", ")))
  end
  local flat = {}
  for d, size in ipairs(shape) do
    if d >= first and d <= last then joined = joined * size else flat[#flat + 1] = size end
    if d == last then flat[#flat + 1] = joined end
  end
  return x:reshape(flat)
end

function Flatten:arguments()
  return self.first == 2 and self.last == -1 and "" or ("%d, %d"):format(self.first, self.last)
end

return Flatten
