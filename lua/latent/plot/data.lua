--- Numbers in: tensors and Lua tables to the float64 and uint8 tensors that travel to gnuplot.
local errors = require "latent.errors"

local data = {}

--- The library itself, looked up late: it loads this module.
local la = setmetatable({}, { __index = function(_, name) return require("latent")[name] end })

local function is_tensor(v) return la.is_tensor(v) end

--- Does it hold numbers to plot: a tensor, or a table that is a list?
---@param v any
---@return boolean
function data.is_data(v) return is_tensor(v) or type(v) == "table" and v[1] ~= nil end

local function to_tensor(where, v)
  if is_tensor(v) then return v:detach() end
  if type(v) == "number" then v = { v } end
  if type(v) ~= "table" then
    errors.raise(("%s: expected numbers (a tensor or a table), got %s"):format(where, type(v)))
  end
  if #v == 0 then return la.zeros(0, { dtype = "float64" }) end
  local ok, t = pcall(la.tensor, v, { dtype = "float64" })
  if not ok then errors.raise(("%s: not a table of numbers"):format(where)) end
  return t
end

--- One axis of numbers: a tensor of any dtype with at most one dimension longer than 1, a list, or
--- one number.
---@param where string for error messages
---@param v any
---@return any vector float64 tensor [n], contiguous
function data.vector(where, v)
  local t = to_tensor(where, v)
  local long = 0
  for _, size in ipairs(t.shape) do if size ~= 1 then long = long + 1 end end
  if long > 1 then
    errors.raise(("%s: expected one dimension, got [%s]"):format(where, table.concat(t.shape, ", ")))
  end
  return t:to("float64"):reshape(-1):contiguous()
end

--- A table of numbers with rows and columns.
---@param where string
---@param v any a 2-dimensional tensor or a list of lists
---@return any matrix float64 tensor [rows, columns], contiguous
function data.matrix(where, v)
  local t = to_tensor(where, v)
  if t.ndim ~= 2 then
    errors.raise(("%s: expected two dimensions, got [%s]"):format(where, table.concat(t.shape, ", ")))
  end
  return t:to("float64"):contiguous()
end

--- Samples side by side: a 2-dimensional tensor gives its columns, a list of vectors its items, and
--- one vector itself.
---@param where string
---@param v any
---@return any[] vectors list of float64 tensors
function data.samples(where, v)
  local list = {}
  if not is_tensor(v) and type(v) == "table" and (type(v[1]) == "table" or is_tensor(v[1])) then
    for i, item in ipairs(v) do list[i] = data.vector(where, item) end
    return list
  end
  local t = to_tensor(where, v)
  if t.ndim ~= 2 then return { data.vector(where, t) } end
  for k = 1, t.shape[2] do list[k] = data.vector(where, t[{ {}, k }]) end
  return list
end

--- Is it a tensor (or list of lists) with two dimensions, neither of them 1?
---@param v any
---@return boolean
function data.is_matrix(v)
  if is_tensor(v) then return v.ndim == 2 and v.shape[1] > 1 and v.shape[2] > 1 end
  return type(v) == "table" and data.is_data(v[1])
end

--- Is it a tensor with a pair of numbers in each row, of which there may be one or none?
---@param v any
---@return boolean
function data.has_pairs(v) return is_tensor(v) and v.ndim == 2 and v.shape[2] == 2 end

--- Is it there, but without any numbers?
---@param v any
---@return boolean
function data.is_empty(v)
  if is_tensor(v) then return v:numel() == 0 end
  return type(v) == "table" and next(v) == nil
end

--- Two vectors of one length.
---@param where string
---@param x any may be nil: then 1, 2, ... n
---@param y any
---@return any x, any y float64 tensors [n]
function data.pair(where, x, y)
  y = data.vector(where, y)
  x = x == nil and data.range_vector(y:numel()) or data.vector(where, x)
  if x:numel() ~= y:numel() then
    errors.raise(("%s: x has %d numbers, y has %d"):format(where, x:numel(), y:numel()))
  end
  return x, y
end

--- 1, 2, ..., n as a float64 tensor.
---@param n integer
---@return any
function data.range_vector(n)
  if n == 0 then return la.zeros(0, { dtype = "float64" }) end
  return la.arange(1, n, 1, { dtype = "float64" })
end

--- A list of numbers as a float64 tensor.
---@param list number[]
---@return any
function data.from_list(list)
  if #list == 0 then return la.zeros(0, { dtype = "float64" }) end
  return la.tensor(list, { dtype = "float64" })
end

--- Columns of one length side by side, for one gnuplot record.
---@param columns any[] float64 tensors [n]
---@return any packed float64 tensor [n, #columns], contiguous
function data.pack(columns)
  if #columns == 1 then return columns[1] end
  return la.stack(columns, 2):contiguous()
end

--- Numbers up to this size have places; larger ones count as infinite, so that differences of two
--- never overflow.
data.LARGEST = 1e300

local function within(v) return math.max(-data.LARGEST, math.min(data.LARGEST, v)) end

--- Smallest and largest finite element.
---@param t any tensor
---@param positive? boolean look at elements above 0 only
---@return number|nil lo, number|nil hi nil when there is none
function data.extent(t, positive)
  if t:numel() == 0 then return nil end
  local lo, hi = t:min(), t:max()
  if lo - lo ~= 0 or hi - hi ~= 0 or positive and lo <= 0 then
    local keep = positive and t:gt(0):logical_and(t:isfinite()) or t:isfinite()
    t = t[keep]
    if t:numel() == 0 then return nil end
    lo, hi = t:min(), t:max()
  end
  return within(lo), within(hi)
end

--- The finite elements as a list.
---@param t any tensor [n]
---@return number[]
function data.finite_list(t)
  local list = t:totable()
  local kept = {}
  for i = 1, #list do
    local v = list[i]
    if v - v == 0 then kept[#kept + 1] = within(v) end
  end
  return kept
end

--- The points of a surface, row after row.
---@param planes any[] float64 tensors [h, w], one for each number of a point
---@return any points float64 tensor [h, w, #planes], contiguous
function data.mesh(planes) return la.stack(planes, 3):contiguous() end

-- ---- pictures ----

--- Colours by number: each element of `t` between `lo` and `hi` to one of a list of colours; what is
--- not finite becomes white.
---@param t any float64 tensor of any shape
---@param colors integer[] 0xRRGGBB, the first for `lo`, the last for `hi`
---@param lo number
---@param hi number
---@return any rgb uint8 tensor [numel, 3]
function data.map_colors(t, colors, lo, hi)
  local n = #colors
  local lookup = {}
  for i, rgb in ipairs(colors) do lookup[i] = { rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255 } end
  lookup[n + 1] = { 255, 255, 255 }
  local flat = t:reshape(-1)
  local level = ((flat - lo) * (n / math.max(hi - lo, 1e-300))):floor():clamp(0, n - 1) + 1
  level[flat:isfinite():logical_not()] = n + 1
  return la.tensor(lookup, { dtype = "uint8" })[level:to("int64")]
end

--- A colour image, as it is or from numbers in 0..1.
---@param t any tensor [h, w, 3]; uint8, or float with values in 0..1
---@return any rgb uint8 tensor, contiguous
function data.to_bytes(t)
  t = t:detach()
  if t.dtype ~= "uint8" then
    t = t:to("float64")
    t = ((t * 255):clamp(0, 255) + 0.5):floor():clamp(0, 255)
    t[t:isfinite():logical_not()] = 255
  end
  return t:to("uint8"):contiguous()
end

--- The image itself as a tensor, whatever the user gave.
---@param where string
---@param v any
---@return any tensor
function data.image(where, v) return to_tensor(where, v) end

--- Zeros of two dimensions, float64.
---@param h integer
---@param w integer
---@return any
function data.zeros(h, w) return la.zeros(h, w, { dtype = "float64" }) end

--- Planes of numbers in 0..255 as one image.
---@param list any[] float64 tensors [h, w]
---@return any uint8 tensor [h, w, #list], contiguous
function data.planes(list)
  return (la.stack(list, 3):clamp(0, 255) + 0.5):clamp(0, 255):to("uint8"):contiguous()
end

--- Tensors one after another along a dimension.
---@param list any[]
---@param dim integer
---@return any
function data.cat(list, dim) return la.cat(list, dim) end

--- A uint8 tensor full of one value.
---@param shape integer[]
---@param value integer
---@return any
function data.full_bytes(shape, value) return la.full(shape, value, { dtype = "uint8" }) end

return data
