--- What the series of a panel have in common: colour, width, dashes, markers, and their options.
local color = require "latent.plot.color"
local errors = require "latent.errors"
local options = require "latent.options"

local style = {}

--- Colours of the parts of a picture, after seaborn's "whitegrid".
style.TEXT = 0x262626
style.FRAME = 0xBFBFBF
style.GRID = 0xE3E3E3
style.BACKGROUND = 0xFFFFFF

--- matplotlib's short names of options.
local SHORT = { c = "color", lw = "linewidth", ls = "linestyle", ms = "markersize", fc = "facecolor",
  ec = "edgecolor" }

--- Dashes and gaps in widths of the line.
local DASHES = { ["-"] = false, solid = false, ["--"] = { 3.7, 1.6 }, dashed = { 3.7, 1.6 },
  [":"] = { 1, 1.65 }, dotted = { 1, 1.65 }, ["-."] = { 6.4, 1.6, 1, 1.6 },
  dashdot = { 6.4, 1.6, 1, 1.6 } }

local MARKERS = { o = true, ["."] = true, s = true, ["^"] = true, v = true, D = true, x = true,
  ["+"] = true, ["*"] = true, p = true }

--- Option tables of a plot kind: defaults filled in, matplotlib's short names understood.
---@param where string
---@param given table|nil
---@param defaults table
---@return table
function style.options(where, given, defaults)
  if type(given) == "table" then
    local long = {}
    for name, value in pairs(given) do
      local full = defaults[name] == nil and SHORT[name]
      long[full and defaults[full] ~= nil and full or name] = value
    end
    given = long
  end
  return options.check(where, given, defaults)
end

--- A number option within bounds.
---@param where string
---@param name string
---@param value any
---@param lo number
---@param hi number
---@return number
function style.number(where, name, value, lo, hi)
  if type(value) ~= "number" or not (value >= lo and value <= hi) then
    errors.raise(("%s: %s must be a number from %g to %g, got %s")
      :format(where, name, lo, hi, tostring(value)))
  end
  return value
end

--- A place on an axis: a number; NaN and infinities are allowed and draw nothing.
---@param where string
---@param name string
---@param value any
---@return number
function style.place(where, name, value)
  if type(value) ~= "number" then
    errors.raise(("%s: %s must be a number, got %s"):format(where, name, type(value)))
  end
  return value
end

--- One of a list of words.
---@param where string
---@param name string
---@param value any
---@param words string[]
---@return string
function style.word(where, name, value, words)
  for _, word in ipairs(words) do if value == word then return value end end
  errors.raise(("%s: %s must be one of %s, got '%s'")
    :format(where, name, table.concat(words, ", "), tostring(value)))
end

--- Lengths of dashes and gaps in pixels: nil for a solid line.
---@param where string
---@param name string "-", "--", ":", "-." or their names
---@param width number of the line
---@return number[]|nil
function style.dash(where, name, width)
  local pattern = DASHES[name]
  if pattern == nil then
    errors.raise(("%s: unknown linestyle '%s' (known: -, --, :, -., none)"):format(where, tostring(name)))
  end
  if not pattern then return nil end
  local lengths = {}
  for i, part in ipairs(pattern) do lengths[i] = part * math.max(width, 1) end
  return lengths
end

--- A marker's letter, checked.
---@param where string
---@param marker string
---@return string
function style.marker(where, marker)
  if not MARKERS[marker] then
    errors.raise(("%s: unknown marker '%s' (known: o . s ^ v D x + * p)"):format(where, tostring(marker)))
  end
  return marker
end

--- The colour of a series: the one given, or the next of the panel's cycle.
---@param panel table
---@param where string
---@param given any
---@return integer rgb
function style.color(panel, where, given)
  if given ~= nil then return color.parse(where, given) end
  return panel:next_color()
end

--- The look of a line from checked options color, linewidth, linestyle and alpha.
---@param panel table
---@param where string
---@param o table
---@return table pen {color, width, dash, alpha}
function style.pen(panel, where, o)
  local width = style.number(where, "linewidth", o.linewidth, 0, 100)
  return {
    color = style.color(panel, where, o.color),
    width = width,
    dash = o.linestyle ~= "none" and style.dash(where, o.linestyle, width) or nil,
    alpha = style.number(where, "alpha", o.alpha, 0, 1),
  }
end

return style
