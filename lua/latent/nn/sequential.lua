--- Modules one after the other, each fed with what the one before it gives.
--- Example:
---     local net = la.nn.Sequential(la.nn.Linear(4, 8), la.nn.ReLU(), la.nn.Linear(8, 2))
---     print(net)
---     return net(la.ones(3, 4)).shape
local Module = require "latent.nn.module"

---@class nn.Sequential : nn.Module
local Sequential = Module:extend "Sequential"

--- Layers are reached by index: net[1] is the first. Their state names begin with PyTorch's index
--- from 0: the first layer's weight is "0.weight".
---@param ... nn.Module the layers, in order
function Sequential:init(...)
  for i = 1, select("#", ...) do self:append((select(i, ...))) end
end

--- Add a module at the end.
--- Example: la.nn.Sequential():append(la.nn.Linear(4, 2)):append(la.nn.Tanh())
---@param module nn.Module
---@return nn.Sequential self
function Sequential:append(module)
  self:add_module(tostring(#self), module, #self + 1)
  return self
end

---@param x tensor what the first layer takes
---@return tensor y what the last layer gives
function Sequential:forward(x)
  for i = 1, #self do x = self[i]:forward(x) end
  return x
end

return Sequential
