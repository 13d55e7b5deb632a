--- .npy: one array in NumPy's format.
local core = require "latent.core"
local options = require "latent.options"

local npy = { endings = ".npy" }

function npy.matches(name)
  return name:find("%.npy$")
end

npy.load = core.load_npy

function npy.save(path, value, given)
  options.check("save .npy", given, {})
  core.save_npy(path, value)
end

return npy
