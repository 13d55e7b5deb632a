--- Colours: names, hex strings and grey levels to numbers 0xRRGGBB, and qualitative palettes.
local errors = require "latent.errors"

local color = {}

--- Palettes for classes and for the series of a panel, each a list of 0xRRGGBB.
--- colorblind and deep: seaborn (Waskom, 2021); set1 and paired: ColorBrewer (Harrower and
--- Brewer, 2003); tab10 and tab20: Tableau, matplotlib's
--- defaults.
color.palettes = {
  colorblind = { 0x0173B2, 0xDE8F05, 0x029E73, 0xD55E00, 0xCC78BC, 0xCA9161, 0xFBAFE4, 0x949494,
    0xECE133, 0x56B4E9 },
  deep = { 0x4C72B0, 0xDD8452, 0x55A868, 0xC44E52, 0x8172B3, 0x937860, 0xDA8BC3, 0x8C8C8C,
    0xCCB974, 0x64B5CD },
  tab10 = { 0x1F77B4, 0xFF7F0E, 0x2CA02C, 0xD62728, 0x9467BD, 0x8C564B, 0xE377C2, 0x7F7F7F,
    0xBCBD22, 0x17BECF },
  tab20 = { 0x1F77B4, 0xAEC7E8, 0xFF7F0E, 0xFFBB78, 0x2CA02C, 0x98DF8A, 0xD62728, 0xFF9896, 0x9467BD,
    0xC5B0D5, 0x8C564B, 0xC49C94, 0xE377C2, 0xF7B6D2, 0x7F7F7F, 0xC7C7C7, 0xBCBD22, 0xDBDB8D, 0x17BECF,
    0x9EDAE5 },
  set1 = { 0xE41A1C, 0x377EB8, 0x4DAF4A, 0x984EA3, 0xFF7F00, 0xFFFF33, 0xA65628, 0xF781BF,
    0x999999 },
  paired = { 0xA6CEE3, 0x1F78B4, 0xB2DF8A, 0x33A02C, 0xFB9A99, 0xE31A1C, 0xFDBF6F, 0xFF7F00,
    0xCAB2D6, 0x6A3D9A, 0xFFFF99, 0xB15928 },
}

local names = {
  black = 0x000000, white = 0xFFFFFF, red = 0xFF0000, green = 0x008000, blue = 0x0000FF,
  yellow = 0xFFFF00, cyan = 0x00FFFF, magenta = 0xFF00FF, orange = 0xFFA500, purple = 0x800080,
  brown = 0xA52A2A, pink = 0xFFC0CB, grey = 0x808080, gray = 0x808080, olive = 0x808000,
  navy = 0x000080, teal = 0x008080, lime = 0x00FF00, gold = 0xFFD700, crimson = 0xDC143C,
  darkred = 0x8B0000, darkgreen = 0x006400, darkblue = 0x00008B, darkorange = 0xFF8C00,
  lightgrey = 0xD3D3D3, lightgray = 0xD3D3D3, darkgrey = 0xA9A9A9, darkgray = 0xA9A9A9,
  lightblue = 0xADD8E6, lightgreen = 0x90EE90, steelblue = 0x4682B4, skyblue = 0x87CEEB,
  salmon = 0xFA8072, tomato = 0xFF6347, indigo = 0x4B0082, violet = 0xEE82EE,
  b = 0x0000FF, g = 0x008000, r = 0xFF0000, c = 0x00BFBF, m = 0xBF00BF, y = 0xBFBF00, k = 0x000000,
  w = 0xFFFFFF,
}
for i, name in ipairs { "blue", "orange", "green", "red", "purple", "brown", "pink", "grey", "olive",
  "cyan" } do
  names["tab:" .. name] = color.palettes.tab10[i]
end
names["tab:gray"] = names["tab:grey"]

local function pack(r, g, b)
  local function byte(v) return math.floor(math.max(0, math.min(1, v)) * 255 + 0.5) end
  return byte(r) << 16 | byte(g) << 8 | byte(b)
end

local function from_string(text)
  local hex = text:match "^#(%x%x%x%x%x%x)$"
  if hex then return tonumber(hex, 16) end
  local r, g, b = text:match "^#(%x)(%x)(%x)$"
  if r then return tonumber(r .. r .. g .. g .. b .. b, 16) end
  local level = text:match "^[%d.]+$" and tonumber(text)
  if level and level <= 1 then return pack(level, level, level) end
  local cycle = text:match "^C(%d+)$" -- matplotlib's "C0" is the first colour of the cycle
  if cycle then return color.cycle(tonumber(cycle) + 1) end
  return names[text:lower()]
end

--- The i-th colour of the default cycle, 1-based.
---@param i integer
---@return integer rgb 0xRRGGBB
function color.cycle(i)
  local list = color.palettes.colorblind
  return list[(i - 1) % #list + 1]
end

--- A colour as a number.
---@param where string for the error message
---@param value string|integer|number[] "#4C72B0", "red", "tab:orange", "C0", a grey level ".9", a
--- number i for the i-th colour of the default cycle, or {r, g, b} in 0..1
---@return integer rgb 0xRRGGBB
function color.parse(where, value)
  local rgb
  if type(value) == "string" then
    rgb = from_string(value)
  elseif math.type(value) == "integer" and value >= 1 then
    rgb = color.cycle(value)
  elseif type(value) == "table" and #value == 3 and type(value[1]) == "number"
    and type(value[2]) == "number" and type(value[3]) == "number" then
    rgb = pack(value[1], value[2], value[3])
  end
  if not rgb then
    errors.raise(("%s: not a colour: %s (a name, '#rrggbb', a grey level '.5', 'C0', {r, g, b})")
      :format(where, type(value) == "string" and ("'%s'"):format(value) or tostring(value)))
  end
  return rgb
end

--- "#RRGGBB".
---@param rgb integer
---@return string
function color.hex(rgb) return ("#%06X"):format(rgb) end

--- Red, green and blue, 0 to 255.
---@param rgb integer
---@return integer r, integer g, integer b
function color.split(rgb) return rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255 end

--- The colour between two: `t` = 0 gives the first, 1 the second.
---@param from integer
---@param to integer
---@param t number
---@return integer rgb
function color.mix(from, to, t)
  local r1, g1, b1 = color.split(from)
  local r2, g2, b2 = color.split(to)
  return pack((r1 + (r2 - r1) * t) / 255, (g1 + (g2 - g1) * t) / 255, (b1 + (b2 - b1) * t) / 255)
end

return color
