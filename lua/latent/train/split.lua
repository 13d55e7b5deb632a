--- Parts of a data set, drawn at random.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local dataset = require "latent.train.dataset"

--- Split the samples: la.train.split(data, {55000, 5000}) or la.train.split(data, {0.9, 0.1}).
--- Example:
---     local train, test = la.train.split(la.arange(1, 10), {0.8, 0.2})
---     return #train, test
---@param data tensor|table<any, tensor>
---@param parts number[] counts, or shares that add up to 1
---@param given? {shuffle: boolean, generator: userdata} shuffle = true
---@return ... one data set a part
return function(data, parts, given)
  local o = options.check("train.split", given, { shuffle = true, generator = options.NONE })
  local n = dataset.size("train.split", data)
  local counts, sum = {}, 0
  for i, part in ipairs(parts) do
    local count = math.type(part) == "integer" and part or math.floor(part * n + 0.5)
    if i == #parts and math.type(part) ~= "integer" then count = n - sum end
    if count < 0 then errors.raise "train.split: the parts must not be negative, nor more than the whole" end
    counts[i], sum = count, sum + count
  end
  if sum > n then errors.raise(("train.split: parts of %d samples in all, the data has %d"):format(sum, n)) end
  local order = o.shuffle and core.randperm(n, { generator = o.generator })
  local sets, first = {}, 1
  for i, count in ipairs(counts) do
    local last = first + count - 1
    sets[i] = order and dataset.take(data, order[{ { first, last } }]) or dataset.slice(data, first, last)
    first = last + 1
  end
  return table.unpack(sets)
end
