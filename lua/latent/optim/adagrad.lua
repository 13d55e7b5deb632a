--- Adagrad (Duchi et al., 2011), as PyTorch's.
--- Example:
---     local w = la.tensor{1, 2}:requires_grad(true)
---     local opt = la.optim.Adagrad({w}, {lr = 0.1})
---     local loss = (w * w):sum()
---     loss:backward()
---     opt:step()
---     return w
local core = require "latent.core"
local Optimizer = require "latent.optim.optimizer"

---@class optim.Adagrad : optim.Optimizer
---@overload fun(params: tensor[], given?: {lr: number, lr_decay: number, weight_decay: number, initial_accumulator_value: number, eps: number}): optim.Adagrad
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
