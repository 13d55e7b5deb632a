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

--- Tables whose fields a function may read without making its programs stale: modules.
local function modules()
  local set = {}
  for _, module in pairs(package.loaded) do
    if type(module) == "table" then set[module] = true end
  end
  return set
end

--- What a function sees beside its arguments, through the functions that it calls too.
---@class latent.fuse.Watch
---@field list {f: function, index: integer, value: any}[] upvalues
---@field tables boolean some are tables, whose fields cannot be watched
---@field tensors table<tensor, boolean>
local function watch(f, seen, w)
  seen[f] = true
  local index = 1
  while true do
    local name, value = debug.getupvalue(f, index)
    if not name then return w end
    w.list[#w.list + 1] = { f = f, index = index, value = value }
    if core.is_tensor(value) then w.tensors[value] = true end
    if type(value) == "table" and name ~= "_ENV" and not w.modules[value] then w.tables = true end
    if type(value) == "function" and not seen[value] then watch(value, seen, w) end
    index = index + 1
  end
end

local function watch_upvalues(f)
  return watch(f, {}, { list = {}, tables = false, tensors = {}, modules = modules() })
end

local function unchanged(w)
  for _, up in ipairs(w.list) do
    local _, value = debug.getupvalue(up.f, up.index)
    if not rawequal(value, up.value) then return false end
  end
  return true
end

--- A key for a number: 2 and 2.0 count apart, as they make other dtypes; NaN is no key.
local function key_of(value)
  if math.type(value) ~= "float" then return value end
  if value ~= value then return "nan" end
  return ("%.17g float"):format(value)
end

--- Run f with traced values for its tensors. Gives the program, or the constant that f returns, and
--- whether that holds for the next call: not if tensors came from elsewhere than upvalues, as they may be
--- results of f's own.
local function trace(f, arguments, n, w)
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
    local lasting = not w.tables
    for _, tensor in ipairs(core.fuse.captured(program)) do lasting = lasting and w.tensors[tensor] or false end
    return { program = program, lasting = lasting }
  end
  if not core.is_tensor(result) and type(result) ~= "number" then
    errors.raise(("fuse: the function must return a value computed from its arguments, not %s"):format(type(result)))
  end
  return { constant = result, lasting = false }
end

---@class latent.fuse.Cache
---@field tree table programs by the keys of the arguments, one level an argument
---@field count integer programs in the tree
---@field watch latent.fuse.Watch what the function saw when they were made

--- The place in the tree for these arguments.
local function place_of(cache, arguments, n)
  local at = cache.tree
  for i = 0, n do
    local key = n
    if i > 0 then key = core.is_tensor(arguments[i]) and TENSOR or key_of(arguments[i]) end
    if not at[key] then at[key] = {} end
    at = at[key]
  end
  return at
end

local function program_for(f, cache, arguments, n)
  if cache.count == MOST_PROGRAMS or not unchanged(cache.watch) then
    cache.tree, cache.count, cache.watch = {}, 0, watch_upvalues(f)
  end
  local place = place_of(cache, arguments, n)
  if place.made then return place.made end
  local made = trace(f, arguments, n, cache.watch)
  cache.count = cache.count + 1
  if made.lasting then place.made = made end
  return made
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
--- elements yet; afterwards only its program runs. It runs again when one of its upvalues is set anew, and
--- each time if it reads tables of its own or computes with tensors that are not its arguments. It must
--- not depend on globals, and cannot look at shapes or branch on elements: la.where does that.
--- Example: la.fuse(function(x, mu, s2) return la.exp(-(x - mu) ^ 2 / (2 * s2)) end)(la.randn(5), 0.5, 1.5)
---@param f fun(...: tensor|number): tensor
---@return fun(...: tensor|number): tensor|number fused
local function fuse(f)
  if type(f) ~= "function" then errors.raise(("fuse: takes a function, not %s"):format(type(f))) end
  local cache = { tree = {}, count = 0, watch = watch_upvalues(f) }
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
