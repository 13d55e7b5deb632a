--- hist: how many numbers fall into each of many bins.
local color = require "latent.plot.color"
local data = require "latent.plot.data"
local histogram = require "latent.plot.histogram"
local options = require "latent.options"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = {
  bins = 10, range = NONE, density = false, cumulative = false, histtype = "bar", color = NONE,
  facecolor = NONE, edgecolor = NONE, linewidth = NONE, alpha = 1, label = NONE,
}

local function heights(counts, edges, o)
  local total, sum = 0, 0
  for k = 1, #counts do total = total + counts[k] end
  local list = {}
  for k = 1, #counts do
    sum = sum + counts[k]
    if o.cumulative then
      list[k] = o.density and sum / math.max(total, 1) or sum
    else
      list[k] = o.density and counts[k] / math.max(total, 1) / (edges[k + 1] - edges[k]) or counts[k]
    end
  end
  return list
end

--- The outline of all bars together.
local function outline(tops, edges)
  local x, y = { edges[1] }, { 0 }
  for k = 1, #tops do
    x[#x + 1], y[#y + 1] = edges[k], tops[k]
    x[#x + 1], y[#y + 1] = edges[k + 1], tops[k]
  end
  x[#x + 1], y[#y + 1] = edges[#edges], 0
  return data.from_list(x), data.from_list(y)
end

local function draw(panel, tops, edges, fill, o)
  local x, y = outline(tops, edges)
  local reach = { xs = { x }, ys = { y }, sticky_y = { 0 } }
  local function add(mark)
    for name, value in pairs(reach) do mark[name] = value end
    panel:add(mark)
  end
  if o.histtype == "bar" then
    local lower, upper = {}, {}
    for k = 1, #tops do lower[k], upper[k] = edges[k], edges[k + 1] end
    local y2 = data.from_list(tops)
    add { kind = "boxes", x1 = data.from_list(lower), x2 = data.from_list(upper), y1 = y2 * 0, y2 = y2,
      fill = fill }
    return
  end
  if o.histtype == "stepfilled" then
    add { kind = "polygon", x = x, y = y, fill = { color = fill.color, alpha = fill.alpha } }
  end
  local edge = fill.edge or (o.histtype == "step" and fill.color)
  if edge then
    add { kind = "path", x = x, y = y,
      pen = { color = edge, width = fill.edgewidth, alpha = o.histtype == "step" and fill.alpha or 1 } }
  end
end

--- Draw a histogram.
--- Example:
---     local fig = la.plot.figure()
---     local heights, edges = fig:hist(la.randn(1000), {bins = 20, density = true})
---     print(#heights, #edges)
---     return fig
---@param x number[]|any tensor or list; what is not finite is left out
---@param opts? {bins: any, range: number[], density: boolean, cumulative: boolean, histtype: string, color: any, facecolor: any, edgecolor: any, linewidth: number, alpha: number, label: string}
---  bins how many (10) or their edges; range {lo, hi}; density = true makes the area 1; histtype "bar",
---  "step" (an outline) or "stepfilled"
---@return any heights float64 tensor [bins] of counts or densities
---@return any edges float64 tensor [bins + 1]
return function(panel, x, opts)
  local where = "plot.hist"
  local o = style.options(where, opts, OPTIONS)
  style.word(where, "histtype", o.histtype, { "bar", "step", "stepfilled" })
  local values = data.finite_list(data.vector(where, x))
  if #values == 0 then panel:warn_empty(where) end
  local edges = histogram.edges(where, o.bins, #values > 0 and values or { 0, 1 }, o.range)
  local tops = heights(histogram.counts(values, edges, not data.is_data(o.bins)), edges, o)
  local fill = {
    color = style.color(panel, where, o.facecolor or o.color),
    alpha = style.number(where, "alpha", o.alpha, 0, 1),
    edge = o.edgecolor and o.edgecolor ~= "none" and color.parse(where, o.edgecolor) or nil,
    edgewidth = style.number(where, "linewidth",
      o.linewidth or (o.histtype == "step" and 2 or 1), 0, 100),
    plain = o.edgecolor == "none",
  }
  if #values > 0 then
    draw(panel, tops, edges, fill, o)
    panel:add_entry(o.label, o.histtype == "step"
      and { line = { color = fill.edge or fill.color, width = fill.edgewidth, alpha = fill.alpha } } or { box = fill })
  end
  return data.from_list(tops), data.from_list(edges)
end
