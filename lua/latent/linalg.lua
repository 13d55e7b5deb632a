--- Linear algebra on matrices [m, n] and batches of them [.., m, n], by LAPACK.
---
--- Factorisations, equations and determinants take float32 and float64; integers convert to the
--- default float dtype. NaN or infinite elements, a matrix that is singular to working precision,
--- one that is not positive definite or not symmetric where it has to be, and complex eigenvalues
--- are errors that say so. Results are differentiable.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

local linalg = {}

for name, f in pairs(core.linalg) do linalg[name] = f end

local function check(where, a)
  if not core.is_tensor(a) then
    errors.raise(("%s: argument 1 must be a tensor, not %s"):format(where, type(a)))
  end
end

--- The two dimensions `dims`, made the last ones.
local function at_the_end(a, dims)
  local order = {}
  for d = 1, a.ndim do
    if d ~= dims[1] and d ~= dims[2] then order[#order + 1] = d end
  end
  order[#order + 1], order[#order + 2] = dims[1], dims[2]
  return a:permute(order)
end

--- Put the two dimensions back as size 1.
local function kept(value, dims)
  if not core.is_tensor(value) then value = core.tensor(value) end
  for _, d in ipairs { math.min(dims[1], dims[2]), math.max(dims[1], dims[2]) } do
    value = value:unsqueeze(d)
  end
  return value
end

--- Norms of matrices in the last two dimensions, by order.
local MATRIX = {
  [1] = function(a) return (a:abs():sum(-2):max(-1)) end,
  [-1] = function(a) return (a:abs():sum(-2):min(-1)) end,
  [math.huge] = function(a) return (a:abs():sum(-1):max(-1)) end,
  [-math.huge] = function(a) return (a:abs():sum(-1):min(-1)) end,
  [2] = function(a) return (linalg.svdvals(a):max(-1)) end,
  [-2] = function(a) return (linalg.svdvals(a):min(-1)) end,
  nuc = function(a) return linalg.svdvals(a):sum(-1) end,
}

local function matrix_norm(a, order, dims, keepdim)
  if order == "fro" then return a:norm(2, { dim = dims, keepdim = keepdim }) end
  local norm = MATRIX[order]
  if not norm then
    errors.raise(("linalg.norm: matrices have no norm of order %s (there are 1, -1, 2, -2, math.huge, "
      .. "-math.huge, 'fro', 'nuc')"):format(tostring(order)))
  end
  local value = norm(at_the_end(a, dims))
  return keepdim and kept(value, dims) or value
end

--- Dimensions counted from the front.
local function dimensions(a, dim)
  local dims = type(dim) == "table" and dim or { dim }
  local out = {}
  for i, d in ipairs(dims) do
    local place = math.type(d) == "integer" and (d < 0 and d + a.ndim + 1 or d)
    if not place or place < 1 or place > a.ndim then
      errors.raise(("linalg.norm: there is no dimension %s in %d dimensions (they count from 1)"):format(d, a.ndim))
    end
    out[i] = place
  end
  if #out == 2 and out[1] == out[2] then errors.raise(("linalg.norm: dimension %d is named twice"):format(out[1])) end
  return out
end

--- Norm of a vector or of a matrix.
---
--- Without an order the square root of the sum of squares of all elements, or of those in `dim`. With
--- one, a tensor of one dimension (or one `dim`) has the vector norm of that order, and a matrix (or
--- two dimensions in `dim`) the matrix norm: "fro" (Frobenius), "nuc" (sum of singular values), 2 and
--- -2 (largest and smallest singular value), 1 and -1 (sums of columns), math.huge and -math.huge
--- (sums of rows).
--- Example: la.linalg.norm(la.eye(3), 2)
---@param a tensor
---@param order? number|string
---@param given? {dim: integer|integer[], keepdim: boolean}
---@return number|tensor
function linalg.norm(a, order, given)
  check("linalg.norm", a)
  if type(order) == "table" and given == nil then order, given = nil, order end
  local o = options.check("linalg.norm", given, { dim = options.NONE, keepdim = false })
  if order == nil then return a:norm(2, { dim = o.dim, keepdim = o.keepdim }) end
  local dims = {}
  if o.dim ~= nil then
    dims = dimensions(a, o.dim)
  else
    for d = 1, a.ndim do dims[d] = d end
  end
  if #dims == 1 and type(order) == "number" then return a:norm(order, { dim = dims[1], keepdim = o.keepdim }) end
  if #dims ~= 2 then
    errors.raise(("linalg.norm: order %s needs a matrix or two dimensions in dim, not %d"):format(order, #dims))
  end
  return matrix_norm(a, order, dims, o.keepdim)
end

--- Condition number: how much a relative error in b may grow in the solution of a x = b. The ratio of
--- the largest to the smallest singular value, infinite for a singular matrix; for other orders
--- norm(a) * norm(inv(a)).
--- Example: la.linalg.cond(la.tensor{{2, 0}, {0, 1}})
---@param a tensor [.., m, n], for other orders square
---@param order? number|string as of linalg.norm; the default is 2
---@return number|tensor
function linalg.cond(a, order)
  check("linalg.cond", a)
  if order == nil or order == 2 or order == -2 then
    local s = linalg.svdvals(a)
    local largest, smallest = s:select(-1, 1), s:select(-1, -1)
    if order == -2 then return smallest / largest end
    return largest / smallest
  end
  if a.ndim < 2 then errors.raise(("linalg.cond: takes a matrix, not a tensor of %d dimensions"):format(a.ndim)) end
  local place = { dim = { -2, -1 } }
  return linalg.norm(a, order, place) * linalg.norm(linalg.inv(a), order, place)
end

local EPSILON = { float32 = 2 ^ -23, float64 = 2 ^ -52 }

--- Number of singular values above a limit.
--- Example: la.linalg.matrix_rank(la.ones(3, 3))
---@param a tensor [.., m, n]
---@param given? {rtol: number} limit relative to the largest singular value; the default is max(m, n) times the dtype's epsilon
---@return integer|tensor
function linalg.matrix_rank(a, given)
  check("linalg.matrix_rank", a)
  local o = options.check("linalg.matrix_rank", given, { rtol = options.NONE })
  local s = linalg.svdvals(a:detach())
  if s:size(-1) == 0 then return s:gt(0):sum(-1) end
  local rtol = o.rtol or math.max(a:size(-1), a:size(-2)) * EPSILON[s.dtype]
  return s:gt(s:narrow(-1, 1, 1) * rtol):sum(-1)
end

return linalg
