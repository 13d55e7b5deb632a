--- .jpg, .jpeg: photographs.
local errors = require "latent.errors"
local files = require("latent.core").files
local options = require "latent.options"
local values = require "latent.io.values"

local jpeg = { endings = ".jpg, .jpeg" }

function jpeg.matches(name)
  return name:find("%.jpe?g$")
end

function jpeg.load(path, given)
  options.check("load .jpg", given, {})
  return files.load_jpeg(path)
end

function jpeg.save(path, value, given)
  local o = options.check("save .jpg", given, { quality = 90 })
  if math.type(o.quality) ~= "integer" or o.quality < 1 or o.quality > 100 then
    errors.raise(("save .jpg: quality must be a whole number from 1 to 100, not %s"):format(tostring(o.quality)))
  end
  files.save_jpeg(path, values.tensor("save .jpg", value), o.quality)
end

return jpeg
