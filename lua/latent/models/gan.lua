--- Generative adversarial network (Goodfellow et al., 2014).
---
--- The generator makes samples out of noise; the discriminator gives the logit of the probability
--- that a sample is real. Each is trained against the other, in turns, with an optimiser of its own.
--- Example:
---     local gan = la.models.GAN{inputs = 2, latent = 4, hidden = 16}
---     local judge = la.optim.Adam(gan.discriminator:parameters(), {lr = 1e-3})
---     local forger = la.optim.Adam(gan.generator:parameters(), {lr = 1e-3})
---     local real = la.randn(32, 2)
---     judge:zero_grad(); gan:discriminator_loss(real):backward(); judge:step()
---     forger:zero_grad(); gan:generator_loss(32):backward(); forger:step()
---     return gan:sample(5)
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local losses = require "latent.nn.losses"
local Module = require "latent.nn.module"
local Linear = require "latent.nn.linear"
local LeakyReLU = require "latent.nn.leaky_relu"
local ReLU = require "latent.nn.relu"
local Sequential = require "latent.nn.sequential"

---@class models.GAN : nn.Module
---@field latent integer numbers of noise that make a sample
---@field generator nn.Module noise [batch, latent] -> samples
---@field discriminator nn.Module samples -> logits [batch, 1]
local GAN = Module:extend "GAN"

local NONE = options.NONE

--- Options: `inputs`, `hidden` and `latent` (2, 128, 8) make perceptrons with two hidden layers; or
--- `generator` and `discriminator` are modules, and only `latent` counts.
---@param given? {inputs: integer, hidden: integer, latent: integer, generator: nn.Module, discriminator: nn.Module}
function GAN:init(given)
  local o = options.check("models.GAN", given,
    { inputs = 2, hidden = 128, latent = 8, generator = NONE, discriminator = NONE })
  for _, part in ipairs { "generator", "discriminator" } do
    if o[part] and not Module.is(o[part]) then
      errors.raise(("models.GAN: %s must be a module, not a %s"):format(part, type(o[part])))
    end
  end
  self.latent = o.latent
  self.generator = o.generator or Sequential(Linear(o.latent, o.hidden), ReLU(), Linear(o.hidden, o.hidden), ReLU(),
    Linear(o.hidden, o.inputs))
  self.discriminator = o.discriminator or Sequential(Linear(o.inputs, o.hidden), LeakyReLU(0.2),
    Linear(o.hidden, o.hidden), LeakyReLU(0.2), Linear(o.hidden, 1))
end

--- Noise for the generator, N(0, 1).
--- Example: la.models.GAN{latent = 3}:noise(2)
---@param n integer
---@return tensor z [n, latent]
function GAN:noise(n)
  return core.randn(n, self.latent, { dtype = self.generator:parameters()[1].dtype })
end

---@param z tensor [batch, latent]
---@return tensor x samples
function GAN:forward(z)
  return self.generator(z)
end

--- -mean(log D(x)) - mean(log(1 - D(G(z)))), in nats: what the discriminator makes small. It is
--- 2 log 2 = 1.386 where D cannot tell the two apart. No gradient reaches the generator.
--- Example: la.models.GAN{latent = 3}:discriminator_loss(la.randn(16, 2))
---@param x tensor real samples [batch, ..]; as many are generated
---@return tensor loss 0-dimensional
---@return {real: number, fake: number} seen mean of D over real and generated samples
function GAN:discriminator_loss(x)
  local fake = core.no_grad(function() return self.generator(self:noise(x:size(1))) end)
  local on_real, on_fake = self.discriminator(x), self.discriminator(fake)
  local loss = losses.bce_with_logits_loss(on_real, core.ones_like(on_real:detach()))
    + losses.bce_with_logits_loss(on_fake, core.zeros_like(on_fake:detach()))
  return loss, { real = on_real:detach():sigmoid():mean(), fake = on_fake:detach():sigmoid():mean() }
end

--- -mean(log D(G(z))), in nats: what the generator makes small. Unlike log(1 - D(G(z))) it has a
--- gradient where the discriminator is sure of itself (section 3 of the paper).
--- Example: la.models.GAN{latent = 3}:generator_loss(16)
---@param n integer samples to generate
---@return tensor loss 0-dimensional
function GAN:generator_loss(n)
  local on_fake = self.discriminator(self.generator(self:noise(n)))
  return losses.bce_with_logits_loss(on_fake, core.ones_like(on_fake:detach()))
end

--- Samples.
--- Example: la.models.GAN{latent = 3}:sample(4)
---@param n integer
---@return tensor x [n, ..]
function GAN:sample(n)
  return self:evaluate(function() return self.generator(self:noise(n)) end)
end

return GAN
