--- .npy: one array in NumPy's format.
local files = require("latent.core").files
local options = require "latent.options"

local npy = { endings = ".npy" }

function npy.matches(name)
  return name:find("%.npy$")
end

npy.load = files.load_npy

function npy.save(path, value, given)
  options.check("save .npy", given, {})
  files.save_npy(path, value)
end

return npy
