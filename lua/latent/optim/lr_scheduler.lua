--- Schedules of the learning rate, under PyTorch's names.
local Scheduler = require "latent.optim.scheduler"
local options = require "latent.options"

local NONE = options.NONE

local function positive_integer(value)
  return math.type(value) == "integer" and value >= 1
end

--- Times gamma every step_size steps: optim.lr_scheduler.StepLR(optimizer, {step_size = 10, gamma = 0.1}).
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.StepLR(sgd, {step_size = 2, gamma = 0.5})
---     for _ = 1, 4 do schedule:step() print(sgd.lr) end
---@class optim.lr_scheduler.StepLR : optim.Scheduler
---@overload fun(optimizer: optim.Optimizer, given: {step_size: integer, gamma: number}): optim.lr_scheduler.StepLR
local StepLR = Scheduler:extend("StepLR", { step_size = NONE, gamma = 0.1 })

function StepLR:start(fail)
  if not positive_integer(self.step_size) then fail("step_size must be a positive integer") end
end

function StepLR:rate(epoch)
  return self.base_lr * self.gamma ^ (epoch // self.step_size)
end

--- Half a cosine from the start down to eta_min over t_max steps (Loshchilov and Hutter, 2017).
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.CosineAnnealingLR(sgd, {t_max = 4})
---     for _ = 1, 4 do schedule:step() print(sgd.lr) end
---@class optim.lr_scheduler.CosineAnnealingLR : optim.Scheduler
---@overload fun(optimizer: optim.Optimizer, given: {t_max: integer, eta_min: number}): optim.lr_scheduler.CosineAnnealingLR
local CosineAnnealingLR = Scheduler:extend("CosineAnnealingLR", { t_max = NONE, eta_min = 0 })

function CosineAnnealingLR:start(fail)
  if not positive_integer(self.t_max) then fail("t_max must be a positive integer") end
end

function CosineAnnealingLR:rate(epoch)
  return self.eta_min + (self.base_lr - self.eta_min) * (1 + math.cos(math.pi * epoch / self.t_max)) / 2
end

--- Up to max_lr and down again, once, along cosines (Smith and Topin, 2018). Steps count batches.
--- The rate begins at max_lr / div_factor and ends at that over final_div_factor; pct_start of the
--- steps go up. An optimiser's momentum (or first beta) runs the other way, between max_momentum
--- and base_momentum, unless cycle_momentum is false.
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.OneCycleLR(sgd, {max_lr = 1, total_steps = 10})
---     for _ = 1, 4 do schedule:step() print(sgd.lr) end
---@class optim.lr_scheduler.OneCycleLR : optim.Scheduler
---@overload fun(optimizer: optim.Optimizer, given: {max_lr: number, total_steps: integer, pct_start: number, div_factor: number, final_div_factor: number, cycle_momentum: boolean, base_momentum: number, max_momentum: number}): optim.lr_scheduler.OneCycleLR
local OneCycleLR = Scheduler:extend("OneCycleLR", {
  max_lr = NONE, total_steps = NONE, pct_start = 0.3, div_factor = 25, final_div_factor = 1e4,
  cycle_momentum = true, base_momentum = 0.85, max_momentum = 0.95,
})

local function between(a, b, share)
  return b + (a - b) / 2 * (1 + math.cos(math.pi * share))
end

function OneCycleLR:start(fail)
  if not positive_integer(self.total_steps) then fail("total_steps must be a positive integer") end
  if type(self.max_lr) ~= "number" then fail("max_lr must be a number") end
  self.optimizer.lr = self:rate(0)
end

--- Value at a step of what goes from `start` to `top` and then to `last`.
---@private
function OneCycleLR:value(epoch, start, top, last)
  local turn = self.pct_start * self.total_steps - 1
  if epoch <= turn then return between(start, top, epoch / turn) end
  return between(top, last, (epoch - turn) / (self.total_steps - 1 - turn))
end

function OneCycleLR:rate(epoch)
  local start, optimizer = self.max_lr / self.div_factor, self.optimizer
  if self.cycle_momentum then
    local m = self:value(epoch, self.max_momentum, self.base_momentum, self.max_momentum)
    if optimizer.betas then optimizer.betas[1] = m elseif optimizer.momentum then optimizer.momentum = m end
  end
  return self:value(epoch, start, self.max_lr, start / self.final_div_factor)
end

function OneCycleLR:step()
  if self.last_epoch + 1 >= self.total_steps then return end
  Scheduler.step(self)
end

--- Times factor when a measure has stopped improving for `patience` steps: pass it to step(value).
--- mode "min" or "max": which way is better; an improvement is one by more than threshold, relative.
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.ReduceLROnPlateau(sgd, {patience = 1})
---     for _, loss in ipairs{1, 2, 2, 2} do schedule:step(loss) end
---     return sgd.lr
---@class optim.lr_scheduler.ReduceLROnPlateau : optim.Scheduler
---@overload fun(optimizer: optim.Optimizer, given?: {mode: string, factor: number, patience: integer, threshold: number, cooldown: integer, min_lr: number, eps: number}): optim.lr_scheduler.ReduceLROnPlateau
local ReduceLROnPlateau = Scheduler:extend("ReduceLROnPlateau", {
  mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, min_lr = 0, eps = 1e-8,
})

function ReduceLROnPlateau:start(fail)
  if self.mode ~= "min" and self.mode ~= "max" then
    fail("mode must be 'min' or 'max', not '%s'", tostring(self.mode))
  end
  self.best = self.mode == "min" and math.huge or -math.huge
  self.bad, self.wait = 0, 0
end

---@param value number the loss or score of this epoch
function ReduceLROnPlateau:step(value)
  self.last_epoch = self.last_epoch + 1
  local better
  if self.mode == "min" then
    better = value < self.best * (1 - self.threshold)
  else
    better = value > self.best * (1 + self.threshold)
  end
  if better then self.best, self.bad = value, 0 else self.bad = self.bad + 1 end
  if self.wait > 0 then self.wait, self.bad = self.wait - 1, 0 end
  if self.bad > self.patience then
    local lr = math.max(self.optimizer.lr * self.factor, self.min_lr)
    if self.optimizer.lr - lr > self.eps then self.optimizer.lr = lr end
    self.wait, self.bad = self.cooldown, 0
  end
end

return {
  StepLR = StepLR,
  CosineAnnealingLR = CosineAnnealingLR,
  OneCycleLR = OneCycleLR,
  ReduceLROnPlateau = ReduceLROnPlateau,
}
