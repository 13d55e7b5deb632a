--- Adagrad (Duchi et al., 2011), as PyTorch's.
local core = require "latent.core"
local Optimizer = require "latent.optim.optimizer"

---@class optim.Adagrad : optim.Optimizer
---@field lr number learning rate, 0.01
---@field lr_decay number the rate is divided by 1 + (step - 1) lr_decay, 0
---@field weight_decay number L2 penalty added to the gradient, 0
---@field initial_accumulator_value number start of the sums of squares, 0
---@field eps number added to the root of the sum, 1e-10
local Adagrad = Optimizer:extend("Adagrad",
  { lr = 0.01, lr_decay = 0, weight_decay = 0, initial_accumulator_value = 0, eps = 1e-10 })

function Adagrad:step()
  core.layers.adagrad_step(self)
end

return Adagrad
