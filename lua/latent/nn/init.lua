--- Neural networks: layers, losses, initialisers, and the Module they are made of.
local nn = {
  Module = require "latent.nn.module",
  Sequential = require "latent.nn.sequential",
  ModuleList = require "latent.nn.module_list",
  Identity = require "latent.nn.identity",
  Flatten = require "latent.nn.flatten",
  Unflatten = require "latent.nn.unflatten",
  Linear = require "latent.nn.linear",
  Bilinear = require "latent.nn.bilinear",
  Embedding = require "latent.nn.embedding",
  Dropout = require "latent.nn.dropout",

  ReLU = require "latent.nn.relu",
  LeakyReLU = require "latent.nn.leaky_relu",
  ELU = require "latent.nn.elu",
  GELU = require "latent.nn.gelu",
  SiLU = require "latent.nn.silu",
  Sigmoid = require "latent.nn.sigmoid",
  LogSigmoid = require "latent.nn.log_sigmoid",
  Tanh = require "latent.nn.tanh",
  Softplus = require "latent.nn.softplus",
  Softmax = require "latent.nn.softmax",
  LogSoftmax = require "latent.nn.log_softmax",

  BatchNorm1d = require "latent.nn.batch_norm1d",
  BatchNorm2d = require "latent.nn.batch_norm2d",
  LayerNorm = require "latent.nn.layer_norm",

  Conv1d = require "latent.nn.conv1d",
  Conv2d = require "latent.nn.conv2d",
  ConvTranspose2d = require "latent.nn.conv_transpose2d",
  MaxPool2d = require "latent.nn.max_pool2d",
  AvgPool2d = require "latent.nn.avg_pool2d",
  Upsample = require "latent.nn.upsample",

  RNN = require "latent.nn.rnn",
  LSTM = require "latent.nn.lstm",
  GRU = require "latent.nn.gru",

  init = require "latent.nn.initialise",
  summary = require "latent.nn.summary",
}

for _, part in ipairs { "latent.nn.losses", "latent.nn.clip" } do
  for name, f in pairs(require(part)) do nn[name] = f end
end

return nn
