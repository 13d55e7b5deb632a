--- Base of the schedules: they change an optimiser's learning rate from step to step.
---
--- Call `schedule:step()` once an epoch (or batch, where the schedule counts batches), after the
--- optimiser's steps, as in PyTorch.
local errors = require "latent.errors"
local options = require "latent.options"

---@class optim.Scheduler
---@field optimizer optim.Optimizer
---@field base_lr number the rate when the schedule began
---@field last_epoch integer steps so far
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
---@param name string
---@param defaults table<string, any>
function Scheduler:extend(name, defaults)
  local class = { __name = name, defaults = defaults }
  class.__index = class
  return setmetatable(class, { __index = self, __call = construct })
end

--- Check the settings: subclasses call fail(format, ...).
function Scheduler.start() end

--- One step on: sets the optimiser's rate.
function Scheduler:step()
  self.last_epoch = self.last_epoch + 1
  self.optimizer.lr = self:rate(self.last_epoch)
end

--- Numbers and words to go on from, for load_state_dict.
---@return table
function Scheduler:state_dict()
  local state = {}
  for name, value in pairs(self) do
    if type(value) ~= "table" then state[name] = value end
  end
  return state
end

---@param state table as from state_dict
---@return optim.Scheduler self
function Scheduler:load_state_dict(state)
  for name, value in pairs(state) do self[name] = value end
  return self
end

return Scheduler
