--- Images from numbers: the value range, the colour map, and the axes that suit an image.
local color = require "latent.plot.color"
local colormap = require "latent.plot.colormap"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local style = require "latent.plot.style"

local raster = {}

--- The values that the ends of a colour map stand for.
---@param where string
---@param t any float64 tensor
---@param o table options vmin, vmax, center
---@return number lo, number hi
function raster.limits(where, t, o)
  local lo, hi = data.extent(t)
  lo, hi = lo or 0, hi or 1
  for _, name in ipairs { "vmin", "vmax", "center" } do
    if o[name] ~= nil then style.number(where, name, o[name], -data.LARGEST, data.LARGEST) end
  end
  if o.center then
    local reach = math.max(math.abs((o.vmax or hi) - o.center), math.abs((o.vmin or lo) - o.center))
    if reach == 0 then reach = 1 end
    return o.center - reach, o.center + reach
  end
  lo, hi = o.vmin or lo, o.vmax or hi
  if lo >= hi then
    if o.vmin and o.vmax then errors.raise(where .. ": vmin must be less than vmax") end
    if o.vmin then hi = lo + 1 elseif o.vmax then lo = hi - 1 else hi = lo + 1 end
  end
  return lo, hi
end

--- Bytes of a scalar image, and what its colour bar shows.
---@param where string
---@param t any float64 tensor of any shape
---@param o table options cmap, vmin, vmax, center
---@return any rgb uint8 tensor [numel, 3]
---@return table bar {colors, lo, hi, classes}
function raster.map(where, t, o)
  if colormap.is_qualitative(o.cmap) then -- class ids: 1 has the first colour
    local lo, hi = data.extent(t)
    lo, hi = math.min(1, math.floor(lo or 1)), math.max(1, math.floor(hi or 1))
    if hi - lo > 1000 then errors.raise(where .. ": too many classes for colour map " .. o.cmap) end
    local colors = colormap.colors(where, o.cmap, hi - lo + 1)
    return data.map_colors(t, colors, lo, hi + 1), { colors = colors, lo = lo, hi = hi, classes = true }
  end
  local lo, hi = raster.limits(where, t, o)
  local colors = colormap.colors(where, o.cmap)
  return data.map_colors(t, colors, lo, hi), { colors = colors, lo = lo, hi = hi }
end

--- An image as bytes: [h, w] through the colour map, [h, w, 3] and [h, w, 4] as colours.
---@param where string
---@param v any tensor, or a list of lists of numbers
---@param o table options cmap, vmin, vmax, center
---@return any rgb uint8 tensor [h, w, 3], contiguous
---@return table|nil bar {colors, lo, hi, classes} for scalar images
function raster.image(where, v, o)
  local t = data.image(where, v)
  local shape = t.shape
  if t.ndim == 3 and shape[1] == 1 and shape[3] > 4 then
    t = t:reshape(shape[2], shape[3]) -- [1, h, w], as a grey image in a batch
  elseif t.ndim == 3 and shape[3] == 1 then
    t = t:reshape(shape[1], shape[2])
  end
  shape = t.shape
  if t:numel() == 0 then errors.raise(("%s: the image is empty: [%s]"):format(where, table.concat(shape, ", "))) end
  if t.ndim == 2 then
    local rgb, bar = raster.map(where, t:to("float64"), o)
    return rgb:reshape(shape[1], shape[2], 3):contiguous(), bar
  end
  if t.ndim ~= 3 or shape[3] ~= 3 and shape[3] ~= 4 then
    errors.raise(("%s: expected [h, w], [h, w, 3] or [h, w, 4], got [%s]")
      :format(where, table.concat(shape, ", ")))
  end
  local bytes = data.to_bytes(t)
  if shape[3] == 4 then -- over white
    local f = bytes:to("float64")
    local a = f[{ {}, {}, { 4, 4 } }] / 255
    bytes = data.to_bytes((f[{ {}, {}, { 1, 3 } }] * a + (a * -255 + 255)) / 255)
  end
  return bytes
end

--- How an image wants its panel: whole pixels, rows downwards, nothing behind it.
---@param panel table
---@param h integer rows
---@param w integer columns
---@param down boolean is the first row on top?
function raster.set_axes(panel, down)
  panel.hints = panel.hints or {}
  local hints = panel.hints
  hints.grid, hints.whole, hints.reverse_y = false, true, down
end

--- Black or white, whichever can be read on a colour.
---@param rgb integer
---@return integer
function raster.ink(rgb)
  local r, g, b = color.split(rgb)
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 and style.TEXT or 0xFFFFFF
end

return raster
