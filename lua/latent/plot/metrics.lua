--- Sizes of the parts of a picture, in pixels. A backend with other pixels (a terminal) brings its own.
local text = require "latent.plot.text"

return {
  width = text.width, -- of a line in a size
  line = function(size) return size * 1.3 end, -- height of a line
  tick = 13, label = 14.5, title = 16, suptitle = 18, legend = 13, -- sizes of text
  gap = 6, -- between the parts
  pad = 12, -- along the edge of the picture
  between = 20, -- panels
  swatch = 26, swatch_gap = 8, legend_pad = 7, legend_gap = 18,
  bar = 14, -- width of a colour bar
  x_tick = 70, y_tick = 42, -- room that one tick takes
  ink = 5, -- fineness of the search for a legend's place
  smallest = 12, -- side of a panel
  turn = true, -- long names of ticks are turned
  legend_frame = true,
  space = true, -- surfaces are seen in three dimensions
  inset = 0, -- how far inside the panel the frame's right and lower lines are
  snap = function(v) return math.floor(v + 0.5) end, -- panels' edges to whole pixels
}
