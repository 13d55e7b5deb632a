--- Class ids as vectors.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local check = require "latent.functions.check"

local one_hot = {}

--- A 1 at the place of each class id, 0 elsewhere.
--- Example: la.one_hot(la.tensor({2, 1, 3}, {dtype = "int64"}))
---@param labels tensor class ids from 1 on, integers
---@param given? {classes: integer, dtype: string} classes: the largest label; dtype = "int64"
---@return tensor [.., classes]
function one_hot.one_hot(labels, given)
  local o = options.check("one_hot", given, { classes = options.NONE, dtype = "int64" })
  check.tensor("one_hot", labels, 1)
  if labels.dtype:find("float") or labels.dtype == "bool" then
    errors.raise(("one_hot: labels are integers, not %s; convert with :to('int64')"):format(labels.dtype))
  end
  local some = labels:numel() > 0
  local least, most = some and labels:min() or 1, some and labels:max() or 0
  local classes = o.classes or most
  if least < 1 or most > classes then
    errors.raise(("one_hot: labels go from 1 to %d, not %d"):format(classes, least < 1 and least or most))
  end
  local shape = labels.shape
  shape[#shape + 1] = classes
  local out = core.zeros(shape, { dtype = o.dtype })
  return some and out:scatter_(-1, labels:unsqueeze(-1), 1) or out
end

return one_hot
