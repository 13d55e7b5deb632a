--- One panel of a figure: what is drawn in it, and its axes.
---
--- Methods that draw (`line`, `scatter`, ... : one a file in latent/plot/kinds) add marks: the few
--- simple shapes that the layout and the backends know (path, points, area, polygon, boxes, image,
--- text, surface). Their coordinates are those of the data.
local errors = require "latent.errors"
local color = require "latent.plot.color"
local data = require "latent.plot.data"
local options = require "latent.options"
local text = require "latent.plot.text"

--- One plot of a figure, with its axes: `fig[1]`, `fig:panel(2, 1)`. What a figure with one panel does, it
--- does with that panel, so that these are also methods of such a figure.
--- Example: la.plot.figure{panels = {1, 2}}[2]:line({1, 3, 2}):title("Right")
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

Panel.line = require "latent.plot.kinds.line"
Panel.scatter = require "latent.plot.kinds.scatter"
Panel.step = require "latent.plot.kinds.step"
Panel.bar = require "latent.plot.kinds.bar"
Panel.hist = require "latent.plot.kinds.hist"
Panel.hist2d = require "latent.plot.kinds.hist2d"
Panel.fill = require "latent.plot.kinds.fill"
Panel.fill_between = require "latent.plot.kinds.fill_between"
Panel.vline = require "latent.plot.kinds.vline"
Panel.hline = require "latent.plot.kinds.hline"
Panel.vspan = require "latent.plot.kinds.vspan"
Panel.hspan = require "latent.plot.kinds.hspan"
Panel.text = require "latent.plot.kinds.text"
Panel.errorbar = require "latent.plot.kinds.errorbar"
Panel.contour = require "latent.plot.kinds.contour"
Panel.surface = require "latent.plot.kinds.surface"
Panel.image = require "latent.plot.kinds.image"
Panel.image_grid = require "latent.plot.kinds.image_grid"
Panel.heatmap = require "latent.plot.kinds.heatmap"
Panel.boxplot = require "latent.plot.kinds.boxplot"
Panel.violin = require "latent.plot.kinds.violin"

--- An empty panel.
---@private
---@return latent.plot.Panel
function Panel.new()
  return setmetatable({ marks = {}, entries = {}, settings = {}, colors_used = 0, touched = false },
    Panel)
end

--- A new mark on top of those there.
---@private
---@param mark table its fields are told in latent/plot/marks.lua
function Panel:add(mark)
  self.touched = true
  self.marks[#self.marks + 1] = mark
end

--- A line of the legend, if there is a label.
---@private
---@param label any
---@param sample table {line =, marker =, box =}: how it is drawn
function Panel:add_entry(label, sample)
  if label == nil then return end
  sample.label = text.line(label)
  self.entries[#self.entries + 1] = sample
end

--- The next colour of the cycle.
---@private
---@return integer rgb
function Panel:next_color()
  self.colors_used = self.colors_used + 1
  return color.cycle(self.colors_used)
end

--- Say that there was nothing to draw.
---@private
---@param where string
function Panel:warn_empty(where)
  self.touched = true
  io.stderr:write(("%s: no finite data: an empty axis is drawn\n"):format(where))
end

local function check_limits(name, v)
  local lo, hi = v[1], v[2]
  for _, bound in pairs { lo = lo, hi = hi } do
    if type(bound) ~= "number" or bound ~= bound or math.abs(bound) > 1e300 then
      errors.raise(("plot: %s: limits must be finite numbers, got %s"):format(name, tostring(bound)))
    end
  end
  if lo and hi and math.abs(hi - lo) <= 1e-12 * math.max(math.abs(lo), math.abs(hi), 1e-280) then
    errors.raise(("plot: %s: the limits %.17g and %.17g are too close"):format(name, lo, hi))
  end
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
  legend = { "true, false, a place or a table", function(v)
    return type(v) == "table" or type(v) == "boolean" or type(v) == "string"
  end },
  xticks = { "a table or a tensor", function(v) return type(v) == "table" or data.is_data(v) end },
  yticks = { "a table or a tensor", function(v) return type(v) == "table" or data.is_data(v) end },
}

local LEGEND = { loc = "best", ncol = 1, title = NONE, frame = true }

local function number_list(name, list)
  if type(list) ~= "table" then list = data.vector("plot: " .. name, list):totable() end
  for i, v in ipairs(list) do
    if type(v) ~= "number" or v - v ~= 0 then
      errors.raise(("plot: %s: place %d is not a finite number"):format(name, i))
    end
  end
  return list
end

local function check_ticks(name, v)
  local with_labels = type(v) == "table" and (type(v[1]) == "table" or data.is_data(v[1]))
  if not with_labels then return { number_list(name, v) } end
  local places, labels = number_list(name, v[1]), v[2]
  if labels ~= nil and (type(labels) ~= "table" or #labels ~= #places) then
    errors.raise(("plot: %s: %d places need as many labels"):format(name, #places))
  end
  return { places, labels }
end

--- Give a setting a value, after a look at it.
---@private
---@param name string one of Panel.DEFAULTS
---@param value any
function Panel:assign(name, value)
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
  elseif name == "legend" and type(value) ~= "boolean" then
    value = options.check("plot.legend", type(value) == "string" and { loc = value } or value, LEGEND)
  end
  self.settings[name] = value
end

--- The value of a setting, or its default.
---@private
---@param name string
---@return any
function Panel:get(name)
  local value = self.settings[name]
  if value == nil and Panel.DEFAULTS[name] ~= NONE then return Panel.DEFAULTS[name] end
  return value
end

--- Give several settings at once.
--- Example: la.plot.figure():line({1, 3, 2}):set{title = "A line", xlabel = "step", xlim = {0, 3}}
---@param settings table<string, any> by name, as the options of la.plot.figure
---@return latent.plot.Panel self
function Panel:set(settings)
  if type(settings) ~= "table" then errors.raise("plot: set takes a table of settings: set{title = \"...\"}") end
  for name, value in pairs(settings) do self:assign(name, value) end
  return self
end

--- The text above the panel.
--- Example: la.plot.figure():line({1, 3, 2}):title("A line")
---@param words string $..$ is markup; a line break begins a new line
---@return latent.plot.Panel self
function Panel:title(words)
  self:assign("title", words)
  return self
end

--- The text below the x axis.
--- Example: la.plot.figure():line({1, 3, 2}):xlabel("step")
---@param words string
---@return latent.plot.Panel self
function Panel:xlabel(words)
  self:assign("xlabel", words)
  return self
end

--- The text left of the y axis.
--- Example: la.plot.figure():line({1, 3, 2}):ylabel("loss")
---@param words string
---@return latent.plot.Panel self
function Panel:ylabel(words)
  self:assign("ylabel", words)
  return self
end

--- The text along the z axis of a surface.
--- Example: la.plot.figure():surface(la.eye(8)):zlabel("height")
---@param words string
---@return latent.plot.Panel self
function Panel:zlabel(words)
  self:assign("zlabel", words)
  return self
end

local function limits(lo, hi)
  if type(lo) == "table" then return lo end
  return { lo, hi }
end

--- The ends of the x axis. One that is nil follows the data; lo > hi turns the axis round.
--- Example: la.plot.figure():line({1, 3, 2}):xlim(0, 4)
---@param lo number|number[]|nil left, or both as a table
---@param hi? number right
---@return latent.plot.Panel self
function Panel:xlim(lo, hi)
  self:assign("xlim", limits(lo, hi))
  return self
end

--- The ends of the y axis. One that is nil follows the data; lo > hi turns the axis round.
--- Example: la.plot.figure():line({1, 3, 2}):ylim{0, 4}
---@param lo number|number[]|nil lower, or both as a table
---@param hi? number upper
---@return latent.plot.Panel self
function Panel:ylim(lo, hi)
  self:assign("ylim", limits(lo, hi))
  return self
end

--- The ends of the z axis of a surface.
--- Example: la.plot.figure():surface(la.eye(8)):zlim(0, 2)
---@param lo number|number[]|nil lower, or both as a table
---@param hi? number upper
---@return latent.plot.Panel self
function Panel:zlim(lo, hi)
  self:assign("zlim", limits(lo, hi))
  return self
end

--- The scale of the x axis. A logarithmic one shows what is above 0.
--- Example: la.plot.figure():line({1, 10, 100}, {1, 2, 3}):xscale("log")
---@param name "linear"|"log"
---@return latent.plot.Panel self
function Panel:xscale(name)
  self:assign("xscale", name)
  return self
end

--- The scale of the y axis. A logarithmic one shows what is above 0.
--- Example: la.plot.figure():line({1, 10, 100}):yscale("log")
---@param name "linear"|"log"
---@return latent.plot.Panel self
function Panel:yscale(name)
  self:assign("yscale", name)
  return self
end

local function tick_list(places, labels)
  if labels then return { places, labels } end
  return places
end

--- Where the x axis has its ticks.
--- Example: la.plot.figure():bar({1, 2}, {3, 5}):xticks({1, 2}, {"before", "after"})
---@param places number[]|any a list or a tensor [n]; {} for none
---@param labels? string[] a name for each place
---@return latent.plot.Panel self
function Panel:xticks(places, labels)
  self:assign("xticks", tick_list(places, labels))
  return self
end

--- Where the y axis has its ticks.
--- Example: la.plot.figure():line({1, 3, 2}):yticks{1, 2, 3}
---@param places number[]|any a list or a tensor [n]; {} for none
---@param labels? string[] a name for each place
---@return latent.plot.Panel self
function Panel:yticks(places, labels)
  self:assign("yticks", tick_list(places, labels))
  return self
end

local function shown(value)
  return value == nil or value
end

--- The lines behind the data.
--- Example: la.plot.figure():line({1, 3, 2}):grid(false)
---@param value? boolean true
---@return latent.plot.Panel self
function Panel:grid(value)
  self:assign("grid", shown(value))
  return self
end

--- Frame, ticks and grid together.
--- Example: la.plot.figure():line({1, 3, 2}):axis(false)
---@param value? boolean true; false leaves the data alone
---@return latent.plot.Panel self
function Panel:axis(value)
  self:assign("axis", shown(value))
  return self
end

--- How long a unit of y is beside a unit of x.
--- Example: la.plot.figure():line({1, 3, 2}):aspect("equal")
---@param value "equal"|"auto"|number
---@return latent.plot.Panel self
function Panel:aspect(value)
  self:assign("aspect", value)
  return self
end

--- The legend, which names each series that has a label. Without a call there is one where there are
--- labels, at a place where it covers no data (loc "best"), beside the panel if there is none.
--- Example: la.plot.figure():line({1, 3, 2}, {label = "a"}):line({2, 2, 1}, {label = "b"}):legend{loc = "upper left", ncol = 2}
---@param value? boolean|string|{loc: string, ncol: integer, title: string, frame: boolean} false: no legend; a string is the loc; loc "upper right", "upper left", "lower left", "lower right", "center left", "center right", "upper center", "lower center", "center", "outside right", "outside bottom" or "outside top"
---@return latent.plot.Panel self
function Panel:legend(value)
  self:assign("legend", shown(value))
  return self
end

return Panel
