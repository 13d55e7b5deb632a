--- contour: lines of equal height.
local color = require "latent.plot.color"
local colormap = require "latent.plot.colormap"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local grid = require "latent.plot.grid"
local isolines = require "latent.plot.isolines"
local options = require "latent.options"
local refine = require "latent.plot.refine"
local style = require "latent.plot.style"
local ticks = require "latent.plot.ticks"

local NONE = options.NONE
local OPTIONS = { levels = 8, cmap = "viridis", color = NONE, linewidth = 1.5, linestyle = "-",
  alpha = 1, label = NONE, colorbar = false, smooth = true }

local function levels_of(where, levels, lo, hi)
  if data.is_data(levels) then return data.finite_list(data.vector(where, levels)) end
  if math.type(levels) ~= "integer" or levels < 1 or levels > 1000 then
    errors.raise(where .. ": levels must be a whole number or a list of heights")
  end
  local inside = {} -- what a level at the very bottom or top would draw are the edges of cells
  for _, level in ipairs((ticks.linear(lo, hi, levels + 1))) do
    if level > lo and level < hi then inside[#inside + 1] = level end
  end
  return inside
end

--- Draw lines of equal height.
---
--- `contour(z)` takes column and row numbers for x and y. Between the values of z the height follows
--- monotone cubics through them (Fritsch and Carlson, 1980): round lines even over a coarse grid, and none where
--- the values have none. smooth = false joins straight pieces instead.
--- Example:
---     local x = la.linspace(-2, 2, 40)
---     local z = -x:square():reshape(1, 40) - x:square():reshape(40, 1)
---     la.plot.figure{aspect = "equal"}:contour(x, x, z:exp())
---@param x number[]|any tensor [w]
---@param y number[]|any tensor [h]
---@param z any tensor [h, w]; cells with a NaN are left out
---@param opts? {levels: any, cmap: string, color: any, linewidth: number, linestyle: string, alpha: number, label: string, colorbar: boolean, smooth: boolean}
---  levels: about how many (8), or their heights; color: one colour for all lines
---@return latent.plot.Panel self
return function(panel, x, y, z, opts)
  local where = "plot.contour"
  x, y, z, opts = grid.arguments(where, x, y, z, opts)
  local o = style.options(where, opts, OPTIONS)
  local lo, hi = data.extent(z)
  if not lo then return panel:warn_empty(where) end
  local list = levels_of(where, o.levels, lo, hi > lo and hi or lo + 1)
  local colors = colormap.colors(where, o.cmap)
  local only = o.color ~= nil and color.parse(where, o.color) or nil
  local width = style.number(where, "linewidth", o.linewidth, 0, 100)
  local dash, alpha = style.dash(where, o.linestyle, width), style.number(where, "alpha", o.alpha, 0, 1)
  local first, last = list[1] or lo, list[#list] or hi
  local fx, fy, fz = x, y, z
  if o.smooth then fx, fy, fz = refine(x, y, z) end
  for k, path in ipairs(isolines.trace(fx, fy, fz, list)) do
    local t = last > first and (list[k] - first) / (last - first) or 0.5
    local pen = { color = only or colors[1 + math.floor(t * (#colors - 1) + 0.5)], width = width, dash = dash,
      alpha = alpha }
    if #path.x > 0 then
      panel:add { kind = "path", x = data.from_list(path.x), y = data.from_list(path.y), pen = pen, xs = {}, ys = {} }
    end
  end
  -- The limits are those of the grid, whatever the levels cross.
  panel:add { kind = "room", xs = { x }, ys = { y }, sticky_x = { data.extent(x) }, sticky_y = { data.extent(y) } }
  panel:add_entry(o.label, { line = { color = only or colors[#colors // 2], width = width, alpha = alpha } })
  if o.colorbar then panel.colorbar = { colors = colors, lo = first, hi = last } end
  return panel
end
