--- Sums of products, and steps from one tensor to another.
local options = require "latent.options"

local blend = {}

--- The point a fraction `weight` of the way from a to b: a + weight (b - a).
--- Example: la.tensor{0, 10}:lerp(la.tensor{10, 20}, 0.3)
---@param a tensor
---@param b tensor broadcasts with a
---@param weight number|tensor 0 gives a, 1 gives b
---@return tensor
function blend.lerp(a, b, weight)
  return a + (b - a) * weight
end

--- lerp in place: a moves towards b, as in running averages.
--- Example: la.zeros(2):lerp_(la.ones(2), 0.1)
---@param a tensor
---@param b tensor broadcasts to a
---@param weight number|tensor
---@return tensor a
function blend.lerp_(a, b, weight)
  return a:add_((b - a) * weight)
end

--- x + value a b.
--- Example: la.ones(2):addcmul(la.tensor{1, 2}, la.tensor{3, 4}, {value = 0.5})
---@param x tensor
---@param a tensor
---@param b tensor all three broadcast
---@param given? {value: number} value = 1
---@return tensor
function blend.addcmul(x, a, b, given)
  local value = options.check("addcmul", given, { value = 1 }).value
  return x + (value == 1 and a * b or a * b * value)
end

--- x + value a / b.
--- Example: la.ones(2):addcdiv(la.tensor{1, 2}, la.tensor{4, 4})
---@param x tensor
---@param a tensor
---@param b tensor all three broadcast
---@param given? {value: number} value = 1
---@return tensor
function blend.addcdiv(x, a, b, given)
  local value = options.check("addcdiv", given, { value = 1 }).value
  return x + (value == 1 and a / b or a / b * value)
end

--- addcmul in place.
--- Example: la.ones(2):addcmul_(la.tensor{1, 2}, la.tensor{3, 4})
---@param x tensor
---@param a tensor
---@param b tensor both broadcast to x
---@param given? {value: number} value = 1
---@return tensor x
function blend.addcmul_(x, a, b, given)
  return x:add_(a * b * options.check("addcmul_", given, { value = 1 }).value)
end

--- addcdiv in place.
--- Example: la.ones(2):addcdiv_(la.tensor{1, 2}, la.tensor{4, 4})
---@param x tensor
---@param a tensor
---@param b tensor both broadcast to x
---@param given? {value: number} value = 1
---@return tensor x
function blend.addcdiv_(x, a, b, given)
  return x:add_(a / b * options.check("addcdiv_", given, { value = 1 }).value)
end

return blend
