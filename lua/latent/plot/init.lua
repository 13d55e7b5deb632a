--- la.plot
local Figure = require "latent.plot.figure"
local color = require "latent.plot.color"
local colormap = require "latent.plot.colormap"

local plot = {}

plot.figure = Figure.new
plot.animate = require "latent.plot.animate"
plot.live = require "latent.plot.live"

--- Colours that differ as much as they can.
---@param n? integer how many (10)
---@param name? string "colorblind" (the default, which colour-blind people can tell apart), "deep",
---  "tab10", "set1", "paired", or a colour map such as "viridis"
---@return string[] colors "#RRGGBB"
function plot.palette(n, name)
  local list = {}
  for i, rgb in ipairs(colormap.colors("plot.palette", name or "colorblind", n or 10)) do list[i] = color.hex(rgb) end
  return list
end

return plot
