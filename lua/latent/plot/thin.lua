--- Fewer points where there are more than pixels can show, so that a million of them stay quick.
local data = require "latent.plot.data"

local thin = {}

--- Points of a scatter that are drawn as they are, and that are drawn one by one after thinning:
--- beyond, they become an image.
thin.POINTS_MOST = 5000
thin.POINTS_SINGLE = 10000

local FAINTEST = 0.98 -- opacity at which one more transparent point does not show

local LINE_MOST = 20000 -- points of a line that goes to and fro

local function ascending(list)
  for i = 2, #list do
    local here, before = list[i], list[i - 1]
    if here < before or here ~= here or before ~= before then return false end
  end
  return true
end

--- Of the points in each column of pixels the first, the lowest, the highest and the last, and a gap
--- if there is one.
local function envelope(columns, ys)
  local kept, n, from = {}, #ys, 1
  while from <= n do
    local column, to = columns[from] // 1, from
    local low, high, gap
    while to <= n and columns[to] // 1 == column do
      local v = ys[to]
      if v - v ~= 0 then
        gap = to
      else
        if not low or v < ys[low] then low = to end
        if not high or v > ys[high] then high = to end
      end
      to = to + 1
    end
    if to == from then to = from + 1 end -- a place that is none
    local order = { from, low or from, high or from, gap or from, to - 1 }
    table.sort(order)
    for k, i in ipairs(order) do
      if i ~= order[k - 1] then kept[#kept + 1] = i end
    end
    from = to
  end
  return kept
end

--- Points that are half a pixel and more from the one before; every other one until they are few
--- enough.
local function wanderer(xs, ys)
  local kept, last_x, last_y = {}, nil, nil
  for i = 1, #xs do
    local x, y = xs[i], ys[i]
    local far = not last_x or math.abs(x - last_x) >= 0.5 or math.abs(y - last_y) >= 0.5
    if far or x ~= x or y ~= y or last_x ~= last_x or last_y ~= last_y then
      kept[#kept + 1] = i
      last_x, last_y = x, y
    end
  end
  while #kept > LINE_MOST do
    local half = {}
    for k = 1, #kept, 2 do half[#half + 1] = kept[k] end
    kept = half
  end
  return kept
end

--- The points of a line that are seen: of one with ascending x what a column of pixels shows.
---@param x any float64 tensor [n]
---@param y any float64 tensor [n]
---@param axes latent.plot.Axes
---@return any x, any y
function thin.line(x, y, axes)
  local n = x:numel()
  if n <= 4 * axes.w then return x, y end
  local xs, ys = x:totable(), y:totable()
  local kept
  if ascending(xs) then
    kept = envelope(axes:pixels("x", x):totable(), ys)
  elseif n <= LINE_MOST then
    return x, y
  else
    kept = wanderer(axes:pixels("x", x):totable(), axes:pixels("y", y):totable())
  end
  local kx, ky = {}, {}
  for k, i in ipairs(kept) do kx[k], ky[k] = xs[i], ys[i] end
  return data.from_list(kx), data.from_list(ky)
end

--- How many points lie in each pixel of a panel.
---@param px any float64 tensor [n] of places in pixels of the picture; NaN for one that is not drawn
---@param py any
---@param axes latent.plot.Axes
---@return integer[] counts w * h of them, row after row
---@return integer w, integer h size of the panel in whole pixels
---@return integer[] cells of each point; 0 for one outside
function thin.count(px, py, axes)
  local w, h = math.max(2, math.floor(axes.w + 0.5)), math.max(2, math.floor(axes.h + 0.5))
  local xs, ys, x0, y0 = px:totable(), py:totable(), axes.x, axes.y
  local counts, cells = {}, {}
  for i = 1, w * h do counts[i] = 0 end
  for i = 1, #xs do
    local x, y = (xs[i] - x0) // 1, (ys[i] - y0) // 1
    local cell = 0
    if x >= 0 and y >= 0 and x < w and y < h then
      cell = math.tointeger(y * w + x) + 1
      counts[cell] = counts[cell] + 1
    end
    cells[i] = cell
  end
  return counts, w, h, cells
end

--- How many points in one pixel can be seen: until their colours together are opaque.
---@param alpha number opacity of one point
---@return integer
function thin.depth(alpha)
  if alpha >= FAINTEST then return 1 end
  return math.ceil(math.log(1 - FAINTEST) / math.log(1 - math.max(alpha, 1e-4)))
end

--- The points that are seen: in each pixel the last ones.
---@param cells integer[] from thin.count
---@param depth integer from thin.depth
---@return integer[] kept ascending indices
function thin.last(cells, depth)
  local seen, kept = {}, {}
  for i = #cells, 1, -1 do
    local cell = cells[i]
    local count = seen[cell] or 0
    if cell > 0 and count < depth then
      seen[cell] = count + 1
      kept[#kept + 1] = i
    end
  end
  for i = 1, #kept // 2 do kept[i], kept[#kept + 1 - i] = kept[#kept + 1 - i], kept[i] end
  return kept
end

return thin
