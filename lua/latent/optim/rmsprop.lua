--- RMSprop (Tieleman and Hinton, 2012), as PyTorch's.
--- Example:
---     local w = la.tensor{1, 2}:requires_grad(true)
---     local opt = la.optim.RMSprop({w}, {lr = 0.1})
---     local loss = (w * w):sum()
---     loss:backward()
---     opt:step()
---     return w
local core = require "latent.core"
local Optimizer = require "latent.optim.optimizer"

---@class optim.RMSprop : optim.Optimizer
---@overload fun(params: tensor[], given?: {lr: number, alpha: number, eps: number, weight_decay: number, momentum: number, centered: boolean}): optim.RMSprop
---@field lr number learning rate, 0.01
---@field alpha number decay of the mean square, 0.99
---@field eps number added to the root of the mean square, 1e-8
---@field weight_decay number L2 penalty added to the gradient, 0
---@field momentum number 0
---@field centered boolean divide by the deviation instead of the root mean square, false
local RMSprop = Optimizer:extend("RMSprop",
  { lr = 0.01, alpha = 0.99, eps = 1e-8, weight_decay = 0, momentum = 0, centered = false })

function RMSprop:step()
  core.layers.rmsprop_step(self)
end

return RMSprop
