--- Operations whose backward is written in Lua.
local core = require "latent.core"
local errors = require "latent.errors"

local autograd = {}

local function list_of_tensors(values)
  local tensors = {}
  for _, v in ipairs(values) do
    if core.is_tensor(v) then tensors[#tensors + 1] = v end
  end
  return tensors
end

--- Define an operation with its own gradient, as torch.autograd.Function.
---
--- `forward(ctx, ...)` computes the result from tensors and plain values; it may keep plain values
--- in ctx and tensors with ctx:save(t1, t2, ...). `backward(ctx, grad, t1, t2, ...)` gets the
--- gradient of the result and the saved tensors, and returns one gradient for each tensor argument
--- of forward, in order.
--- Example:
---     local cube = la.autograd.Function("cube", {
---       forward = function(ctx, x) ctx:save(x) return x ^ 3 end,
---       backward = function(_, grad, x) return grad * 3 * x ^ 2 end,
---     })
---     local x = la.tensor{1, 2}:requires_grad(true)
---     local y = cube(x):sum()
---     y:backward()
---     return x.grad
---@param name string for messages
---@param functions {forward: function, backward: function}
---@return function apply takes forward's arguments (without ctx) and returns its result, on the graph
function autograd.Function(name, functions)
  if type(name) ~= "string" or type(functions) ~= "table" or not functions.forward or not functions.backward then
    errors.raise("autograd.Function: takes a name and {forward = function, backward = function}")
  end
  local context = { __index = { save = function(ctx, ...) rawset(ctx, "_saved", { ... }) end } }
  return function(...)
    local ctx = setmetatable({}, context)
    local inputs = list_of_tensors { ... }
    local out = core.no_grad(functions.forward, ctx, ...)
    if not core.is_tensor(out) then
      errors.raise(("%s: forward must return a tensor, not a %s"):format(name, type(out)))
    end
    local saved = rawget(ctx, "_saved") or {}
    ctx._saved = nil
    return core.record(name, out, inputs, saved, functions.backward, ctx)
  end
end

return autograd
