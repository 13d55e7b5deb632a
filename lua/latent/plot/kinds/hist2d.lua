--- hist2d: how many points fall into each cell of a grid, as colours.
local colormap = require "latent.plot.colormap"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local histogram = require "latent.plot.histogram"
local options = require "latent.options"
local raster = require "latent.plot.raster"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { bins = 10, range = NONE, density = false, cmin = NONE, norm = "linear", cmap = "viridis",
  vmin = NONE, vmax = NONE, colorbar = true, colorbar_label = NONE }

--- One setting for both axes, or one for each.
local function both(where, name, value)
  if type(value) ~= "table" then return value, value end
  if #value ~= 2 then errors.raise(("%s: %s must be one value, or {x, y}"):format(where, name)) end
  return value[1], value[2]
end

--- Edges of the bins along one axis: over the range given, or that of the data.
local function edges_of(where, bins, values, range)
  if math.type(bins) ~= "integer" or bins > 2000 then
    errors.raise(where .. ": bins must be a whole number from 1 to 2000, or {x, y}")
  end
  if not range then
    local lo, hi = data.extent(values)
    lo, hi = lo or 0, hi or 1
    range = lo < hi and { lo, hi } or { lo - 0.5, hi + 0.5 }
  end
  return histogram.edges(where, bins, {}, range)
end

--- The image of counts, or of their logarithms where that is the norm; what is left out is white.
local function colored(where, shown, o)
  if o.norm == "linear" then return raster.map(where, shown, o) end
  for _, name in ipairs { "vmin", "vmax" } do
    if o[name] ~= nil then style.number(where, name, o[name], 1e-300, data.LARGEST) end
  end
  local lo, hi = data.extent(shown, true)
  lo, hi = o.vmin or lo or 1, o.vmax or hi or 10
  if hi <= lo then hi = lo * 10 end
  local colors = colormap.colors(where, o.cmap)
  local rgb = data.map_colors(shown:log(), colors, math.log(lo), math.log(hi))
  return rgb, { colors = colors, lo = lo, hi = hi, log = true }
end

--- Draw a two-dimensional histogram: how many points fall into each cell of a grid. It shows where points are
--- dense, where a scatter of very many would be one blob.
--- Example:
---     local x = la.randn(100000)
---     local y = x * 0.5 + la.randn(100000) * 0.5
---     local fig = la.plot.figure()
---     local counts, xedges, yedges = fig:hist2d(x, y, {bins = 60, cmin = 1, norm = "log"})
---     print(counts:size(1), counts:size(2), #xedges)
---     return fig
---@param x number[]|any tensor [n]; points that are not finite are left out
---@param y number[]|any tensor [n]
---@param opts? {bins: any, range: any, density: boolean, cmin: number, norm: string, cmap: string, vmin: number, vmax: number, colorbar: boolean, colorbar_label: string}
---  bins how many along each axis (10), or {x, y}; range {{left, right}, {bottom, top}}; density = true makes
---  the volume 1; cells with less than cmin stay white; norm "log" colours by the logarithm, and leaves empty
---  cells white
---@return any counts float64 tensor [bins along x, bins along y]
---@return any xedges float64 tensor [bins along x + 1]
---@return any yedges float64 tensor [bins along y + 1]
return function(panel, x, y, opts)
  local where = "plot.hist2d"
  local o = style.options(where, opts, OPTIONS)
  style.word(where, "norm", o.norm, { "linear", "log" })
  x, y = data.pair(where, x, y)
  local finite = x:isfinite():logical_and(y:isfinite())
  x, y = x[finite], y[finite]
  local bins_x, bins_y = both(where, "bins", o.bins)
  local range_x, range_y = both(where, "range", o.range)
  local xedges, yedges = edges_of(where, bins_x, x, range_x), edges_of(where, bins_y, y, range_y)
  local counts = histogram.counts2d(x, y, xedges, yedges) -- [y, x], as an image
  if o.density then
    local cell = (xedges[2] - xedges[1]) * (yedges[2] - yedges[1])
    counts = counts / (math.max(counts:sum(), 1) * cell)
  end
  local left, right, bottom, top = xedges[1], xedges[#xedges], yedges[1], yedges[#yedges]
  if x:numel() == 0 then
    panel:warn_empty(where)
  else
    local shown = counts
    if o.cmin then shown = counts:ge(style.number(where, "cmin", o.cmin, 0, data.LARGEST)):where(counts, 0 / 0) end
    if o.norm == "log" then shown = shown:gt(0):where(shown, 0 / 0) end
    local rgb, bar = colored(where, shown, o)
    panel:add { kind = "image", rgb = rgb:reshape(#yedges - 1, #xedges - 1, 3):contiguous(), x1 = left, x2 = right,
      y1 = bottom, y2 = top, xs = { left, right }, ys = { bottom, top }, sticky_x = { left, right },
      sticky_y = { bottom, top } }
    if o.colorbar then
      bar.label = o.colorbar_label
      panel.colorbar = bar
    end
  end
  return counts:transpose(1, 2):contiguous(), data.from_list(xedges), data.from_list(yedges)
end
