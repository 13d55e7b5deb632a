--- One panel of a figure: what is drawn in it, and its axes.
---
--- Methods that draw (`line`, `scatter`, ... : one a file in latent/plot/kinds) add marks: the few
--- simple shapes that the layout and the backends know (path, points, area, polygon, boxes, image,
--- text, surface). Their coordinates are those of the data.
local errors = require "latent.errors"
local color = require "latent.plot.color"
local options = require "latent.options"
local text = require "latent.plot.text"

---@class latent.plot.Panel
local Panel = {}
Panel.__index = Panel

local NONE = options.NONE

--- The settings of a panel; each is also a method: panel:xlim(0, 1).
Panel.DEFAULTS = {
  title = NONE, xlabel = NONE, ylabel = NONE, zlabel = NONE, -- text; $..$ is markup
  xlim = NONE, ylim = NONE, zlim = NONE, -- {lo, hi}; either may be nil
  xscale = "linear", yscale = "linear", -- or "log"
  xticks = NONE, yticks = NONE, -- list of places, or {places, labels}, or {} for none
  grid = true, -- lines behind the data
  aspect = NONE, -- "equal", "auto", or the length of a unit of y in units of x
  axis = true, -- false: no frame, no ticks
  legend = NONE, -- false: none; or a table {loc =, ncol =, title =, frame =}
}

local KINDS = { "line", "scatter", "step", "bar", "hist", "fill", "fill_between", "vline", "hline",
  "vspan", "hspan", "text", "errorbar", "contour", "surface", "image", "image_grid", "heatmap",
  "boxplot", "violin" }

for _, kind in ipairs(KINDS) do Panel[kind] = require("latent.plot.kinds." .. kind) end

--- An empty panel.
---@return latent.plot.Panel
function Panel.new()
  return setmetatable({ marks = {}, entries = {}, settings = {}, colors_used = 0, touched = false },
    Panel)
end

--- A new mark on top of those there.
---@param mark table its fields are told in latent/plot/marks.lua
function Panel:add(mark)
  self.touched = true
  self.marks[#self.marks + 1] = mark
end

--- A line of the legend, if there is a label.
---@param label any
---@param sample table {line =, marker =, box =}: how it is drawn
function Panel:add_entry(label, sample)
  if label == nil then return end
  sample.label = text.line(label)
  self.entries[#self.entries + 1] = sample
end

--- The next colour of the cycle.
---@return integer rgb
function Panel:next_color()
  self.colors_used = self.colors_used + 1
  return color.cycle(self.colors_used)
end

--- Say that there was nothing to draw.
---@param where string
function Panel:warn_empty(where)
  self.touched = true
  io.stderr:write(("%s: no finite data: an empty axis is drawn\n"):format(where))
end

local function check_limits(name, v)
  local lo, hi = v[1], v[2]
  for _, bound in pairs { lo = lo, hi = hi } do
    if type(bound) ~= "number" or bound - bound ~= 0 then
      errors.raise(("plot: %s: limits must be finite numbers, got %s"):format(name, tostring(bound)))
    end
  end
  if lo == hi and lo ~= nil then errors.raise(("plot: %s: both limits are %g"):format(name, lo)) end
  return { lo, hi }
end

local function is_text(v) return type(v) == "string" or type(v) == "number" end

--- Checks of a setting's value: what it must be, and a function that says whether it is.
local RULES = {
  title = { "a string", is_text }, xlabel = { "a string", is_text },
  ylabel = { "a string", is_text }, zlabel = { "a string", is_text },
  xscale = { "'linear' or 'log'", function(v) return v == "linear" or v == "log" end },
  yscale = { "'linear' or 'log'", function(v) return v == "linear" or v == "log" end },
  grid = { "true or false", function(v) return type(v) == "boolean" end },
  axis = { "true or false", function(v) return type(v) == "boolean" end },
  aspect = { "'equal', 'auto' or a positive number", function(v)
    return v == "equal" or v == "auto" or type(v) == "number" and v > 0 and v < math.huge
  end },
  legend = { "true, false or a table", function(v) return type(v) == "table" or type(v) == "boolean" end },
  xticks = { "a table", function(v) return type(v) == "table" end },
  yticks = { "a table", function(v) return type(v) == "table" end },
}

local LEGEND = { loc = "best", ncol = 1, title = NONE, frame = true }

local function number_list(name, list)
  for i, v in ipairs(list) do
    if type(v) ~= "number" or v - v ~= 0 then
      errors.raise(("plot: %s: place %d is not a finite number"):format(name, i))
    end
  end
  return list
end

local function check_ticks(name, v)
  if type(v[1]) ~= "table" then return { number_list(name, v) } end
  local places, labels = number_list(name, v[1]), v[2]
  if labels ~= nil and (type(labels) ~= "table" or #labels ~= #places) then
    errors.raise(("plot: %s: %d places need as many labels"):format(name, #places))
  end
  return { places, labels }
end

--- Give a setting a value, after a look at it.
---@param name string one of Panel.DEFAULTS
---@param value any
function Panel:set(name, value)
  if Panel.DEFAULTS[name] == nil then options.check("plot.panel", { [name] = value }, Panel.DEFAULTS) end
  self.touched = true
  local rule = RULES[name]
  if rule and not rule[2](value) then
    errors.raise(("plot: %s must be %s, got %s"):format(name, rule[1], tostring(value)))
  elseif name:match "lim$" then
    if type(value) ~= "table" then
      errors.raise(("plot: %s must be {lo, hi}, got %s"):format(name, tostring(value)))
    end
    value = check_limits(name, value)
  elseif name:match "ticks$" then
    value = check_ticks(name, value)
  elseif name == "legend" and type(value) == "table" then
    value = options.check("plot.legend", value, LEGEND)
  end
  self.settings[name] = value
end

--- The value of a setting, or its default.
---@param name string
---@return any
function Panel:get(name)
  local value = self.settings[name]
  if value == nil and Panel.DEFAULTS[name] ~= NONE then return Panel.DEFAULTS[name] end
  return value
end

for _, name in ipairs { "title", "xlabel", "ylabel", "zlabel", "xscale", "yscale", "aspect" } do
  Panel[name] = function(self, value)
    self:set(name, value)
    return self
  end
end

for _, name in ipairs { "xlim", "ylim", "zlim" } do
  Panel[name] = function(self, lo, hi)
    if type(lo) == "table" then lo, hi = lo[1], lo[2] end
    self:set(name, { lo, hi })
    return self
  end
end

for _, name in ipairs { "xticks", "yticks" } do
  Panel[name] = function(self, places, labels)
    self:set(name, labels and { places, labels } or places)
    return self
  end
end

for _, name in ipairs { "grid", "axis", "legend" } do
  Panel[name] = function(self, value)
    if value == nil then value = true end
    self:set(name, value)
    return self
  end
end

return Panel
