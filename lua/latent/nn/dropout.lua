--- Zeroes elements at random in training and scales the rest to keep the mean (Srivastava et al., 2014).
--- Example:
---     local drop = la.nn.Dropout(0.5)
---     print(drop(la.ones(8)))
---     drop:eval()
---     return drop(la.ones(8))
local core = require "latent.core"
local errors = require "latent.errors"
local Module = require "latent.nn.module"

---@class nn.Dropout : nn.Module
---@field p number
local Dropout = Module:extend "Dropout"

---@param p? number probability of zeroing an element, 0.5 by default
function Dropout:init(p)
  self.p = p or 0.5
  if type(self.p) ~= "number" or self.p < 0 or self.p > 1 then
    errors.raise(("nn.Dropout: the probability must be in [0, 1], not %s"):format(tostring(p)))
  end
end

---@param x tensor any shape
---@return tensor y the same shape; x itself in evaluation
function Dropout:forward(x)
  if not self.training or self.p == 0 then return x end
  if self.p == 1 then return x * 0 end
  return x * core.zeros(x.shape, { dtype = x.dtype }):bernoulli_(1 - self.p):mul_(1 / (1 - self.p))
end

function Dropout:arguments()
  return tostring(self.p)
end

return Dropout
