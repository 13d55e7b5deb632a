--- Optimisers: how gradients change parameters.
return {
  Optimizer = require "latent.optim.optimizer",
  SGD = require "latent.optim.sgd",
  Adam = require "latent.optim.adam",
  AdamW = require "latent.optim.adamw",
  RMSprop = require "latent.optim.rmsprop",
  Adagrad = require "latent.optim.adagrad",
  lr_scheduler = require "latent.optim.lr_scheduler",
}
