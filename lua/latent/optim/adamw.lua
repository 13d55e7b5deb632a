--- AdamW (Loshchilov and Hutter, 2019): Adam whose weight decay acts on the weights themselves.
local Adam = require "latent.optim.adam"

---@class optim.AdamW : optim.Adam
---@field weight_decay number share of the weights, times lr, taken off at each step; 0.01
local AdamW = Adam:extend("AdamW",
  { lr = 1e-3, betas = { 0.9, 0.999 }, eps = 1e-8, weight_decay = 0.01, amsgrad = false })

function AdamW:check(fail)
  Adam.check(self, fail)
  self.decoupled = true
end

return AdamW
