--- fill: a polygon; with two curves, the area between them.
local between = require "latent.plot.kinds.fill_between"
local color = require "latent.plot.color"
local data = require "latent.plot.data"
local options = require "latent.options"
local style = require "latent.plot.style"

local OPTIONS = { color = options.NONE, alpha = 1, label = options.NONE, edgecolor = options.NONE,
  linewidth = 1 }

--- Fill the polygon with these corners. With `fill(x, y1, y2)`, y2 a number or a curve, it is
--- fill_between.
--- Example: la.plot.figure():fill({0, 2, 1}, {0, 0, 2}, {alpha = 0.3})
---@param x number[]|any tensor [n]
---@param y number[]|any tensor [n]
---@param opts? {color: any, alpha: number, label: string, edgecolor: any, linewidth: number}
---@return latent.plot.Panel self
---@param more? table options of fill_between
return function(panel, x, y, opts, more)
  local where = "plot.fill"
  if type(opts) == "number" or data.is_data(opts) then
    return between(panel, x, y, opts, more)
  end
  local o = style.options(where, opts, OPTIONS)
  x, y = data.pair(where, x, y)
  if not data.extent(x) or not data.extent(y) then return panel:warn_empty(where) end
  local fill = { color = style.color(panel, where, o.color),
    alpha = style.number(where, "alpha", o.alpha, 0, 1) }
  panel:add { kind = "polygon", x = x, y = y, fill = fill, xs = { x }, ys = { y } }
  if o.edgecolor then
    local cx, cy = data.cat({ x, x[{ { 1, 1 } }] }, 1), data.cat({ y, y[{ { 1, 1 } }] }, 1)
    panel:add { kind = "path", x = cx, y = cy, xs = {}, ys = {},
      pen = { color = color.parse(where, o.edgecolor), width = o.linewidth, alpha = o.alpha } }
  end
  panel:add_entry(o.label, { box = fill })
  return panel
end
