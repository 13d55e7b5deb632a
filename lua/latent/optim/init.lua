--- Optimisers: how gradients change parameters.
return {
  Optimizer = require "latent.optim.optimizer",
  SGD = require "latent.optim.sgd",
  Adam = require "latent.optim.adam",
}
