--- vline: vertical lines across the whole panel.
local data = require "latent.plot.data"
local options = require "latent.options"
local style = require "latent.plot.style"

local OPTIONS = { color = options.NONE, linewidth = 2, linestyle = "-", alpha = 1, label = options.NONE }

--- Draw a vertical line from edge to edge at each place.
--- Example: la.plot.figure():line({1, 3, 2}):vline(2, {linestyle = "--", label = "turn"})
---@param x number|number[]|any one place, a list, or a tensor [n]
---@param opts? {color: any, linewidth: number, linestyle: string, alpha: number, label: string}
---@return latent.plot.Panel self
return function(panel, x, opts)
  local where = "plot.vline"
  local o = style.options(where, opts, OPTIONS)
  local places = data.vector(where, x)
  local pen = style.pen(panel, where, o)
  for _, place in ipairs(data.finite_list(places)) do
    panel:add { kind = "vline", at = place, pen = pen, xs = { places }, ys = {} }
  end
  panel.touched = true
  panel:add_entry(o.label, { line = pen })
  return panel
end
