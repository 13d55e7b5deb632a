--- What the data sets share: checks of their options.
local errors = require "latent.errors"

local splits = {}

--- Check an option `split`.
---@param where string for messages
---@param split any
---@return "train"|"test"
function splits.check(where, split)
  if split ~= "train" and split ~= "test" then
    errors.raise(("%s: split must be 'train' or 'test', not %s"):format(where, tostring(split)))
  end
  return split
end

--- Check an option that counts samples.
---@param where string for messages
---@param n any
---@return integer|nil
function splits.check_count(where, n)
  if n ~= nil and (math.type(n) ~= "integer" or n < 0) then
    errors.raise(("%s: n must be a whole number from 0 on, not %s"):format(where, tostring(n)))
  end
  return n
end

return splits
