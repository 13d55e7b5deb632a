--- Base of the classical models: options, printing, progress of a fit.
---
--- A class is made by `Model:extend(name, defaults)` and called with a table of options; `self.options`
--- holds them with the defaults filled in, results are fields of the object. `fit(x)` takes a matrix,
--- one sample a row, and returns the object.
--- Example: print(la.models.KMeans{k = 3})
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local progress = require "latent.progress"

---@class models.Model
---@field options table<string, any> every option with its value
---@field n_features integer|nil columns of the data it was fitted to
local Model = {}
Model.__index = Model
Model.__name = "Model"

--- The type that an option must have: that of its default, or where it has none as the class says.
local function type_of(class, name)
  local default = class.defaults[name]
  if default ~= options.NONE then return math.type(default) or type(default) end
  return name == "seed" and "integer" or class.optional[name]
end

--- Check the type of an option; whole numbers become integers where one is due.
local function typed(class, name, value)
  local wanted = type_of(class, name)
  if wanted == "integer" then
    local whole = math.type(value) and math.tointeger(value)
    if whole then return whole end
    errors.raise(("%s: %s must be an integer, not %s"):format(class.__name, name, tostring(value)))
  elseif (wanted == "float" and not math.type(value)) or (wanted == "boolean" and type(value) ~= "boolean") then
    errors.raise(("%s: %s must be a %s, not %s"):format(class.__name, name,
      wanted == "float" and "number" or wanted, tostring(value)))
  end
  return value
end

local function construct(class, given)
  local filled = options.check("models." .. class.__name, given, class.defaults)
  for name, value in pairs(filled) do filled[name] = typed(class, name, value) end
  return setmetatable({ options = filled }, class)
end

--- Make a class of models.
--- Example:
---     local Model = require "latent.models.model"
---     local Mean = Model:extend("Mean", {})
---     function Mean:fit(x)
---       self.mean = x:mean(1)
---       return self
---     end
---     Mean{}:fit(la.tensor{{1, 2}, {3, 4}}).mean
---@param name string
---@param defaults table<string, any> every option and its default
---@param optional? table<string, string> types, "integer" or "float", of those without a default
---@return table class
function Model:extend(name, defaults, optional)
  local class = { __name = name, defaults = defaults, optional = optional or {}, __tostring = self.__tostring }
  class.__index = class
  return setmetatable(class, { __index = self, __call = construct })
end

--- Check the rows a model is to be fitted to, and remember how many columns they have.
---@param x any
---@return tensor x
---@protected
function Model:check_rows(x)
  if not core.is_tensor(x) then
    errors.raise(("%s: x must be a tensor of rows, not a %s"):format(self.__name, type(x)))
  end
  self.n_features = x.shape[2]
  return x
end

--- Raise an error unless the model has been fitted.
---@param result string a field that fit sets
---@protected
function Model:check_fitted(result)
  if self[result] == nil then errors.raise(("%s: call fit(x) first"):format(self.__name)) end
end

--- The same, and that what it is asked about is a tensor.
---@param result string
---@param x any
---@protected
function Model:check_tensor(result, x)
  self:check_fitted(result)
  if not core.is_tensor(x) then
    errors.raise(("%s: x must be a tensor of rows, not a %s"):format(self.__name, type(x)))
  end
end

--- The same, and that its rows have as many columns as those it was fitted to.
---@param result string
---@param x any
---@protected
function Model:check_columns(result, x)
  self:check_tensor(result, x)
  if x.ndim ~= 2 or x.shape[2] ~= self.n_features then
    errors.raise(("%s: was fitted to rows of %d columns, x is [%s]"):format(self.__name, self.n_features,
      table.concat(x.shape, ", ")))
  end
end

--- The same, and that they are finite: the rows in the dtype of the result.
---@param result string
---@param x any
---@return tensor rows
---@protected
function Model:queries(result, x)
  self:check_columns(result, x)
  return core.models.queries(self.__name, x, self.n_features, self[result])
end

--- The options with some of them changed or added; the model's own stay as they are.
---@param more table<string, any>
---@return table<string, any>
---@protected
function Model:with(more)
  local all = {}
  for name, value in pairs(self.options) do all[name] = value end
  for name, value in pairs(more) do all[name] = value end
  return all
end

--- Run a function of the engine with the model's options under a progress bar.
---@param run function takes x, options and a function report(done, total, figure)
---@param x tensor
---@param figure string name of the figure that the engine reports: "loss"
---@param given? table options as the engine takes them, where they differ from the model's
---@return table result
---@protected
function Model:run(run, x, figure, given)
  local bar <close> = progress.bar(self.options.max_iter or nil, { label = self.__name })
  local format = figure .. " %.6g"
  return run(x, given or self.options, function(done, total, value)
    bar.total = total
    if done == 0 then return bar:update(0) end
    bar:update(done, format, value)
  end)
end

--- Warn that the fit has stopped before it had settled.
---@param figure string what is left to gain, in words
---@protected
function Model:warn_unsettled(figure)
  warn(("%s: stopped at max_iter = %d before it settled: %s"):format(self.__name, self.options.max_iter, figure))
end

local function shown(value)
  if core.is_tensor(value) then return ("tensor [%s]"):format(table.concat(value.shape, ", ")) end
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

function Model:__tostring()
  local names = {}
  for name in pairs(self.options) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do names[i] = ("%s = %s"):format(name, shown(self.options[name])) end
  return ("%s{%s}"):format(self.__name, table.concat(names, ", "))
end

return Model
