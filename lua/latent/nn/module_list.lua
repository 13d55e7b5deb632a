--- A list of modules whose parameters belong to the module that holds it. It has no forward.
local Module = require "latent.nn.module"

---@class nn.ModuleList : nn.Module
local ModuleList = Module:extend "ModuleList"

--- Modules are reached by index from 1; their state names begin with PyTorch's index from 0.
---@param modules? nn.Module[]
function ModuleList:init(modules)
  for _, module in ipairs(modules or {}) do self:append(module) end
end

--- Add a module at the end.
---@param module nn.Module
---@return nn.ModuleList self
function ModuleList:append(module)
  self:add_module(tostring(#self), module, #self + 1)
  return self
end

return ModuleList
