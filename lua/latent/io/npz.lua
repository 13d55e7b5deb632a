--- .npz: NumPy's archive of arrays by name.
local files = require("latent.core").files
local named = require "latent.io.named"
local options = require "latent.options"

local npz = { endings = ".npz" }

function npz.matches(name)
  return name:find("%.npz$")
end

npz.load = files.load_npz

function npz.save(path, value, given)
  local o = options.check("save .npz", given, { compress = false })
  local names, tensors = named.lists("save .npz", value)
  files.save_npz(path, names, tensors, o.compress)
end

return npz
