--- Colour maps: numbers to colours, for images, heat maps and points coloured by a value.
local color = require "latent.plot.color"
local errors = require "latent.errors"

local colormap = {}

--- Evenly spaced colours; between them a continuous map interpolates. viridis, magma, plasma and
--- inferno: van der Walt and Smith (2015); rdbu: ColorBrewer (Harrower and Brewer, 2003).
local continuous = {
  viridis = { 0x440154, 0x482576, 0x414487, 0x35608D, 0x2A788E, 0x21908C, 0x22A884, 0x43BF71,
    0x7AD151, 0xBBDF27, 0xFDE725 },
  magma = { 0x000004, 0x140E36, 0x3B0F70, 0x641A80, 0x8C2981, 0xB63679, 0xDE4968, 0xF76F5C,
    0xFE9F6D, 0xFECE91, 0xFCFDBF },
  plasma = { 0x0D0887, 0x42049E, 0x6A00A8, 0x900DA4, 0xB12A90, 0xCC4678, 0xE16462, 0xF1844B,
    0xFCA636, 0xFCCE25, 0xF0F921 },
  inferno = { 0x000004, 0x160B39, 0x420A68, 0x6A176E, 0x932667, 0xBC3754, 0xDD513A, 0xF37819,
    0xFCA50A, 0xF6D746, 0xFCFFA4 },
  rdbu = { 0x67001F, 0xB2182B, 0xD6604D, 0xF4A582, 0xFDDBC7, 0xF7F7F7, 0xD1E5F0, 0x92C5DE,
    0x4393C3, 0x2166AC, 0x053061 },
  grey = { 0x000000, 0xFFFFFF },
  gray = { 0x000000, 0xFFFFFF },
  binary = { 0xFFFFFF, 0x000000 },
}

--- Number of entries of a lookup table.
colormap.LEVELS = 256

--- Is it a map for classes, where neighbours differ as much as they can?
---@param name string
---@return boolean
function colormap.is_qualitative(name)
  return color.palettes[tostring(name):lower():gsub("_r$", "")] ~= nil
end

local function known()
  local list = {}
  for name in pairs(continuous) do list[#list + 1] = name end
  for name in pairs(color.palettes) do list[#list + 1] = name end
  table.sort(list)
  return table.concat(list, ", ")
end

--- The colours of a map, evenly spaced over its range.
---@param where string for the error message
---@param name string as matplotlib's, in any case; "_r" at the end reverses it
---@param n? integer how many (256); a qualitative map gives its first n, over again if it has fewer
---@return integer[] rgb list of n colours 0xRRGGBB
function colormap.colors(where, name, n)
  n = n or colormap.LEVELS
  local base, reversed = tostring(name):lower():gsub("_r$", "")
  local stops, palette = continuous[base], color.palettes[base]
  if not stops and not palette then
    errors.raise(("%s: unknown colour map '%s' (known: %s; '_r' at the end reverses one)")
      :format(where, tostring(name), known()))
  end
  local list = {}
  for i = 1, n do
    if palette then
      list[i] = palette[(i - 1) % #palette + 1]
    else
      local at = n == 1 and 0 or (i - 1) / (n - 1) * (#stops - 1)
      local k = math.min(math.floor(at), #stops - 2)
      list[i] = color.mix(stops[k + 1], stops[k + 2], at - k)
    end
  end
  if reversed > 0 then
    for i = 1, n // 2 do list[i], list[n + 1 - i] = list[n + 1 - i], list[i] end
  end
  return list
end

return colormap
