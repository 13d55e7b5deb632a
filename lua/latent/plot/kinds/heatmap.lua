--- heatmap: a matrix as coloured cells.
local data = require "latent.plot.data"
local errors = require "latent.errors"
local options = require "latent.options"
local raster = require "latent.plot.raster"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { cmap = "viridis", vmin = NONE, vmax = NONE, center = NONE, annot = false, fmt = "%.2g",
  colorbar = true, colorbar_label = NONE, xticklabels = NONE, yticklabels = NONE, square = false }

local MOST_ANNOTATED = 2500

local function annotate(panel, where, t, bar, fmt)
  if t:numel() > MOST_ANNOTATED then
    errors.raise(("%s: annot: %d cells are too many for numbers"):format(where, t:numel()))
  end
  if not pcall(string.format, fmt, 0.5) then errors.raise(("%s: bad fmt '%s'"):format(where, tostring(fmt))) end
  local colors, n = bar.colors, #bar.colors
  for i, row in ipairs(t:totable()) do
    for j, v in ipairs(row) do
      local at = (v - bar.lo) / (bar.hi - bar.lo)
      local rgb = at ~= at and 0xFFFFFF or colors[1 + math.floor(math.max(0, math.min(1, at)) * (n - 1))]
      panel:add { kind = "text", at = { j, i }, words = (fmt:format(v):gsub("-", "−")), coords = "data",
        color = raster.ink(rgb), size = 13, ha = "center", va = "center", rotation = 0, xs = {}, ys = {} }
    end
  end
end

local function names(panel, where, axis, labels, n)
  if labels == nil then return end
  if type(labels) ~= "table" or #labels ~= n then
    errors.raise(("%s: %slabels: expected %d names"):format(where, axis:sub(1, -2), n))
  end
  local at = {}
  for i = 1, n do at[i] = i end
  panel:assign(axis, { at, labels })
end

--- Draw a matrix as coloured cells with a colour bar. Row 1 is on top.
--- Example: la.plot.figure():heatmap({{1, 0.2}, {0.2, 1}}, {annot = true, cmap = "rdbu_r", center = 0})
---@param t any tensor [rows, columns] or a list of lists
---@param opts? {cmap: string, vmin: number, vmax: number, center: number, annot: boolean, fmt: string, colorbar: boolean, colorbar_label: string, xticklabels: string[], yticklabels: string[], square: boolean}
---  center: the value in the middle of the colour map, as 0 for cmap "rdbu_r"; annot writes each number
---  into its cell, with the format fmt; square makes cells square
---@return latent.plot.Panel self
return function(panel, t, opts)
  local where = "plot.heatmap"
  local o = style.options(where, opts, OPTIONS)
  t = data.matrix(where, t)
  local h, w = t.shape[1], t.shape[2]
  local rgb, bar = raster.image(where, t, o)
  panel:add { kind = "image", rgb = rgb, x1 = 0.5, x2 = w + 0.5, y1 = 0.5, y2 = h + 0.5,
    xs = { 0.5, w + 0.5 }, ys = { 0.5, h + 0.5 }, sticky_x = { 0.5, w + 0.5 }, sticky_y = { 0.5, h + 0.5 } }
  raster.set_axes(panel, true)
  panel.hints.aspect = o.square and "equal" or nil
  panel.hints.frame = false
  names(panel, where, "xticks", o.xticklabels, w)
  names(panel, where, "yticks", o.yticklabels, h)
  if o.annot then annotate(panel, where, t, bar, o.fmt) end
  if o.colorbar then
    bar.label = o.colorbar_label
    panel.colorbar = bar
  end
  return panel
end
