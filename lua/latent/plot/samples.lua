--- Samples side by side, for box plots and violins: their places, names and statistics.
local data = require "latent.plot.data"
local errors = require "latent.errors"

local samples = {}

--- The q-quantile of an ascending list, interpolated linearly (method 7 of Hyndman and Fan, 1996).
---@param sorted number[]
---@param q number 0..1
---@return number
function samples.quantile(sorted, q)
  local at = 1 + (#sorted - 1) * q
  local k = math.min(math.floor(at), #sorted)
  local above = sorted[math.min(k + 1, #sorted)]
  return sorted[k] + (above - sorted[k]) * (at - k)
end

--- What a box shows: quartiles, and whiskers to the last value within `whis` times their distance
--- (Tukey, 1977); values beyond are fliers.
---@param sorted number[] ascending, not empty
---@param whis number
---@return table {q1, median, q3, low, high, fliers}
function samples.box(sorted, whis)
  local q1, median, q3 = samples.quantile(sorted, 0.25), samples.quantile(sorted, 0.5),
    samples.quantile(sorted, 0.75)
  local reach = whis * (q3 - q1)
  local low, high, fliers = q1, q3, {}
  for _, v in ipairs(sorted) do
    if v < q1 - reach or v > q3 + reach then fliers[#fliers + 1] = v end
  end
  for _, v in ipairs(sorted) do
    if v >= q1 - reach then
      low = math.min(v, q1)
      break
    end
  end
  for i = #sorted, 1, -1 do
    if sorted[i] <= q3 + reach then
      high = math.max(sorted[i], q3)
      break
    end
  end
  return { q1 = q1, median = median, q3 = q3, low = low, high = high, fliers = fliers }
end

--- Sorted finite values of each sample, and where they stand.
---@param panel table
---@param where string
---@param x any a list of vectors, a tensor [n, k] of columns, or one vector
---@param o table options labels and positions
---@return number[][] sorted, number[] positions
function samples.prepare(panel, where, x, o)
  local lists = {}
  for i, vector in ipairs(data.samples(where, x)) do
    lists[i] = data.finite_list(vector)
    table.sort(lists[i])
  end
  if o.positions ~= nil and type(o.positions) ~= "table" then
    errors.raise(where .. ": positions must be a list of numbers")
  end
  local at = {}
  for i = 1, #lists do at[i] = o.positions and o.positions[i] or i end
  for i = 1, #lists do
    if type(at[i]) ~= "number" then errors.raise(where .. ": positions must be numbers, one for each sample") end
  end
  if o.labels then
    if type(o.labels) ~= "table" or #o.labels ~= #lists then
      errors.raise(("%s: labels: %d names are needed"):format(where, #lists))
    end
    panel:assign("xticks", { at, o.labels })
  elseif not o.positions then
    panel.hints = panel.hints or {}
    panel.hints.whole_x = true
  end
  return lists, at
end

return samples
