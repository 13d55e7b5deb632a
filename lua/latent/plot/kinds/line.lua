--- line: points joined by straight lines.
local data = require "latent.plot.data"
local style = require "latent.plot.style"
local options = require "latent.options"

local OPTIONS = {
  color = options.NONE, linewidth = 2, linestyle = "-", alpha = 1, label = options.NONE,
  marker = options.NONE, markersize = 7, thin = true,
}

local function draw(panel, where, x, y, o, label)
  local pen = style.pen(panel, where, o)
  local sample = {}
  if not data.extent(x) or not data.extent(y) then return panel:warn_empty(where) end
  if o.linestyle ~= "none" then
    panel:add { kind = "path", x = x, y = y, pen = pen, thin = o.thin, xs = { x }, ys = { y } }
    sample.line = pen
  end
  if o.marker then
    local marker = { shape = style.marker(where, o.marker), color = pen.color, alpha = pen.alpha,
      size = style.number(where, "markersize", o.markersize, 0, 1000) }
    panel:add { kind = "points", x = x, y = y, marker = marker, thin = o.thin, xs = { x }, ys = { y } }
    sample.marker = marker
  end
  panel:add_entry(label, sample)
end

--- Draw a line through points. A NaN or an infinity leaves a gap.
---
--- `line(y)` takes 1, 2, ... for x; a matrix y [n, k] gives k lines, and then `label` may be a list.
--- Example:
---     local x = la.linspace(-6, 6, 100)
---     la.plot.figure{title = "Sigmoid"}:line(x, x:sigmoid(), {label = "$\\sigma(x)$"})
---@param x number[]|any tensor [n] or list
---@param y? number[]|any tensor [n] or [n, k]
---@param opts? {color: any, linewidth: number, linestyle: string, alpha: number, label: any, marker: string, markersize: number, thin: boolean}
---  linewidth and markersize in pixels; linestyle "-", "--", ":", "-." or "none"; marker one of
---  o . s ^ v D x + * p; thin = false draws every point even where there are more than pixels
---@return latent.plot.Panel self
return function(panel, x, y, opts)
  local where = "plot.line"
  local both = data.is_data(y) or type(y) == "number" or data.is_empty(y) and data.is_empty(x)
  if not both then x, y, opts = nil, x, opts or y end
  local o = style.options(where, opts, OPTIONS)
  if data.is_matrix(y) then
    for k, column in ipairs(data.samples(where, y)) do
      local cx, cy = data.pair(where, x, column)
      draw(panel, where, cx, cy, o, type(o.label) == "table" and o.label[k] or o.label)
    end
  else
    local cx, cy = data.pair(where, x, y)
    draw(panel, where, cx, cy, o, o.label)
  end
  return panel
end
