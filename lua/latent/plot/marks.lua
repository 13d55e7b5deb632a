--- Marks: the shapes that plot kinds are made of, and how they become what a backend draws.
---
--- A panel holds marks in data coordinates. Each has `kind`, and `xs`, `ys`: the tensors and numbers
--- whose extent the axes must show, with `sticky_x`, `sticky_y`: limits that get no margin.
---
---   path     x, y; pen {color, width, dash, alpha}             NaN: a gap
---   points   x, y; marker {shape, color, size, alpha}; colors  one 0xRRGGBB a point, or nil;
---                                                              density: many show it by their opacity
---   caps     x, y of a path of bars; cap {color, width, size, alpha}; vertical
---   area     x, y1, y2; fill {color, alpha}                    between two curves
---   polygon  x, y; fill
---   boxes    x1, x2, y1, y2; fill {color, alpha, edge, edgewidth, plain}; colors
---   image    rgb [h, w, 3 or 4] uint8; x1, x2, y1, y2          outer edges, y1 that of the first row
---   text     at {x, y}; words, coords, color, size, ha, va, rotation
---   vline, hline  at; pen         vspan, hspan  from, to; fill
---   surface  x, y, z; colors, lo, hi, elev, azim, mesh; zs
---   room     nothing to see: its extent counts
---
--- marks.lower turns them into path, points, area, polygon, boxes and image alone, which is what
--- backends know. Lengths (widths, sizes, dashes) are pixels everywhere.
local data = require "latent.plot.data"
local splat = require "latent.plot.splat"
local thin = require "latent.plot.thin"

local marks = {}

local THIN_EDGE = 5 -- bars narrower than this many pixels get no edge of their own

local function list(...) return data.from_list { ... } end

local function pick(t, kept)
  local values, chosen = t:totable(), {}
  for k, i in ipairs(kept) do chosen[k] = values[i] end
  return data.from_list(chosen)
end

local lower = {}

function lower.path(mark, axes)
  if not mark.thin then return mark end
  local x, y = thin.line(mark.x, mark.y, axes)
  return { kind = "path", x = x, y = y, pen = mark.pen }
end

function lower.points(mark, axes)
  if not mark.thin or mark.x:numel() <= thin.POINTS_MOST then return mark end
  local px, py = axes:pixels("x", mark.x), axes:pixels("y", mark.y)
  local counts, w, h, cells = thin.count(px, py, axes)
  local depth, seen = thin.depth(mark.marker.alpha), 0
  for i = 1, #counts do seen = seen + math.min(counts[i], depth) end
  if mark.density or seen > thin.POINTS_SINGLE then return splat(mark, axes, counts, cells, w, h) end
  local kept = thin.last(cells, depth)
  return { kind = "points", x = pick(mark.x, kept), y = pick(mark.y, kept), marker = mark.marker,
    colors = mark.colors and pick(mark.colors, kept) }
end

--- Caps are as wide on the picture whatever the scale: their ends go through pixels and back.
function lower.caps(mark, axes)
  local x, y = mark.x:totable(), mark.y:totable()
  local cx, cy, half, gap = {}, {}, mark.cap.size / 2, 0 / 0
  for i = 1, #x do
    if x[i] - x[i] == 0 and y[i] - y[i] == 0 then
      local k = #cx
      if mark.vertical then
        local px = axes:px(x[i])
        cx[k + 1], cx[k + 2] = axes:from_px(px - half), axes:from_px(px + half)
        cy[k + 1], cy[k + 2] = y[i], y[i]
      else
        local py = axes:py(y[i])
        cx[k + 1], cx[k + 2] = x[i], x[i]
        cy[k + 1], cy[k + 2] = axes:from_py(py - half), axes:from_py(py + half)
      end
      cx[k + 3], cy[k + 3] = gap, gap
    end
  end
  if #cx == 0 then return nil end
  return { kind = "path", x = data.from_list(cx), y = data.from_list(cy), pen = mark.cap }
end

function lower.area(mark) return mark end

function lower.polygon(mark) return mark end

--- A logarithmic axis has no zero for bars to stand on: they stand on its lower limit.
local function standing(t, log, lim)
  if not log then return t end
  local lowest = math.min(lim[1], lim[2])
  return t:clamp(lowest, math.huge)
end

function lower.boxes(mark, axes)
  local x1, y1 = standing(mark.x1, axes.xlog, axes.xlim), standing(mark.y1, axes.ylog, axes.ylim)
  local fill = mark.fill
  local edge, edgewidth = fill.edge, fill.edgewidth
  if not edge and not fill.plain and mark.x1:numel() > 0 then -- a thin white line between bars
    local width = math.abs(axes:px(mark.x2[1]) - axes:px(x1[1]))
    if width >= THIN_EDGE then edge, edgewidth = 0xFFFFFF, 1 end
  end
  return { kind = "boxes", x1 = x1, x2 = mark.x2, y1 = y1, y2 = mark.y2, colors = mark.colors,
    fill = { color = fill.color, alpha = fill.alpha, edge = edge, edgewidth = edgewidth } }
end

--- gnuplot draws images of 2 x 2 pixels at least: smaller ones are doubled. One that is thinner than a
--- pixel on the picture would leave it no picture at all.
function lower.image(mark, axes)
  local rgb = mark.rgb
  if axes and not (math.abs(axes:px(mark.x2) - axes:px(mark.x1)) >= 1
    and math.abs(axes:py(mark.y2) - axes:py(mark.y1)) >= 1) then
    return nil
  end
  if rgb.shape[1] == 1 then rgb = data.cat({ rgb, rgb }, 1) end
  if rgb.shape[2] == 1 then rgb = data.cat({ rgb, rgb }, 2) end
  return { kind = "image", rgb = rgb:contiguous(), x1 = mark.x1, x2 = mark.x2, y1 = mark.y1, y2 = mark.y2 }
end

function lower.vline(mark, axes)
  return { kind = "path", x = list(mark.at, mark.at), y = list(axes.ylim[1], axes.ylim[2]), pen = mark.pen }
end

function lower.hline(mark, axes)
  return { kind = "path", x = list(axes.xlim[1], axes.xlim[2]), y = list(mark.at, mark.at), pen = mark.pen }
end

--- A band is no data: a legend may stand on it (behind).
local function band(x1, x2, y1, y2, fill)
  return { kind = "boxes", x1 = list(x1), x2 = list(x2), y1 = list(y1), y2 = list(y2), fill = fill,
    behind = true }
end

function lower.vspan(mark, axes)
  return band(mark.from, mark.to, math.min(table.unpack(axes.ylim)), math.max(table.unpack(axes.ylim)), mark.fill)
end

function lower.hspan(mark, axes)
  return band(math.min(table.unpack(axes.xlim)), math.max(table.unpack(axes.xlim)), mark.from, mark.to, mark.fill)
end

function lower.surface(mark) return mark end

function lower.text() return nil end -- goes over everything: see scene.lua

function lower.room() return nil end

--- A mark as a backend draws it in a panel; nil if there is nothing to draw.
---@param mark table
---@param axes latent.plot.Axes
---@return table|nil
function marks.lower(mark, axes) return lower[mark.kind](mark, axes) end

return marks
