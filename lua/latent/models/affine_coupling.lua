--- Affine coupling layer (Dinh, Sohl-Dickstein and Bengio, 2017): an invertible map whose Jacobian's
--- determinant costs nothing.
---
--- A mask parts the features. Those with a 1 pass unchanged, and a net of them says how the others
--- are scaled and shifted: y = x exp(s) + t. The Jacobian is triangular, so the logarithm of
--- its determinant is the sum of s.
--- Example:
---     local layer = la.models.AffineCoupling{mask = {1, 0}, hidden = 8}
---     local y, log_det = layer(la.randn(4, 2))
---     print(y, log_det)
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Module = require "latent.nn.module"
local Linear = require "latent.nn.linear"
local ReLU = require "latent.nn.relu"
local Sequential = require "latent.nn.sequential"

---@class models.AffineCoupling : nn.Module
---@field mask tensor [inputs] 1 for the features that pass, 0 for those that change
---@field net nn.Sequential masked x -> s before its tanh, and t, side by side
---@field scale tensor [inputs] the largest |s|, learned
local AffineCoupling = Module:extend "AffineCoupling"

--- Check a mask: a list of zeros and ones, with both in it.
local function check_mask(mask)
  local counts = { [0] = 0, [1] = 0 }
  for _, bit in ipairs(type(mask) == "table" and mask or {}) do
    if not counts[bit] then errors.raise("models.AffineCoupling: mask must hold 0 and 1, not " .. tostring(bit)) end
    counts[bit] = counts[bit] + 1
  end
  if counts[0] == 0 or counts[1] == 0 then
    errors.raise "models.AffineCoupling: mask must be a list of zeros and ones, with both in it"
  end
  return mask
end

--- Options: `mask`, a list of 0 and 1, one a feature; the net has `depth` (2) hidden layers of `hidden`
--- (64) ReLUs. Its last layer starts at 0, so that a new coupling is the identity.
---@param given {mask: integer[], hidden: integer, depth: integer}
function AffineCoupling:init(given)
  local o = options.check("models.AffineCoupling", given, { mask = options.NONE, hidden = 64, depth = 2 })
  if math.type(o.depth) ~= "integer" or o.depth < 1 then
    errors.raise(("models.AffineCoupling: depth must be an integer from 1, not %s"):format(tostring(o.depth)))
  end
  local n = #check_mask(o.mask)
  self:register_buffer("mask", core.tensor(o.mask, { dtype = core.get_default_dtype() }))
  self:register_parameter("scale", core.ones(n))
  self.net = Sequential()
  for i = 1, o.depth do
    self.net:append(Linear(i == 1 and n or o.hidden, o.hidden))
    self.net:append(ReLU())
  end
  local last = Linear(o.hidden, 2 * n)
  core.no_grad(function()
    last.weight:zero_()
    last.bias:zero_()
  end)
  self.net:append(last)
end

--- s and t of masked features, both 0 where the mask is 1.
local function scale_and_shift(self, masked)
  local n, free = #self.mask, 1 - self.mask
  local both = self.net(masked)
  return both[{ {}, { 1, n } }]:tanh() * self.scale * free, both[{ {}, { n + 1, 2 * n } }] * free
end

---@param x tensor [batch, inputs]
---@return tensor y [batch, inputs]
---@return tensor log_det [batch] logarithm of the Jacobian's determinant dy/dx
function AffineCoupling:forward(x)
  local s, t = scale_and_shift(self, x * self.mask)
  return x * s:exp() + t, s:sum(2)
end

--- The x that forward maps to y.
--- Example:
---     local layer = la.models.AffineCoupling{mask = {1, 0}, hidden = 8}
---     local x = la.randn(4, 2)
---     layer:inverse((layer(x))):allclose(x)
---@param y tensor [batch, inputs]
---@return tensor x [batch, inputs]
function AffineCoupling:inverse(y)
  local s, t = scale_and_shift(self, y * self.mask)
  return (y - t) * (-s):exp()
end

return AffineCoupling
