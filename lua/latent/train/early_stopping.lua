--- Stops a training run when a measure has not improved for some epochs.
local options = require "latent.options"
local errors = require "latent.errors"

---@class train.EarlyStopping
local EarlyStopping = {}
EarlyStopping.__index = EarlyStopping

---@param given {measure: string, patience: integer, min_delta: number, mode: "min"|"max", restore: boolean}
---  measure: a column of the history, "val_loss" where there is validation; patience = 5 epochs without
---  an improvement by more than min_delta = 0; restore = true: the best epoch's weights come back
---@param measure string default measure
---@return train.EarlyStopping
function EarlyStopping.new(given, measure)
  local o = options.check("train.fit: early_stopping", given,
    { measure = measure, patience = 5, min_delta = 0, mode = "min", restore = true })
  if o.mode ~= "min" and o.mode ~= "max" then
    errors.raise(("train.fit: early_stopping: mode must be 'min' or 'max', not '%s'"):format(tostring(o.mode)))
  end
  local self = setmetatable(o, EarlyStopping)
  self.best, self.best_epoch, self.bad = o.mode == "min" and math.huge or -math.huge, 0, 0
  return self
end

--- Look at an epoch. Keeps the weights of the best one.
---@param row table<string, number> the epoch's measures
---@param model nn.Module
---@return boolean stop
function EarlyStopping:look(row, model)
  local value = row[self.measure]
  if value == nil then
    errors.raise(("train.fit: early_stopping: there is no measure '%s'"):format(tostring(self.measure)))
  end
  local gain = self.mode == "min" and self.best - value or value - self.best
  if gain > self.min_delta then
    self.best, self.best_epoch, self.bad = value, row.epoch, 0
    if self.restore then
      self.weights = {}
      for name, tensor in pairs(model:state_dict()) do self.weights[name] = tensor:clone() end
    end
  else
    self.bad = self.bad + 1
  end
  return self.bad >= self.patience
end

--- Put the best epoch's weights back.
---@param model nn.Module
function EarlyStopping:finish(model)
  if self.weights then model:load_state_dict(self.weights) end
end

function EarlyStopping:state()
  return { best = self.best, best_epoch = self.best_epoch, bad = self.bad, weights = self.weights }
end

function EarlyStopping:set_state(state)
  self.best, self.best_epoch, self.bad, self.weights = state.best, state.best_epoch, state.bad, state.weights
end

return EarlyStopping
