--- .npy: one array in NumPy's format.
local files = require("latent.core").files
local options = require "latent.options"
local values = require "latent.io.values"

local npy = { endings = ".npy" }

function npy.matches(name)
  return name:find("%.npy$")
end

function npy.load(path, given)
  options.check("load .npy", given, {})
  return files.load_npy(path)
end

function npy.save(path, value, given)
  options.check("save .npy", given, {})
  files.save_npy(path, values.tensor_or_number("save .npy", value))
end

return npy
