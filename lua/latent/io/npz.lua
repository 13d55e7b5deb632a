--- .npz: NumPy's archive of arrays by name.
local files = require("latent.core").files
local options = require "latent.options"
local values = require "latent.io.values"

local npz = { endings = ".npz" }

function npz.matches(name)
  return name:find("%.npz$")
end

function npz.load(path, given)
  options.check("load .npz", given, {})
  return files.load_npz(path)
end

function npz.save(path, value, given)
  local o = options.check("save .npz", given, { compress = false })
  local names, tensors = values.named("save .npz", value)
  files.save_npz(path, names, tensors, o.compress)
end

return npz
