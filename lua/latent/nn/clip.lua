--- Clipping of gradients, between backward and the optimiser's step.
local errors = require "latent.errors"

local clip = {}

--- Scale all gradients together so that their norm is at most max_norm.
--- Example:
---     local w = la.tensor{3, 4}:requires_grad(true)
---     local loss = (w * w):sum()
---     loss:backward()
---     print(la.nn.clip_grad_norm_({w}, 1))
---     return w.grad
---@param parameters tensor[] such as net:parameters()
---@param max_norm number
---@return number norm of all gradients before
function clip.clip_grad_norm_(parameters, max_norm)
  if type(max_norm) ~= "number" or max_norm < 0 then
    errors.raise(("clip_grad_norm_: the largest norm must be a number from 0, not %s"):format(tostring(max_norm)))
  end
  local sum = 0
  for _, p in ipairs(parameters) do
    if p.grad then sum = sum + p.grad:norm() ^ 2 end
  end
  local norm = math.sqrt(sum)
  local factor = max_norm / (norm + 1e-6)
  if factor < 1 then
    for _, p in ipairs(parameters) do
      if p.grad then p.grad:mul_(factor) end
    end
  end
  return norm
end

--- Bring every element of the gradients into [-limit, limit].
--- Example:
---     local w = la.tensor{3, 4}:requires_grad(true)
---     local loss = (w * w):sum()
---     loss:backward()
---     la.nn.clip_grad_value_({w}, 7)
---     return w.grad
---@param parameters tensor[] such as net:parameters()
---@param limit number
function clip.clip_grad_value_(parameters, limit)
  if type(limit) ~= "number" or limit < 0 then
    errors.raise(("clip_grad_value_: the limit must be a number from 0, not %s"):format(tostring(limit)))
  end
  for _, p in ipairs(parameters) do
    if p.grad then p.grad:clamp_(-limit, limit) end
  end
end

return clip
