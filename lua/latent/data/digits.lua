local drawn = require("latent.core").drawn
local errors = require "latent.errors"
local options = require "latent.options"
local splits = require "latent.data.splits"

local STREAM = { train = 0, test = 1 }
local COUNT = { train = 60000, test = 10000 }

--- Handwritten digits that the engine draws from strokes with random slant, width, thickness, bends and
--- wobble: what MNIST is used for, without a download. Image i depends on the seed, the split and i
--- alone; the splits have no images in common. Options: `split` "train" (default) or "test"; `n`
--- (default 60000, test 10000); `seed` (default 0). The set has images [n, 28, 28] uint8 (0 paper, 255
--- ink) and labels [n] int64, 0 to 9.
--- Example:
---     local set = la.data.digits{n = 8, seed = 1}
---     print(set.labels)
---     return la.plot.figure{width = 480, height = 90}:image_grid(set.images, {cols = 8})
---@param given? { split: "train"|"test", n: integer, seed: integer }
---@return { name: "digits", images: latent.Tensor, labels: latent.Tensor } set
return function(given)
  local o = options.check("data.digits", given, { split = "train", n = options.NONE, seed = 0 })
  local split = splits.check("data.digits", o.split)
  local n = splits.check_count("data.digits", o.n) or COUNT[split]
  if math.type(o.seed) ~= "integer" then
    errors.raise(("data.digits: seed must be an integer, not %s"):format(tostring(o.seed)))
  end
  local images, labels = drawn.digits(n, o.seed, STREAM[split])
  return { name = "digits", images = images, labels = labels }
end
