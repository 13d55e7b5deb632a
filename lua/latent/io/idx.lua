--- IDX, the format of MNIST: tensors of one type with big-endian sizes, often packed with gzip.
local files = require("latent.core").files

local idx = { endings = ".idx, ...-idx3-ubyte, .idx3-ubyte (each also with .gz)" }

function idx.matches(name)
  name = name:gsub("%.gz$", "")
  return name:find("%.idx$") or name:find("[-.]idx%d+%-%a+$")
end

idx.load = files.load_idx

return idx
