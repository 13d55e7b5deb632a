--- errorbar: points with the range of their error.
local data = require "latent.plot.data"
local errors = require "latent.errors"
local options = require "latent.options"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { yerr = NONE, xerr = NONE, color = NONE, linewidth = 2, linestyle = "none",
  marker = "o", markersize = 7, capsize = 4, alpha = 1, label = NONE }

--- Lower and upper ends: from one number, one for each point, or {below, above} for each.
local function ends(where, name, center, err)
  local n = center:numel()
  local below, above
  if type(err) == "table" and #err == 2 and data.is_data(err[1]) then
    below, above = data.vector(where, err[1]), data.vector(where, err[2])
  elseif data.is_matrix(err) then
    local both = data.matrix(where, err)
    if both.shape[1] ~= 2 then errors.raise(("%s: %s must be [n] or [2, n]"):format(where, name)) end
    below, above = data.vector(where, both[1]), data.vector(where, both[2])
  else
    below = data.vector(where, err)
    above = below
  end
  for _, e in ipairs { below, above } do
    if e:numel() ~= n and e:numel() ~= 1 then
      errors.raise(("%s: %s has %d values for %d points"):format(where, name, e:numel(), n))
    end
  end
  return center - below, center + above
end

--- The bars as one path: from end to end, a gap after each.
local function bars(low, high, other, vertical)
  local a, b, c = low:totable(), high:totable(), other:totable()
  local along, across, gap = {}, {}, 0 / 0
  for i = 1, #a do
    along[#along + 1], across[#across + 1] = a[i], c[i]
    along[#along + 1], across[#across + 1] = b[i], c[i]
    along[#along + 1], across[#across + 1] = gap, gap
  end
  along, across = data.from_list(along), data.from_list(across)
  if vertical then return across, along end
  return along, across
end

--- Draw points with error bars.
--- Example: la.plot.figure():errorbar({1, 2, 3}, {2.0, 2.5, 2.2}, {yerr = 0.2, capsize = 4})
---@param x number[]|any tensor [n]
---@param y number[]|any tensor [n]
---@param opts? {yerr: any, xerr: any, color: any, linewidth: number, linestyle: string, marker: string, markersize: number, capsize: number, alpha: number, label: string}
---  yerr, xerr: one number, [n], or {below, above}; capsize half the width of the caps in pixels;
---  linestyle joins the points ("none"); marker "none" draws the bars alone
---@return latent.plot.Panel self
return function(panel, x, y, opts)
  local where = "plot.errorbar"
  local o = style.options(where, opts, OPTIONS)
  x, y = data.pair(where, x, y)
  if not data.extent(x) or not data.extent(y) then return panel:warn_empty(where) end
  local pen = style.pen(panel, where, o)
  local bar_pen = { color = pen.color, width = pen.width * 0.8, alpha = pen.alpha }
  local cap = { color = pen.color, alpha = pen.alpha, width = bar_pen.width,
    size = 2 * style.number(where, "capsize", o.capsize, 0, 100) }
  local function draw(low, high, other, vertical)
    local bx, by = bars(low, high, other, vertical)
    panel:add { kind = "path", x = bx, y = by, pen = bar_pen, xs = { bx }, ys = { by } }
    if cap.size > 0 then
      panel:add { kind = "caps", x = bx, y = by, cap = cap, vertical = vertical, xs = {}, ys = {} }
    end
  end
  if o.yerr ~= nil then
    local low, high = ends(where, "yerr", y, o.yerr)
    draw(low, high, x, true)
  end
  if o.xerr ~= nil then
    local low, high = ends(where, "xerr", x, o.xerr)
    draw(low, high, y, false)
  end
  local sample = {}
  if o.linestyle ~= "none" then
    panel:add { kind = "path", x = x, y = y, pen = pen, xs = { x }, ys = { y } }
    sample.line = pen
  end
  if o.marker ~= "none" then
    local marker = { shape = style.marker(where, o.marker), color = pen.color, alpha = pen.alpha,
      size = style.number(where, "markersize", o.markersize, 0, 1000) }
    panel:add { kind = "points", x = x, y = y, marker = marker, thin = false, xs = { x }, ys = { y } }
    sample.marker = marker
  end
  if not sample.line and not sample.marker then sample.line = bar_pen end
  panel:add_entry(o.label, sample)
  return panel
end
