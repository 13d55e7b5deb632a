--- Base of all layers and models: parameters, buffers and submodules by name.
---
--- A class is made by `nn.Module:extend(name)` and gets two methods: `init(...)`, which makes the
--- parts, and `forward(...)`, which uses them.
---
--- Assigning a module or a tensor that requires a gradient registers it under the field's name.
--- State names are PyTorch's: "layer.weight", and "0.weight" for what stands at a list's index 1.
--- Example:
---     local Net = la.nn.Module:extend "Net"
---     function Net:init(width) self.layer = la.nn.Linear(784, width) end
---     function Net:forward(x) return self.layer(x):relu() end
---     local net = Net(256)
---     print(net)
---     return net(la.zeros(40, 784)).shape
local core = require "latent.core"
local errors = require "latent.errors"

---@class nn.Module
---@field training boolean true after train(), false after eval()
---@field protected init fun(self: nn.Module, ...) makes the parts
---@field protected forward fun(self: nn.Module, ...) what calling the module does
---@field protected arguments fun(self: nn.Module): string
local Module = {}
Module.__index = Module
Module.__name = "Module"
Module.is_module = true

--- Metamethods are looked up in the class itself: extend copies them.
local METAMETHODS = { "__call", "__newindex", "__tostring" }

--- True for instances of nn.Module and its subclasses.
--- Example: la.nn.Module.is(la.nn.ReLU()), la.nn.Module.is(la.nn.ReLU)
---@param value any
---@return boolean
local function is_module(value)
  local class = type(value) == "table" and getmetatable(value)
  return type(class) == "table" and rawget(class, "__index") == class and class.is_module == true
end

--- Note that `key` holds a tensor or module of that state name. Members keep their order.
local function register(self, name, key, value, buffer)
  local members = rawget(self, "_members")
  if not members then
    errors.raise(("nn.%s: set fields in init(), on the instance"):format(self.__name))
  end
  for _, member in ipairs(members) do
    if member.name == name then
      if member.key ~= key then
        errors.raise(("nn.%s: there is already a member called '%s'"):format(self.__name, name))
      end
      member.buffer = buffer
      return rawset(self, key, value)
    end
  end
  members[#members + 1] = { name = name, key = key, buffer = buffer }
  return rawset(self, key, value)
end

--- An instance: what calling the class does.
local function construct(class, ...)
  local self = setmetatable({}, class)
  rawset(self, "_members", {})
  rawset(self, "training", true)
  self:init(...)
  return self
end

--- Make a subclass.
--- Example:
---     local Double = la.nn.Module:extend "Double"
---     function Double:forward(x) return x * 2 end
---     Double()(la.ones(2))
---@param name string name for messages and printing
---@return table class call it to make an instance; define init and forward on it
function Module:extend(name)
  local class = { __name = name }
  for _, metamethod in ipairs(METAMETHODS) do class[metamethod] = rawget(self, metamethod) end
  class.__index = class
  return setmetatable(class, { __index = self, __call = construct })
end

Module.is = is_module

function Module.init() end

function Module:forward()
  errors.raise(("nn.%s has no forward method"):format(self.__name))
end

function Module:__call(...)
  return self:forward(...)
end

function Module:__newindex(key, value)
  if is_module(value) then
    self:add_module(type(key) == "number" and tostring(key - 1) or key, value, key)
  elseif core.layers.is_trainable(value) then
    register(self, key, key, value)
  else
    rawset(self, key, value)
  end
end

--- Add a parameter: a tensor that training changes.
--- Example:
---     local Scale = la.nn.Module:extend "Scale"
---     function Scale:init() self:register_parameter("factor", la.ones(1)) end
---     Scale():state_dict()
---@param name string field and state name
---@param tensor tensor made to require a gradient
function Module:register_parameter(name, tensor)
  register(self, name, name, tensor:requires_grad(true))
end

--- Add a buffer: a tensor that belongs to the state but is not trained (running statistics).
--- Example:
---     local Shift = la.nn.Module:extend "Shift"
---     function Shift:init() self:register_buffer("offset", la.zeros(3)) end
---     #Shift():parameters()
---@param name string field and state name
---@param tensor tensor
function Module:register_buffer(name, tensor)
  register(self, name, name, tensor, true)
end

--- Add a submodule under a state name.
--- Example:
---     local net = la.nn.Sequential()
---     net:add_module("encoder", la.nn.Linear(3, 2))
---     net:state_dict()
---@param name string
---@param module nn.Module
---@param key? any field that holds it; the name by default
function Module:add_module(name, module, key)
  if not is_module(module) then
    local place = math.type(key) == "integer" and ("layer %d"):format(key) or ("'%s'"):format(name)
    local is_class = type(module) == "table" and rawget(module, "__index") == module and rawget(module, "__name")
    local given = is_class and ("the class %s: call it to make one"):format(is_class) or "a " .. type(module)
    errors.raise(("nn.%s: %s must be a module, not %s"):format(self.__name, place, given))
  end
  register(self, name, key == nil and name or key, module)
  rawset(module, "_parent", self)
  rawset(module, "_key", key == nil and name or key)
end

--- Direct submodules, in order: an iterator of name, module.
--- Example:
---     local net = la.nn.Sequential(la.nn.Linear(3, 2), la.nn.Tanh())
---     for name, layer in net:children() do print(name, layer) end
function Module:children()
  local i, members = 0, self._members
  return function()
    while i < #members do
      i = i + 1
      local value = rawget(self, members[i].key)
      if is_module(value) then return members[i].name, value end
    end
  end
end

--- This module and all below it, in order: an iterator of path, module. The path of this module is "".
--- Example:
---     local net = la.nn.Sequential(la.nn.Linear(3, 2), la.nn.Tanh())
---     for path, module in net:modules() do print(path, module.__name) end
function Module:modules()
  local function walk(module, path)
    coroutine.yield(path, module)
    for name, child in module:children() do
      walk(child, path == "" and name or path .. "." .. name)
    end
  end
  return coroutine.wrap(function() walk(self, "") end)
end

--- Call visit(name, tensor, is_buffer) on own tensors and then those of the submodules; parameters
--- stand before buffers, as in PyTorch.
local function each_tensor(self, prefix, visit)
  for _, buffers in ipairs { false, true } do
    for _, member in ipairs(self._members) do
      local value = rawget(self, member.key)
      if core.is_tensor(value) and (member.buffer or false) == buffers then
        visit(prefix .. member.name, value, buffers)
      end
    end
  end
  for name, child in self:children() do each_tensor(child, prefix .. name .. ".", visit) end
end

--- Names and tensors of the parameters, each tensor once.
local function parameter_list(self)
  local names, tensors, seen = {}, {}, {}
  each_tensor(self, "", function(name, tensor, buffer)
    if not buffer and not seen[tensor] then
      seen[tensor] = true
      names[#names + 1], tensors[#tensors + 1] = name, tensor
    end
  end)
  return names, tensors
end

--- All parameters.
--- Example: #la.nn.Linear(3, 2):parameters()
---@return tensor[]
function Module:parameters()
  local _, tensors = parameter_list(self)
  return tensors
end

--- All parameters with their names: an iterator of name, tensor.
--- Example:
---     local net = la.nn.Sequential(la.nn.Linear(3, 2), la.nn.Tanh())
---     for name, p in net:named_parameters() do print(name, table.concat(p.shape, ", ")) end
function Module:named_parameters()
  local names, tensors = parameter_list(self)
  local i = 0
  return function()
    i = i + 1
    return names[i], tensors[i]
  end
end

--- Number of values in all parameters.
--- Example: la.nn.Linear(784, 256):count_parameters()
---@return integer
function Module:count_parameters()
  local count = 0
  for _, tensor in self:named_parameters() do count = count + tensor:numel() end
  return count
end

--- Parameters and buffers by name. The tensors share the module's memory: clone() what has to stay.
--- Example:
---     local net = la.nn.Sequential(la.nn.Linear(3, 2), la.nn.Tanh())
---     la.save("weights.safetensors", net:state_dict())
---     net:state_dict()
---@return table<string, tensor>
function Module:state_dict()
  local state = {}
  each_tensor(self, "", function(name, tensor) state[name] = tensor:detach() end)
  return state
end

local function complaint(list, what)
  table.sort(list)
  return #list > 0 and ("\n  %s: %s"):format(what, table.concat(list, ", ")) or ""
end

--- Take over parameters and buffers by name. Nothing changes unless everything fits.
--- Example:
---     local net, other = la.nn.Linear(3, 2), la.nn.Linear(3, 2)
---     net:load_state_dict(other:state_dict())
---     net.weight:equal(other.weight)
---@param state table<string, tensor> as from state_dict or la.load "weights.safetensors"
---@param given? {strict: boolean} strict = false lets names be missing or unexpected
---@return nn.Module self raises an error that lists missing and unexpected names and wrong shapes
function Module:load_state_dict(state, given)
  local o = require("latent.options").check("load_state_dict", given, { strict = true })
  if type(state) ~= "table" then
    errors.raise(("nn.%s: the state must be a table of tensors by name, not a %s"):format(self.__name, type(state)))
  end
  local missing, unexpected, wrong, targets = {}, {}, {}, {}
  each_tensor(self, "", function(name, tensor)
    local value = state[name]
    targets[name] = tensor
    if not core.is_tensor(value) then
      missing[#missing + 1] = name
    elseif table.concat(value.shape, ", ") ~= table.concat(tensor.shape, ", ") then
      wrong[#wrong + 1] = ("%s is [%s], given [%s]"):format(name, table.concat(tensor.shape, ", "),
        table.concat(value.shape, ", "))
    end
  end)
  for name in pairs(state) do
    if not targets[name] then unexpected[#unexpected + 1] = tostring(name) end
  end
  if #wrong > 0 or (o.strict and #missing + #unexpected > 0) then
    errors.raise(("nn.%s: the state does not fit:%s%s%s"):format(self.__name, complaint(missing, "missing"),
      complaint(unexpected, "unexpected"), complaint(wrong, "wrong shape")))
  end
  core.no_grad(function()
    for name, tensor in pairs(targets) do
      if state[name] then tensor:copy_(state[name]) end
    end
  end)
  return self
end

--- Set the mode of this module and all below it: layers such as Dropout act in training only.
--- Example: la.nn.Dropout(0.2):train().training
---@param mode? boolean true by default
---@return nn.Module self
function Module:train(mode)
  for _, module in self:modules() do rawset(module, "training", mode ~= false) end
  return self
end

--- The opposite of train().
--- Example: la.nn.Dropout(0.2):eval()(la.ones(3))
---@return nn.Module self
function Module:eval()
  return self:train(false)
end

--- Call f with this module and all below it in evaluation and nothing recorded, and give back their
--- modes after it, whatever happens.
--- Example:
---     local net = la.nn.Sequential(la.nn.Linear(3, 2), la.nn.Dropout())
---     net:evaluate(net.forward, net, la.ones(1, 3))
---@param f function
---@param ... any what f is called with
---@return any ... f's results
function Module:evaluate(f, ...)
  local modes = {}
  for _, module in self:modules() do modes[module] = module.training end
  self:eval()
  local results = table.pack(pcall(core.no_grad, f, ...))
  for module, mode in pairs(modes) do rawset(module, "training", mode) end
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--- Forget all gradients.
--- Example:
---     local layer = la.nn.Linear(2, 1)
---     layer(la.ones(1, 2)):sum():backward()
---     layer:zero_grad()
---     layer.weight.grad
function Module:zero_grad()
  core.layers.zero_grad(self:parameters())
end

--- Convert all floating-point parameters and buffers, in place: optimisers keep their hold.
--- Example: la.nn.Linear(2, 1):to("float64").weight.dtype
---@param dtype "float32"|"float64"
---@return nn.Module self
function Module:to(dtype)
  each_tensor(self, "", function(_, tensor)
    if tensor.dtype == "float32" or tensor.dtype == "float64" then
      core.layers.set_data(tensor, tensor:detach():to(dtype))
    end
  end)
  return self
end

--- Constructor arguments as print shows them: "784, 256".
---@return string
function Module.arguments() return "" end

--- "Net.encoder[1]": how a module is reached from the outermost one, which goes by the name of its class.
local function reached(module)
  local parent, key = rawget(module, "_parent"), rawget(module, "_key")
  if not parent then return module.__name end
  return reached(parent) .. (type(key) == "string" and ".%s" or "[%s]"):format(tostring(key))
end

--- The layer for error messages: its constructor, and its place in the net it belongs to.
--- Example:
---     local net = la.nn.Sequential(la.nn.Linear(3, 2))
---     net[1]:where()
---@return string
function Module:where()
  local text = ("%s(%s)"):format(self.__name, self:arguments())
  local parent, key = rawget(self, "_parent"), rawget(self, "_key")
  if not parent then return text end
  if math.type(key) == "integer" then return ("%s, layer %d of %s"):format(text, key, reached(parent)) end
  return ("%s at %s"):format(text, reached(self))
end

--- The shape of what a layer is called with.
---@protected
---@param x tensor
---@return integer[] shape raises an error that names the layer where x is no tensor
function Module:shape_of(x)
  if not core.is_tensor(x) then errors.raise(("%s: takes a tensor, was given %s"):format(self:where(), type(x))) end
  return x.shape
end

local function grouped(n)
  local text = tostring(n)
  local count
  repeat text, count = text:gsub("^(%d+)(%d%d%d)", "%1,%2") until count == 0
  return text
end

--- One line a module: its text and number of parameters; submodules indented below it.
local function describe(self, label, indent, lines)
  local line = { text = ("%s%s%s(%s"):format(indent, label, self.__name, self:arguments()), count = 0 }
  lines[#lines + 1] = line
  local alone = true
  for name, child in self:children() do
    alone = false
    describe(child, ("(%s): "):format(name), indent .. "  ", lines)
  end
  if alone then
    line.text, line.count = line.text .. ")", self:count_parameters()
  else
    lines[#lines + 1] = { text = indent .. ")", count = 0 }
  end
end

function Module:__tostring()
  local lines, width = {}, 0
  describe(self, "", "", lines)
  lines[#lines].count = self:count_parameters()
  local digits = #grouped(lines[#lines].count)
  for _, line in ipairs(lines) do width = math.max(width, #line.text) end
  for i, line in ipairs(lines) do
    local count = line.count > 0 and grouped(line.count) or ""
    lines[i] = (("%-" .. width .. "s  %" .. digits .. "s"):format(line.text, count):gsub("%s+$", ""))
  end
  return table.concat(lines, "\n") .. (self:count_parameters() > 0 and " parameters" or "")
end

return Module
