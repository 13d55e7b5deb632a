--- Repeating a tensor as a whole, or its elements.
local core = require "latent.core"
local errors = require "latent.errors"
local check = require "latent.functions.check"

local repeats = {}

--- The tensor repeated along each dimension, like tiles on a floor.
--- Example: la.tensor{1, 2}:tile(2, 2)
---@param x tensor of at most 7 dimensions
---@param ... integer|integer[] how often, for each dimension; the last of them belongs to the last dimension
---@return tensor a copy
function repeats.tile(x, ...)
  check.tensor("tile", x, 1)
  local counts = type(...) == "table" and { table.unpack((...)) } or { ... }
  while #counts < x.ndim do table.insert(counts, 1, 1) end
  local shape = x.shape
  while #shape < #counts do table.insert(shape, 1, 1) end
  x = x:reshape(shape)
  local repeated = false
  for d, count in ipairs(counts) do
    if math.type(count) ~= "integer" or count < 0 then
      errors.raise(("tile: repeats are integers of 0 or more, not %s"):format(tostring(count)))
    end
    if count ~= 1 then
      local wide = x.shape
      table.insert(wide, d, count)
      local joined = x.shape
      joined[d] = joined[d] * count
      x, repeated = x:unsqueeze(d):expand(wide):reshape(joined), true
    end
  end
  return repeated and x:contiguous() or x:clone()
end

--- Each element (or slice of a dimension) repeated where it stands.
--- Example: la.tensor{1, 2, 3}:repeat_interleave(2)
--- Example: la.eye(2):repeat_interleave(la.tensor({1, 3}, {dtype = "int64"}), 1)
---@param x tensor
---@param count integer|tensor how often; int64 for each slice
---@param dim? integer without it x is flattened first
---@return tensor
function repeats.repeat_interleave(x, count, dim)
  check.tensor("repeat_interleave", x, 1)
  if not dim then x, dim = x:flatten(), 1 end
  dim = check.dim("repeat_interleave", x, dim)
  local n, places = x:size(dim), nil
  if core.is_tensor(count) then
    if count.ndim ~= 1 or #count ~= n or n > 0 and count:min() < 0 then
      errors.raise(("repeat_interleave: counts %s for the %d slices of dimension %d"):format(check.shape(count), n,
        dim))
    end
    local ends = count:cumsum(1)
    local total = n > 0 and ends[-1] or 0
    places = core.searchsorted(ends, core.arange(1, total, { dtype = "int64" }))
  elseif math.type(count) == "integer" and count >= 0 then
    places = core.arange(0, n * count - 1, { dtype = "int64" }):floor_divide(math.max(count, 1)) + 1
  else
    errors.raise(("repeat_interleave: takes a count of 0 or more, not %s"):format(tostring(count)))
  end
  return x:index_select(dim, places)
end

return repeats
