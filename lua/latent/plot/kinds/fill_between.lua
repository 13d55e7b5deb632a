--- fill_between: the area between two curves.
local data = require "latent.plot.data"
local errors = require "latent.errors"
local options = require "latent.options"
local style = require "latent.plot.style"

local OPTIONS = { color = options.NONE, alpha = 0.3, label = options.NONE }

--- Shade the area between two curves over the same x.
--- Example:
---     local x = la.linspace(0, 6, 60)
---     la.plot.figure():fill_between(x, x:sin() - 0.2, x:sin() + 0.2, {alpha = 0.3}):line(x, x:sin())
---@param x number[]|any tensor [n]
---@param y1 number[]|any tensor [n]
---@param y2? number|number[]|any one number (0) or tensor [n]
---@param opts? {color: any, alpha: number, label: string}
---@return latent.plot.Panel self
return function(panel, x, y1, y2, opts)
  local where = "plot.fill_between"
  local o = style.options(where, opts, OPTIONS)
  x, y1 = data.pair(where, x, y1)
  local n = x:numel()
  y2 = data.vector(where, y2 or 0)
  if y2:numel() ~= n and y2:numel() ~= 1 then
    errors.raise(("%s: x has %d numbers, y2 has %d"):format(where, n, y2:numel()))
  end
  local flat = y2:numel() == 1 and y2[1]
  if not data.extent(x) or not data.extent(y1) then return panel:warn_empty(where) end
  if y2:numel() ~= n then y2 = y2:expand(n):contiguous() end
  local fill = { color = style.color(panel, where, o.color),
    alpha = style.number(where, "alpha", o.alpha, 0, 1) }
  panel:add { kind = "area", x = x, y1 = y1, y2 = y2, fill = fill, xs = { x }, ys = { y1, y2 },
    sticky_y = { flat == 0 and 0 or nil } }
  panel:add_entry(o.label, { box = fill })
  return panel
end
