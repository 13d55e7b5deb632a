--- Figures: a grid of panels that becomes one picture.
local Panel = require "latent.plot.panel"
local errors = require "latent.errors"
local file = require "latent.plot.file"
local gnuplot = require "latent.plot.gnuplot"
local metrics = require "latent.plot.metrics"
local options = require "latent.options"
local scene = require "latent.plot.scene"
local stand_ins = require "latent.docs.stand_ins"

--- A picture: a grid of panels. With one panel it has the methods of the panel too.
--- Example:
---     local fig = la.plot.figure{panels = {1, 2}, title = "Two panels"}
---     fig[1]:line({1, 3, 2})
---     fig[2]:bar({"a", "b"}, {2, 1})
---     fig
---@class latent.plot.Figure: latent.plot.Panel
---@field rows integer
---@field cols integer
---@field width integer pixels
---@field height integer
local Figure = {}

local NONE = options.NONE
local MOST_PIXELS = 10000 -- along a side
local MOST_PANELS = 400

local FIGURE = {
  width = NONE, height = NONE, panels = NONE, widths = NONE, heights = NONE, sharex = false, sharey = false,
}
local OPTIONS = {}
for name, default in pairs(FIGURE) do OPTIONS[name] = default end
for name in pairs(Panel.DEFAULTS) do OPTIONS[name] = NONE end

local function check_size(name, value, fallback)
  value = value or fallback
  if type(value) ~= "number" or value ~= value // 1 or value < 16 or value > MOST_PIXELS then
    errors.raise(("plot.figure: %s must be a whole number of pixels from 16 to %d, got %s")
      :format(name, MOST_PIXELS, tostring(value)))
  end
  return math.tointeger(value)
end

local function check_panels(panels)
  if panels == nil then return 1, 1 end
  local rows, cols = 1, panels
  if type(panels) == "table" then rows, cols = panels[1], panels[2] or 1 end
  for _, n in ipairs { rows, cols } do
    if math.type(n) ~= "integer" or n < 1 or rows * cols > MOST_PANELS then
      errors.raise(("plot.figure: panels must be {rows, columns}, at most %d in all"):format(MOST_PANELS))
    end
  end
  return rows, cols
end

local function check_ratios(name, list, n)
  if list == nil then return nil end
  local good = type(list) == "table" and #list == n
  for i = 1, good and n or 0 do
    good = good and type(list[i]) == "number" and list[i] > 0 and list[i] < math.huge
  end
  if not good then errors.raise(("plot.figure: %s must hold %d positive numbers"):format(name, n)) end
  return list
end

--- What calls the method of the only panel, and returns the figure where that returns the panel.
local function forward(key, method)
  local function call(receiver, ...)
    if getmetatable(receiver) ~= Figure then errors.raise(("plot: call it with a colon: fig:%s(...)"):format(key)) end
    if receiver.rows * receiver.cols > 1 then
      errors.raise(("plot.%s: the figure has %d x %d panels: use fig:panel(i):%s(...)")
        :format(key, receiver.rows, receiver.cols, key))
    end
    local panel = receiver:panel(1)
    local results = table.pack(method(panel, ...))
    if results[1] == panel then return receiver end
    return table.unpack(results, 1, results.n)
  end
  stand_ins[call] = method
  return call
end

local forwarded = {}

--- Methods and panels: fig.save, fig[2], and what draws into the only panel.
function Figure.__index(self, key)
  if Figure[key] ~= nil then return Figure[key] end
  if math.type(key) == "integer" then return self:panel(key) end
  local method = Panel[key]
  if type(method) ~= "function" or type(key) ~= "string" then return nil end
  forwarded[key] = forwarded[key] or forward(key, method)
  return forwarded[key]
end

Figure.__name = "latent.plot.Figure"

function Figure.__tostring(self)
  return ("figure of %d x %d panels, %d x %d pixels"):format(self.rows, self.cols, self.width, self.height)
end

--- Make a figure.
---
--- With one panel, `title`, `xlabel`, `ylabel` and the other settings are those of the panel; with
--- several, title and labels are shared by all and the other settings are given to each panel.
--- Example: la.plot.figure{title = "Two lines", xlabel = "x", width = 560, height = 360}:line({1, 3, 2}):line({2, 1, 3})
---@param opts? {title: string, xlabel: string, ylabel: string, width: integer, height: integer, panels: integer[], widths: number[], heights: number[], sharex: boolean, sharey: boolean, xlim: number[], ylim: number[], xscale: string, yscale: string, xticks: table, yticks: table, grid: boolean, aspect: any, axis: boolean, legend: any}
---  width and height of the picture in pixels (720 x 450 for one panel); panels {rows, columns};
---  widths and heights: proportions of the columns and rows; sharex and sharey: the same limits in
---  all panels
---@return latent.plot.Figure
local function new(opts)
  local o = options.check("plot.figure", opts, OPTIONS)
  local rows, cols = check_panels(o.panels)
  local self = setmetatable({}, Figure)
  self.rows = rows
  self.cols = cols
  self.width = check_size("width", o.width, math.min(rows * cols == 1 and 720 or 120 + 380 * cols, 2400))
  self.height = check_size("height", o.height, math.min(rows * cols == 1 and 450 or 60 + 310 * rows, 2400))
  self.widths = check_ratios("widths", o.widths, cols)
  self.heights = check_ratios("heights", o.heights, rows)
  self.sharex = o.sharex
  self.sharey = o.sharey
  local settings = {}
  for name in pairs(Panel.DEFAULTS) do settings[name] = o[name] end
  self.given = settings
  self:clear()
  return self
end

--- Forget what was drawn: as after la.plot.figure with the same options.
--- Example:
---     local fig = la.plot.figure{title = "Again"}:line({1, 3, 2})
---     fig:clear():line({3, 1, 2})
---@return latent.plot.Figure self
function Figure:clear()
  self.panels = {}
  self.shared = {}
  local settings = self.given
  if self.rows * self.cols > 1 then
    self.shared = { title = settings.title, xlabel = settings.xlabel, ylabel = settings.ylabel }
  end
  for i = 1, self.rows * self.cols do
    local panel = Panel.new()
    for name, value in pairs(settings) do
      if self.shared[name] == nil then panel:assign(name, value) end
    end
    panel.touched = false
    self.panels[i] = panel
  end
  return self
end

--- One panel, counted row by row: fig:panel(i), fig:panel(row, column), or fig[i].
--- Example:
---     local fig = la.plot.figure{panels = {2, 2}}
---     fig:panel(2, 1):line({1, 3, 2})
---     fig[4]:hline(1)
---     fig
---@param i integer
---@param col? integer
---@return latent.plot.Panel
function Figure:panel(i, col)
  local n = self.rows * self.cols
  local index = i
  if col ~= nil and math.type(i) == "integer" and math.type(col) == "integer" then
    index = col >= 1 and col <= self.cols and (i - 1) * self.cols + col or 0
  end
  if math.type(index) ~= "integer" or index < 1 or index > n then
    errors.raise(("plot: no panel %s: the figure has %d x %d"):format(
      col and ("(%s, %s)"):format(tostring(i), tostring(col)) or tostring(i), self.rows, self.cols))
  end
  return self.panels[index]
end

--- A title over all panels.
--- Example: la.plot.figure{panels = {1, 2}}:suptitle("Over both")
---@param words string
---@return latent.plot.Figure self
function Figure:suptitle(words)
  self.shared.title = words
  return self
end

--- The title of the figure: over all panels, or of its only one.
--- Example: la.plot.figure():line({1, 3, 2}):title("A line")
---@param words string
---@return latent.plot.Figure self
function Figure:title(words)
  if self.rows * self.cols > 1 then return self:suptitle(words) end
  self.panels[1]:title(words)
  return self
end

--- The label below all panels, or below the only one.
--- Example: la.plot.figure():line({1, 3, 2}):xlabel("step")
---@param words string
---@return latent.plot.Figure self
function Figure:xlabel(words)
  if self.rows * self.cols > 1 then self.shared.xlabel = words else self.panels[1]:xlabel(words) end
  return self
end

--- The label left of all panels, or left of the only one.
--- Example: la.plot.figure():line({1, 3, 2}):ylabel("loss")
---@param words string
---@return latent.plot.Figure self
function Figure:ylabel(words)
  if self.rows * self.cols > 1 then self.shared.ylabel = words else self.panels[1]:ylabel(words) end
  return self
end

--- Where things are, for whoever wants to add to the picture: the rectangle of each used panel in
--- pixels and its limits.
--- Example:
---     local axes = la.plot.figure():line({1, 3, 2}):layout()[1]
---     print(axes.xlim[1], axes.xlim[2], axes:px(2) > axes:px(1))
---@return latent.plot.Axes[] axes with fields x, y, w, h, xlim, ylim and methods px(value), py(value)
function Figure:layout()
  local list = {}
  for i, view in ipairs(scene.build(self, metrics, self.width, self.height).views) do list[i] = view.axes end
  return list
end

--- The picture as bytes.
--- Example: la.plot.figure():line({1, 3, 2}):render("png"):sub(2, 4)
---@param format "png"|"svg"|"pdf"
---@return string
function Figure:render(format)
  local built = scene.build(self, metrics, self.width, self.height)
  return gnuplot.draw("plot.save", format, { built })
end

--- Show the picture: in a window, in the terminal, or as a numbered file (see latent/plot/show.lua).
--- Example: la.plot.figure():line({1, 3, 2}):show()
---@return latent.plot.Figure self
function Figure:show()
  require("latent.plot.show").figure(self)
  return self
end

--- Write the picture to a file; the ending chooses the format: .png, .svg or .pdf.
---
--- Errors: an unknown ending, a folder that cannot be written, gnuplot missing or failing.
--- Example: la.plot.figure():line({1, 3, 2}):save("line.svg")
---@param path string
---@return latent.plot.Figure self
function Figure:save(path)
  local format = file.format("plot.save", path, { "png", "svg", "pdf" })
  file.write("plot.save", path, function() return self:render(format) end)
  return self
end

Figure.new = new

-- For completion, which runs no __index function: what a figure with one panel can do.
Figure.__methods = {}
for _, class in ipairs { Figure, Panel } do
  for name, member in pairs(class) do
    if type(member) == "function" and Figure.__methods[name] == nil then Figure.__methods[name] = member end
  end
end

return Figure
