local errors = require "latent.errors"
local files = require "latent.io"
local folders = require "latent.data.folders"
local options = require "latent.options"
local splits = require "latent.data.splits"

local mnist = {}

local FILES = {
  train = { images = "train-images-idx3-ubyte", labels = "train-labels-idx1-ubyte" },
  test = { images = "t10k-images-idx3-ubyte", labels = "t10k-labels-idx1-ubyte" },
}

--- Paths of the images and labels, or nil and the folders looked at.
---@param split "train"|"test"
---@param root? string
---@return { images: string, labels: string }|nil paths
---@return string[]|nil looked_at
function mnist.find(split, root)
  local list = folders.list(root)
  for _, folder in ipairs(list) do
    local paths = {}
    for part, name in pairs(FILES[split]) do
      paths[part] = folders.find({ folder }, { "mnist/" .. name .. ".gz", "mnist/" .. name })
    end
    if paths.images and paths.labels then return paths end
  end
  return nil, list
end

local function check_shapes(paths, images, labels)
  if images.dtype ~= "uint8" or images.ndim ~= 3 then
    errors.raise(("data.mnist: %s does not hold images"):format(paths.images))
  end
  if labels.ndim ~= 1 or #labels ~= #images then
    errors.raise(("data.mnist: %s does not hold a label for each of the %d images"):format(paths.labels, #images))
  end
end

--- The MNIST database of handwritten digits (LeCun, Cortes, Burges, 1998), from
--- `mnist/train-images-idx3-ubyte.gz` and its kin, with or without `.gz`, in the folder `root`, in
--- `$LATENT_DATA`, or in the user's cache folder, where `scripts/get-data mnist` puts it. A missing
--- set is an error that names the places looked at. Options: `split` "train" (default) or "test";
--- `n`, the first so many (default: all 60000 or 10000); `root`. The set has images [n, 28, 28]
--- uint8 (0 paper, 255 ink) and labels [n] int64, 0 to 9.
--- Example:
---     local found, set = pcall(la.data.mnist, {split = "test", n = 1})
---     if found then print(set.labels, set.images:max()) end
---@param given? { split: "train"|"test", n: integer, root: string }
---@return { name: "mnist", images: latent.Tensor, labels: latent.Tensor } set
function mnist.load(given)
  local o = options.check("data.mnist", given,
    { split = "train", n = options.NONE, root = options.NONE })
  local n = splits.check_count("data.mnist", o.n)
  local paths, looked_at = mnist.find(splits.check("data.mnist", o.split), o.root)
  if not paths then
    errors.raise(("data.mnist: no %s.gz in the folder mnist of: %s; `scripts/get-data mnist` downloads it")
      :format(FILES[o.split].images, table.concat(looked_at, ", ")))
  end
  local images, labels = files.load(paths.images), files.load(paths.labels)
  check_shapes(paths, images, labels)
  if n then
    if n > #images then
      errors.raise(("data.mnist: n is %d, but the set '%s' has %d images"):format(n, o.split, #images))
    end
    images, labels = images:narrow(1, 1, n), labels:narrow(1, 1, n)
  end
  return { name = "mnist", images = images, labels = labels:to "int64" }
end

return mnist
