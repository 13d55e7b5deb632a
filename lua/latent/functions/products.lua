--- Products of vectors in space and of matrices by blocks.
local core = require "latent.core"
local errors = require "latent.errors"
local check = require "latent.functions.check"

local products = {}

--- Cross product of vectors of three components.
--- Example: la.tensor{1, 0, 0}:cross(la.tensor{0, 1, 0})
---@param a tensor
---@param b tensor broadcasts with a
---@param dim? integer of size 3: the last one
---@return tensor
function products.cross(a, b, dim)
  check.tensor("cross", a, 1)
  check.tensor("cross", b, 2)
  dim = dim or -1
  if a:size(dim) ~= 3 or b:size(dim) ~= 3 then
    errors.raise(("cross: vectors have 3 components, not dimension %d of %s and %s"):format(dim, check.shape(a),
      check.shape(b)))
  end
  return a:roll(-1, dim) * b:roll(1, dim) - a:roll(1, dim) * b:roll(-1, dim)
end

--- Kronecker product: each element of a times the whole of b, laid out in blocks.
--- Example: la.kron(la.eye(2), la.ones(2, 2))
---@param a tensor of at most 4 dimensions
---@param b tensor of at most 4 dimensions
---@return tensor sizes are the products of those of a and b
function products.kron(a, b)
  check.tensor("kron", a, 1)
  check.tensor("kron", b, 2)
  local n = math.max(a.ndim, b.ndim)
  if n > 4 then errors.raise(("kron: takes at most 4 dimensions, not %d"):format(n)) end
  local blocks, inside, shape = {}, {}, {}
  for d = 1, n do
    local size_a = a.shape[d - n + a.ndim] or 1
    local size_b = b.shape[d - n + b.ndim] or 1
    blocks[2 * d - 1], blocks[2 * d] = size_a, 1
    inside[2 * d - 1], inside[2 * d] = 1, size_b
    shape[d] = size_a * size_b
  end
  return core.reshape(a:reshape(blocks) * b:reshape(inside), shape)
end

return products
