--- Option tables: defaults filled in, unknown names refused.
local errors = require "latent.errors"

local options = {}

--- Stands for "no default": the option reads as nil unless it is given.
options.NONE = setmetatable({}, { __tostring = function() return "none" end })

local function known(defaults)
  local names = {}
  for name in pairs(defaults) do names[#names + 1] = name end
  table.sort(names)
  return table.concat(names, ", ")
end

--- Fill in the defaults of an option table.
---@param where string name of the function, for messages: "plot.figure"
---@param given table|nil what the user passed
---@param defaults table<string, any> every known option and its default (options.NONE: no default)
---@return table filled a new table; raises an error that lists the known options on an unknown one
function options.check(where, given, defaults)
  if given ~= nil and type(given) ~= "table" then
    errors.raise(("%s: options must be a table, not a %s"):format(where, type(given)))
  end
  local filled = {}
  for name, value in pairs(defaults) do
    if value ~= options.NONE then filled[name] = value end
  end
  for name, value in pairs(given or {}) do
    if defaults[name] == nil then
      errors.raise(("%s: unknown option '%s' (known: %s)"):format(where, tostring(name), known(defaults)))
    end
    filled[name] = value
  end
  return filled
end

return options
