--- The box around a surface: how three dimensions become two, its far walls with their grid, its labels.
---
--- Places in the box are fractions of its sides, from 0 to 1 along x, y and z.
local data = require "latent.plot.data"
local text = require "latent.plot.text"
local ticks = require "latent.plot.ticks"

local HEIGHT = 0.75 -- of the box, beside the sides of its floor
local TICK = 4 -- pixels
local DOWN = 0.15 -- how far labels go down as well as away, as a part of the box
local APART = { x = 48, y = 48, z = 38 } -- ticks, in pixels along their axis
local SHORTEST = 20 -- axis that has ticks, in pixels

---@class latent.plot.Box
local Box = {}
Box.__index = Box

--- Place in the view: u to the right and v upwards in sides of the box, w towards the eye. Takes numbers
--- and tensors.
function Box:view(fx, fy, fz)
  local x, y, z = fx * 2 - 1, fy * 2 - 1, (fz * 2 - 1) * HEIGHT
  local along = x * self.cos_a + y * self.sin_a
  return y * self.cos_a - x * self.sin_a, z * self.cos_e - along * self.sin_e, z * self.sin_e + along * self.cos_e
end

--- Place in the picture, in pixels.
function Box:place(fx, fy, fz)
  local u, v = self:view(fx, fy, fz)
  return self.x + u * self.scale, self.y - v * self.scale
end

local CORNERS = { { 0, 0, 0 }, { 0, 0, 1 }, { 0, 1, 0 }, { 0, 1, 1 }, { 1, 0, 0 }, { 1, 0, 1 }, { 1, 1, 0 },
  { 1, 1, 1 } }

--- What the box covers on the picture: left, right, top, bottom.
function Box:bounds()
  local left, right, top, bottom = math.huge, -math.huge, math.huge, -math.huge
  for _, c in ipairs(CORNERS) do
    local x, y = self:place(c[1], c[2], c[3])
    left, right, top, bottom = math.min(left, x), math.max(right, x), math.min(top, y), math.max(bottom, y)
  end
  return left, right, top, bottom
end

--- Stand in the middle of a rectangle, as large as it allows.
function Box:fit(x, y, w, h)
  self.x, self.y, self.scale = 0, 0, 1
  local left, right, top, bottom = self:bounds()
  self.scale = math.max(math.min(w / (right - left), h / (bottom - top)), 1)
  self.x = x + w / 2 - (left + right) / 2 * self.scale
  self.y = y + h / 2 - (top + bottom) / 2 * self.scale
end

--- Shrink to leave room for the labels in the rectangle.
function Box:leave_room(x, y, w, h, m)
  local x1, x2, y1, y2 = self:bounds()
  local left, right, top, bottom = x1, x2, y1, y2
  for _, t in ipairs(self:labels(m)) do
    left, right = math.min(left, t.x - t.w / 2), math.max(right, t.x + t.w / 2)
    top, bottom = math.min(top, t.y - t.h / 2), math.max(bottom, t.y + t.h / 2)
  end
  self:fit(x + x1 - left, y + y1 - top, w - (x1 - left) - (right - x2), h - (y1 - top) - (bottom - y2))
end

--- The edge that each axis has its ticks at, as its two ends, and the end that its labels stand beyond.
function Box:edges()
  local near = { x = 1 - self.far.x, y = 1 - self.far.y }
  local floor = self.far.z
  local zx, zy = self.far.x, near.y
  if self:view(near.x, self.far.y, 0) < self:view(zx, zy, 0) then zx, zy = near.x, self.far.y end
  return {
    x = { { 0, near.y, floor }, { 1, near.y, floor }, beyond = { 0.5, near.y * 2 - 0.5, floor } },
    y = { { near.x, 0, floor }, { near.x, 1, floor }, beyond = { near.x * 2 - 0.5, 0.5, floor } },
    z = { { zx, zy, 0 }, { zx, zy, 1 } },
  }
end

--- The direction on the picture in which an axis has its labels, away from the box.
function Box:outwards(axis, edge)
  if axis == "z" then return -1, 0 end
  local x1, y1 = self:place((edge[1][1] + edge[2][1]) / 2, (edge[1][2] + edge[2][2]) / 2, self.far.z)
  local x2, y2 = self:place(edge.beyond[1], edge.beyond[2], self.far.z)
  local dx, dy = x2 - x1, y2 - y1 + (self.far.z == 0 and DOWN or -DOWN) * self.scale
  local length = math.sqrt(dx * dx + dy * dy)
  return dx / length, dy / length
end

--- Fractions along an axis of values, a number or a tensor.
function Box:fraction(axis, v)
  local axes = self.axes
  if axis == "z" then return (v - self.axes.zlim[1]) / (self.axes.zlim[2] - self.axes.zlim[1]) end
  if type(v) ~= "number" then
    local t = axes:pixels(axis, v)
    return axis == "x" and (t - axes.x) / axes.w or (t - (axes.y + axes.h)) / -axes.h
  end
  return axis == "x" and (axes:px(v) - axes.x) / axes.w or 1 - (axes:py(v) - axes.y) / axes.h
end

--- Ticks of an axis for its length on the picture.
function Box:ticks(axis, edge)
  local x1, y1 = self:place(table.unpack(edge[1]))
  local x2, y2 = self:place(table.unpack(edge[2]))
  local length = math.sqrt((x2 - x1) ^ 2 + (y2 - y1) ^ 2)
  if length < SHORTEST then return {}, {} end
  local most = math.max(1, math.min(8, length // APART[axis]))
  if axis ~= "z" then
    local t = self.axes:ticks(axis, most)
    return t.places, t.labels
  end
  return ticks.linear(math.min(table.unpack(self.axes.zlim)), math.max(table.unpack(self.axes.zlim)), most)
end

--- A point of an edge.
local function between(edge, t)
  local a, b = edge[1], edge[2]
  return a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t, a[3] + (b[3] - a[3]) * t
end

--- The words around the box, centred at x and y: {x, y, w, h, words, size, rotation}.
function Box:labels(m)
  local list = {}
  for axis, edge in pairs(self:edges()) do
    local dx, dy = self:outwards(axis, edge)
    local function add(t, words, size, apart_x, apart_y)
      local w, h, rotation = m.width(words, size), m.line(size), 0
      if axis == "z" and size == m.label then w, h, rotation = h, w, 90 end
      local px, py = self:place(between(edge, t))
      list[#list + 1] = { x = px + dx * (apart_x + w / 2), y = py + dy * (apart_y + h / 2), w = w, h = h,
        words = words, size = size, rotation = rotation }
      return w
    end
    local places, names = self:ticks(axis, edge)
    local apart, widest = TICK + m.gap / 2, 0
    for i, v in ipairs(places) do
      widest = math.max(widest, add(self:fraction(axis, v), names[i], m.tick, apart, apart))
    end
    local label = self.axes.panel:get(axis .. "label")
    if label then
      add(0.5, text.line(label), m.label, apart + m.gap + widest, apart + m.gap + m.line(m.tick))
    end
  end
  return list
end

--- Draw the lines of the box: `grid` those at the ticks, `frame` the edges of the far walls and the ticks.
function Box:lines(grid, frame, with_grid)
  local function line(strokes, a, b)
    local x1, y1 = self:place(table.unpack(a))
    local x2, y2 = self:place(table.unpack(b))
    strokes.add(x1, y1, x2, y2)
  end
  local far, index = { self.far.x, self.far.y, self.far.z }, { x = 1, y = 2, z = 3 }
  local function on(values) -- a place: the far walls, but for the sides given
    return { values[1] or far[1], values[2] or far[2], values[3] or far[3] }
  end
  for axis, edge in pairs(self:edges()) do
    local k = index[axis]
    local dx, dy = self:outwards(axis, edge)
    for _, v in ipairs((self:ticks(axis, edge))) do
      local t = self:fraction(axis, v)
      for other = 1, 3 do
        if other ~= k and with_grid then line(grid, on { [k] = t, [other] = 0 }, on { [k] = t, [other] = 1 }) end
      end
      local px, py = self:place(between(edge, t))
      frame.add(px, py, px + dx * TICK, py + dy * TICK)
    end
    for _, c in ipairs { { 0, 0 }, { 0, 1 }, { 1, 0 } } do -- the edges along this axis that touch a far wall
      local i, j = k % 3 + 1, (k + 1) % 3 + 1
      local a, b = { [k] = 0 }, { [k] = 1 }
      a[i], a[j] = math.abs(far[i] - c[1]), math.abs(far[j] - c[2])
      b[i], b[j] = a[i], a[j]
      line(frame, a, b)
    end
  end
end

--- The points of the surface: pixels, depth (towards the eye) and height; NaN outside of the limits.
---@return any points float64 tensor [h, w, 4], contiguous
function Box:points()
  local s = self.axes.hints.space
  local h, w = s.z.shape[1], s.z.shape[2]
  local fx = self:fraction("x", s.x):reshape(1, w):expand(h, w)
  local fy = self:fraction("y", s.y):reshape(h, 1):expand(h, w)
  local fz = self:fraction("z", s.z)
  local inside = fz:isfinite()
  for _, f in ipairs { fx, fy, fz } do inside = inside:logical_and(f:ge(-1e-9)):logical_and(f:le(1 + 1e-9)) end
  local u, v, depth = self:view(fx, fy, inside:where(fz, 0))
  return data.mesh { u * self.scale + self.x, v * -self.scale + self.y, inside:where(depth, 0 / 0), s.z }
end

--- The box of a panel's surface, within the panel's rectangle together with its labels.
---@param axes latent.plot.Axes
---@param m table metrics
---@return latent.plot.Box
function Box.new(axes, m)
  local s = axes.hints.space
  local elev, azim = math.rad(s.elev), math.rad(s.azim)
  local self = setmetatable({ axes = axes, cos_e = math.cos(elev),
    sin_e = math.sin(elev), cos_a = math.cos(azim), sin_a = math.sin(azim) }, Box)
  self.far = { x = self.cos_a > 0 and 0 or 1, y = self.sin_a > 0 and 0 or 1, z = elev >= 0 and 0 or 1 }
  self:fit(axes.x, axes.y, axes.w, axes.h)
  if axes.shown then self:leave_room(axes.x, axes.y, axes.w, axes.h, m) end
  return self
end

return Box
