--- Writing where a mask is true, and triangles in place.
local core = require "latent.core"
local errors = require "latent.errors"
local check = require "latent.functions.check"

local masks = {}

--- Write a value where the mask is true, in place.
--- Example: la.tensor{1, -2, 3}:masked_fill_(la.tensor{false, true, false}, 0)
---@param x tensor
---@param mask tensor bool, broadcasts to x
---@param value number|tensor broadcasts to x
---@return tensor x
function masks.masked_fill_(x, mask, value)
  return x:copy_(core.where(mask, value, x))
end

--- x with the elements of source, in order, where the mask is true.
--- Example: la.zeros(4):masked_scatter(la.tensor{true, false, true, false}, la.tensor{7, 8})
---@param x tensor
---@param mask tensor bool, broadcasts with x
---@param source tensor as many elements as the mask has true ones, or more
---@return tensor
function masks.masked_scatter(x, mask, source)
  check.tensor("masked_scatter", x, 1)
  check.tensor("masked_scatter", source, 3)
  local wide = check.tensor("masked_scatter", mask, 2):expand_as(x)
  local count = wide:flatten():cumsum(1)
  local needed = wide:sum()
  if needed > source:numel() then
    errors.raise(("masked_scatter: the mask has %d true elements, the source only %d"):format(needed, source:numel()))
  end
  if needed == 0 then return x:clone() end
  local picked = source:flatten():index_select(1, core.maximum(count, 1))
  return core.where(wide, picked:reshape(x.shape), x)
end

--- masked_scatter in place.
--- Example: la.zeros(3):masked_scatter_(la.tensor{true, false, true}, la.tensor{7, 8})
---@param x tensor
---@param mask tensor bool, broadcasts to x
---@param source tensor
---@return tensor x
function masks.masked_scatter_(x, mask, source)
  return x:copy_(masks.masked_scatter(x, mask, source))
end

--- Zeros above diagonal k of each matrix, in place.
--- Example: la.ones(3, 3):tril_()
---@param x tensor [.., m, n]
---@param k? integer 0, the main diagonal; above it where positive
---@return tensor x
function masks.tril_(x, k)
  return x:copy_(x:tril(k))
end

--- Zeros below diagonal k of each matrix, in place.
--- Example: la.ones(3, 3):triu_(1)
---@param x tensor [.., m, n]
---@param k? integer 0, the main diagonal; above it where positive
---@return tensor x
function masks.triu_(x, k)
  return x:copy_(x:triu(k))
end

return masks
