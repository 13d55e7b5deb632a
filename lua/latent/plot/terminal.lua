--- The text backend: a scene in braille dots and half blocks, for terminals without graphics.
---
--- Each character cell holds 2 x 4 braille dots; the scene is laid out with dots for pixels. Images
--- take half blocks of two colours.
local mix = require("latent.plot.color").mix
local data = require "latent.plot.data"
local scene = require "latent.plot.scene"
local text = require "latent.plot.text"

local terminal = {}

local DOTS_X, DOTS_Y = 2, 4 -- of a cell
local BIT = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } } -- [column][row] of a braille cell

--- Sizes for the layout, in dots.
local metrics = {
  width = function(line) return text.columns(line) * DOTS_X end,
  line = function() return DOTS_Y end,
  tick = 4, label = 4, title = 4, suptitle = 4, legend = 4,
  gap = 1, pad = 0, between = 4, swatch = 4, swatch_gap = 2, legend_pad = 3, legend_gap = 4, bar = 4, inset = 1,
  x_tick = 22, y_tick = 12, ink = 2, smallest = 4, turn = false, legend_frame = false,
  snap = function(v, axis)
    local cell = axis == "x" and DOTS_X or DOTS_Y
    return math.floor(v / cell + 0.5) * cell
  end,
}

-- ---- the canvas ----

local Canvas = {}
Canvas.__index = Canvas

local function new_canvas(cols, rows)
  return setmetatable({ cols = cols, rows = rows, bits = {}, ink = {}, char = {}, upper = {}, lower = {},
    x1 = 0, y1 = 0, x2 = cols * DOTS_X - 1, y2 = rows * DOTS_Y - 1 }, Canvas)
end

--- Nothing is drawn outside this rectangle of dots.
function Canvas:clip(x, y, w, h)
  self.x1, self.y1 = math.max(0, math.floor(x)), math.max(0, math.floor(y))
  self.x2 = math.min(self.cols * DOTS_X - 1, math.ceil(x + w))
  self.y2 = math.min(self.rows * DOTS_Y - 1, math.ceil(y + h))
end

function Canvas:dot(x, y, color)
  if x >= self.x1 and x <= self.x2 and y >= self.y1 and y <= self.y2 then
    local cell = y // DOTS_Y * self.cols + x // DOTS_X
    self.bits[cell] = (self.bits[cell] or 0) | BIT[x % DOTS_X + 1][y % DOTS_Y + 1]
    self.ink[cell] = color
  end
end

--- The part of a segment inside the clip rectangle (Liang and Barsky, 1984).
local function clipped(self, x1, y1, x2, y2)
  local dx, dy, first, last = x2 - x1, y2 - y1, 0, 1
  for _, side in ipairs { { -dx, x1 - self.x1 }, { dx, self.x2 - x1 }, { -dy, y1 - self.y1 }, { dy, self.y2 - y1 } } do
    local p, q = side[1], side[2]
    if p == 0 then
      if q < 0 then return nil end
    elseif p < 0 then
      first = math.max(first, q / p)
    else
      last = math.min(last, q / p)
    end
  end
  if first > last then return nil end
  return x1 + first * dx, y1 + first * dy, x1 + last * dx, y1 + last * dy
end

function Canvas:segment(x1, y1, x2, y2, color)
  x1, y1, x2, y2 = clipped(self, x1, y1, x2, y2)
  if not x1 then return end
  local steps = math.ceil(math.max(math.abs(x2 - x1), math.abs(y2 - y1), 1))
  for k = 0, steps do
    self:dot(math.floor(x1 + (x2 - x1) * k / steps + 0.5), math.floor(y1 + (y2 - y1) * k / steps + 0.5), color)
  end
end

--- Fill between two rows of dots in one column; faint colours take fewer dots.
function Canvas:column(x, from, to, color, alpha)
  if from > to then from, to = to, from end
  from, to = math.max(from, self.y1), math.min(to, self.y2)
  for y = math.ceil(from - 0.5), math.floor(to + 0.5) do
    if alpha >= 0.6 or alpha >= 0.35 and (x + y) % 2 == 0 or x % 2 == 0 and y % 2 == 0 then
      self:dot(x, y, color)
    end
  end
end

function Canvas:print(x, y, words)
  local row = y // DOTS_Y
  local col = math.floor(x / DOTS_X + 0.5)
  if row < 0 or row >= self.rows then return end
  for character in words:gmatch(utf8.charpattern) do
    local w = text.columns(character)
    if col >= 0 and col + w <= self.cols and w > 0 then
      self.char[row * self.cols + col] = character
      if w == 2 then self.char[row * self.cols + col + 1] = "" end
    end
    col = col + w
  end
end

-- ---- shapes ----

local draw = {}

--- A function from data to dots, for a panel; dots themselves for shapes over the panels.
local function mapper(axes)
  if axes then
    return function(v) return axes:px(v) end, function(v) return axes:py(v) end
  end
  local function same(v) return v end
  return same, same
end

local function finite(...)
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    if v - v ~= 0 then return false end
  end
  return true
end

function draw.path(canvas, mark, axes)
  local fx, fy = mapper(axes)
  local x, y = mark.x:totable(), mark.y:totable()
  local px, py
  for i = 1, #x do
    local qx, qy = fx(x[i]), fy(y[i])
    if not finite(qx, qy) then
      px = nil
    else
      if px then canvas:segment(px, py, qx, qy, mark.pen.color) end
      px, py = qx, qy
    end
  end
end

function draw.points(canvas, mark, axes)
  local fx, fy = mapper(axes)
  local x, y = mark.x:totable(), mark.y:totable()
  local colors = mark.colors and mark.colors:totable()
  local large = #x <= 500 and mark.marker.size >= 5
  for i = 1, #x do
    local px, py = fx(x[i]), fy(y[i])
    if finite(px, py) then
      px, py = math.floor(px + 0.5), math.floor(py + 0.5)
      local color = colors and math.tointeger(colors[i]) or mark.marker.color
      canvas:dot(px, py, color)
      if large then
        canvas:dot(px + 1, py, color)
        canvas:dot(px, py + 1, color)
        canvas:dot(px + 1, py + 1, color)
      end
    end
  end
end

function draw.area(canvas, mark, axes)
  local fx, fy = mapper(axes)
  local x, y1, y2 = mark.x:totable(), mark.y1:totable(), mark.y2:totable()
  for i = 2, #x do
    local a, b = fx(x[i - 1]), fx(x[i])
    local c1, d1, c2, d2 = fy(y1[i - 1]), fy(y2[i - 1]), fy(y1[i]), fy(y2[i])
    if finite(a, b, c1, d1, c2, d2) and b ~= a then
      for px = math.max(math.ceil(math.min(a, b)), canvas.x1), math.min(math.floor(math.max(a, b)), canvas.x2) do
        local t = (px - a) / (b - a)
        canvas:column(px, c1 + (c2 - c1) * t, d1 + (d2 - d1) * t, mark.fill.color, mark.fill.alpha)
      end
    end
  end
end

function draw.polygon(canvas, mark, axes)
  local fx, fy = mapper(axes)
  local x, y = mark.x:totable(), mark.y:totable()
  local px, py = {}, {}
  for i = 1, #x do
    local a, b = fx(x[i]), fy(y[i])
    if finite(a, b) then px[#px + 1], py[#py + 1] = a, b end
  end
  for column = canvas.x1, canvas.x2 do -- where the outline crosses the middle of each column
    local hits = {}
    for i = 1, #px do
      local j = i % #px + 1
      local a, b = px[i], px[j]
      if (a <= column) ~= (b <= column) then hits[#hits + 1] = py[i] + (py[j] - py[i]) * (column - a) / (b - a) end
    end
    table.sort(hits)
    for k = 1, #hits - 1, 2 do canvas:column(column, hits[k], hits[k + 1], mark.fill.color, mark.fill.alpha) end
  end
end

function draw.boxes(canvas, mark, axes)
  local fx, fy = mapper(axes)
  local x1, x2, y1, y2 = mark.x1:totable(), mark.x2:totable(), mark.y1:totable(), mark.y2:totable()
  local colors = mark.colors and mark.colors:totable()
  for i = 1, #x1 do
    local a, b, c, d = fx(x1[i]), fx(x2[i]), fy(y1[i]), fy(y2[i])
    if finite(a, b, c, d) then
      local color = colors and math.tointeger(colors[i]) or mark.fill.color
      for px = math.max(math.ceil(math.min(a, b)), canvas.x1), math.min(math.floor(math.max(a, b)), canvas.x2) do
        canvas:column(px, c, d, color, mark.fill.alpha)
      end
    end
  end
end

--- Half blocks: the colours of the upper and the lower half of each cell.
function draw.image(canvas, mark, axes)
  local fx, fy = mapper(axes)
  local rgb = mark.rgb
  local h, w = rgb.shape[1], rgb.shape[2]
  local left, right, top, bottom = fx(mark.x1), fx(mark.x2), fy(mark.y1), fy(mark.y2)
  if not finite(left, right, top, bottom) or left == right or top == bottom then return end
  local pixels = rgb:to("int64"):totable()
  local function sample(x, y)
    local j, i = math.floor((x - left) / (right - left) * w), math.floor((y - top) / (bottom - top) * h)
    if i < 0 or j < 0 or i >= h or j >= w then return nil end
    local p = pixels[i + 1][j + 1]
    local opaque = p[1] << 16 | p[2] << 8 | p[3]
    if not p[4] then return opaque end
    return p[4] > 0 and mix(0xFFFFFF, opaque, p[4] / 255) or nil
  end
  for row = canvas.y1 // DOTS_Y, canvas.y2 // DOTS_Y do
    for col = canvas.x1 // DOTS_X, canvas.x2 // DOTS_X do
      local cell, x = row * canvas.cols + col, (col + 0.5) * DOTS_X
      local upper, lower = sample(x, row * DOTS_Y + 1), sample(x, row * DOTS_Y + 3)
      canvas.upper[cell] = upper or canvas.upper[cell]
      canvas.lower[cell] = lower or canvas.lower[cell]
    end
  end
end

--- A surface is seen from above, its height as colour.
function draw.surface(canvas, mark, axes)
  local h, w = mark.z.shape[1], mark.z.shape[2]
  local rgb = data.map_colors(mark.z, mark.colors, mark.lo, mark.hi):reshape(h, w, 3)
  draw.image(canvas, { rgb = rgb, x1 = axes.xlim[1], x2 = axes.xlim[2], y1 = axes.ylim[1], y2 = axes.ylim[2] }, axes)
end

local function draw_texts(canvas, texts)
  for _, t in ipairs(texts) do
    local words = text.plain(t.words)
    local w = text.columns(words) * DOTS_X
    if t.rotation == 90 then -- one letter below the other
      local y = t.y - utf8.len(words) * DOTS_Y / 2
      for character in words:gmatch(utf8.charpattern) do
        canvas:print(math.floor(t.x / DOTS_X) * DOTS_X, math.floor(y), character)
        y = y + DOTS_Y
      end
    else
      local x = t.ha == "left" and t.x or t.ha == "right" and t.x - w or t.x - w / 2
      canvas:print(x, math.floor(t.y), words)
    end
  end
end

-- ---- output ----

local function code_256(rgb)
  local function level(v) return (v * 5 + 127) // 255 end
  return 16 + 36 * level(rgb >> 16 & 255) + 6 * level(rgb >> 8 & 255) + level(rgb & 255)
end

local function paint(rgb, ground, depth)
  local base = ground and 48 or 38
  if depth == 256 then return ("\27[%d;5;%dm"):format(base, code_256(rgb)) end
  return ("\27[%d;2;%d;%d;%dm"):format(base, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255)
end

local SHADES = { " ", "░", "▒", "▓", "█" }

local function shade(rgb)
  local light = (0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255)) / 255
  return SHADES[1 + math.floor(light * 4 + 0.5)]
end

local ASCII = { " ", ".", ".", ":", ":", "+", "*", "#", "#" } -- by the number of dots

local function ascii(bits)
  local count = 0
  for k = 0, 7 do count = count + (bits >> k & 1) end
  return ASCII[count + 1]
end

--- One cell as a character and the escape sequence of its colours ("" for none).
local function cell_text(canvas, cell, style)
  local character, upper, lower = canvas.char[cell], canvas.upper[cell], canvas.lower[cell]
  local bits = canvas.bits[cell]
  if character then return style.utf8 and character or #character <= 1 and character or "?", "" end
  if bits then
    local ground = upper and style.depth and paint(upper, true, style.depth) or ""
    return style.utf8 and utf8.char(0x2800 + bits) or ascii(bits),
      style.depth and ground .. paint(canvas.ink[cell], false, style.depth) or ""
  end
  if upper or lower then
    if not style.depth then return style.utf8 and shade(upper or lower) or " ", "" end
    if not style.utf8 then return " ", paint(upper or lower, true, style.depth) end
    if not lower then return "▀", paint(upper, false, style.depth) end
    if not upper then return "▄", paint(lower, false, style.depth) end
    return "▀", paint(upper, false, style.depth) .. paint(lower, true, style.depth)
  end
  return " ", ""
end

local function lines_of(canvas, style)
  local lines = {}
  for row = 0, canvas.rows - 1 do
    local parts, now = {}, ""
    for col = 0, canvas.cols - 1 do
      local character, colors = cell_text(canvas, row * canvas.cols + col, style)
      if colors ~= now then
        parts[#parts + 1] = (now ~= "" and "\27[0m" or "") .. colors
        now = colors
      end
      parts[#parts + 1] = character
    end
    local line = table.concat(parts)
    lines[#lines + 1] = now ~= "" and line .. "\27[0m" or (line:gsub(" +$", ""))
  end
  return lines
end

--- A figure as lines of text.
---@param figure latent.plot.Figure
---@param style {columns: integer, rows: integer, depth: integer|nil, utf8: boolean} size in characters;
---  depth 24 (bits) or 256 (colours), nil for none
---@return string[] lines
function terminal.render(figure, style)
  local canvas = new_canvas(style.columns, style.rows)
  local built = scene.build(figure, metrics, style.columns * DOTS_X, style.rows * DOTS_Y)
  for _, view in ipairs(built.views) do
    canvas:clip(view.x, view.y, view.w, view.h)
    for _, mark in ipairs(view.marks) do draw[mark.kind](canvas, mark, view.axes) end
  end
  canvas:clip(0, 0, style.columns * DOTS_X, style.rows * DOTS_Y)
  for _, mark in ipairs(built.over) do
    draw[mark.kind](canvas, mark)
  end
  draw_texts(canvas, built.texts)
  return lines_of(canvas, style)
end

--- What the environment says about the terminal: colours and UTF-8.
---@param columns integer
---@param rows integer
---@return table style for terminal.render
function terminal.style(columns, rows)
  local term = os.getenv "TERM" or "dumb"
  local locale = os.getenv "LC_ALL" or ""
  if locale == "" then locale = os.getenv "LC_CTYPE" or "" end
  if locale == "" then locale = os.getenv "LANG" or "" end
  local depth = 256
  local truecolor = os.getenv "COLORTERM"
  if truecolor == "truecolor" or truecolor == "24bit" then depth = 24 end
  local no_color = os.getenv "NO_COLOR"
  if term == "dumb" or no_color and no_color ~= "" then depth = nil end
  return { columns = columns, rows = rows, depth = depth,
    utf8 = locale:upper():gsub("%-", ""):find "UTF8" ~= nil }
end

return terminal
