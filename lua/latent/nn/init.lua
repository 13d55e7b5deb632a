--- Neural networks: layers, losses, and the Module they are made of.
local nn = {
  Module = require "latent.nn.module",
  Linear = require "latent.nn.linear",
  ReLU = require "latent.nn.relu",
  Sigmoid = require "latent.nn.sigmoid",
  Tanh = require "latent.nn.tanh",
  Flatten = require "latent.nn.flatten",
  Sequential = require "latent.nn.sequential",
}

for name, loss in pairs(require "latent.nn.losses") do nn[name] = loss end

return nn
