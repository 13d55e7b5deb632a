--- AdamW (Loshchilov and Hutter, 2019): Adam whose weight decay acts on the weights themselves.
--- Example:
---     local w = la.tensor{1, 2}:requires_grad(true)
---     local opt = la.optim.AdamW({w}, {lr = 0.1})
---     local loss = (w * w):sum()
---     loss:backward()
---     opt:step()
---     return w
local Adam = require "latent.optim.adam"

---@class optim.AdamW : optim.Adam
---@overload fun(params: tensor[], given?: {lr: number, betas: number[], eps: number, weight_decay: number, amsgrad: boolean}): optim.AdamW
---@field weight_decay number share of the weights, times lr, taken off at each step; 0.01
local AdamW = Adam:extend("AdamW",
  { lr = 1e-3, betas = { 0.9, 0.999 }, eps = 1e-8, weight_decay = 0.01, amsgrad = false })

function AdamW:check(fail)
  Adam.check(self, fail)
  self.decoupled = true
end

return AdamW
