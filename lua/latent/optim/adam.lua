--- Adam (Kingma and Ba, 2015), with AMSGrad (Reddi et al., 2018), as PyTorch's Adam.
--- Example:
---     local w = la.tensor{1, 2}:requires_grad(true)
---     local opt = la.optim.Adam({w}, {lr = 0.1})
---     local loss = (w * w):sum()
---     loss:backward()
---     opt:step()
---     return w
local core = require "latent.core"
local Optimizer = require "latent.optim.optimizer"

---@class optim.Adam : optim.Optimizer
---@overload fun(params: tensor[], given?: {lr: number, betas: number[], eps: number, weight_decay: number, amsgrad: boolean}): optim.Adam
---@field lr number learning rate, 1e-3
---@field betas number[] decay of the averages of the gradient and of its square, {0.9, 0.999}
---@field eps number added to the root of the mean square, 1e-8
---@field weight_decay number L2 penalty added to the gradient, 0
---@field amsgrad boolean divide by the largest mean square so far, false
local Adam = Optimizer:extend("Adam",
  { lr = 1e-3, betas = { 0.9, 0.999 }, eps = 1e-8, weight_decay = 0, amsgrad = false })

function Adam:check(fail)
  for i = 1, 2 do
    local beta = self.betas[i]
    if type(beta) ~= "number" or not (beta >= 0 and beta < 1) then
      fail("betas must be two numbers in [0, 1)")
    end
  end
end

function Adam:step()
  core.layers.adam_step(self)
end

return Adam
