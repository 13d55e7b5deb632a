--- A normalising flow of affine couplings, RealNVP (Dinh, Sohl-Dickstein and Bengio, 2017).
---
--- The flow maps x to z, of the same size, and z is taken to be normal, N(0, 1). By the change of
--- variables log p(x) = log N(z) + log |det dz/dx|: the exact density, which integrates to one, and
--- its mean over the data is what training makes large. Samples go through the inverse.
--- Example:
---     local flow = la.models.RealNVP{inputs = 2, layers = 4, hidden = 16}
---     local x = la.randn(100, 2)
---     flow:loss(x):backward()
---     print(flow:log_prob(x).shape[1], flow:sample(3))
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Module = require "latent.nn.module"
local ModuleList = require "latent.nn.module_list"
local AffineCoupling = require "latent.models.affine_coupling"

---@class models.RealNVP : nn.Module
---@field inputs integer features of x
---@field couplings nn.ModuleList
local RealNVP = Module:extend "RealNVP"

--- Options: `inputs` (2) features; `layers` (6) couplings, whose masks are by turns 1 0 1 0 .. and
--- 0 1 0 1 ..; each has a net with `depth` (2) hidden layers of `hidden` (64) units.
---@param given? {inputs: integer, layers: integer, hidden: integer, depth: integer}
function RealNVP:init(given)
  local o = options.check("models.RealNVP", given, { inputs = 2, layers = 6, hidden = 64, depth = 2 })
  if math.type(o.inputs) ~= "integer" or o.inputs < 2 then
    errors.raise(("models.RealNVP: inputs must be an integer from 2, not %s"):format(tostring(o.inputs)))
  elseif math.type(o.layers) ~= "integer" or o.layers < 1 then
    errors.raise(("models.RealNVP: layers must be an integer from 1, not %s"):format(tostring(o.layers)))
  end
  self.inputs = o.inputs
  self.couplings = ModuleList()
  for i = 1, o.layers do
    local mask = {}
    for j = 1, o.inputs do mask[j] = (i + j) % 2 end
    self.couplings:append(AffineCoupling { mask = mask, hidden = o.hidden, depth = o.depth })
  end
end

local function check(self, what, x)
  if not core.is_tensor(x) or x.ndim ~= 2 or x:size(2) ~= self.inputs then
    errors.raise(("models.RealNVP: %s must be [batch, %d], not %s"):format(what, self.inputs,
      core.is_tensor(x) and "[" .. table.concat(x.shape, ", ") .. "]" or "a " .. type(x)))
  end
end

---@param x tensor [batch, inputs]
---@return tensor z [batch, inputs]
---@return tensor log_det [batch] logarithm of the Jacobian's determinant dz/dx
function RealNVP:forward(x)
  check(self, "x", x)
  local total
  for _, coupling in ipairs(self.couplings) do
    local log_det
    x, log_det = coupling(x)
    total = total and total + log_det or log_det
  end
  return x, total
end

--- The x that forward maps to z.
--- Example:
---     local flow = la.models.RealNVP{layers = 2, hidden = 8}
---     local x = la.randn(3, 2)
---     flow:inverse((flow(x))):allclose(x)
---@param z tensor [batch, inputs]
---@return tensor x [batch, inputs]
function RealNVP:inverse(z)
  check(self, "z", z)
  for i = #self.couplings, 1, -1 do z = self.couplings[i]:inverse(z) end
  return z
end

--- Logarithm of the density at each x, in nats.
--- Example: la.models.RealNVP{layers = 2, hidden = 8}:log_prob(la.zeros(1, 2))
---@param x tensor [batch, inputs]
---@return tensor log_p [batch]
function RealNVP:log_prob(x)
  local z, log_det = self:forward(x)
  return (z:square() + math.log(2 * math.pi)):sum(2) * -0.5 + log_det
end

--- The negative mean log-likelihood of samples, in nats.
--- Example: la.models.RealNVP{layers = 2, hidden = 8}:loss(la.zeros(1, 2))
---@param x tensor [batch, inputs]
---@return tensor loss 0-dimensional
function RealNVP:loss(x)
  return -self:log_prob(x):mean()
end

--- Samples: normal numbers, through the inverse.
--- Example: la.models.RealNVP{layers = 2, hidden = 8}:sample(3)
---@param n integer
---@return tensor x [n, inputs]
function RealNVP:sample(n)
  return self:evaluate(function()
    return self:inverse(core.randn(n, self.inputs, { dtype = self.couplings[1].mask.dtype }))
  end)
end

return RealNVP
