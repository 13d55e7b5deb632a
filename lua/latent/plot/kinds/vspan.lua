--- vspan: a vertical band across the whole panel.
local data = require "latent.plot.data"
local options = require "latent.options"
local style = require "latent.plot.style"

local OPTIONS = { color = options.NONE, alpha = 0.2, label = options.NONE }

--- Shade the band between two places. A NaN draws nothing.
--- Example: la.plot.figure():line({1, 3, 2}):vspan(1.5, 2.5, {label = "top"})
---@param x1 number
---@param x2 number
---@param opts? {color: any, alpha: number, label: string} alpha is 0.2 unless given
---@return latent.plot.Panel self
return function(panel, x1, x2, opts)
  local where = "plot.vspan"
  local o = style.options(where, opts, OPTIONS)
  local ends = data.from_list {
    style.place(where, "x1", x1), style.place(where, "x2", x2),
  }
  local fill = { color = style.color(panel, where, o.color),
    alpha = style.number(where, "alpha", o.alpha, 0, 1) }
  panel.touched = true
  if x1 - x1 == 0 and x2 - x2 == 0 then
    panel:add { kind = "vspan", from = math.min(x1, x2), to = math.max(x1, x2), fill = fill,
      xs = { ends }, ys = {} }
  end
  panel:add_entry(o.label, { box = fill })
  return panel
end
