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

--- The bin of each value, 1 to n; 0 outside. The last bin includes its upper edge.
local function bins_of(values, edges)
  local n, at = #edges - 1, data.from_list(edges)
  local k = ((values - edges[1]) * (n / (edges[n + 1] - edges[1]))):floor():clamp(0, n - 1):to("int64") + 1
  k = k - values:lt(at[k]):to("int64"):minimum(k - 1) -- where rounding has put it beyond an edge
  k = k + values:ge(at[k + 1]):to("int64"):minimum(-k + n)
  local inside = values:ge(edges[1]):logical_and(values:le(edges[n + 1]))
  return k * inside:to("int64")
end

--- How many points fall into each cell of a grid of even bins.
---@param x any float64 tensor [n], finite
---@param y any float64 tensor [n]
---@param xedges number[]
---@param yedges number[]
---@return any counts float64 tensor [#yedges - 1, #xedges - 1]
function histogram.counts2d(x, y, xedges, yedges)
  local w, h = #xedges - 1, #yedges - 1
  local counts = data.zeros(h, w)
  if x:numel() == 0 then return counts end
  local column, row = bins_of(x, xedges), bins_of(y, yedges)
  local inside = column:gt(0):logical_and(row:gt(0))
  local cells = ((row - 1) * w + column)[inside]
  if cells:numel() == 0 then return counts end
  return counts:reshape(-1):scatter_add(1, cells, cells:to("float64") * 0 + 1):reshape(h, w)
end

return histogram
