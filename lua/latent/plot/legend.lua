--- Legends: how large they are, and where they cover no data.
local errors = require "latent.errors"
local text = require "latent.plot.text"

local legend = {}

--- matplotlib's names of places, as parts of the free room to the left and above.
local PLACES = {
  ["upper right"] = { 1, 0 }, ["upper left"] = { 0, 0 }, ["lower right"] = { 1, 1 },
  ["lower left"] = { 0, 1 }, ["center right"] = { 1, 0.5 }, right = { 1, 0.5 },
  ["center left"] = { 0, 0.5 }, ["upper center"] = { 0.5, 0 }, ["lower center"] = { 0.5, 1 },
  center = { 0.5, 0.5 },
}
local TRIED = { "upper right", "upper left", "lower right", "lower left", "center right", "center left",
  "upper center", "lower center", "center" }
local OUTSIDE = { ["outside right"] = "right", ["outside bottom"] = "bottom", ["outside top"] = "top" }

--- The legend of a panel: its entries in columns, measured. nil if there is none. Where they would be higher
--- than there is room, there are more columns.
---@param panel latent.plot.Panel
---@param metrics table
---@param room number most height
---@return table|nil box {w, h, cols, rows, widths, entries, loc, title, frame}
function legend.measure(panel, metrics, room)
  local set = panel:get "legend"
  if set == false or #panel.entries == 0 then return nil end
  if type(set) ~= "table" then set = { loc = "best", ncol = 1, frame = true } end
  if set.loc ~= "best" and not PLACES[set.loc] and not OUTSIDE[set.loc] then
    errors.raise(("plot.legend: unknown loc '%s' (known: best, %s, outside right, outside bottom, outside top)")
      :format(tostring(set.loc), table.concat(TRIED, ", ")))
  end
  if math.type(set.ncol) ~= "integer" or set.ncol < 1 then
    errors.raise("plot.legend: ncol must be a positive integer")
  end
  local entries = panel.entries
  local most = math.max(1, (room - 2 * metrics.legend_pad) // metrics.line(metrics.legend) - (set.title and 1 or 0))
  local cols = math.min(math.max(set.ncol, math.ceil(#entries / most)), #entries)
  local rows = math.ceil(#entries / cols)
  cols = math.ceil(#entries / rows)
  local widths, total = {}, 2 * metrics.legend_pad + (cols - 1) * metrics.legend_gap
  for c = 1, cols do
    local widest = 0
    for i = (c - 1) * rows + 1, math.min(c * rows, #entries) do
      widest = math.max(widest, metrics.width(entries[i].label, metrics.legend))
    end
    widths[c] = metrics.swatch + metrics.swatch_gap + widest
    total = total + widths[c]
  end
  local h = rows * metrics.line(metrics.legend) + 2 * metrics.legend_pad
  if set.title then
    h = h + metrics.line(metrics.legend)
    total = math.max(total, metrics.width(text.line(set.title), metrics.legend) + 2 * metrics.legend_pad)
  end
  return { w = total, h = h, cols = cols, rows = rows, widths = widths, entries = entries, loc = set.loc,
    title = set.title, frame = set.frame, side = OUTSIDE[set.loc] }
end

-- ---- where the data are ----

--- A coarse grid over the panel; cells that show data are marked.
local Ink = {}
Ink.__index = Ink

function Ink:dot(px, py)
  if px - px == 0 and py - py == 0 then
    local i, j = (px - self.x) // self.cell, (py - self.y) // self.cell
    if i >= 0 and j >= 0 and i < self.cols and j < self.rows then self[j * self.cols + i] = true end
  end
end

function Ink:segment(x1, y1, x2, y2)
  local far = math.max(math.abs(x2 - x1), math.abs(y2 - y1))
  if far ~= far then return end
  local steps = math.min(400, math.ceil(far / self.cell) + 1)
  for k = 0, steps do self:dot(x1 + (x2 - x1) * k / steps, y1 + (y2 - y1) * k / steps) end
end

function Ink:rectangle(x1, x2, y1, y2)
  if x1 > x2 then x1, x2 = x2, x1 end
  if y1 > y2 then y1, y2 = y2, y1 end
  x1, x2 = math.max(x1, self.x), math.min(x2, self.x + self.cols * self.cell)
  y1, y2 = math.max(y1, self.y), math.min(y2, self.y + self.rows * self.cell)
  for px = x1, x2 + self.cell / 2, self.cell do
    for py = y1, y2 + self.cell / 2, self.cell do self:dot(math.min(px, x2), math.min(py, y2)) end
  end
end

local draw = {}

function draw.path(ink, mark, axes)
  local x, y = mark.x:totable(), mark.y:totable()
  local px, py
  for i = 1, #x do
    local qx, qy = axes:px(x[i]), axes:py(y[i])
    if px then ink:segment(px, py, qx, qy) else ink:dot(qx, qy) end
    px, py = qx, qy
  end
end

function draw.points(ink, mark, axes)
  local x, y = mark.x:totable(), mark.y:totable()
  local r = mark.marker.size / 2
  for i = 1, #x do
    local px, py = axes:px(x[i]), axes:py(y[i])
    ink:dot(px, py)
    ink:dot(px - r, py - r)
    ink:dot(px + r, py - r)
    ink:dot(px - r, py + r)
    ink:dot(px + r, py + r)
  end
end

function draw.area(ink, mark, axes)
  local x, y1, y2 = mark.x:totable(), mark.y1:totable(), mark.y2:totable()
  for i = 1, #x do
    local px = axes:px(x[i])
    local before = i > 1 and axes:px(x[i - 1]) or px
    if px == px and before == before then
      local a, b = axes:py(y1[i]), axes:py(y2[i])
      if a == a and b == b then ink:rectangle(before, px, a, b) end
    end
  end
end

function draw.polygon(ink, mark, axes)
  -- Between neighbouring corners, from the curve down to the lowest of all: right for histograms
  -- and densities, more than enough for the rest.
  local x, y = mark.x:totable(), mark.y:totable()
  local base = -math.huge
  for i = 1, #y do
    local py = axes:py(y[i])
    if py == py then base = math.max(base, py) end
  end
  for i = 2, #x do
    local a, b, py = axes:px(x[i - 1]), axes:px(x[i]), math.min(axes:py(y[i - 1]), axes:py(y[i]))
    if a == a and b == b and py == py then ink:rectangle(a, b, py, base) end
  end
end

function draw.boxes(ink, mark, axes)
  local x1, x2, y1, y2 = mark.x1:totable(), mark.x2:totable(), mark.y1:totable(), mark.y2:totable()
  for i = 1, #x1 do
    local a, b, c, d = axes:px(x1[i]), axes:px(x2[i]), axes:py(y1[i]), axes:py(y2[i])
    if a == a and b == b and c == c and d == d then ink:rectangle(a, b, c, d) end
  end
end

function draw.image(ink, mark, axes)
  ink:rectangle(axes:px(mark.x1), axes:px(mark.x2), axes:py(mark.y1), axes:py(mark.y2))
end

function draw.surface() end

--- Where a legend stands inside its panel. With loc "best" the first place that covers nothing.
---@param axes latent.plot.Axes
---@param box table from legend.measure
---@param lowered table[] the panel's marks as they are drawn
---@param texts table[] {x, y, w, h} rectangles of text in the panel
---@param metrics table
---@return number|nil x, number|nil y nil when every place covers data
function legend.place(axes, box, lowered, texts, metrics)
  local gap = metrics.gap
  local room_x, room_y = axes.w - box.w - 2 * gap, axes.h - box.h - 2 * gap
  local function corner(name)
    local part = PLACES[name]
    return axes.x + gap + room_x * part[1], axes.y + gap + room_y * part[2]
  end
  if box.loc ~= "best" then return corner(box.loc) end
  if room_x < 0 or room_y < 0 then return nil end
  local cell = metrics.ink
  local ink = setmetatable({ x = axes.x, y = axes.y, cell = cell, cols = math.ceil(axes.w / cell),
    rows = math.ceil(axes.h / cell) }, Ink)
  for _, mark in ipairs(lowered) do
    if not mark.behind then draw[mark.kind](ink, mark, axes) end
  end
  for _, t in ipairs(texts) do ink:rectangle(t.x, t.x + t.w, t.y, t.y + t.h) end
  for _, name in ipairs(TRIED) do
    local x, y = corner(name)
    local free = true
    for i = (x - axes.x) // cell, (x + box.w - axes.x) // cell do
      for j = (y - axes.y) // cell, (y + box.h - axes.y) // cell do
        if ink[j * ink.cols + i] then free = false end
      end
    end
    if free then return x, y end
  end
  return nil
end

return legend
