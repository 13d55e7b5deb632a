--- A table of vectors, looked up by id.
--- Example:
---     local table_of_vectors = la.nn.Embedding(10, 3)
---     table_of_vectors(la.tensor({1, 10, 1}, {dtype = "int64"}))
local core = require "latent.core"
local errors = require "latent.errors"
local Module = require "latent.nn.module"

---@class nn.Embedding : nn.Module
---@field weight tensor [entries, width]
local Embedding = Module:extend "Embedding"

--- Entries start from a standard normal distribution.
---@param entries integer number of ids
---@param width integer elements of a vector
function Embedding:init(entries, width)
  if math.type(entries) ~= "integer" or math.type(width) ~= "integer" or entries < 1 or width < 1 then
    errors.raise(("nn.Embedding: sizes must be positive integers, not %s and %s"):format(entries, width))
  end
  self.entries, self.width = entries, width
  self:register_parameter("weight", core.randn(entries, width))
end

---@param ids tensor int64 of any shape, from 1
---@return tensor y [.., width] raises an error on an id outside 1 .. entries
function Embedding:forward(ids)
  if not core.is_tensor(ids) or ids.dtype ~= "int64" then
    errors.raise(("%s: ids must be an int64 tensor"):format(self:where()))
  end
  if ids:numel() > 0 and (ids:min() < 1 or ids:max() > self.entries) then
    errors.raise(("%s: ids go from %d to %d, there are entries 1 to %d"):format(self:where(), ids:min(), ids:max(),
      self.entries))
  end
  return self.weight[ids]
end

function Embedding:arguments()
  return ("%d, %d"):format(self.entries, self.width)
end

return Embedding
