--- Enlarges images (or makes them smaller), by repeating pixels or linearly between them.
--- Example: la.nn.Upsample{scale = 2}(la.tensor{{{{1, 2}, {3, 4}}}})
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Module = require "latent.nn.module"

---@class nn.Upsample : nn.Module
local Upsample = Module:extend "Upsample"

---@param given {scale: number|number[], size: integer|integer[], mode: "nearest"|"bilinear"} a factor
---  or the size to reach, one number or {vertical, horizontal}; mode = "nearest"
function Upsample:init(given)
  local o = options.check("nn.Upsample", given, { scale = options.NONE, size = options.NONE, mode = "nearest" })
  if (o.scale == nil) == (o.size == nil) then errors.raise "nn.Upsample: give either scale or size" end
  if o.mode ~= "nearest" and o.mode ~= "bilinear" then
    errors.raise(("nn.Upsample: mode must be 'nearest' or 'bilinear', not '%s'"):format(tostring(o.mode)))
  end
  local value = o.scale or o.size
  local list = type(value) == "table" and value or { value, value }
  for d = 1, 2 do
    if type(list[d]) ~= "number" or list[d] <= 0 or (o.size and math.type(list[d]) ~= "integer") then
      errors.raise(("nn.Upsample: %s must be positive, not %s"):format(o.size and "size" or "scale", tostring(list[d])))
    end
  end
  self.scale, self.size, self.mode = o.scale and list, o.size and list, o.mode
end

---@param x tensor [.., height, width]
---@return tensor y [.., height scale, width scale]
function Upsample:forward(x)
  local shape = self:shape_of(x)
  if #shape < 2 then
    errors.raise(("%s: input [%s] must be [.., height, width]"):format(self:where(), table.concat(shape, ", ")))
  end
  local height, width
  if self.size then
    height, width = self.size[1], self.size[2]
  else
    height, width = x:size(-2) * self.scale[1] // 1, x:size(-1) * self.scale[2] // 1
  end
  return core.layers.resize2d(x, math.tointeger(height), math.tointeger(width), self.mode == "bilinear", self)
end

function Upsample:arguments()
  local name = self.scale and "scale" or "size"
  local list = self[name]
  local shown = list[1] == list[2] and tostring(list[1]) or "{" .. table.concat(list, ", ") .. "}"
  return ("{%s = %s%s}"):format(name, shown, self.mode ~= "nearest" and ", mode = '" .. self.mode .. "'" or "")
end

return Upsample
