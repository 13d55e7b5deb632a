local digits = require "latent.data.digits"
local errors = require "latent.errors"
local mnist = require "latent.data.mnist"
local options = require "latent.options"
local splits = require "latent.data.splits"

--- Handwritten digits for a script that runs everywhere: MNIST where it is installed, drawn digits with
--- a printed line where it is not. Options: `data` asks for "mnist" (an error where it is missing) or
--- "digits"; `split`, `n`, `seed` and `root` as for data.mnist and data.digits. The set has images
--- [n, 28, 28] uint8 and labels [n] int64, 0 to 9; its name is "mnist" or "digits".
--- Example:
---     local set = la.data.handwritten{data = "digits", split = "test", n = 100}
---     print(set.name, #set.images)
---@param given? { data: string, split: "train"|"test", n: integer, seed: integer, root: string }
---@return { name: "mnist"|"digits", images: latent.Tensor, labels: latent.Tensor } set
return function(given)
  local where = "data.handwritten"
  local o = options.check(where, given, { data = options.NONE, split = "train", n = options.NONE, seed = 0,
    root = options.NONE })
  splits.check(where, o.split)
  if o.data ~= nil and o.data ~= "mnist" and o.data ~= "digits" then
    errors.raise(("%s: data must be 'mnist' or 'digits', not %s"):format(where, tostring(o.data)))
  end
  if o.data == "mnist" or (not o.data and mnist.find(o.split, o.root)) then
    return mnist.load { split = o.split, n = o.n, root = o.root }
  end
  if not o.data then
    print("MNIST is not installed (scripts/get-data mnist downloads it): drawn digits stand in for it.")
  end
  return digits { split = o.split, n = o.n, seed = o.seed }
end
