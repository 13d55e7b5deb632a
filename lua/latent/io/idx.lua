--- IDX, the format of MNIST: tensors of one type with big-endian sizes, often packed with gzip.
local files = require("latent.core").files
local options = require "latent.options"
local values = require "latent.io.values"

local idx = { endings = ".idx, ...-idx3-ubyte, .idx3-ubyte (each also with .gz)" }

function idx.matches(name)
  name = name:gsub("%.gz$", "")
  return name:find("%.idx$") or name:find("[-.]idx%d+%-%a+$")
end

function idx.load(path, given)
  options.check("load IDX", given, {})
  return files.load_idx(path)
end

function idx.save(path, value, given)
  options.check("save IDX", given, {})
  files.save_idx(path, values.tensor_or_number("save IDX", value), path:lower():find("%.gz$") ~= nil)
end

return idx
