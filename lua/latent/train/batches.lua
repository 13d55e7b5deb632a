--- Batches of a data set: for i, batch in la.train.batches(data, {size = 32}) do ... end
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local dataset = require "latent.train.dataset"

--- Iterate over the samples once. Gathering rows at random runs at the speed of memory: about 1 % of a
--- training step of the tutorials' nets (`scripts/bench --share`), so there is no need of a thread that
--- prepares batches ahead.
--- Example: for i, batch, n in la.train.batches(la.arange(1, 7), {size = 3, shuffle = false}) do print(i, n, batch) end
---@param data tensor|table<any, tensor> samples along the first dimension
---@param given? {size: integer, shuffle: boolean, drop_last: boolean, generator: userdata, from: integer}
---  size = 32; shuffle = true: in random order; drop_last = false: a last batch may be smaller;
---  generator of the order (the global one by default); from = 1: number of the first batch
---@return function iterator of the batch's number, the batch, and its number of samples
return function(data, given)
  local o = options.check("train.batches", given,
    { size = 32, shuffle = true, drop_last = false, generator = options.NONE, from = 1 })
  if math.type(o.size) ~= "integer" or o.size < 1 then
    errors.raise(("train.batches: size must be a positive integer, not %s"):format(tostring(o.size)))
  end
  local n = dataset.size("train.batches", data)
  local order = o.shuffle and core.randperm(n, { generator = o.generator })
  local count = o.drop_last and n // o.size or (n + o.size - 1) // o.size
  local i = o.from - 1
  return function()
    if i >= count then return nil end
    i = i + 1
    local first, last = (i - 1) * o.size + 1, math.min(i * o.size, n)
    local batch = order and dataset.take(data, order[{ { first, last } }]) or dataset.slice(data, first, last)
    return i, batch, last - first + 1
  end
end
