--- A table of a net's layers with the shapes that go through them.
local core = require "latent.core"
local errors = require "latent.errors"

---@class nn.Summary
---@field rows {path: string, layer: string, output: string, parameters: integer}[]
---@field parameters integer in all
local Summary = {}
Summary.__index = Summary

local HEADS = { path = "name", layer = "layer", output = "output", parameters = "parameters" }
local COLUMNS = { "path", "layer", "output", "parameters" }

function Summary:__tostring()
  local widths, lines = {}, {}
  local all = { HEADS, table.unpack(self.rows) }
  for _, row in ipairs(all) do
    for _, name in ipairs(COLUMNS) do widths[name] = math.max(widths[name] or 0, #tostring(row[name])) end
  end
  for _, row in ipairs(all) do
    local cells = {}
    for i, name in ipairs(COLUMNS) do
      local form = name == "parameters" and "%" .. widths[name] .. "s" or "%-" .. widths[name] .. "s"
      cells[i] = form:format(tostring(row[name]))
    end
    lines[#lines + 1] = table.concat(cells, "  ")
  end
  table.insert(lines, 2, ("-"):rep(#lines[1]))
  lines[#lines + 1] = ("%d parameters"):format(self.parameters)
  return table.concat(lines, "\n")
end

local function shape_of(value)
  return core.is_tensor(value) and "[" .. table.concat(value.shape, ", ") .. "]" or type(value)
end

--- Run a net once, on zeros, in evaluation, and list its layers in the order in which they ran.
--- Example: la.nn.summary(la.nn.Sequential(la.nn.Flatten(), la.nn.Linear(784, 10)), {1, 28, 28})
---@param net nn.Module
---@param ... integer[]|tensor shape of an input (with the batch), or an input itself
---@return nn.Summary summary print it
return function(net, ...)
  local inputs = table.pack(...)
  if inputs.n == 0 then errors.raise "nn.summary: needs the shape of an input" end
  for i = 1, inputs.n do
    if type(inputs[i]) == "table" then inputs[i] = core.zeros(inputs[i]) end
    if not core.is_tensor(inputs[i]) then errors.raise "nn.summary: an input is given as a shape or as a tensor" end
  end
  local self = setmetatable({ rows = {}, parameters = net:count_parameters() }, Summary)
  local watched = {}
  for path, module in net:modules() do
    if module:children()() == nil then
      local inner = module.forward
      watched[#watched + 1] = { module = module, own = rawget(module, "forward") }
      rawset(module, "forward", function(layer, ...)
        local results = table.pack(inner(layer, ...))
        self.rows[#self.rows + 1] = {
          path = path, layer = ("%s(%s)"):format(module.__name, module:arguments()), output = shape_of(results[1]),
          parameters = module:count_parameters(),
        }
        return table.unpack(results, 1, results.n)
      end)
    end
  end
  local ok, problem = pcall(net.evaluate, net, net.forward, net, table.unpack(inputs, 1, inputs.n))
  for _, entry in ipairs(watched) do rawset(entry.module, "forward", entry.own) end
  if not ok then error(problem, 0) end
  return self
end
