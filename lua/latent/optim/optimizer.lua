--- Base of the optimisers: the list of parameters, what is remembered of each, and the settings.
---
--- Settings are fields and may be changed between steps: `adam.lr = adam.lr / 2`.
--- Example:
---     local Plain = la.optim.Optimizer:extend("Plain", {lr = 0.1})
---     function Plain:step()
---       la.no_grad(function()
---         for _, p in ipairs(self.params) do p:sub_(p.grad * self.lr) end
---       end)
---     end
---     local w = la.ones(2):requires_grad(true)
---     local loss = w:sum()
---     loss:backward()
---     Plain({w}):step()
---     return w
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

---@class optim.Optimizer
---@field params tensor[] what is trained, such as net:parameters()
---@field state table[] of each parameter: {step = n, exp_avg = tensor, ...}, PyTorch's names
---@field lr number learning rate
---@field protected check fun(self: optim.Optimizer, fail: function)
local Optimizer = {}
Optimizer.__index = Optimizer

local function fail(class, ...)
  errors.raise(("optim.%s: %s"):format(class.__name, string.format(...)))
end

local function check_params(class, params)
  if core.is_tensor(params) then params = { params } end
  if type(params) ~= "table" or params.is_module then
    fail(class, "needs a list of tensors, such as net:parameters()")
  end
  if #params == 0 then fail(class, "the list of parameters is empty") end
  local list, seen = {}, {}
  for i, p in ipairs(params) do
    if not core.is_tensor(p) then fail(class, "parameter %d is a %s, not a tensor", i, type(p)) end
    if not core.layers.is_trainable(p) then
      fail(class, "parameter %d does not require a gradient: call requires_grad(true) on it", i)
    end
    if seen[p] then fail(class, "parameter %d is in the list twice", i) end
    list[i], seen[p] = p, true
  end
  return list
end

--- Settings must be of their default's type, and numbers must not be negative.
local function check_settings(class, settings)
  for name, default in pairs(class.defaults) do
    local value = settings[name]
    if type(value) ~= type(default) then
      fail(class, "%s must be a %s, not a %s", name, type(default), type(value))
    end
    if type(value) == "number" and (value < 0 or value ~= value) then
      fail(class, "%s must not be negative, it is %s", name, value)
    end
  end
end

local function copied(value)
  return type(value) == "table" and table.move(value, 1, #value, 1, {}) or value
end

local function construct(class, params, given)
  local self = setmetatable(options.check("optim." .. class.__name, given, class.defaults), class)
  check_settings(class, self)
  for name in pairs(class.defaults) do self[name] = copied(self[name]) end
  self:check(function(...) fail(class, ...) end)
  self.params = check_params(class, params)
  self.state = {}
  return self
end

--- Make a subclass.
--- Example: la.optim.Optimizer:extend("Plain", {lr = 0.1}).__name
---@param name string
---@param defaults table<string, any> its settings
---@return table class calling it with a list of parameters and settings makes an optimiser
function Optimizer:extend(name, defaults)
  local class = { __name = name, defaults = defaults, __tostring = Optimizer.__tostring }
  class.__index = class
  return setmetatable(class, { __index = self, __call = construct })
end

--- "Adam(betas = {0.9, 0.999}, lr = 0.001; 4 parameters)"
function Optimizer:__tostring()
  local names, settings = {}, {}
  for name in pairs(self.defaults) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do
    local value = self[name]
    local text = type(value) == "table" and "{" .. table.concat(value, ", ") .. "}" or tostring(value)
    settings[i] = ("%s = %s"):format(name, text)
  end
  return ("%s(%s; %d parameter%s)"):format(self.__name, table.concat(settings, ", "), #self.params,
    #self.params == 1 and "" or "s")
end

--- Settings that do not go together: subclasses call fail(format, ...).
function Optimizer.check() end

--- Forget all gradients.
--- Example:
---     local w = la.ones(2):requires_grad(true)
---     local adam = la.optim.Adam({w}, {lr = 0.1})
---     adam:zero_grad()
---     return w.grad
function Optimizer:zero_grad()
  core.layers.zero_grad(self.params)
end

--- Change the parameters by one step along their gradients. Those without a gradient stay.
--- Example:
---     local w = la.ones(2):requires_grad(true)
---     local adam = la.optim.Adam({w}, {lr = 0.1})
---     local loss = w:sum()
---     loss:backward()
---     adam:step()
---     return w
function Optimizer:step()
  fail(self, "has no step method")
end

--- Settings and state: {lr =, ..., state = {...}}. The tensors share the optimiser's memory.
--- Example:
---     local w = la.ones(2):requires_grad(true)
---     local adam = la.optim.Adam({w}, {lr = 0.1})
---     adam:state_dict()
---@return table
function Optimizer:state_dict()
  local dict = { state = {} }
  for name in pairs(self.defaults) do dict[name] = copied(self[name]) end
  for i in ipairs(self.params) do
    local row = {}
    for name, value in pairs(self.state[i] or {}) do row[name] = value end
    dict.state[i] = row
  end
  return dict
end

local function check_row(self, i, row)
  for name, value in pairs(row) do
    if core.is_tensor(value) and table.concat(value.shape, ", ") ~= table.concat(self.params[i].shape, ", ") then
      fail(self, "the state '%s' of parameter %d is [%s], the parameter is [%s]", name, i,
        table.concat(value.shape, ", "), table.concat(self.params[i].shape, ", "))
    end
  end
end

--- Take over settings and a copy of the state. Nothing changes unless everything fits.
--- Example:
---     local w = la.ones(2):requires_grad(true)
---     local adam = la.optim.Adam({w}, {lr = 0.1})
---     adam:load_state_dict(adam:state_dict()).lr
---@param dict table as from state_dict
---@return optim.Optimizer self
function Optimizer:load_state_dict(dict)
  if type(dict) ~= "table" or type(dict.state) ~= "table" or #dict.state ~= #self.params then
    fail(self, "the state is not one of %d parameters", #self.params)
  end
  local settings = {}
  for name, default in pairs(self.defaults) do
    settings[name] = dict[name] == nil and default or dict[name]
  end
  check_settings(self, settings)
  for i, row in ipairs(dict.state) do check_row(self, i, row) end
  for name, value in pairs(settings) do self[name] = copied(value) end
  self.state = {}
  for i, row in ipairs(dict.state) do
    if next(row) then
      self.state[i] = {}
      for name, value in pairs(row) do
        self.state[i][name] = core.is_tensor(value) and value:to(self.params[i].dtype):clone() or value
      end
    end
  end
  return self
end

return Optimizer
