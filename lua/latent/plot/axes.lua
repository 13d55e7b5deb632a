--- Axes: a panel with its limits, its ticks and its place in the picture.
local data = require "latent.plot.data"
local text = require "latent.plot.text"
local ticks = require "latent.plot.ticks"

---@class latent.plot.Axes
---@field panel latent.plot.Panel
---@field x number left edge in pixels
---@field y number upper edge, counted downwards
---@field w number
---@field h number
---@field xlim number[] {left, right}
---@field ylim number[] {bottom, top}
---@field zlim number[] {low, high} of a surface
local Axes = {}
Axes.__index = Axes

local SMALLEST = 1e-300 -- on a logarithmic axis

local MARGIN = 0.05 -- room around the data, as a part of their extent

--- The extent of all marks along one axis.
local function extent(panel, axis, log)
  local lo, hi = math.huge, -math.huge
  for _, mark in ipairs(panel.marks) do
    for _, values in ipairs(mark[axis .. "s"] or {}) do
      local a, b = values, values
      if type(values) ~= "number" then
        a, b = data.extent(values, log)
      elseif log and values <= 0 then
        a = nil
      end
      if a then lo, hi = math.min(lo, a), math.max(hi, b) end
    end
  end
  if lo <= hi then return lo, hi end
end

local function sticks(panel, axis, value)
  for _, mark in ipairs(panel.marks) do
    for _, sticky in pairs(mark["sticky_" .. axis] or {}) do
      if sticky == value then return true end
    end
  end
  return false
end

--- Limits that show all marks, with a margin.
local function automatic(panel, axis, log)
  local lo, hi = extent(panel, axis, log)
  if not lo then
    if log then return 1, 10 end
    return 0, 1
  end
  local low_margin = sticks(panel, axis, lo) and 0 or MARGIN
  local high_margin = sticks(panel, axis, hi) and 0 or MARGIN
  if log then
    if lo == hi then return lo / 2, hi * 2 end
    local a, b = math.log(math.max(lo, SMALLEST)), math.log(hi)
    return math.max(SMALLEST, math.exp(a - low_margin * (b - a))),
      math.min(data.LARGEST, math.exp(b + high_margin * (b - a)))
  end
  local size = hi - lo
  local largest = math.max(math.abs(lo), math.abs(hi))
  if size <= largest * 1e-12 or largest < 1e-290 then -- one value
    local reach = largest < 1e-290 and 1 or largest * 0.05
    return lo - reach, hi + reach
  end
  return lo - size * low_margin, hi + size * high_margin
end

--- Limits of one axis: what the user set, the rest from the data.
---@param panel latent.plot.Panel
---@param axis "x"|"y"|"z"
---@param shared? number[] {lo, hi} instead of the data's
---@return number[] limits
function Axes.limits(panel, axis, shared)
  local log = panel:get(axis .. "scale") == "log"
  local set = panel:get(axis .. "lim") or {}
  local lo, hi
  if shared then lo, hi = shared[1], shared[2] else lo, hi = automatic(panel, axis, log) end
  local reverse = axis == "y" and panel.hints and panel.hints.reverse_y and not (set[1] and set[2])
  if set[1] and not set[2] and set[1] >= hi then hi = set[1] + math.max(1, math.abs(set[1])) end
  if set[2] and not set[1] and set[2] <= lo then lo = set[2] - math.max(1, math.abs(set[2])) end
  lo, hi = set[1] or lo, set[2] or hi
  if log then
    hi = hi > 0 and hi or 10
    lo = lo > 0 and lo or hi / 1e3
  end
  if reverse then lo, hi = hi, lo end
  return { lo, hi }
end

--- Axes without a place yet.
---@param panel latent.plot.Panel
---@param shared? table {x =, y =, z =} limits that are shared with others
---@return latent.plot.Axes
function Axes.new(panel, shared)
  shared = shared or {}
  local hints = panel.hints or {}
  local shown = panel.settings.axis
  if shown == nil then shown = hints.axis ~= false end
  return setmetatable({
    panel = panel, hints = hints, shown = shown,
    xlim = Axes.limits(panel, "x", shared.x), ylim = Axes.limits(panel, "y", shared.y),
    zlim = Axes.limits(panel, "z", shared.z),
    xlog = panel:get "xscale" == "log", ylog = panel:get "yscale" == "log",
    x = 0, y = 0, w = 100, h = 100,
  }, Axes)
end

local function along(value, lim, log)
  if log then
    if value <= 0 then return 0 / 0 end
    return math.log(value / lim[1]) / math.log(lim[2] / lim[1])
  end
  return (value - lim[1]) / (lim[2] - lim[1])
end

local function back(t, lim, log)
  if log then return lim[1] * (lim[2] / lim[1]) ^ t end
  return lim[1] + t * (lim[2] - lim[1])
end

--- Place of a value in pixels of the picture.
---@param value number
---@return number
function Axes:px(value) return self.x + self.w * along(value, self.xlim, self.xlog) end

---@param value number
---@return number
function Axes:py(value) return self.y + self.h * (1 - along(value, self.ylim, self.ylog)) end

--- Places of many values in pixels; NaN where there is none.
---@param axis "x"|"y"
---@param values any float64 tensor
---@return any float64 tensor
function Axes:pixels(axis, values)
  local lim = self[axis .. "lim"]
  local t
  if self[axis .. "log"] then
    t = (values:log() - math.log(lim[1])) / math.log(lim[2] / lim[1])
  else
    t = (values - lim[1]) / (lim[2] - lim[1])
  end
  if axis == "x" then return t * self.w + self.x end
  return t * -self.h + (self.y + self.h)
end

--- The value at a place.
---@param px number
---@return number
function Axes:from_px(px) return back((px - self.x) / self.w, self.xlim, self.xlog) end

---@param py number
---@return number
function Axes:from_py(py) return back(1 - (py - self.y) / self.h, self.ylim, self.ylog) end

local function chosen(set, lim, log)
  local lo, hi = math.min(lim[1], lim[2]), math.max(lim[1], lim[2])
  local slack = (hi - lo) * 1e-9
  local places, labels = {}, {}
  for i, v in ipairs(set[1]) do
    if v >= lo - slack and v <= hi + slack and (v > 0 or not log) then
      places[#places + 1] = v
      labels[#labels + 1] = set[2] and text.line(set[2][i]) or ticks.format(v)
    end
  end
  return { places = places, labels = labels, named = set[2] ~= nil }
end

--- Ticks of one axis for its present length.
---@param axis "x"|"y"
---@param most integer how many labels there is room for
---@return {places: number[], labels: string[], named: boolean}
function Axes:ticks(axis, most)
  local lim, log = self[axis .. "lim"], self[axis .. "log"]
  local set = self.panel:get(axis .. "ticks")
  if set then return chosen(set, lim, log) end
  local lo, hi = math.min(lim[1], lim[2]), math.max(lim[1], lim[2])
  local make = log and ticks.log or (self.hints.whole or self.hints["whole_" .. axis]) and ticks.whole
    or ticks.linear
  local places, labels = make(lo, hi, most)
  return { places = places, labels = labels, named = false }
end

return Axes
