--- image: a tensor as a picture.
local errors = require "latent.errors"
local options = require "latent.options"
local raster = require "latent.plot.raster"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { cmap = "grey", vmin = NONE, vmax = NONE, center = NONE, extent = NONE,
  origin = "upper", colorbar = false, colorbar_label = NONE }

local function extent(where, o, h, w)
  local e = o.extent
  if e == nil then return { 0.5, w + 0.5, 0.5, h + 0.5 } end
  if type(e) ~= "table" or #e ~= 4 then errors.raise(where .. ": extent must be {left, right, bottom, top}") end
  for i = 1, 4 do
    if type(e[i]) ~= "number" or e[i] - e[i] ~= 0 then errors.raise(where .. ": extent must hold finite numbers") end
  end
  if e[1] >= e[2] or e[3] >= e[4] then errors.raise(where .. ": extent: left < right and bottom < top are needed") end
  return e
end

--- Draw an image. Row 1 is on top; pixel (i, j) is the square around x = j, y = i.
--- Example:
---     local x = la.linspace(0, 6, 64)
---     local waves = x:sin():reshape(64, 1) * x:cos()
---     la.plot.figure{axis = false}:image(waves, {cmap = "rdbu", center = 0, colorbar = true})
---@param t any tensor [h, w] of numbers, or [h, w, 3] or [h, w, 4] of colours (uint8, or floats in 0..1)
---@param opts? {cmap: string, vmin: number, vmax: number, center: number, extent: number[], origin: string, colorbar: boolean, colorbar_label: string}
---  cmap "grey", "viridis", "rdbu", ..., or "set1", "tab10" for class ids; vmin and vmax are the values
---  at its ends (the smallest and largest), center the one in its middle; extent {left, right, bottom,
---  top} in data units; origin "lower" puts row 1 at the bottom
---@return latent.plot.Panel self
return function(panel, t, opts)
  local where = "plot.image"
  local o = style.options(where, opts, OPTIONS)
  style.word(where, "origin", o.origin, { "upper", "lower" })
  local rgb, bar = raster.image(where, t, o)
  local h, w = rgb.shape[1], rgb.shape[2]
  local e = extent(where, o, h, w)
  local down = o.origin == "upper" and o.extent == nil
  local top, bottom = e[4], e[3]
  if down or o.origin == "lower" then top, bottom = e[3], e[4] end -- y of the first and last row's edge
  panel:add { kind = "image", rgb = rgb, x1 = e[1], x2 = e[2], y1 = top, y2 = bottom,
    xs = { e[1], e[2] }, ys = { e[3], e[4] }, sticky_x = { e[1], e[2] }, sticky_y = { e[3], e[4] } }
  raster.set_axes(panel, down)
  panel.hints.whole = o.extent == nil
  if o.extent == nil then panel.hints.aspect = "equal" end
  if o.colorbar and bar then
    bar.label = o.colorbar_label
    panel.colorbar = bar
  end
  return panel
end
