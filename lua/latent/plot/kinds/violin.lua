--- violin: the estimated density of samples, drawn on both sides of a line.
local color = require "latent.plot.color"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local options = require "latent.options"
local samples = require "latent.plot.samples"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { labels = NONE, positions = NONE, widths = 0.8, points = 100, bandwidth = NONE,
  inner = "box", color = NONE, alpha = 1, label = NONE }

local INK = 0x404040
local CUT = 2 -- how far the density is drawn beyond the data, in bandwidths

--- Gaussian kernel density with Scott's bandwidth (Scott, 1992). Many values are counted in fine bins
--- first.
local function density(sorted, points, bandwidth)
  local n, sum, square = #sorted, 0, 0
  for _, v in ipairs(sorted) do sum = sum + v end
  for _, v in ipairs(sorted) do square = square + (v - sum / n) ^ 2 end
  local spread = math.sqrt(square / math.max(n - 1, 1))
  local h = bandwidth or spread * n ^ -0.2
  if h <= 0 then h = math.max(math.abs(sorted[1]) * 1e-3, 1e-3) end
  local lo, hi = sorted[1] - CUT * h, sorted[n] + CUT * h
  local places, weights = sorted, nil
  if n > 2000 then
    local bins, count, width = {}, {}, (hi - lo) / 1000
    for k = 1, 1000 do bins[k], count[k] = lo + (k - 0.5) * width, 0 end
    for _, v in ipairs(sorted) do
      local k = math.max(1, math.min(1000, math.tointeger((v - lo) // width) + 1))
      count[k] = count[k] + 1
    end
    places, weights = bins, count
  end
  local at, p = {}, {}
  for k = 1, points do
    local y, total = lo + (hi - lo) * (k - 1) / (points - 1), 0
    for i, v in ipairs(places) do
      local u = (y - v) / h
      if u * u < 64 then total = total + (weights and weights[i] or 1) * math.exp(-u * u / 2) end
    end
    at[k], p[k] = y, total
  end
  return at, p
end

local function outline(center, half, at, p)
  local largest = 0
  for _, v in ipairs(p) do largest = math.max(largest, v) end
  local x, y = {}, {}
  for k = 1, #at do x[#x + 1], y[#y + 1] = center - half * p[k] / largest, at[k] end
  for k = #at, 1, -1 do x[#x + 1], y[#y + 1] = center + half * p[k] / largest, at[k] end
  x[#x + 1], y[#y + 1] = x[1], y[1]
  return data.from_list(x), data.from_list(y)
end

local function draw_box(panel, at, sorted)
  local s = samples.box(sorted, 1.5)
  local function bar(y1, y2, width)
    panel:add { kind = "path", x = data.from_list { at, at }, y = data.from_list { y1, y2 },
      pen = { color = INK, width = width, alpha = 1 }, xs = {}, ys = {} }
  end
  bar(s.low, s.high, 1.5)
  bar(s.q1, s.q3, 6)
  panel:add { kind = "points", x = data.from_list { at }, y = data.from_list { s.median }, thin = false,
    marker = { shape = "o", color = 0xFFFFFF, alpha = 1, size = 4 }, xs = {}, ys = {} }
end

--- Draw a violin for each sample.
--- Example: la.plot.figure():violin(la.randn(200, 3), {labels = {"a", "b", "c"}})
---@param x any a list of vectors, a tensor [n, k] whose columns are samples, or one vector
---@param opts? {labels: string[], positions: number[], widths: number, points: integer, bandwidth: number, inner: string, color: any, alpha: number, label: string}
---  widths of the violins in data units; points at which the density is computed; bandwidth of its
---  kernel (Scott's rule); inner "box" draws median, quartiles and whiskers, "none" nothing
---@return latent.plot.Panel self
return function(panel, x, opts)
  local where = "plot.violin"
  local o = style.options(where, opts, OPTIONS)
  style.word(where, "inner", o.inner, { "box", "none" })
  if math.type(o.points) ~= "integer" or o.points < 2 or o.points > 10000 then
    errors.raise(where .. ": points must be a whole number from 2 to 10000")
  end
  if o.bandwidth ~= nil then style.number(where, "bandwidth", o.bandwidth, 1e-300, 1e300) end
  local lists, at = samples.prepare(panel, where, x, o)
  local half = style.number(where, "widths", o.widths, 0, 1e300) / 2
  local fill
  for i, sorted in ipairs(lists) do
    if #sorted > 0 then
      fill = { color = color.mix(style.color(panel, where, o.color), 0xFFFFFF, 0.2),
        alpha = style.number(where, "alpha", o.alpha, 0, 1) }
      local px, py = outline(at[i], half, density(sorted, o.points, o.bandwidth))
      panel:add { kind = "polygon", x = px, y = py, fill = fill, xs = { px }, ys = { py } }
      panel:add { kind = "path", x = px, y = py, pen = { color = INK, width = 1.2, alpha = 1 }, xs = {}, ys = {} }
      if o.inner == "box" then draw_box(panel, at[i], sorted) end
    end
  end
  if not fill then return panel:warn_empty(where) end
  panel:add_entry(o.label, { box = fill })
  return panel
end
