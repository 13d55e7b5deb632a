--- Element-wise expressions in one pass over memory.
---
--- The function runs once with traced values in place of its tensors. What it does with them becomes a
--- program, in which equal subexpressions are computed once, and which the engine runs on blocks small
--- enough to stay in the cache: tensors are read once and written once, however many operations there are.
local core = require "latent.core"
local errors = require "latent.errors"

local MOST_PROGRAMS = 64

--- Stands for any tensor in the tree of programs.
local TENSOR = {}

--- What a function sees beside its arguments. When that changes, its programs are no longer right.
local function upvalues(f)
  local values, i = {}, 1
  while true do
    local name, value = debug.getupvalue(f, i)
    if not name then return values, i - 1 end
    values[i], i = value, i + 1
  end
end

local function unchanged(f, values, n)
  for i = 1, n do
    local _, value = debug.getupvalue(f, i)
    if not rawequal(value, values[i]) then return false end
  end
  return true
end

--- A key for a number: 2 and 2.0 count apart, as they make other dtypes; NaN is no key.
local function key_of(value)
  if math.type(value) ~= "float" then return value end
  if value ~= value then return "nan" end
  return ("%.17g float"):format(value)
end

--- Run f with traced values for its tensors. Gives the program, or the constant that f returns.
local function trace(f, arguments, n)
  local program, values = core.fuse.start(), {}
  for i = 1, n do
    values[i] = arguments[i]
    if core.is_tensor(arguments[i]) then values[i] = core.fuse.argument(program) end
  end
  local results = table.pack(f(table.unpack(values, 1, n)))
  local result = results[1]
  if results.n ~= 1 then errors.raise(("fuse: the function must return one value, not %d"):format(results.n)) end
  if core.fuse.is_value(result) then
    core.fuse.finish(program, result)
    return { program = program }
  end
  if not core.is_tensor(result) and type(result) ~= "number" then
    errors.raise(("fuse: the function must return a value computed from its arguments, not %s"):format(type(result)))
  end
  return { constant = result }
end

---@class latent.fuse.Cache
---@field tree table programs by the keys of the arguments, one level an argument
---@field count integer programs in the tree
---@field upvalues any[] of the function when they were made
---@field n integer upvalues

local function program_for(f, cache, arguments, n)
  if cache.count == MOST_PROGRAMS or not unchanged(f, cache.upvalues, cache.n) then
    cache.tree, cache.count = {}, 0
    cache.upvalues, cache.n = upvalues(f)
  end
  local at = cache.tree
  for i = 0, n do
    local key = n
    if i > 0 then key = core.is_tensor(arguments[i]) and TENSOR or key_of(arguments[i]) end
    if not at[key] then at[key] = {} end
    at = at[key]
  end
  if not at.made then
    at.made = trace(f, arguments, n)
    cache.count = cache.count + 1
  end
  return at.made
end

--- The tensors among the arguments, and whether f is itself being traced.
local function sort_arguments(arguments, n)
  local tensors, traced = {}, false
  for i = 1, n do
    local a = arguments[i]
    if core.is_tensor(a) then
      tensors[#tensors + 1] = a
    elseif core.fuse.is_value(a) then
      traced = true
    elseif type(a) ~= "number" and type(a) ~= "boolean" then
      errors.raise(("fuse: argument %d must be a tensor or a number, not %s"):format(i, type(a)))
    end
  end
  return tensors, traced
end

--- A function that computes the same as f in one pass over memory.
---
--- f may use the operators and the element-wise functions and methods of tensors (la.exp, x:clamp(0, 1),
--- la.where, comparisons that give tensors), and end with sum() or mean() of everything. Its arguments are
--- tensors, which broadcast, and numbers. The result has the dtype and the elements that f would give,
--- and its gradients, for which nothing but the arguments is kept.
---
--- f runs once for each combination of tensors and numbers, with values in place of tensors that have no
--- elements yet; afterwards only its program runs. So f must compute from its arguments and its upvalues
--- alone (when an upvalue is set anew, f runs again), and cannot look at shapes or branch on elements:
--- la.where does that.
--- Example: la.fuse(function(x, mu, s2) return la.exp(-(x - mu) ^ 2 / (2 * s2)) end)(la.randn(5), 0.5, 1.5)
---@param f fun(...: tensor|number): tensor
---@return fun(...: tensor|number): tensor|number fused
local function fuse(f)
  if type(f) ~= "function" then errors.raise(("fuse: takes a function, not %s"):format(type(f))) end
  local cache = { tree = {}, count = 0 }
  cache.upvalues, cache.n = upvalues(f)
  return function(...)
    local arguments, n = { ... }, select("#", ...)
    local tensors, traced = sort_arguments(arguments, n)
    if traced or #tensors == 0 then return f(...) end
    local made = program_for(f, cache, arguments, n)
    if made.program then return core.fuse.run(made.program, tensors) end
    return made.constant
  end
end

return fuse
