--- hspan: a horizontal band across the whole panel.
local data = require "latent.plot.data"
local options = require "latent.options"
local style = require "latent.plot.style"

local OPTIONS = { color = options.NONE, alpha = 0.2, label = options.NONE }

--- Shade the band between two places. A NaN draws nothing.
--- Example: la.plot.figure():line({1, 3, 2}):hspan(2, 3)
---@param y1 number
---@param y2 number
---@param opts? {color: any, alpha: number, label: string} alpha is 0.2 unless given
---@return latent.plot.Panel self
return function(panel, y1, y2, opts)
  local where = "plot.hspan"
  local o = style.options(where, opts, OPTIONS)
  local ends = data.from_list {
    style.place(where, "y1", y1), style.place(where, "y2", y2),
  }
  local fill = { color = style.color(panel, where, o.color),
    alpha = style.number(where, "alpha", o.alpha, 0, 1) }
  panel.touched = true
  if y1 - y1 == 0 and y2 - y2 == 0 then
    panel:add { kind = "hspan", from = math.min(y1, y2), to = math.max(y1, y2), fill = fill,
      ys = { ends }, xs = {} }
  end
  panel:add_entry(o.label, { box = fill })
  return panel
end
