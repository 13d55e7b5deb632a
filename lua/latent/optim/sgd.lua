--- Stochastic gradient descent, with momentum (Polyak, 1964; Nesterov, 1983), as PyTorch's SGD.
--- Example:
---     local w = la.tensor{1, 2}:requires_grad(true)
---     local opt = la.optim.SGD({w}, {lr = 0.1, momentum = 0.9})
---     local loss = (w * w):sum()
---     loss:backward()
---     opt:step()
---     return w
local core = require "latent.core"
local Optimizer = require "latent.optim.optimizer"

---@class optim.SGD : optim.Optimizer
---@overload fun(params: tensor[], given?: {lr: number, momentum: number, dampening: number, weight_decay: number, nesterov: boolean}): optim.SGD
---@field lr number learning rate, 1e-3
---@field momentum number share of the last update that stays, 0
---@field dampening number share of the gradient that momentum leaves out, 0
---@field weight_decay number L2 penalty added to the gradient, 0
---@field nesterov boolean look ahead by the momentum, false
local SGD = Optimizer:extend("SGD",
  { lr = 1e-3, momentum = 0, dampening = 0, weight_decay = 0, nesterov = false })

function SGD:check(fail)
  if self.nesterov and (self.momentum == 0 or self.dampening ~= 0) then
    fail("nesterov needs a momentum and no dampening")
  end
end

function SGD:step()
  core.layers.sgd_step(self)
end

return SGD
