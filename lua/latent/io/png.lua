--- .png: pictures without loss.
local files = require("latent.core").files
local options = require "latent.options"
local values = require "latent.io.values"

local png = { endings = ".png" }

function png.matches(name)
  return name:find("%.png$")
end

function png.load(path, given)
  options.check("load .png", given, {})
  return files.load_png(path)
end

function png.save(path, value, given)
  options.check("save .png", given, {})
  files.save_png(path, values.tensor("save .png", value))
end

return png
