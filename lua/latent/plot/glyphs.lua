--- Characters that no font on this machine has. Cairo has no size for them, and then draws boxes larger than the
--- picture: what it is given instead is a small square.
local core = require "latent.core"

local glyphs = {}

local MISSING = "□"
local SECONDS = 5 -- that fontconfig may take

--- Is it one of those that DejaVu Sans, the font of the pictures, is known to have: Latin, Greek, numbers raised
--- and lowered, arrows and signs of mathematics?
local function common(code)
  return code < 0x250 or code >= 0x3A3 and code <= 0x3C9 or code >= 0x2074 and code <= 0x208E
    or code >= 0x2010 and code <= 0x2027 or code >= 0x2190 and code <= 0x22FF
end

--- The characters of all fonts as ranges {first, last}; nil where fontconfig does not answer.
local function installed()
  local child <close> = core.process.spawn({ "fc-list", ":", "charset" }, SECONDS)
  if not child then return nil end
  local code, out = child:finish()
  if code ~= 0 then return nil end
  local ranges = {}
  for list in out:gmatch "charset=([^\n]*)" do
    for first, last in list:gmatch "(%x+)%-?(%x*)" do
      ranges[#ranges + 1] = { tonumber(first, 16), tonumber(last ~= "" and last or first, 16) }
    end
  end
  return #ranges > 0 and ranges or nil
end

local ranges, known = nil, {}

local function drawable(code)
  if common(code) then return true end
  if known[code] == nil then
    if ranges == nil then ranges = installed() or false end
    known[code] = not ranges
    for _, range in ipairs(ranges or {}) do
      if code >= range[1] and code <= range[2] then known[code] = true end
    end
  end
  return known[code]
end

--- A text with a square for each character that no font has.
---@param s string valid UTF-8
---@return string
function glyphs.replace(s)
  if not s:find "[\xC9-\xF4]" then return s end
  return (s:gsub(utf8.charpattern, function(c) return drawable(utf8.codepoint(c)) and c or MISSING end))
end

return glyphs
