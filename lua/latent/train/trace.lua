--- Finds the layer where numbers go wrong.
local core = require "latent.core"

local function has_bad_number(value)
  return core.is_tensor(value) and (value.dtype == "float32" or value.dtype == "float64")
    and not core.no_grad(function() return value:detach():isfinite():all() end)
end

--- Run f with every module of the net watched; describe the first that puts out a NaN or infinity.
---@param net nn.Module
---@param f function runs the net
---@return string|nil description of the layer: its constructor and its place
return function(net, f)
  local found
  local watched = {}
  for _, module in net:modules() do
    local inner = module.forward
    watched[#watched + 1] = { module = module, own = rawget(module, "forward") }
    rawset(module, "forward", function(self, ...)
      local results = table.pack(inner(self, ...))
      for i = 1, results.n do
        if not found and has_bad_number(results[i]) then found = module:where() end
      end
      return table.unpack(results, 1, results.n)
    end)
  end
  pcall(core.no_grad, f)
  for _, entry in ipairs(watched) do rawset(entry.module, "forward", entry.own) end
  return found
end
