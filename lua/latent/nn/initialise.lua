--- Initialisers: fill a tensor in place, off the graph, and return it.
---
--- The fans of a weight [outputs, inputs, ..] are inputs * k and outputs * k, k the number of
--- elements of a kernel.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

local init = {}

local function check_tensor(t)
  if not core.is_tensor(t) then errors.raise(("nn.init: needs a tensor, not a %s"):format(type(t))) end
end

local function in_place(t, f)
  check_tensor(t)
  core.no_grad(f)
  return t
end

local function fans(name, t)
  check_tensor(t)
  if t.ndim < 2 then
    errors.raise(("init.%s: needs two dimensions or more, not [%s]"):format(name, table.concat(t.shape, ", ")))
  end
  local shape, kernel = t.shape, 1
  for d = 3, #shape do kernel = kernel * shape[d] end
  return shape[2] * kernel, shape[1] * kernel
end

--- Gain that keeps the variance through an activation (He et al., 2015).
--- Example: la.nn.init.calculate_gain("relu")
---@param nonlinearity "linear"|"sigmoid"|"tanh"|"relu"|"leaky_relu"|"selu"
---@param slope? number of leaky_relu, 0.01
---@return number
function init.calculate_gain(nonlinearity, slope)
  local gains = { linear = 1, sigmoid = 1, tanh = 5 / 3, relu = math.sqrt(2), selu = 3 / 4 }
  if nonlinearity == "leaky_relu" then return math.sqrt(2 / (1 + (slope or 0.01) ^ 2)) end
  if not gains[nonlinearity] then
    errors.raise(("init.calculate_gain: unknown nonlinearity '%s'"):format(tostring(nonlinearity)))
  end
  return gains[nonlinearity]
end

--- One value everywhere.
--- Example: la.nn.init.constant_(la.zeros(2, 2), 0.5)
---@param t tensor
---@param value number
---@return tensor t
function init.constant_(t, value)
  return in_place(t, function() t:fill(value) end)
end

--- Zero everywhere.
--- Example: la.nn.init.zeros_(la.ones(3))
---@param t tensor
---@return tensor t
function init.zeros_(t) return init.constant_(t, 0) end

--- One everywhere.
--- Example: la.nn.init.ones_(la.zeros(3))
---@param t tensor
---@return tensor t
function init.ones_(t) return init.constant_(t, 1) end

--- Uniform in [low, high).
--- Example: la.nn.init.uniform_(la.zeros(3), -1, 1)
---@param t tensor
---@param low? number 0
---@param high? number 1
---@return tensor t
function init.uniform_(t, low, high)
  return in_place(t, function() t:uniform_(low or 0, high or 1) end)
end

--- Normal.
--- Example: la.nn.init.normal_(la.zeros(3), 0, 0.02)
---@param t tensor
---@param mean? number 0
---@param std? number 1
---@return tensor t
function init.normal_(t, mean, std)
  return in_place(t, function() t:normal_(mean or 0, std or 1) end)
end

--- Glorot's uniform: variance 2 / (fan in + fan out) (Glorot and Bengio, 2010).
--- Example: la.nn.init.xavier_uniform_(la.zeros(2, 3))
---@param t tensor
---@param given? {gain: number}
---@return tensor t
function init.xavier_uniform_(t, given)
  local o = options.check("init.xavier_uniform_", given, { gain = 1 })
  local inputs, outputs = fans("xavier_uniform_", t)
  local bound = o.gain * math.sqrt(6 / (inputs + outputs))
  return init.uniform_(t, -bound, bound)
end

--- Glorot's normal.
--- Example: la.nn.init.xavier_normal_(la.zeros(2, 3))
---@param t tensor
---@param given? {gain: number}
---@return tensor t
function init.xavier_normal_(t, given)
  local o = options.check("init.xavier_normal_", given, { gain = 1 })
  local inputs, outputs = fans("xavier_normal_", t)
  return init.normal_(t, 0, o.gain * math.sqrt(2 / (inputs + outputs)))
end

--- Deviation of He's initialisers.
local function kaiming_std(name, t, given)
  local o = options.check("init." .. name, given, { slope = 0, mode = "fan_in", nonlinearity = "leaky_relu" })
  local inputs, outputs = fans(name, t)
  if o.mode ~= "fan_in" and o.mode ~= "fan_out" then
    errors.raise(("init.%s: mode must be 'fan_in' or 'fan_out', not '%s'"):format(name, tostring(o.mode)))
  end
  local fan = o.mode == "fan_in" and inputs or outputs
  return init.calculate_gain(o.nonlinearity, o.slope) / math.sqrt(fan)
end

--- He's uniform: keeps the variance through rectified units (He et al., 2015).
--- Example: la.nn.init.kaiming_uniform_(la.zeros(2, 3))
---@param t tensor
---@param given? {slope: number, mode: "fan_in"|"fan_out", nonlinearity: string}
---@return tensor t
function init.kaiming_uniform_(t, given)
  local bound = math.sqrt(3) * kaiming_std("kaiming_uniform_", t, given)
  return init.uniform_(t, -bound, bound)
end

--- He's normal.
--- Example: la.nn.init.kaiming_normal_(la.zeros(2, 3))
---@param t tensor
---@param given? {slope: number, mode: "fan_in"|"fan_out", nonlinearity: string}
---@return tensor t
function init.kaiming_normal_(t, given)
  return init.normal_(t, 0, kaiming_std("kaiming_normal_", t, given))
end

--- The identity matrix, or as much of it as fits.
--- Example: la.nn.init.eye_(la.zeros(2, 3))
---@param t tensor [n, m]
---@return tensor t
function init.eye_(t)
  check_tensor(t)
  if t.ndim ~= 2 then errors.raise("init.eye_: needs a matrix") end
  return in_place(t, function() t:copy_(core.eye(t:size(1), t:size(2))) end)
end

--- Rows (or columns, where there are fewer) that are orthonormal, times a gain (Saxe et al., 2014):
--- Gram-Schmidt on a normal matrix.
--- Example:
---     local q = la.nn.init.orthogonal_(la.zeros(2, 3))
---     q:mm(q:t())
---@param t tensor two dimensions or more; the first against the rest
---@param given? {gain: number}
---@return tensor t
function init.orthogonal_(t, given)
  local o = options.check("init.orthogonal_", given, { gain = 1 })
  local columns = fans("orthogonal_", t)
  local rows = t:size(1)
  local m = core.randn(math.min(rows, columns), math.max(rows, columns), { dtype = "float64" })
  for i = 1, m:size(1) do
    local row = m[i]
    for _ = 1, 2 do -- twice, as once loses orthogonality to rounding
      if i > 1 then
        local before = m[{ { 1, i - 1 } }]
        row:sub_(before:t():mv(before:mv(row)))
      end
      row:mul_(1 / row:norm())
    end
  end
  local q = (rows > columns and m:t() or m) * o.gain
  return in_place(t, function() t:copy_(q:contiguous():reshape(t.shape)) end)
end

return init
