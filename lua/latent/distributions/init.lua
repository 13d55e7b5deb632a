--- Probability distributions: densities, distribution functions, moments, samples, divergences.
local kl = require "latent.distributions.kl"

return {
  Distribution = require "latent.distributions.distribution",
  Normal = require "latent.distributions.normal",
  MultivariateNormal = require "latent.distributions.multivariate_normal",
  Uniform = require "latent.distributions.uniform",
  Bernoulli = require "latent.distributions.bernoulli",
  Categorical = require "latent.distributions.categorical",
  Gamma = require "latent.distributions.gamma",
  Beta = require "latent.distributions.beta",
  Dirichlet = require "latent.distributions.dirichlet",
  Mixture = require "latent.distributions.mixture",
  kl_divergence = kl.kl_divergence,
  register_kl = kl.register_kl,
}
