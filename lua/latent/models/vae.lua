--- Variational autoencoder (Kingma and Welling, 2014) with a Gaussian code and prior.
---
--- The encoder gives features, from which two linear layers read the mean and the logarithm of the
--- variance of the code; the decoder gives the logits of Bernoulli pixels, or the means of
--- Gaussian ones of variance 1.
--- Example:
---     local vae = la.models.VAE{inputs = 16, hidden = 8, latent = 2}
---     local x = la.rand(4, 16)
---     local loss, terms = vae:loss(x)
---     loss:backward()
---     print(terms.reconstruction, terms.kl)
---     return vae:sample(3).shape
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"
local losses = require "latent.nn.losses"
local Module = require "latent.nn.module"
local Linear = require "latent.nn.linear"
local ReLU = require "latent.nn.relu"
local Sequential = require "latent.nn.sequential"

---@class models.VAE : nn.Module
---@field encoder nn.Module x -> features
---@field mean nn.Linear features -> mean of the code
---@field log_variance nn.Linear features -> logarithm of the variance of the code
---@field decoder nn.Module code -> logits or means of x
local VAE = Module:extend "VAE"

local NONE = options.NONE

--- Options: `inputs`, `hidden` and `latent` (784, 400, 20) make perceptrons with one hidden layer; or
--- `encoder` and `decoder` are modules, `hidden` the number of features that the encoder gives.
--- `likelihood` of a pixel: "bernoulli" (default) or "gaussian".
---@param given? {inputs: integer, hidden: integer, latent: integer, encoder: nn.Module, decoder: nn.Module, likelihood: "bernoulli"|"gaussian"}
function VAE:init(given)
  local o = options.check("models." .. self.__name, given, {
    inputs = 784, hidden = 400, latent = 20, encoder = NONE, decoder = NONE, likelihood = "bernoulli",
  })
  self:build(o, 0)
end

--- Make the parts; `condition` more numbers go into the encoder and the decoder.
---@protected
function VAE:build(o, condition)
  if o.likelihood ~= "bernoulli" and o.likelihood ~= "gaussian" then
    errors.raise(("models.%s: likelihood must be 'bernoulli' or 'gaussian', not '%s'"):format(self.__name,
      tostring(o.likelihood)))
  end
  self.latent, self.likelihood = o.latent, o.likelihood
  self.encoder = o.encoder or Sequential(Linear(o.inputs + condition, o.hidden), ReLU())
  self.mean = Linear(o.hidden, o.latent)
  self.log_variance = Linear(o.hidden, o.latent)
  self.decoder = o.decoder
    or Sequential(Linear(o.latent + condition, o.hidden), ReLU(), Linear(o.hidden, o.inputs))
end

--- Mean and logarithm of the variance of the code of x, each [batch, latent].
--- Example:
---     local vae = la.models.VAE{inputs = 16, hidden = 8, latent = 2}
---     local x = la.rand(4, 16)
---     local mean, log_variance = vae:encode(x)
---     return mean.shape
---@param x tensor [batch, inputs]
---@return tensor mean
---@return tensor log_variance
function VAE:encode(x)
  local features = self.encoder(x)
  return self.mean(features), self.log_variance(features)
end

--- A code drawn from its distribution, as mean + deviation * noise: the gradient goes through.
--- Example:
---     local vae = la.models.VAE{inputs = 16, hidden = 8, latent = 2}
---     local x = la.rand(4, 16)
---     vae:draw(vae:encode(x)).shape
---@param mean tensor [batch, latent]
---@param log_variance tensor [batch, latent]
---@return tensor z [batch, latent]
function VAE.draw(_, mean, log_variance)
  return mean + (log_variance * 0.5):exp() * core.randn(mean.shape, { dtype = mean.dtype })
end

--- What codes stand for: probabilities of the pixels, or their means.
--- Example:
---     local vae = la.models.VAE{inputs = 16, hidden = 8, latent = 2}
---     local x = la.rand(4, 16)
---     vae:decode(la.zeros(1, 2)).shape
---@param z tensor [batch, latent]
---@return tensor x [batch, inputs]
function VAE:decode(z)
  local y = self.decoder(z)
  return self.likelihood == "bernoulli" and y:sigmoid() or y
end

---@param x tensor [batch, inputs]
---@return tensor y reconstruction
---@return tensor mean of the code
---@return tensor log_variance of the code
function VAE:forward(x)
  local mean, log_variance = self:encode(x)
  return self:decode(self:draw(mean, log_variance)), mean, log_variance
end

--- Negative log-likelihood of x given the decoder's output, in nats a sample.
--- Example:
---     local vae = la.models.VAE{inputs = 16, hidden = 8, latent = 2}
---     local x = la.rand(4, 16)
---     vae:reconstruction_loss(vae.decoder(la.zeros(4, 2)), x)
---@param y tensor [batch, inputs] the output of `decoder`
---@param x tensor [batch, inputs]
---@return tensor loss 0-dimensional
function VAE:reconstruction_loss(y, x)
  local sum = { reduction = "sum" }
  if self.likelihood == "bernoulli" then return losses.bce_with_logits_loss(y, x, sum) / x:size(1) end
  return (losses.mse_loss(y, x, sum) + x:numel() * math.log(2 * math.pi)) * (0.5 / x:size(1))
end

--- Divergence of the code's distribution from the prior N(0, 1), in nats a sample.
--- Example: la.models.VAE.kl(la.zeros(4, 2), la.zeros(4, 2))
---@param mean tensor [batch, latent]
---@param log_variance tensor [batch, latent]
---@return tensor kl 0-dimensional
function VAE.kl(mean, log_variance)
  return (mean:square() + log_variance:exp() - log_variance - 1):sum() * (0.5 / mean:size(1))
end

--- The negative evidence lower bound in nats a sample, and its two terms.
--- Example:
---     local vae = la.models.VAE{inputs = 16, hidden = 8, latent = 2}
---     local x = la.rand(4, 16)
---     local loss, terms = vae:loss(x, {beta = 0.5})
---     print(loss:item(), terms.kl)
---@param x tensor [batch, inputs]
---@param given? {beta: number} weight of the divergence, 1
---@return tensor loss
---@return {reconstruction: number, kl: number} terms
function VAE:loss(x, given)
  local beta = options.check("VAE:loss", given, { beta = 1 }).beta
  local mean, log_variance = self:encode(x)
  return self:bound(x, self.decoder(self:draw(mean, log_variance)), mean, log_variance, beta)
end

---@protected
function VAE:bound(x, y, mean, log_variance, beta)
  local reconstruction, kl = self:reconstruction_loss(y, x), VAE.kl(mean, log_variance)
  return reconstruction + kl * beta, { reconstruction = core.item(reconstruction), kl = core.item(kl) }
end

--- Samples: codes from the prior, decoded.
--- Example:
---     local vae = la.models.VAE{inputs = 16, hidden = 8, latent = 2}
---     local x = la.rand(4, 16)
---     vae:sample(3).shape
---@param n integer
---@return tensor x [n, inputs]
function VAE:sample(n)
  return self:evaluate(function()
    return self:decode(core.randn(n, self.latent, { dtype = self.mean.weight.dtype }))
  end)
end

return VAE
