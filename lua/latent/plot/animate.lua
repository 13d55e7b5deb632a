--- Animations: a figure drawn over and over, saved as GIF or HTML, or played.
local Axes = require "latent.plot.axes"
local Figure = require "latent.plot.figure"
local core = require "latent.core"
local errors = require "latent.errors"
local file = require "latent.plot.file"
local gif = require "latent.plot.gif"
local gnuplot = require "latent.plot.gnuplot"
local metrics = require "latent.plot.metrics"
local page = require "latent.plot.page"
local progress = require "latent.progress"
local scene = require "latent.plot.scene"
local show = require "latent.plot.show"

--- An animation, as la.plot.animate makes it.
--- Example: la.plot.animate({1, 2}, function(fig, _, y) fig:hline(y) end).n
---@class latent.plot.Animation
---@field n integer number of frames
---@field fps number
local Animation = {}
Animation.__index = Animation

local MOST_FRAMES = 10000

--- The limits of each panel over all frames, so that the axes stand still.
local function limits_of_all(frames, count)
  local fixed = {}
  for i = 1, count do
    fixed[i] = {}
    for _, axis in ipairs { "x", "y", "z" } do
      local lo, hi = math.huge, -math.huge
      for _, frame in ipairs(frames) do
        local panel = frame.panels[i]
        if panel.touched then
          local lim = Axes.limits(panel, axis)
          lo, hi = math.min(lo, lim[1], lim[2]), math.max(hi, lim[1], lim[2])
        end
      end
      if lo < hi then fixed[i][axis] = { lo, hi } end
    end
  end
  return fixed
end

--- Make an animation. `draw` is called once for each frame with an empty figure.
---
--- The axes have the same limits in all frames: those that show everything, unless `draw` sets them.
--- Example:
---     local movie = la.plot.animate(3, function(fig, i) fig:line({0, i, 0}) end, {width = 320, height = 200})
---     movie:save("movie.gif")
---@param frames integer|any[] how many, or a list with an item for each
---@param draw fun(fig: latent.plot.Figure, i: integer, item: any)
---@param opts? table fps (frames in a second, 5), loop (true: begin again at the end), and the options of la.plot.figure
---@return latent.plot.Animation
local function new(frames, draw, opts)
  local n = type(frames) == "table" and #frames or frames
  if math.type(n) ~= "integer" or n < 1 or n > MOST_FRAMES then
    errors.raise(("plot.animate: the number of frames must be from 1 to %d, got %s"):format(MOST_FRAMES, tostring(n)))
  end
  if type(draw) ~= "function" then errors.raise("plot.animate: expected a function that draws a frame") end
  if opts ~= nil and type(opts) ~= "table" then errors.raise("plot.animate: options must be a table") end
  local own = { fps = 5, loop = true }
  local given = {}
  for name, value in pairs(opts or {}) do
    if own[name] ~= nil then own[name] = value else given[name] = value end
  end
  if type(own.fps) ~= "number" or not (own.fps > 0 and own.fps <= 100) then
    errors.raise(("plot.animate: fps must be a number above 0, at most 100, got %s"):format(tostring(own.fps)))
  end
  local figure = Figure.new(given)
  local self = setmetatable({ n = n, fps = own.fps, loop = own.loop, figure = figure, frames = {} }, Animation)
  for i in progress(n, { label = "frames" }) do
    figure:clear()
    draw(figure, i, type(frames) == "table" and frames[i] or nil)
    self.frames[i] = { panels = figure.panels, shared = figure.shared }
  end
  figure.fixed_limits = limits_of_all(self.frames, figure.rows * figure.cols)
  figure.frames = self.frames
  figure.legend_places = {}
  return self
end

--- The figure as it is in one frame.
--- Example:
---     local movie = la.plot.animate(3, function(fig, i) fig:line({0, i, 0}) end, {width = 320, height = 200})
---     movie:frame(2)
---@param i integer
---@return latent.plot.Figure
function Animation:frame(i)
  local frame = self.frames[i]
  self.figure.panels = frame.panels
  self.figure.shared = frame.shared
  return self.figure
end

local function scenes(self)
  local list = {}
  for i = 1, self.n do
    local figure = self:frame(i)
    list[i] = scene.build(figure, metrics, figure.width, figure.height)
  end
  return list
end

--- Cut a stream of PNG pictures apart.
local function split_pngs(stream)
  local list, at = {}, 1
  while at <= #stream do
    local from = at
    at = at + 8
    repeat
      local size, kind = string.unpack(">I4c4", stream, at)
      at = at + 12 + size
    until kind == "IEND"
    list[#list + 1] = stream:sub(from, at - 1)
  end
  return list
end

--- The frames as PNG pictures.
--- Example:
---     local movie = la.plot.animate(3, function(fig, i) fig:line({0, i, 0}) end, {width = 320, height = 200})
---     #movie:pngs()
---@return string[]
function Animation:pngs()
  return split_pngs(gnuplot.draw("plot.animate", "png", scenes(self)))
end

--- Write the animation: .gif, or .html with buttons for play, pause and single steps, in one file.
--- Example:
---     local movie = la.plot.animate(3, function(fig, i) fig:line({0, i, 0}) end, {width = 320, height = 200})
---     movie:save("movie.html")
---@param path string
---@return latent.plot.Animation self
function Animation:save(path)
  local format = file.format("plot.animate", path, { "gif", "html" })
  file.write("plot.animate", path, function()
    local write = format == "html" and page.write or gif.write
    return write(self:pngs(), self.fps, self.loop)
  end)
  return self
end

local function play_text(self)
  local height = 0
  for i = 1, self.n do
    local started = core.host.clock()
    height = show.print(show.lines(self:frame(i)), height)
    if i < self.n then core.process.sleep(math.max(0, 1 / self.fps - (core.host.clock() - started))) end
  end
end

local function play_graphics(self, target)
  local pictures = target == "kitty" and self:pngs() or nil
  for i = 1, self.n do
    local started = core.host.clock()
    local picture = pictures and show.kitty(pictures[i])
      or gnuplot.draw("plot.animate", "sixel", { scene.build(self:frame(i), metrics, self.figure.width,
        self.figure.height) })
    io.stdout:write("\0277", picture, i < self.n and "\0278" or "\n")
    io.stdout:flush()
    if i < self.n then core.process.sleep(math.max(0, 1 / self.fps - (core.host.clock() - started))) end
  end
end

local function play_window(self, target)
  local chunks = gnuplot.script(target, scenes(self), "", ("pause %.3f"):format(1 / self.fps))
  gnuplot.run("plot.animate", chunks, gnuplot.timeout + self.n / self.fps, target)
end

--- Play the animation once in the terminal or in a window; without either, write a numbered file and
--- print its path.
--- Example:
---     local movie = la.plot.animate(3, function(fig, i) fig:line({0, i, 0}) end, {width = 320, height = 200})
---     movie:show()
---@return latent.plot.Animation self
function Animation:show()
  local target = show.target()
  if target == "text" then
    play_text(self)
  elseif target == "kitty" or target == "sixel" then
    play_graphics(self, target)
  elseif target == "file" then
    local path = show.numbered "gif"
    self:save(path)
    print(path)
  elseif target ~= "none" then
    play_window(self, target)
  end
  return self
end

return new
