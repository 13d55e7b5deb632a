--- surface: a function over a plane, seen in three dimensions.
local colormap = require "latent.plot.colormap"
local data = require "latent.plot.data"
local grid = require "latent.plot.grid"
local options = require "latent.options"
local raster = require "latent.plot.raster"
local style = require "latent.plot.style"

local OPTIONS = { cmap = "viridis", elev = 30, azim = -60, linewidth = 0.5, colorbar = false,
  vmin = options.NONE, vmax = options.NONE }

--- Draw a surface. A panel holds either surfaces or plane plots.
---
--- `surface(z)` takes column and row numbers for x and y.
--- Example:
---     local x = la.linspace(-2, 2, 40)
---     local z = -x:square():reshape(1, 40) - x:square():reshape(40, 1)
---     la.plot.figure():surface(x, x, z:exp())
---@param x number[]|any tensor [w]
---@param y number[]|any tensor [h]
---@param z any tensor [h, w]
---@param opts? {cmap: string, elev: number, azim: number, linewidth: number, colorbar: boolean, vmin: number, vmax: number}
---  elev and azim: the direction of the view in degrees, as matplotlib's; linewidth of the mesh, 0 for
---  none
---@return latent.plot.Panel self
return function(panel, x, y, z, opts)
  local where = "plot.surface"
  x, y, z, opts = grid.arguments(where, x, y, z, opts)
  local o = style.options(where, opts, OPTIONS)
  if not data.extent(z) then return panel:warn_empty(where) end
  local colors = colormap.colors(where, o.cmap)
  local lo, hi = raster.limits(where, z, o)
  local mark = { kind = "surface", x = x, y = y, z = z, colors = colors,
    lo = lo, hi = hi,
    elev = style.number(where, "elev", o.elev, -90, 90),
    azim = style.number(where, "azim", o.azim, -360, 360),
    mesh = style.number(where, "linewidth", o.linewidth, 0, 20),
    xs = { x }, ys = { y }, zs = { z }, sticky_x = { data.extent(x) }, sticky_y = { data.extent(y) } }
  panel:add(mark)
  panel.hints = panel.hints or {}
  panel.hints.space = mark
  if o.colorbar then panel.colorbar = { colors = colors, lo = mark.lo, hi = mark.hi } end
  return panel
end
