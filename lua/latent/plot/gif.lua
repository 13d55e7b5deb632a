--- An animation as a GIF. gnuplot's own knows neither transparency nor smooth edges, so the frames are the
--- pictures that it draws as PNG, put together here.
local pictures = require("latent.core").pictures

local gif = {}

--- The red, green and blue of a picture, [h, w, 3].
local function decode(png)
  local picture = pictures.decode_png(png)
  if picture.ndim == 3 then return picture end
  return picture:unsqueeze(3):expand(picture.shape[1], picture.shape[2], 3)
end

--- Put pictures together. Frames hold what differs from the one before, with colours of their own.
---@param pngs string[] pictures of one size
---@param fps number
---@param loop boolean begin again at the end
---@return string bytes
function gif.write(pngs, fps, loop)
  local delay = math.max(1, math.floor(100 / fps + 0.5))
  local before = decode(pngs[1])
  local parts = { "GIF89a", ("<I2I2BBB"):pack(before.shape[2], before.shape[1], 0x70, 0, 0) }
  if loop then parts[3] = "\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0" end
  parts[#parts + 1] = pictures.gif_frame(before, nil, delay)
  for i = 2, #pngs do
    local picture = decode(pngs[i])
    parts[#parts + 1] = pictures.gif_frame(picture, before, delay)
    before = picture
  end
  parts[#parts + 1] = ";"
  return table.concat(parts)
end

return gif
