--- A border around images.
local core = require "latent.core"
local errors = require "latent.errors"

--- Images with a border of equal pixels: MNIST's 28 x 28 become 32 x 32 with a border of 2.
--- Example: la.data.pad_images(la.ones(1, 2, 2), 1)
---@param images tensor [.., height, width], any dtype
---@param border integer pixels on each side
---@param value? number of the border's pixels, 0
---@return tensor [.., height + 2 border, width + 2 border]
return function(images, border, value)
  if math.type(border) ~= "integer" or border < 0 then
    errors.raise(("data.pad_images: the border must be an integer from 0, not %s"):format(tostring(border)))
  end
  if images.ndim < 2 then
    errors.raise(("data.pad_images: needs images [.., height, width], not [%s]")
      :format(table.concat(images.shape, ", ")))
  end
  local shape, place = images.shape, {}
  local h, w = shape[#shape - 1], shape[#shape]
  for d = 1, #shape - 2 do place[d] = {} end
  place[#shape - 1], place[#shape] = { border + 1, border + h }, { border + 1, border + w }
  shape[#shape - 1], shape[#shape] = h + 2 * border, w + 2 * border
  local padded = core.full(shape, value or 0, { dtype = images.dtype })
  padded[place] = images
  return padded
end
