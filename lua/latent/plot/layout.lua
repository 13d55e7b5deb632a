--- Layout: from the panels of a figure to places in pixels.
local Axes = require "latent.plot.axes"
local legend = require "latent.plot.legend"
local text = require "latent.plot.text"
local ticks = require "latent.plot.ticks"

local layout = {}

local SLANT = math.sqrt(2) -- by which a length at 45 degrees is longer than across

--- A text in lines that fit a room; nil for none.
local function wrapped(words, size, room, m)
  return words and text.wrap(words, room, function(line) return m.width(line, size) end)
end

--- Height of lines of text; 0 for none.
local function text_height(lines, size, m) return lines and #lines * m.line(size) or 0 end

local function widest(labels, size, m)
  local most = 0
  for _, label in ipairs(labels) do most = math.max(most, m.width(label, size)) end
  return most
end

--- Every other tick, until their labels do not touch.
local function spread_out(t, length, m)
  while #t.places > 2 and not t.named do
    local step = length / (#t.places - 1)
    if widest(t.labels, m.tick, m) + m.gap <= step then break end
    local places, labels = {}, {}
    for i = 1, #t.places, 2 do places[#places + 1], labels[#labels + 1] = t.places[i], t.labels[i] end
    t.places, t.labels = places, labels
  end
end

--- Names of ticks that would touch are turned by 45 degrees, or by 90 and then as many as there is room for.
local function turn_names(axes, m)
  local t, line = axes.xt, m.line(m.tick)
  local step = math.abs(axes:px(t.places[2]) - axes:px(t.places[1]))
  if widest(t.labels, m.tick, m) <= step - m.gap then return end
  axes.turned = step >= line * SLANT and 45 or 90
  local stride = math.ceil(line * 0.8 / math.max(step, 1e-9))
  if axes.turned == 45 or stride == 1 or stride > #t.places then return end
  local places, labels = {}, {}
  for i = 1, #t.places, stride do places[#places + 1], labels[#labels + 1] = t.places[i], t.labels[i] end
  t.places, t.labels = places, labels
end

--- How far turned names reach to the left of the panel.
local function overhang(axes, m)
  local most = 0
  for i, v in ipairs(axes.turned == 45 and axes.xt.places or {}) do
    most = math.max(most, m.width(axes.xt.labels[i], m.tick) / SLANT - (axes:px(v) - axes.x))
  end
  return most
end

--- Ticks for the present size; named ticks that are too close together are turned.
local function set_ticks(axes, m)
  if not axes.shown or axes.hints.space then
    axes.xt, axes.yt = { places = {}, labels = {} }, { places = {}, labels = {} }
    return
  end
  axes.xt = axes:ticks("x", math.max(1, math.min(9, math.floor(axes.w / m.x_tick))))
  axes.yt = axes:ticks("y", math.max(1, math.min(9, math.floor(axes.h / m.y_tick))))
  spread_out(axes.xt, axes.w, m)
  axes.turned = 0
  if axes.xt.named and #axes.xt.places > 1 and m.turn then turn_names(axes, m) end
end

--- Ticks of a colour bar: its classes, or round numbers; on a logarithmic one powers of ten.
local function bar_ticks(bar, length, m)
  local lo, hi = bar.lo, bar.hi
  if bar.classes then
    local n = hi - lo + 1
    local stride = math.max(1, math.ceil(n * m.line(m.tick) / math.max(length, 1)))
    local places, labels = {}, {}
    for v = lo, hi, stride do
      places[#places + 1], labels[#labels + 1] = (v - lo + 0.5) / n, ("%d"):format(v)
    end
    return places, labels
  end
  local make = bar.log and ticks.log or ticks.linear
  local values, labels = make(lo, hi, math.max(1, math.min(8, math.floor(length / m.y_tick))))
  local places = {}
  for i, v in ipairs(values) do
    places[i] = bar.log and math.log(v / lo) / math.log(hi / lo) or (v - lo) / (hi - lo)
  end
  return places, labels
end

--- Room that the ticks of the x axis need.
local function below(axes, m)
  if #axes.xt.labels == 0 then return 0 end
  local longest, line = widest(axes.xt.labels, m.tick, m), m.line(m.tick)
  if axes.turned == 0 then return line + m.gap end
  return m.gap + (axes.turned == 90 and longest or longest / SLANT + line)
end

--- Room that a panel needs around its rectangle for everything but the data.
local function margins(axes, m)
  local panel = axes.panel
  local left, right, top, bottom = 0, 0, 0, 0
  if axes.shown then
    left = math.max(widest(axes.yt.labels, m.tick, m) + m.gap, overhang(axes, m))
    bottom = below(axes, m)
    top = m.line(m.tick) / 2
    right = #axes.xt.labels > 0 and m.width(axes.xt.labels[#axes.xt.labels], m.tick) / 2 or 0
  end
  local ylabel, xlabel, title = axes.words.ylabel, axes.words.xlabel, axes.words.title
  axes.xlabel_at = bottom -- distance from the frame
  axes.ylabel_at = left
  if not axes.hints.space then
    left = left + (ylabel and text_height(ylabel, m.label, m) + m.gap or 0)
    bottom = bottom + (xlabel and text_height(xlabel, m.label, m) + m.gap / 2 or 0)
  end
  if title then top = text_height(title, m.title, m) + m.gap end
  if panel.colorbar then
    axes.bar_places, axes.bar_labels = bar_ticks(panel.colorbar, axes.h, m)
    axes.bar_label_at = m.gap * 2 + m.bar + m.gap + widest(axes.bar_labels, m.tick, m) + m.gap
    right = axes.bar_label_at + (panel.colorbar.label and m.line(m.label) or 0)
  end
  local box = axes.legend
  axes.legend_at = nil
  if box and box.side then
    if box.side == "right" then
      axes.legend_at = right + m.gap
      right = right + box.w + m.gap * 2
    elseif box.side == "bottom" then
      axes.legend_at = bottom + m.gap
      bottom = bottom + box.h + m.gap
    else
      axes.legend_at = top + m.gap / 2
      top = top + box.h + m.gap
    end
  end
  return left, right, top, bottom
end

--- Parts of a length in given proportions.
local function share(total, n, ratios)
  local sum, parts = 0, {}
  for i = 1, n do sum = sum + (ratios and ratios[i] or 1) end
  for i = 1, n do parts[i] = total * (ratios and ratios[i] or 1) / sum end
  return parts
end

--- Make a rectangle as high as its aspect wants, or as wide.
local function apply_aspect(axes)
  local aspect = axes.panel:get "aspect" or axes.hints.aspect
  if aspect == nil or aspect == "auto" or axes.xlog or axes.ylog or axes.hints.space then return end
  local unit = aspect == "equal" and 1 or aspect
  local want = math.abs(axes.ylim[2] - axes.ylim[1]) * unit / math.abs(axes.xlim[2] - axes.xlim[1])
  if axes.h / axes.w > want then
    local h = math.max(axes.w * want, 1)
    axes.y, axes.h = axes.y + (axes.h - h) / 2, h
  else
    local w = math.max(axes.h / want, 1)
    axes.x, axes.w = axes.x + (axes.w - w) / 2, w
  end
end

--- Give every panel its rectangle. `outer` is what the figure's own titles leave.
local function arrange(figure, all, outer, m)
  local rows, cols = figure.rows, figure.cols
  local left, right, top, bottom = {}, {}, {}, {}
  for c = 1, cols do left[c], right[c] = 0, 0 end
  for r = 1, rows do top[r], bottom[r] = 0, 0 end
  for _, axes in ipairs(all) do
    local a, b, c, d = margins(axes, m)
    left[axes.col], right[axes.col] = math.max(left[axes.col], a), math.max(right[axes.col], b)
    top[axes.row], bottom[axes.row] = math.max(top[axes.row], c), math.max(bottom[axes.row], d)
  end
  local free_w, free_h = outer.w - (cols - 1) * m.between, outer.h - (rows - 1) * m.between
  for c = 1, cols do free_w = free_w - left[c] - right[c] end
  for r = 1, rows do free_h = free_h - top[r] - bottom[r] end
  local widths = share(math.max(free_w, cols * m.smallest), cols, figure.widths)
  local heights = share(math.max(free_h, rows * m.smallest), rows, figure.heights)
  for _, axes in ipairs(all) do
    local x, y = outer.x, outer.y
    for c = 1, axes.col - 1 do x = x + left[c] + widths[c] + right[c] + m.between end
    for r = 1, axes.row - 1 do y = y + top[r] + heights[r] + bottom[r] + m.between end
    axes.x, axes.w = x + left[axes.col], widths[axes.col]
    axes.y, axes.h = y + top[axes.row], heights[axes.row]
    apply_aspect(axes)
    if m.snap then -- edges on whole pixels are sharp
      local x2, y2 = m.snap(axes.x + axes.w, "x"), m.snap(axes.y + axes.h, "y")
      axes.x, axes.y = m.snap(axes.x, "x"), m.snap(axes.y, "y")
      axes.w, axes.h = math.max(x2 - axes.x, 1), math.max(y2 - axes.y, 1)
    end
    -- Where titles and labels leave no room at all, a panel still lies within the picture.
    axes.w, axes.h = math.min(axes.w, outer.width), math.min(axes.h, outer.height)
    axes.x = math.max(0, math.min(axes.x, outer.width - axes.w))
    axes.y = math.max(0, math.min(axes.y, outer.height - axes.h))
    set_ticks(axes, m)
  end
end

--- Limits that panels have in common: with sharex or sharey those of all, in an animation those of
--- all frames.
local function common_limits(figure, panels)
  local common = {}
  for _, axis in ipairs { "x", "y" } do
    if figure["share" .. axis] then
      local lo, hi = math.huge, -math.huge
      for _, p in ipairs(panels) do
        local lim = Axes.limits(p, axis)
        lo, hi = math.min(lo, lim[1], lim[2]), math.max(hi, lim[1], lim[2])
      end
      common[axis] = { lo, hi }
    end
  end
  return common
end

--- The axes of a figure, placed.
---@param figure latent.plot.Figure
---@param m table metrics
---@param width number of the picture in pixels
---@param height number
---@return latent.plot.Axes[] axes
---@return table outer {x, y, w, h}: what the titles of the figure leave; words: those titles in lines
function layout.compute(figure, m, width, height)
  local all, used = {}, {}
  for i = 1, figure.rows * figure.cols do
    local panel = figure.panels[i]
    if panel and (panel.touched or figure.rows * figure.cols == 1) then used[#used + 1] = panel end
  end
  local common = common_limits(figure, used)
  local columns, rows = share(width, figure.cols, figure.widths), share(height, figure.rows, figure.heights)
  for i = 1, figure.rows * figure.cols do
    local panel = figure.panels[i]
    if panel and (panel.touched or figure.rows * figure.cols == 1) then
      local fixed = figure.fixed_limits and figure.fixed_limits[i] or common
      local axes = Axes.new(panel, fixed)
      axes.row, axes.col = (i - 1) // figure.cols + 1, (i - 1) % figure.cols + 1
      axes.w, axes.h = width / figure.cols * 0.75, height / figure.rows * 0.7
      local across, down = columns[axes.col] - 4 * m.pad, rows[axes.row] - 2 * m.pad
      axes.legend = legend.measure(panel, m, down)
      axes.words = {
        title = wrapped(panel:get "title", m.title, across, m),
        xlabel = wrapped(panel:get "xlabel", m.label, across, m),
        ylabel = wrapped(panel:get "ylabel", m.label, down, m),
      }
      all[#all + 1] = axes
    end
  end
  local s = {
    title = wrapped(figure.shared.title, m.suptitle, width - 2 * m.pad, m),
    xlabel = wrapped(figure.shared.xlabel, m.label, width - 2 * m.pad, m),
    ylabel = wrapped(figure.shared.ylabel, m.label, height - 2 * m.pad, m),
  }
  local head = s.title and text_height(s.title, m.suptitle, m) + m.gap or 0
  local foot = s.xlabel and text_height(s.xlabel, m.label, m) + m.gap or 0
  local side = s.ylabel and text_height(s.ylabel, m.label, m) + m.gap or 0
  local outer = { x = m.pad + side, y = m.pad + head, w = width - 2 * m.pad - side,
    h = height - 2 * m.pad - head - foot, width = width, height = height, words = s }
  for _, axes in ipairs(all) do set_ticks(axes, m) end
  arrange(figure, all, outer, m)
  arrange(figure, all, outer, m) -- once more: the ticks now suit the size
  return all, outer
end

--- Arrange again after a legend was moved to a side.
layout.arrange = arrange

return layout
