--- Fewer points where there are more than pixels can show, so that a million of them stay quick.
local data = require "latent.plot.data"

local thin = {}

local LINE_MOST = 20000  -- points of a line that are drawn as they are
local LINE_BINS = 4000   -- stretches of a longer one: of each, what a pixel column shows
--- Points of a scatter that are drawn as they are.
thin.POINTS_MOST = 5000
local FAINTEST = 0.98    -- opacity at which one more transparent point does not show

local function ascending(list)
  for i = 2, #list do
    if not (list[i] >= list[i - 1]) then return false end
  end
  return true
end

--- The points of a line that are seen. Of each short stretch of a long line with ascending x the
--- first, the lowest, the highest and the last remain, which draws the same picture.
---@param x any float64 tensor [n]
---@param y any float64 tensor [n]
---@return any x, any y
function thin.line(x, y)
  local n = y:numel()
  if n <= LINE_MOST then return x, y end
  local xs, ys = x:totable(), y:totable()
  if not ascending(xs) then return x, y end
  local kx, ky = {}, {}
  local stride = math.ceil(n / LINE_BINS)
  for from = 1, n, stride do
    local to = math.min(from + stride - 1, n)
    local low, high, gap = from, from, nil
    for i = from, to do
      local v = ys[i]
      if v - v ~= 0 then gap = i
      elseif not (ys[low] <= v) then low = i end
      if v - v == 0 and not (ys[high] >= v) then high = i end
    end
    local order = { from, low, high, to }
    if gap then order[#order + 1] = gap end
    table.sort(order)
    for k, i in ipairs(order) do
      if i ~= order[k - 1] then kx[#kx + 1], ky[#ky + 1] = xs[i], ys[i] end
    end
  end
  return data.from_list(kx), data.from_list(ky)
end

--- Which points of a scatter are seen on pixels. In each pixel the last points remain, as many as
--- it takes until their colours together are opaque.
---@param px number[] places in pixels; NaN for one that is not drawn
---@param py number[]
---@param alpha number opacity of one point
---@return integer[]|nil kept ascending indices; nil: all of them
function thin.points(px, py, alpha)
  local n = #px
  if n <= thin.POINTS_MOST then return nil end
  local deep = alpha >= FAINTEST and 1 or math.ceil(math.log(1 - FAINTEST) / math.log(1 - alpha))
  local seen, kept = {}, {}
  for i = n, 1, -1 do
    local x, y = px[i], py[i]
    if x - x == 0 and y - y == 0 then
      local cell = (y // 1) * 65536 + x // 1
      local count = seen[cell] or 0
      if count < deep then
        seen[cell] = count + 1
        kept[#kept + 1] = i
      end
    end
  end
  for i = 1, #kept // 2 do kept[i], kept[#kept + 1 - i] = kept[#kept + 1 - i], kept[i] end
  return kept
end

return thin
