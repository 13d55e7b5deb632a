--- image_grid: many small images in rows and columns.
local data = require "latent.plot.data"
local errors = require "latent.errors"
local options = require "latent.options"
local raster = require "latent.plot.raster"
local style = require "latent.plot.style"

local NONE = options.NONE
local OPTIONS = { cols = NONE, cmap = "grey", vmin = NONE, vmax = NONE, center = NONE, padding = NONE,
  titles = NONE, height = NONE }

local MOST = 10000

--- The images as [n, h, w, 3] bytes.
local function bytes(where, t, o)
  local shape = t.shape
  if t.ndim == 2 then -- flat rows: square unless the height is given
    local n, size = shape[1], shape[2]
    local h = o.height or math.floor(math.sqrt(size) + 0.5)
    if math.type(h) ~= "integer" or h < 1 or size % h ~= 0 or not o.height and h * h ~= size then
      errors.raise(("%s: [%d, %d] are not rows of square images: give height"):format(where, n, size))
    end
    t = t:reshape(n, h, size // h)
  elseif t.ndim == 4 and shape[2] == 1 and shape[4] ~= 3 then -- [n, 1, h, w]
    t = t:reshape(shape[1], shape[3], shape[4])
  end
  shape = t.shape
  if t.ndim == 4 and shape[4] == 3 then return data.to_bytes(t) end
  if t.ndim ~= 3 then
    errors.raise(("%s: expected [n, h, w], [n, h*w] or [n, h, w, 3], got [%s]")
      :format(where, table.concat(shape, ", ")))
  end
  local rgb = raster.map(where, t:to("float64"), o)
  return rgb:reshape(shape[1], shape[2], shape[3], 3)
end

--- One picture [rows * (h + gap) - gap, cols * (w + gap) - gap, 3] from [n, h, w, 3], white between.
local function mosaic(t, rows, cols, gap)
  local n, h, w = t.shape[1], t.shape[2], t.shape[3]
  if rows * cols > n then t = data.cat({ t, data.full_bytes({ rows * cols - n, h, w, 3 }, 255) }, 1) end
  if gap > 0 then
    t = data.cat({ t, data.full_bytes({ rows * cols, h, gap, 3 }, 255) }, 3)
    t = data.cat({ t, data.full_bytes({ rows * cols, gap, w + gap, 3 }, 255) }, 2)
  end
  local H, W = rows * (h + gap), cols * (w + gap)
  -- [rows, cols, h, w, 3] -> [rows, h, cols, w, 3]
  t = t:reshape(rows, cols, h + gap, w + gap, 3):permute(1, 3, 2, 4, 5):contiguous():reshape(H, W, 3)
  return t[{ { 1, H - gap }, { 1, W - gap } }]:contiguous()
end

--- Draw images side by side, row after row.
--- Example: la.plot.figure{axis = false}:image_grid(la.data.digits{n = 12}.images, {cols = 6})
---@param t any tensor [n, h, w] of numbers, [n, h*w] of flat images, or [n, h, w, 3] of colours
---@param opts? {cols: integer, cmap: string, vmin: number, vmax: number, center: number, padding: integer, titles: string[], height: integer}
---  cols images in a row (about a square); padding white pixels of the images between them; titles
---  one above each image; height rows of a flat image that is not square; the value range is that
---  of all images together
---@return latent.plot.Panel self
return function(panel, t, opts)
  local where = "plot.image_grid"
  local o = style.options(where, opts, OPTIONS)
  if o.titles ~= nil and type(o.titles) ~= "table" then errors.raise(where .. ": titles must be a list") end
  t = data.image(where, t)
  if t:numel() == 0 then errors.raise(where .. ": no images") end
  if t.shape[1] > MOST then
    errors.raise(("%s: %d images are too many (at most %d)"):format(where, t.shape[1], MOST))
  end
  local rgb = bytes(where, t, o)
  local n, h, w = rgb.shape[1], rgb.shape[2], rgb.shape[3]
  local cols = o.cols or math.ceil(math.sqrt(n))
  if math.type(cols) ~= "integer" or cols < 1 then errors.raise(where .. ": cols must be a positive integer") end
  cols = math.min(cols, n)
  local gap = o.padding or (o.titles and math.max(1, h // 3) or math.max(1, h // 14))
  if math.type(gap) ~= "integer" or gap < 0 or gap > 1000 then
    errors.raise(where .. ": padding must be a whole number of pixels")
  end
  local rows = (n + cols - 1) // cols
  local picture = mosaic(rgb, rows, cols, gap)
  local H, W = picture.shape[1], picture.shape[2]
  local head = o.titles and gap or 0 -- room for the titles of the first row
  panel:add { kind = "image", rgb = picture, x1 = 0.5, x2 = W + 0.5, y1 = 0.5, y2 = H + 0.5,
    xs = { 0.5, W + 0.5 }, ys = { 0.5 - head, H + 0.5 }, sticky_x = { 0.5, W + 0.5 },
    sticky_y = { 0.5 - head, H + 0.5 } }
  for i, title in ipairs(o.titles or {}) do
    if i > n then break end
    local row, col = (i - 1) // cols, (i - 1) % cols
    panel:add { kind = "text", at = { col * (w + gap) + (w + 1) / 2, row * (h + gap) + 0.5 - gap * 0.12 },
      words = tostring(title), coords = "data", color = style.TEXT, size = 12, fit = gap * 0.8, ha = "center",
      va = "bottom", rotation = 0, xs = {}, ys = {} }
  end
  raster.set_axes(panel, true)
  panel.hints.aspect, panel.hints.axis = "equal", false
  return panel
end
