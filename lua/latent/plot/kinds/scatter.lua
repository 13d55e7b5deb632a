--- scatter: points, of one colour or coloured by a value or a class.
local color = require "latent.plot.color"
local colormap = require "latent.plot.colormap"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local options = require "latent.options"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = {
  c = NONE, color = NONE, s = NONE, marker = "o", markersize = NONE, alpha = 1, label = NONE,
  cmap = NONE, vmin = NONE, vmax = NONE, colorbar = true, thin = true,
}

local MOST_CLASSES = 20
local ALL_OPAQUE = 300 -- points, with alpha "auto"

--- The distinct values if they are whole numbers and few, ascending: then they are classes.
local function classes(values, cmap)
  local set, list = {}, {}
  for i = 1, #values do
    local v = values[i]
    if v ~= v // 1 then return nil end
    if not set[v] then
      set[v] = true
      list[#list + 1] = v
      if #list > MOST_CLASSES then return nil end
    end
  end
  table.sort(list)
  return (not cmap or colormap.is_qualitative(cmap)) and list or nil
end

local function class_colors(panel, where, values, list, o)
  local palette = colormap.colors(where, o.cmap or (#list <= 10 and "tab10" or "tab20"), math.max(#list, 1))
  local of, rgb = {}, {}
  local names = type(o.label) == "table" and o.label or nil
  for k, v in ipairs(list) do
    of[v] = palette[k]
    panel:add_entry(names and names[k] or ("%d"):format(v), {
      marker = { shape = o.marker, color = palette[k], alpha = 1, size = 8 },
    })
  end
  for i = 1, #values do rgb[i] = of[values[i]] end
  return data.from_list(rgb)
end

--- The colour of each point as a number, from the values `c`.
local function point_colors(panel, where, c, n, o)
  local vector = data.vector(where, c)
  if vector:numel() ~= n then
    errors.raise(("%s: c has %d values for %d points"):format(where, vector:numel(), n))
  end
  local values = vector:totable()
  local list = classes(values, o.cmap)
  if list then return class_colors(panel, where, values, list, o) end
  local lo, hi = data.extent(vector)
  lo, hi = o.vmin or lo or 0, o.vmax or hi or 1
  local table_ = colormap.colors(where, o.cmap or "viridis")
  local rgb = {}
  for i = 1, n do
    local at = (values[i] - lo) / math.max(hi - lo, 1e-300)
    rgb[i] = at ~= at and 0xCCCCCC or table_[1 + math.floor(math.max(0, math.min(1, at)) * (#table_ - 1) + 0.5)]
  end
  if o.colorbar then panel.colorbar = { colors = table_, lo = lo, hi = hi } end
  if o.label then
    panel:add_entry(o.label, { marker = { shape = o.marker, color = table_[#table_ // 2], alpha = 1, size = 8 } })
  end
  return data.from_list(rgb)
end

--- The opacity of one point, and whether the number of them is to show (alpha "auto").
local function opacity(where, alpha, n)
  if alpha == "auto" then return math.max(0.15, math.min(1, math.sqrt(ALL_OPAQUE / math.max(n, 1)))), true end
  return style.number(where, "alpha", alpha, 0, 1), false
end

local function is_color(c)
  return type(c) == "string" or math.type(c) == "integer"
end

--- Draw points. Of many more points than pixels only those that can be seen are drawn. With alpha = "auto" the
--- opacity suits their number, and of very many shows how dense they are: it grows with the logarithm of the
--- number of points over each pixel. (`hist2d` counts them.)
---
--- `c` gives each point a value: whole numbers (at most 20 different ones) are classes, each with a
--- colour and a line in the legend; other numbers go through the colour map, with a colour bar.
--- Example:
---     local points = la.randn(200, 2)
---     la.plot.figure():scatter(points, {c = points:square():sum(2):sqrt(), cmap = "viridis"})
---@param x number[]|any tensor [n]; or tensor [n, 2] with both coordinates and no y
---@param y? number[]|any tensor [n]
---@param opts? {c: any, color: any, s: number, marker: string, markersize: number, alpha: number|string, label: any, cmap: string, vmin: number, vmax: number, colorbar: boolean, thin: boolean}
---  markersize: diameter in pixels (5 to 7, by the number of points), or s: its square, as
---  matplotlib; label: a list of names where c holds classes; thin = false draws every point
---@return latent.plot.Panel self
return function(panel, x, y, opts)
  local where = "plot.scatter"
  if not data.is_data(y) and (data.is_matrix(x) or data.has_pairs(x)) then
    local columns = data.samples(where, x)
    if #columns ~= 2 then
      errors.raise(("%s: expected [n, 2], got %d columns"):format(where, #columns))
    end
    x, y, opts = columns[1], columns[2], opts or y
  elseif not data.is_data(y) and not data.is_empty(y) and type(y) ~= "number" then
    errors.raise(("%s: x and y are needed, or one tensor [n, 2]"):format(where))
  end
  local o = style.options(where, opts, OPTIONS)
  x, y = data.pair(where, x, y)
  local n = x:numel()
  local alpha, density = opacity(where, o.alpha, n)
  local marker = {
    shape = style.marker(where, o.marker),
    alpha = alpha,
    size = o.markersize or n > 2000 and 5 or n > 300 and 6 or 7,
  }
  if o.s then marker.size = math.sqrt(style.number(where, "s", o.s, 0, 1e6)) end
  style.number(where, "markersize", marker.size, 0, 1000)
  if is_color(o.c) then o.color, o.c = o.c, nil end
  if not data.extent(x) or not data.extent(y) then return panel:warn_empty(where) end
  local colors
  if o.c ~= nil then
    colors = point_colors(panel, where, o.c, n, o)
    marker.color = color.cycle(1)
  else
    marker.color = style.color(panel, where, o.color)
    panel:add_entry(o.label, { marker = marker })
  end
  panel:add { kind = "points", x = x, y = y, marker = marker, colors = colors, thin = o.thin, density = density,
    xs = { x }, ys = { y } }
  return panel
end
