--- Conditional variational autoencoder (Sohn et al., 2015): a VAE that is told the class.
---
--- The class enters encoder and decoder as a one-hot vector beside their input.
--- Example:
---     local cvae = la.models.CVAE{inputs = 16, hidden = 8, latent = 2, classes = 3}
---     local x, ids = la.rand(4, 16), la.tensor({1, 2, 3, 1}, {dtype = "int64"})
---     local loss = cvae:loss(x, ids)
---     loss:backward()
---     return cvae:sample(ids).shape
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local VAE = require "latent.models.vae"

---@class models.CVAE : models.VAE
---@field classes integer
local CVAE = VAE:extend "CVAE"

local NONE = options.NONE

--- Options: those of VAE, and `classes` (10). Parts of one's own take and give that many more inputs.
---@param given? {inputs: integer, hidden: integer, latent: integer, classes: integer, encoder: nn.Module, decoder: nn.Module, likelihood: "bernoulli"|"gaussian"}
function CVAE:init(given)
  local o = options.check("models.CVAE", given, {
    inputs = 784, hidden = 400, latent = 20, classes = 10, encoder = NONE, decoder = NONE, likelihood = "bernoulli",
  })
  self.classes = o.classes
  self:build(o, o.classes)
end

--- x with the one-hot vectors of the classes beside it.
--- Example:
---     local cvae = la.models.CVAE{inputs = 16, hidden = 8, latent = 2, classes = 3}
---     local x, ids = la.rand(4, 16), la.tensor({1, 2, 3, 1}, {dtype = "int64"})
---     cvae:with_class(x, ids).shape
---@param x tensor [batch, n]
---@param ids tensor class ids from 1, int64 [batch]
---@return tensor [batch, n + classes]
function CVAE:with_class(x, ids)
  if ids.ndim ~= 1 or ids:size(1) ~= x:size(1) then
    errors.raise(("models.CVAE: needs a class id for each of %d samples, given [%s]"):format(x:size(1),
      table.concat(ids.shape, ", ")))
  end
  local outside = ids[ids:lt(1):logical_or(ids:gt(self.classes))]
  if #outside > 0 then
    errors.raise(("models.CVAE: class id %d is not one of 1 to %d"):format(outside[1], self.classes))
  end
  return core.cat({ x, core.eye(self.classes, { dtype = x.dtype })[ids] }, 2)
end

---@param x tensor [batch, inputs]
---@param ids tensor class ids from 1, int64 [batch]
---@return tensor mean of the code
---@return tensor log_variance of the code
function CVAE:encode(x, ids)
  return VAE.encode(self, self:with_class(x, ids))
end

---@param z tensor [batch, latent]
---@param ids tensor class ids from 1, int64 [batch]
---@return tensor x [batch, inputs]
function CVAE:decode(z, ids)
  return VAE.decode(self, self:with_class(z, ids))
end

---@param x tensor [batch, inputs]
---@param ids tensor class ids from 1, int64 [batch]
function CVAE:forward(x, ids)
  local mean, log_variance = self:encode(x, ids)
  return self:decode(self:draw(mean, log_variance), ids), mean, log_variance
end

--- The negative evidence lower bound in nats a sample, and its two terms.
--- Example:
---     local cvae = la.models.CVAE{inputs = 16, hidden = 8, latent = 2, classes = 3}
---     local x, ids = la.rand(4, 16), la.tensor({1, 2, 3, 1}, {dtype = "int64"})
---     local loss, terms = cvae:loss(x, ids)
---     print(loss:item(), terms.kl)
---@param x tensor [batch, inputs]
---@param ids tensor class ids from 1, int64 [batch]
---@param given? {beta: number}
function CVAE:loss(x, ids, given)
  local beta = options.check("CVAE:loss", given, { beta = 1 }).beta
  local mean, log_variance = self:encode(x, ids)
  local y = self.decoder(self:with_class(self:draw(mean, log_variance), ids))
  return self:bound(x, y, mean, log_variance, beta)
end

--- Samples of the classes asked for.
--- Example:
---     local cvae = la.models.CVAE{inputs = 16, hidden = 8, latent = 2, classes = 3}
---     local x, ids = la.rand(4, 16), la.tensor({1, 2, 3, 1}, {dtype = "int64"})
---     cvae:sample(ids).shape
---@param ids tensor class ids from 1, int64 [n]
---@return tensor x [n, inputs]
function CVAE:sample(ids)
  return self:evaluate(function()
    return self:decode(core.randn(#ids, self.latent, { dtype = self.mean.weight.dtype }), ids)
  end)
end

return CVAE
