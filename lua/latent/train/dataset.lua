--- Data sets for training: a tensor whose first dimension counts the samples, or a table of such
--- tensors under any keys, {x = images, y = labels}.
local core = require "latent.core"
local errors = require "latent.errors"

local dataset = {}

--- Number of samples.
---@param where string for messages
---@param data tensor|table<any, tensor>
---@return integer
function dataset.size(where, data)
  if core.is_tensor(data) then
    if data.ndim == 0 then errors.raise(where .. ": the data must have a dimension of samples") end
    return data:size(1)
  end
  if type(data) ~= "table" or next(data) == nil then
    errors.raise(("%s: the data must be a tensor or a table of tensors, not a %s"):format(where, type(data)))
  end
  local size, first
  for key, value in pairs(data) do
    if not core.is_tensor(value) or value.ndim == 0 then
      errors.raise(("%s: data '%s' must be a tensor with a dimension of samples"):format(where, tostring(key)))
    end
    if size and value:size(1) ~= size then
      errors.raise(("%s: '%s' has %d samples and '%s' has %d"):format(where, tostring(first), size, tostring(key),
        value:size(1)))
    end
    size, first = value:size(1), key
  end
  return size
end

--- The samples of these rows.
---@param data tensor|table<any, tensor>
---@param rows tensor int64
---@return tensor|table<any, tensor>
function dataset.take(data, rows)
  if core.is_tensor(data) then return data[rows] end
  local batch = {}
  for key, value in pairs(data) do batch[key] = value[rows] end
  return batch
end

--- The samples from `first` to `last`, without copying.
---@param data tensor|table<any, tensor>
---@param first integer
---@param last integer
---@return tensor|table<any, tensor>
function dataset.slice(data, first, last)
  if core.is_tensor(data) then return data[{ { first, last } }] end
  local batch = {}
  for key, value in pairs(data) do batch[key] = value[{ { first, last } }] end
  return batch
end

return dataset
