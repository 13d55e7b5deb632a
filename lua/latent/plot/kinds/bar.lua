--- bar: upright bars.
local color = require "latent.plot.color"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local options = require "latent.options"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { width = 0.8, bottom = 0, color = NONE, edgecolor = NONE, linewidth = 1, alpha = 1,
  label = NONE }

--- Names instead of places: the bars stand at 1, 2, ... and the names become the ticks.
local function places(panel, x)
  if type(x) ~= "table" or data.is_data(x[1]) or type(x[1]) ~= "string" then return x end
  local at = {}
  for i = 1, #x do at[i] = i end
  panel:assign("xticks", { at, x })
  return at
end

--- One number for all, or one for each.
local function spread(where, name, value, n)
  local t = data.vector(where, value)
  if t:numel() ~= n and t:numel() ~= 1 then
    errors.raise(("%s: %s has %d values for %d bars"):format(where, name, t:numel(), n))
  end
  return t:numel() == n and t or t:expand(n):contiguous()
end

local function is_color_list(v)
  return type(v) == "table" and not (#v == 3 and type(v[1]) == "number" and v[1] <= 1 and math.type(v[1]) == "float")
    and v[1] ~= nil
end

local function bar_colors(where, list, n)
  local rgb = {}
  for i = 1, n do rgb[i] = color.parse(where, list[(i - 1) % #list + 1]) end
  return data.from_list(rgb)
end

--- Draw bars of these heights, centred at x.
--- Example: la.plot.figure{ylabel = "accuracy (%)"}:bar({"scratch", "frozen", "refined"}, {57, 65, 71})
---@param x number[]|string[]|any places (tensor [n] or list), or names
---@param height number[]|any tensor [n] or list
---@param opts? {width: any, bottom: any, color: any, edgecolor: any, linewidth: number, alpha: number, label: string}
---  width and bottom in data units, one for all or one for each; color one or a list
---@return latent.plot.Panel self
return function(panel, x, height, opts)
  local where = "plot.bar"
  local o = style.options(where, opts, OPTIONS)
  local at, top = data.pair(where, places(panel, x), height)
  local n = at:numel()
  if not data.extent(at) or not data.extent(top) then return panel:warn_empty(where) end
  local half = spread(where, "width", o.width, n) / 2
  local bottom = spread(where, "bottom", o.bottom, n)
  local colors = is_color_list(o.color) and bar_colors(where, o.color, n) or nil
  local fill = {
    color = colors and color.parse(where, o.color[1]) or style.color(panel, where, o.color),
    alpha = style.number(where, "alpha", o.alpha, 0, 1),
    edge = o.edgecolor and color.parse(where, o.edgecolor) or nil,
    edgewidth = style.number(where, "linewidth", o.linewidth, 0, 100),
  }
  local x1, x2, y2 = at - half, at + half, bottom + top
  panel:add { kind = "boxes", x1 = x1, x2 = x2, y1 = bottom, y2 = y2, fill = fill, colors = colors,
    xs = { x1, x2 }, ys = { bottom, y2 }, sticky_y = { data.extent(bottom) } }
  panel:add_entry(o.label, { box = fill })
  return panel
end
