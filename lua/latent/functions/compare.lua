--- Equality of tensors, exact and up to rounding; putting numbers in place of NaN and infinity.
local core = require "latent.core"
local options = require "latent.options"
local check = require "latent.functions.check"

local compare = {}

--- A tensor in a float dtype in which differences do not wrap around.
local function real(value)
  if not core.is_tensor(value) then return core.tensor(value, { dtype = "float64" }) end
  return value.dtype:find("float") and value or value:to("float64")
end

--- True where a and b differ by at most atol + rtol |b|, or are the same infinity.
--- Example: la.isclose(la.tensor{1, 2}, la.tensor{1.000001, 2.1})
---@param a tensor|number
---@param b tensor|number broadcasts with a
---@param given? {rtol: number, atol: number, equal_nan: boolean} rtol = 1e-5, atol = 1e-8, equal_nan = false
---@return tensor bool
function compare.isclose(a, b, given)
  local o = options.check("isclose", given, { rtol = 1e-5, atol = 1e-8, equal_nan = false })
  a, b = real(a), real(b)
  local distance = (a - b):abs()
  local close = distance:le(b:abs() * o.rtol + o.atol) & distance:isfinite() | a:eq(b)
  return o.equal_nan and close | (a:isnan() & b:isnan()) or close
end

--- True if all elements of a and b are close: see isclose.
--- Example: la.allclose(la.tensor{1, 2}, la.tensor{1, 2.0000001})
---@param a tensor|number
---@param b tensor|number broadcasts with a
---@param given? {rtol: number, atol: number, equal_nan: boolean} rtol = 1e-5, atol = 1e-8, equal_nan = false
---@return boolean
function compare.allclose(a, b, given)
  return compare.isclose(a, b, given):all()
end

--- True if two tensors have the same shape and elements. NaN equals nothing.
--- Example: la.equal(la.tensor{1, 2}, la.tensor{1, 2})
---@param a tensor
---@param b tensor
---@return boolean
function compare.equal(a, b)
  check.tensor("equal", a, 1)
  check.tensor("equal", b, 2)
  if a.ndim ~= b.ndim then return false end
  for d, n in ipairs(a.shape) do
    if b.shape[d] ~= n then return false end
  end
  return a:detach():eq(b:detach()):all()
end

local LARGEST = { float32 = 0x1.fffffep127, float64 = 0x1.fffffffffffffp1023 }

--- Numbers in place of NaN and the infinities, by default 0 and the largest of the dtype.
--- Example: la.tensor{0/0, 1/0, 3}:nan_to_num{posinf = 100}
---@param x tensor
---@param given? {nan: number, posinf: number, neginf: number} nan = 0
---@return tensor
function compare.nan_to_num(x, given)
  check.tensor("nan_to_num", x, 1)
  local most = LARGEST[x.dtype]
  local o = options.check("nan_to_num", given, { nan = 0, posinf = most or 0, neginf = most and -most or 0 })
  if not most then return x:clone() end
  local y = core.where(x:isnan(), o.nan, x)
  y = core.where(x:eq(1 / 0), o.posinf, y)
  return core.where(x:eq(-1 / 0), o.neginf, y)
end

--- nan_to_num in place.
--- Example: la.tensor{0/0, 1}:nan_to_num_()
---@param x tensor
---@param given? {nan: number, posinf: number, neginf: number} nan = 0
---@return tensor x
function compare.nan_to_num_(x, given)
  return x:copy_(compare.nan_to_num(x, given))
end

return compare
