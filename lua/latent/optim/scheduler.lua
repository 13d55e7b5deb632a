--- Base of the schedules: they change an optimiser's learning rate from step to step.
---
--- Call `schedule:step()` once an epoch (or batch, where the schedule counts batches), after the
--- optimiser's steps, as in PyTorch.
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.StepLR(sgd, {step_size = 2})
---     for _ = 1, 2 do schedule:step() end
---     return sgd.lr
local errors = require "latent.errors"
local options = require "latent.options"

--- A schedule.
---@class optim.Scheduler
---@field optimizer optim.Optimizer whose learning rate it sets
---@field base_lr number the rate when the schedule began
---@field last_epoch integer steps so far
---@field protected start fun(self: optim.Scheduler, fail: function)
---@field protected rate fun(self: optim.Scheduler, epoch: integer): number
local Scheduler = {}
Scheduler.__index = Scheduler

local function construct(class, optimizer, given)
  local where = "optim.lr_scheduler." .. class.__name
  if type(optimizer) ~= "table" or type(optimizer.lr) ~= "number" then
    errors.raise(where .. ": needs an optimiser")
  end
  local self = setmetatable(options.check(where, given, class.defaults), class)
  self.optimizer, self.base_lr, self.last_epoch = optimizer, optimizer.lr, 0
  self:start(function(...) errors.raise(("%s: %s"):format(where, string.format(...))) end)
  return self
end

--- Make a subclass with a method rate(epoch).
--- Example:
---     local Halving = getmetatable(la.optim.lr_scheduler.StepLR).__index:extend("Halving", {})
---     function Halving:rate(epoch) return self.base_lr / 2 ^ epoch end
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     Halving(sgd):step()
---     return sgd.lr
---@param name string
---@param defaults table<string, any> its settings
---@return table class
function Scheduler:extend(name, defaults)
  local class = { __name = name, defaults = defaults }
  class.__index = class
  return setmetatable(class, { __index = self, __call = construct })
end

--- Check the settings: subclasses call fail(format, ...).
function Scheduler.start() end

--- One step on: sets the optimiser's rate.
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.StepLR(sgd, {step_size = 2})
---     schedule:step()
---     return sgd.lr
function Scheduler:step()
  self.last_epoch = self.last_epoch + 1
  self.optimizer.lr = self:rate(self.last_epoch)
end

--- Numbers and words to go on from, for load_state_dict.
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.StepLR(sgd, {step_size = 2})
---     schedule:state_dict()
---@return table
function Scheduler:state_dict()
  local state = {}
  for name, value in pairs(self) do
    if type(value) ~= "table" then state[name] = value end
  end
  return state
end

--- Go on from a saved state.
--- Example:
---     local sgd = la.optim.SGD({la.ones(2):requires_grad(true)}, {lr = 0.1})
---     local schedule = la.optim.lr_scheduler.StepLR(sgd, {step_size = 2})
---     schedule:load_state_dict(schedule:state_dict()).last_epoch
---@param state table as from state_dict
---@return optim.Scheduler self
function Scheduler:load_state_dict(state)
  for name, value in pairs(state) do self[name] = value end
  return self
end

return Scheduler
