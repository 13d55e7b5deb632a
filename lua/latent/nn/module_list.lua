--- A list of modules whose parameters belong to the module that holds it. It has no forward.
--- Example:
---     local Net = la.nn.Module:extend "Net"
---     function Net:init() self.layers = la.nn.ModuleList{la.nn.Linear(4, 4), la.nn.Linear(4, 1)} end
---     function Net:forward(x) return self.layers[2](self.layers[1](x):relu()) end
---     Net()
local Module = require "latent.nn.module"

---@class nn.ModuleList : nn.Module
local ModuleList = Module:extend "ModuleList"

--- Modules are reached by index from 1; their state names begin with PyTorch's index from 0.
---@param modules? nn.Module[]
function ModuleList:init(modules)
  for _, module in ipairs(modules or {}) do self:append(module) end
end

--- Add a module at the end.
--- Example: #la.nn.ModuleList():append(la.nn.Linear(2, 2))
---@param module nn.Module
---@return nn.ModuleList self
function ModuleList:append(module)
  self:add_module(tostring(#self), module, #self + 1)
  return self
end

return ModuleList
