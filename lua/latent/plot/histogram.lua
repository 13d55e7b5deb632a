--- Counts of numbers in bins.
local data = require "latent.plot.data"
local errors = require "latent.errors"

local histogram = {}

local MOST_BINS = 100000

--- Edges of the bins.
---@param where string
---@param bins integer|number[]|any how many of one width, or the ascending edges
---@param values number[] finite
---@param range number[]|nil {lo, hi}
---@return number[] edges
function histogram.edges(where, bins, values, range)
  if data.is_data(bins) then
    local edges = data.vector(where, bins):totable()
    for i = 2, #edges do
      if edges[i] <= edges[i - 1] or edges[i] ~= edges[i] then errors.raise(where .. ": bins: edges must ascend") end
    end
    if #edges < 2 then errors.raise(where .. ": bins: two edges at least") end
    return edges
  end
  if math.type(bins) ~= "integer" or bins < 1 or bins > MOST_BINS then
    errors.raise(("%s: bins must be a whole number from 1 to %d or a list of edges, got %s")
      :format(where, MOST_BINS, tostring(bins)))
  end
  local lo, hi = math.huge, -math.huge
  if range then
    if type(range) == "table" then lo, hi = range[1], range[2] end
    if type(lo) ~= "number" or type(hi) ~= "number" or lo >= hi or hi - lo ~= hi - lo or hi - lo == math.huge then
      errors.raise(where .. ": range must be {lo, hi} with lo < hi")
    end
  else
    for i = 1, #values do
      local v = values[i]
      if v < lo then lo = v end
      if v > hi then hi = v end
    end
    if lo == hi then lo, hi = lo - 0.5, hi + 0.5 end
  end
  local edges = {}
  for k = 0, bins do edges[k + 1] = lo + (hi - lo) * (k / bins) end
  return edges
end

local function bin_of(edges, v)
  local a, b = 1, #edges
  while b - a > 1 do
    local middle = (a + b) // 2
    if v >= edges[middle] then a = middle else b = middle end
  end
  return a
end

--- How many values fall into each bin; the last bin includes its upper edge.
---@param values number[]
---@param edges number[]
---@param even boolean all bins have one width
---@return number[] counts
function histogram.counts(values, edges, even)
  local bins, counts = #edges - 1, {}
  for k = 1, bins do counts[k] = 0 end
  local lo, hi = edges[1], edges[#edges]
  local scale = bins / (hi - lo)
  for i = 1, #values do
    local v = values[i]
    if v >= lo and v <= hi then
      local k
      if even then
        k = math.min(bins, (v - lo) * scale // 1 + 1)
        k = math.tointeger(k)
        if v < edges[k] then k = k - 1 elseif k < bins and v >= edges[k + 1] then k = k + 1 end
      else
        k = math.min(bins, bin_of(edges, v))
      end
      counts[k] = counts[k] + 1
    end
  end
  return counts
end

return histogram
