--- boxplot: median, quartiles, whiskers and outliers of samples.
local color = require "latent.plot.color"
local data = require "latent.plot.data"
local options = require "latent.options"
local samples = require "latent.plot.samples"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { labels = NONE, positions = NONE, widths = 0.6, whis = 1.5, showfliers = true,
  color = NONE, alpha = 1, label = NONE }

local INK = 0x404040

local function lines(panel, x, y, width)
  panel:add { kind = "path", x = data.from_list(x), y = data.from_list(y),
    pen = { color = INK, width = width, alpha = 1 }, xs = {}, ys = { data.from_list(y) } }
end

local function draw(panel, at, half, s, fill)
  local gap = 0 / 0
  local x1, x2 = data.from_list { at - half }, data.from_list { at + half }
  panel:add { kind = "boxes", x1 = x1, x2 = x2, y1 = data.from_list { s.q1 }, y2 = data.from_list { s.q3 },
    fill = fill, xs = { x1, x2 }, ys = {} }
  local cap = half / 2
  lines(panel, { at, at, gap, at, at, gap, at - cap, at + cap, gap, at - cap, at + cap },
    { s.low, s.q1, gap, s.q3, s.high, gap, s.low, s.low, gap, s.high, s.high }, 1.5)
  lines(panel, { at - half, at + half }, { s.median, s.median }, 2)
end

--- Draw a box for each sample.
--- Example: la.plot.figure():boxplot(la.randn(100, 3), {labels = {"a", "b", "c"}})
---@param x any a list of vectors, a tensor [n, k] whose columns are samples, or one vector
---@param opts? {labels: string[], positions: number[], widths: number, whis: number, showfliers: boolean, color: any, alpha: number, label: string}
---  widths of the boxes in data units; whis: how far whiskers reach, in distances of the quartiles
---@return latent.plot.Panel self
return function(panel, x, opts)
  local where = "plot.boxplot"
  local o = style.options(where, opts, OPTIONS)
  local lists, at = samples.prepare(panel, where, x, o)
  local half = style.number(where, "widths", o.widths, 0, 1e300) / 2
  style.number(where, "whis", o.whis, 0, 1e300)
  local fill, drawn
  for i, sorted in ipairs(lists) do
    if #sorted > 0 then
      local s = samples.box(sorted, o.whis)
      fill = { color = color.mix(style.color(panel, where, o.color), 0xFFFFFF, 0.2),
        alpha = style.number(where, "alpha", o.alpha, 0, 1), edge = INK, edgewidth = 1.5 }
      draw(panel, at[i], half, s, fill)
      if o.showfliers and #s.fliers > 0 then
        local fx, fy = {}, data.from_list(s.fliers)
        for k = 1, #s.fliers do fx[k] = at[i] end
        panel:add { kind = "points", x = data.from_list(fx), y = fy, thin = true, xs = {}, ys = { fy },
          marker = { shape = "D", color = INK, alpha = 0.8, size = 5 } }
      end
      drawn = true
    end
  end
  if not drawn then return panel:warn_empty(where) end
  panel:add_entry(o.label, { box = fill })
  return panel
end
