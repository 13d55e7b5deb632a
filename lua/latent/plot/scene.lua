--- Scene: a figure laid out, as lists of shapes that a backend draws one after another.
---
---   scene.width, scene.height   pixels
---   scene.under                 shapes in pixels of the picture (y downwards) below the panels: grids
---   scene.views                 for each panel {x, y, w, h, xlim, ylim, xlog, ylog, marks}
---   scene.over                  shapes in pixels above the panels: frames, legends, colour bars
---   scene.texts                 {x, y, words, size, color, ha, rotation}: one line each, centred at y
local Box = require "latent.plot.box"
local data = require "latent.plot.data"
local layout = require "latent.plot.layout"
local legend = require "latent.plot.legend"
local marks = require "latent.plot.marks"
local style = require "latent.plot.style"
local text = require "latent.plot.text"

local scene = {}

local GAP = 0 / 0

--- Collects straight lines of one pen.
local function strokes()
  local s = { x = {}, y = {} }
  function s.add(x1, y1, x2, y2)
    local k = #s.x
    s.x[k + 1], s.y[k + 1] = x1, y1
    s.x[k + 2], s.y[k + 2] = x2, y2
    s.x[k + 3], s.y[k + 3] = GAP, GAP
  end
  function s.path(color, width)
    return { kind = "path", x = data.from_list(s.x), y = data.from_list(s.y),
      pen = { color = color, width = width, alpha = 1 } }
  end
  return s
end

local function add_text(out, x, y, words, size, options_)
  local o = options_ or {}
  if x - x ~= 0 or y - y ~= 0 then return end -- a place that a logarithmic axis does not have
  out.texts[#out.texts + 1] = { x = x, y = y, words = words, size = size, color = o.color or style.TEXT,
    ha = o.ha or "center", rotation = o.rotation or 0 }
end

--- The middle of a text of this length that lies within the picture, if it can.
local function within(middle, length, room, m)
  local reach = length / 2 + m.gap
  return math.max(math.min(middle, room - reach), math.min(reach, room / 2))
end

--- Lines of text one below the other, the first with its upper edge at y.
local function add_lines(out, x, y, lines, size, m)
  for i, line in ipairs(lines) do
    add_text(out, within(x, m.width(line, size), out.width, m), y + (i - 0.5) * m.line(size), line, size)
  end
end

--- Lines of an upright label left of x (or right of it), first line leftmost.
local function add_upright(out, x, y, lines, size, m)
  for i, line in ipairs(lines) do
    add_text(out, x + (i - 0.5) * m.line(size), within(y, m.width(line, size), out.height, m), line, size,
      { rotation = 90 })
  end
end

local function draw_grid(axes, grid)
  if not axes.shown or axes.hints.space then return end
  local set = axes.panel.settings.grid
  if set == nil then set = axes.hints.grid ~= false end
  if not set then return end
  for _, v in ipairs(axes.xt.named and {} or axes.xt.places) do -- names stand for no place on a scale
    local px = axes:px(v)
    grid.add(px, axes.y, px, axes.y + axes.h)
  end
  for _, v in ipairs(axes.yt.named and {} or axes.yt.places) do
    local py = axes:py(v)
    grid.add(axes.x, py, axes.x + axes.w, py)
  end
end

--- The box of a surface, below it, and the words around it.
local function draw_box(out, axes, grid, edges, m)
  if not axes.hints.space or not m.space then return end
  axes.box = Box.new(axes, m)
  if not axes.shown then return end
  axes.box:lines(grid, edges, axes.panel:get "grid")
  for _, t in ipairs(axes.box:labels(m)) do add_text(out, t.x, t.y, t.words, t.size, { rotation = t.rotation }) end
end

local function draw_frame(axes, frame, m)
  if not axes.shown or axes.hints.frame == false or axes.hints.space then return end
  local x1, y1, x2, y2 = axes.x, axes.y, axes.x + axes.w - m.inset, axes.y + axes.h - m.inset
  frame.add(x1, y1, x2, y1)
  frame.add(x2, y1, x2, y2)
  frame.add(x2, y2, x1, y2)
  frame.add(x1, y2, x1, y1)
end

local function draw_labels(out, axes, m)
  local bottom = axes.y + axes.h
  for i, v in ipairs(axes.xt.places) do
    local line = axes.xt.labels[i]
    if axes.turned > 0 then
      add_text(out, axes:px(v), bottom + m.gap + (axes.turned == 45 and m.line(m.tick) * 0.4 or 0), line, m.tick,
        { ha = "right", rotation = axes.turned })
    else
      add_text(out, axes:px(v), bottom + m.gap + m.line(m.tick) / 2, line, m.tick)
    end
  end
  for i, v in ipairs(axes.yt.places) do
    add_text(out, axes.x - m.gap, axes:py(v), axes.yt.labels[i], m.tick, { ha = "right" })
  end
  local title, xlabel, ylabel = axes.words.title, axes.words.xlabel, axes.words.ylabel
  if title then
    local above = #title * m.line(m.title) + m.gap
    if axes.legend and axes.legend.side == "top" then above = above + axes.legend.h + m.gap end
    add_lines(out, axes.x + axes.w / 2, axes.y - above, title, m.title, m)
  end
  if axes.hints.space then return end
  if xlabel then
    add_lines(out, axes.x + axes.w / 2, bottom + axes.xlabel_at + m.gap / 2, xlabel, m.label, m)
  end
  if ylabel then
    add_upright(out, axes.x - axes.ylabel_at - #ylabel * m.line(m.label) - m.gap / 2,
      axes.y + axes.h / 2, ylabel, m.label, m)
  end
end

local function draw_colorbar(out, axes, frame, m)
  local bar = axes.panel.colorbar
  if not bar then return end
  local x, n = axes.x + axes.w + m.gap * 2, #bar.colors
  local levels = {}
  for i = 1, n do levels[i] = n + 1 - i end
  local rgb = data.map_colors(data.from_list(levels), bar.colors, 1, n + 1):reshape(n, 1, 3)
  out.over[#out.over + 1] = marks.lower({ kind = "image", rgb = rgb, x1 = x, x2 = x + m.bar, y1 = axes.y,
    y2 = axes.y + axes.h })
  if m.inset == 0 then
    frame.add(x, axes.y, x + m.bar, axes.y)
    frame.add(x, axes.y + axes.h, x + m.bar, axes.y + axes.h)
    frame.add(x, axes.y, x, axes.y + axes.h)
    frame.add(x + m.bar, axes.y, x + m.bar, axes.y + axes.h)
  end
  for i, t in ipairs(axes.bar_places) do
    add_text(out, x + m.bar + m.gap, axes.y + axes.h * (1 - t), axes.bar_labels[i], m.tick, { ha = "left" })
  end
  if bar.label then
    add_upright(out, axes.x + axes.w + axes.bar_label_at, axes.y + axes.h / 2, text.lines(bar.label), m.label, m)
  end
end

--- The words that a panel's text marks put over it, as lines at pixels.
local function panel_texts(axes, m)
  local list = {}
  for _, mark in ipairs(axes.panel.marks) do
    if mark.kind == "text" then
      local px, py = axes:px(mark.at[1]), axes:py(mark.at[2])
      if mark.coords == "axes" then
        px, py = axes.x + mark.at[1] * axes.w, axes.y + (1 - mark.at[2]) * axes.h
      end
      local size = mark.size
      if mark.fit then -- at most so high in units of y
        size = math.min(size, math.abs(axes:py(mark.fit) - axes:py(0)))
      end
      local lines = text.lines(mark.words)
      local h = #lines * m.line(size)
      local top = mark.va == "top" and py or mark.va == "bottom" and py - h or py - h / 2
      local inside = px > axes.x - 1 and px < axes.x + axes.w + 1 and py > axes.y - 1 and py < axes.y + axes.h + 1
      if inside and size >= 3 then
        for i, line in ipairs(lines) do
          local w = m.width(line, size)
          local x = mark.ha == "left" and px or mark.ha == "right" and px - w or px - w / 2
          list[#list + 1] = { x = x, y = top + (i - 1) * m.line(size), w = w, h = m.line(size), px = px,
            words = line, size = size, mark = mark, py = py }
        end
      end
    end
  end
  return list
end

local function draw_panel_texts(out, list)
  for _, t in ipairs(list) do
    local mark = t.mark
    local y = mark.rotation == 0 and t.y + t.h / 2 or t.py
    add_text(out, t.px, y, t.words, t.size, { color = mark.color, ha = mark.ha, rotation = mark.rotation })
  end
end

local function sample(over, entry, x, y, m)
  local middle = x + m.swatch / 2
  if entry.box then
    local h = m.line(m.legend) * 0.5
    over[#over + 1] = { kind = "boxes", x1 = data.from_list { x }, x2 = data.from_list { x + m.swatch },
      y1 = data.from_list { y - h / 2 }, y2 = data.from_list { y + h / 2 },
      fill = { color = entry.box.color, alpha = entry.box.alpha, edge = entry.box.edge,
        edgewidth = entry.box.edge and math.min(entry.box.edgewidth or 1, 2) } }
  end
  if entry.line then
    over[#over + 1] = { kind = "path", x = data.from_list { x, x + m.swatch }, y = data.from_list { y, y },
      pen = entry.line }
  end
  if entry.marker then
    local marker = entry.marker
    over[#over + 1] = { kind = "points", x = data.from_list { middle }, y = data.from_list { y },
      marker = { shape = marker.shape, color = marker.color, alpha = math.max(marker.alpha, 0.6),
        size = math.min(math.max(marker.size, 5), m.line(m.legend) * 0.7) } }
  end
end

local function draw_legend(out, axes, x, y, m)
  local box = axes.legend
  if box.frame and m.legend_frame then
    local function one(v) return data.from_list { v } end
    out.over[#out.over + 1] = { kind = "boxes", x1 = one(x), x2 = one(x + box.w), y1 = one(y), y2 = one(y + box.h),
      fill = { color = 0xFFFFFF, alpha = 0.85, edge = style.FRAME, edgewidth = 1 } }
  end
  local top = y + m.legend_pad
  if box.title then
    add_text(out, x + box.w / 2, top + m.line(m.legend) / 2, text.line(box.title), m.legend)
    top = top + m.line(m.legend)
  end
  local left = x + m.legend_pad
  for c = 1, box.cols do
    for r = 1, box.rows do
      local entry = box.entries[(c - 1) * box.rows + r]
      if entry then
        local middle = top + (r - 0.5) * m.line(m.legend)
        sample(out.over, entry, left, middle, m)
        add_text(out, left + m.swatch + m.swatch_gap, middle, entry.label, m.legend, { ha = "left" })
      end
    end
    left = left + box.widths[c] + m.legend_gap
  end
end

--- The place of a legend beside its panel.
local function beside(axes, m)
  local box = axes.legend
  if box.side == "right" then return axes.x + axes.w + axes.legend_at, axes.y end
  local x = axes.x + (axes.w - box.w) / 2
  if box.side == "bottom" then return x, axes.y + axes.h + axes.legend_at end
  return x, axes.y - m.gap - box.h
end

--- The marks of a panel as they are drawn at its present size.
local function lower_all(axes, panel)
  local known = axes.lowered
  if not panel and known and known.w == axes.w and known.h == axes.h then return known.list end
  local list = {}
  for _, mark in ipairs((panel or axes.panel).marks) do
    list[#list + 1] = marks.lower(mark, axes)
  end
  if not panel then axes.lowered = { w = axes.w, h = axes.h, list = list } end
  return list
end

--- Where the legend of a panel stands. In an animation it covers no data of any frame, and stays.
local function place_legend(figure, axes, m)
  local frames = figure.frames
  if not frames then return legend.place(axes, axes.legend, lower_all(axes), panel_texts(axes, m), m) end
  local index = (axes.row - 1) * figure.cols + axes.col
  local known = figure.legend_places[index]
  if not known or known.w ~= axes.w or known.h ~= axes.h then -- not yet, or for another size
    local all = {}
    for _, frame in ipairs(frames) do
      for _, mark in ipairs(lower_all(axes, frame.panels[index])) do all[#all + 1] = mark end
    end
    local x, y = legend.place(axes, axes.legend, all, panel_texts(axes, m), m)
    known = { x = x, y = y, w = axes.w, h = axes.h }
    if x then figure.legend_places[index] = known end
  end
  return known.x, known.y
end

--- Find a place for each legend. One that would cover data everywhere goes to the right of its
--- panel; as that leaves less room, all are placed again.
local function place_legends(figure, all, outer, m)
  local moved
  repeat
    moved = false
    for _, axes in ipairs(all) do
      local box = axes.legend
      if box and not box.side then
        axes.legend_x, axes.legend_y = place_legend(figure, axes, m)
        if not axes.legend_x then
          box.side = "right"
          moved = true
        end
      end
    end
    if moved then layout.arrange(figure, all, outer, m) end
  until not moved
end

local function draw_shared(out, outer, m)
  local s = outer.words
  if s.title then add_lines(out, out.width / 2, m.pad, s.title, m.suptitle, m) end
  if s.xlabel then
    add_lines(out, outer.x + outer.w / 2, outer.y + outer.h + m.gap, s.xlabel, m.label, m)
  end
  if s.ylabel then add_upright(out, m.pad, outer.y + outer.h / 2, s.ylabel, m.label, m) end
end

--- Lay out a figure.
---@param figure latent.plot.Figure
---@param m table metrics
---@param width number pixels
---@param height number
---@return table scene
function scene.build(figure, m, width, height)
  local out = { width = width, height = height, under = {}, views = {}, over = {}, texts = {} }
  local all, outer = layout.compute(figure, m, width, height)
  place_legends(figure, all, outer, m)
  local grid, edges, frame = strokes(), strokes(), strokes()
  local framed = {} -- drawn over the frames
  for _, axes in ipairs(all) do
    draw_grid(axes, grid)
    draw_box(out, axes, grid, edges, m)
    out.views[#out.views + 1] = { x = axes.x, y = axes.y, w = axes.w, h = axes.h, xlim = axes.xlim,
      ylim = axes.ylim, xlog = axes.xlog, ylog = axes.ylog, marks = lower_all(axes), axes = axes }
    draw_frame(axes, frame, m)
    draw_labels(out, axes, m)
    draw_colorbar(out, axes, frame, m)
    draw_panel_texts(out, panel_texts(axes, m))
    framed[#framed + 1] = axes.legend and axes or nil
  end
  if #grid.x > 0 then out.under[1] = grid.path(style.GRID, 1) end
  if #edges.x > 0 then out.under[#out.under + 1] = edges.path(style.FRAME, 1) end
  if #frame.x > 0 then out.over[#out.over + 1] = frame.path(style.FRAME, 1) end
  for _, axes in ipairs(framed) do
    local x, y = axes.legend_x, axes.legend_y
    if axes.legend.side then x, y = beside(axes, m) end
    draw_legend(out, axes, x, y, m)
  end
  draw_shared(out, outer, m)
  return out
end

return scene
