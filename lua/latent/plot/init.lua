--- Pictures: figures of panels with lines, points, bars, images and more, drawn by gnuplot under
--- matplotlib's names.
---
---     local fig = la.plot.figure{title = "Heights", xlabel = "x (cm)", ylabel = "p(x)"}
---     fig:hist(x, {bins = 20, density = true, label = "data"})
---     fig:line(grid, density, {label = "fit"})
---     fig:save "heights.svg"
---
--- docs/plots.md is the guide, with the call for each plot of the tutorials.

-- How a figure becomes a picture: kinds/*.lua turn calls into marks (marks.lua) of panels (panel.lua);
-- layout.lua, axes.lua, ticks.lua and legend.lua find places for everything; scene.lua makes of it a
-- list of shapes in pixels; gnuplot.lua or terminal.lua draw that.
local Figure = require "latent.plot.figure"
local color = require "latent.plot.color"
local colormap = require "latent.plot.colormap"

local plot = {}

plot.figure = Figure.new
plot.animate = require "latent.plot.animate"
plot.live = require "latent.plot.live"

--- Colours that differ as much as they can.
--- Example: la.plot.palette(3)
---@param n? integer how many (10)
---@param name? string "colorblind" (the default, which colour-blind people can tell apart), "deep",
---  "tab10", "tab20", "set1", "paired", or a colour map such as "viridis"
---@return string[] colors "#RRGGBB"
function plot.palette(n, name)
  local list = {}
  for i, rgb in ipairs(colormap.colors("plot.palette", name or "colorblind", n or 10)) do list[i] = color.hex(rgb) end
  return list
end

return plot
