--- Tensors in plain Lua, as slowly and plainly as they can be written: the second opinion of the
--- random-program spec. Nothing here comes from the engine.
---
--- A tensor is { dtype, shape, store, at }: element i (row-major, from 1) is store[at[i]]. A view has
--- the store of its base and a list `at` of its own. Bools are held as 0 and 1.
local naive = {}

local ORDER = { bool = 1, uint8 = 2, int64 = 3, float32 = 4, float64 = 5 }
local KIND = { bool = 1, uint8 = 2, int64 = 2, float32 = 3, float64 = 3 }

local function is_float(dtype) return KIND[dtype] == 3 end

-- ---- Values ----

--- A number as an element of the dtype holds it.
function naive.hold(value, dtype)
  if dtype == "bool" then return value ~= 0 and 1 or 0 end
  if dtype == "float64" then return value * 1.0 end
  if dtype == "float32" then
    if value ~= value or value == 1 / 0 or value == -1 / 0 then return value * 1.0 end
    if math.abs(value) >= 0x1.ffffffp127 then return value > 0 and 1 / 0 or -1 / 0 end
    return (string.unpack("<f", string.pack("<f", value * 1.0)))
  end
  local whole = math.type(value) == "integer" and value
  if not whole then
    if value ~= value then
      whole = 0
    elseif value >= 0x1p63 then
      whole = math.maxinteger
    elseif value < -0x1p63 then
      whole = math.mininteger
    else
      whole = math.tointeger(value < 0 and math.ceil(value) or math.floor(value))
    end
  end
  return dtype == "uint8" and whole & 255 or whole
end

local function count(shape)
  local n = 1
  for _, size in ipairs(shape) do n = n * size end
  return n
end

local function copy(list) return { table.unpack(list) } end

--- A new tensor from values in row-major order.
function naive.new(dtype, shape, values)
  local t = { dtype = dtype, shape = copy(shape), store = {}, at = {} }
  for i = 1, count(shape) do
    t.store[i], t.at[i] = naive.hold(values[i], dtype), i
  end
  return t
end

--- A Lua number as an operand.
function naive.number(value)
  return { dtype = math.type(value) == "integer" and "int64" or "float64", shape = {}, store = { value }, at = { 1 },
    number = true }
end

function naive.values(t)
  local values = {}
  for i, place in ipairs(t.at) do values[i] = t.store[place] end
  return values
end

local function with_places(t, shape, at)
  return { dtype = t.dtype, shape = shape, store = t.store, at = at }
end

-- ---- Places: row-major counting ----

--- Call f(index) for each index {i1, i2, ...} of a shape, in row-major order.
local function each(shape, f)
  if count(shape) == 0 then return end
  local index = {}
  for d = 1, #shape do index[d] = 1 end
  while true do
    f(index)
    local d = #shape
    while d > 0 and index[d] == shape[d] do
      index[d] = 1
      d = d - 1
    end
    if d == 0 then return end
    index[d] = index[d] + 1
  end
end

local function linear(shape, index)
  local i = 0
  for d = 1, #shape do i = i * shape[d] + index[d] - 1 end
  return i + 1
end

--- A view of `shape` whose element at `index` is the element of t at map(index).
local function view(t, shape, map)
  local at = {}
  each(shape, function(index) at[#at + 1] = t.at[linear(t.shape, map(index))] end)
  return with_places(t, shape, at)
end

-- ---- Promotion, as PyTorch's documentation tells it ----

--- dtype of an operation on two operands. Tensors with dimensions come first; one without counts
--- only where its kind (bool, integer, float) is higher, then a number likewise.
function naive.promote(a, b)
  local best
  for rank = 1, 3 do
    local group
    for _, t in ipairs { a, b } do
      local own = t.number and 3 or #t.shape == 0 and 2 or 1
      local dtype = t.number and is_float(t.dtype) and "float32" or t.dtype
      if own == rank and (not group or ORDER[dtype] > ORDER[group]) then group = dtype end
    end
    if group and (not best or KIND[group] > KIND[best]) then best = group end
  end
  return best
end

function naive.broadcast_shape(a, b)
  local shape, n = {}, math.max(#a, #b)
  for d = 1, n do
    local x, y = a[d - n + #a] or 1, b[d - n + #b] or 1
    if x ~= y and x ~= 1 and y ~= 1 then return nil end
    shape[d] = x == 1 and y or x
  end
  return shape
end

function naive.expand(t, shape)
  return view(t, copy(shape), function(index)
    local own = {}
    for d = 1, #t.shape do own[d] = t.shape[d] == 1 and 1 or index[d + #shape - #t.shape] end
    return own
  end)
end

-- ---- Element by element ----

local function round_even(x)
  local low = math.floor(x)
  if x - low == 0.5 then return low % 2 == 0 and low or low + 1 end
  return math.floor(x + 0.5)
end

local function whole(f)
  return function(x)
    if math.type(x) == "integer" or x ~= x or x == 1 / 0 or x == -1 / 0 or math.abs(x) >= 0x1p53 then return x end
    local y = f(x) + 0.0
    return y == 0 and (x < 0 or 1 / x < 0) and -0.0 or y
  end
end

local function sign(x) return x > 0 and 1 or x < 0 and -1 or x == x and 0 or x end

--- name = { function, "keep" the dtype (bools become int64) | "float" | "bool" }
naive.unary_table = {
  neg = { function(x) return -x end, "keep" },
  abs = { function(x) return math.type(x) == "integer" and (x < 0 and -x or x) or math.abs(x) end, "keep" },
  sign = { sign, "keep" },
  square = { function(x) return x * x end, "keep" },
  relu = { function(x) return x <= 0 and 0 or x end, "keep" },
  floor = { whole(math.floor), "keep" },
  ceil = { whole(math.ceil), "keep" },
  trunc = { whole(function(x) return x < 0 and math.ceil(x) or math.floor(x) end), "keep" },
  round = { whole(round_even), "keep" },
  sqrt = { function(x) return math.sqrt(x) end, "float" },
  reciprocal = { function(x) return 1 / x end, "float" },
  isnan = { function(x) return x ~= x and 1 or 0 end, "bool" },
  isinf = { function(x) return (x == 1 / 0 or x == -1 / 0) and 1 or 0 end, "bool" },
  isfinite = { function(x) return x - x == 0 and 1 or 0 end, "bool" },
  logical_not = { function(x) return x == 0 and 1 or 0 end, "bool" },
}

function naive.unary(name, t)
  local f, kind = table.unpack(naive.unary_table[name])
  local compute = kind == "float" and not is_float(t.dtype) and "float32"
    or kind == "keep" and t.dtype == "bool" and "int64" or t.dtype
  local values = {}
  for i, x in ipairs(naive.values(t)) do values[i] = f(naive.hold(x, compute)) end
  return naive.new(kind == "bool" and "bool" or compute, t.shape, values)
end

local function larger(a, b) return a ~= a and a or b ~= b and b or a > b and a or b end

local function smaller(a, b) return a ~= a and a or b ~= b and b or a < b and a or b end

local function truth(f)
  return function(a, b) return f(a, b) and 1 or 0 end
end

local function modulo(a, b)
  if math.type(a) == "integer" then return a % b end
  if b == 0 or a - a ~= 0 or b ~= b then return 0 / 0 end
  if b - b ~= 0 then return (a == 0 or (a < 0) == (b < 0)) and a or b end
  local r = math.fmod(a, b)
  return r ~= 0 and (r < 0) ~= (b < 0) and r + b or r
end

naive.binary_table = {
  add = { function(a, b) return a + b end, "keep" },
  sub = { function(a, b) return a - b end, "keep" },
  mul = { function(a, b) return a * b end, "keep" },
  maximum = { larger, "keep" },
  minimum = { smaller, "keep" },
  div = { function(a, b) return a / b end, "float" },
  remainder = { modulo, "keep" },
  eq = { truth(function(a, b) return a == b end), "bool" },
  ne = { truth(function(a, b) return a ~= b end), "bool" },
  lt = { truth(function(a, b) return a < b end), "bool" },
  le = { truth(function(a, b) return a <= b end), "bool" },
  gt = { truth(function(a, b) return a > b end), "bool" },
  ge = { truth(function(a, b) return a >= b end), "bool" },
  logical_and = { truth(function(a, b) return a ~= 0 and b ~= 0 end), "bool" },
  logical_or = { truth(function(a, b) return a ~= 0 or b ~= 0 end), "bool" },
  logical_xor = { truth(function(a, b) return (a ~= 0) ~= (b ~= 0) end), "bool" },
}

--- The dtype that a binary operation computes in; nil stands for exact comparison with a number.
local function binary_dtype(kind, a, b)
  local dtype = naive.promote(a, b)
  if kind == "float" and not is_float(dtype) then return "float32" end
  if kind == "keep" and dtype == "bool" then return (a.number or b.number) and "int64" or "uint8" end
  if kind == "bool" and (a.number or b.number) and not is_float((a.number and b or a).dtype) then return nil end
  return dtype
end

function naive.binary(name, a, b)
  local f, kind = table.unpack(naive.binary_table[name])
  local compute = binary_dtype(kind, a, b)
  local shape = naive.broadcast_shape(a.shape, b.shape)
  local x, y, values = naive.values(naive.expand(a, shape)), naive.values(naive.expand(b, shape)), {}
  for i = 1, #x do
    local p, q = x[i], y[i]
    if compute then p, q = naive.hold(p, compute), naive.hold(q, compute) end
    values[i] = f(p, q)
  end
  return naive.new(kind == "bool" and "bool" or compute, shape, values)
end

function naive.where(condition, a, b)
  local dtype = naive.promote(a, b)
  local shape = naive.broadcast_shape(condition.shape, naive.broadcast_shape(a.shape, b.shape))
  local c = naive.values(naive.expand(condition, shape))
  local x, y, values = naive.values(naive.expand(a, shape)), naive.values(naive.expand(b, shape)), {}
  for i = 1, #c do values[i] = c[i] ~= 0 and x[i] or y[i] end
  return naive.new(dtype, shape, values)
end

--- The tensor itself where it is of that dtype already.
function naive.to(t, dtype)
  return t.dtype == dtype and t or naive.new(dtype, t.shape, naive.values(t))
end

--- Write `source`, which broadcasts, into a view; its base sees it.
function naive.assign(t, source)
  local values = naive.values(naive.expand(source, t.shape))
  for i, place in ipairs(t.at) do t.store[place] = naive.hold(values[i], t.dtype) end
end

-- ---- Views ----

function naive.permute(t, order)
  local shape = {}
  for d, from in ipairs(order) do shape[d] = t.shape[from] end
  return view(t, shape, function(index)
    local own = {}
    for d, from in ipairs(order) do own[from] = index[d] end
    return own
  end)
end

--- Elements from, from + step, ... (n of them) of a dimension.
function naive.slice(t, dim, from, step, n)
  local shape = copy(t.shape)
  shape[dim] = n
  return view(t, shape, function(index)
    local own = copy(index)
    own[dim] = from + (index[dim] - 1) * step
    return own
  end)
end

function naive.select(t, dim, i)
  local shape = copy(t.shape)
  table.remove(shape, dim)
  return view(t, shape, function(index)
    local own = copy(index)
    table.insert(own, dim, i)
    return own
  end)
end

function naive.reshape(t, shape) return with_places(t, copy(shape), copy(t.at)) end

-- ---- Moving elements ----

--- A copy of `shape` whose element at `index` is that of t at map(index), or `other` where that is nil.
local function build(t, shape, map, other)
  local values = {}
  each(shape, function(index)
    local own = map(index)
    values[#values + 1] = own and t.store[t.at[linear(t.shape, own)]] or not own and other or nil
  end)
  return naive.new(t.dtype, shape, values)
end

function naive.flip(t, dim)
  return build(t, t.shape, function(index)
    local own = copy(index)
    own[dim] = t.shape[dim] + 1 - index[dim]
    return own
  end)
end

function naive.roll(t, shift, dim)
  return build(t, t.shape, function(index)
    local own = copy(index)
    own[dim] = (index[dim] - 1 - shift) % t.shape[dim] + 1
    return own
  end)
end

function naive.tile(t, dim, times)
  local shape = copy(t.shape)
  shape[dim] = shape[dim] * times
  return build(t, shape, function(index)
    local own = copy(index)
    own[dim] = (index[dim] - 1) % t.shape[dim] + 1
    return own
  end)
end

--- Zeros above (lower) or below (upper) diagonal k of the last two dimensions.
function naive.triangle(t, k, upper)
  return build(t, t.shape, function(index)
    local distance = index[#index] - index[#index - 1]
    if upper then return distance >= k and index or nil end
    return distance <= k and index or nil
  end, 0)
end

function naive.pad(t, dim, before, after, value)
  local shape = copy(t.shape)
  shape[dim] = shape[dim] + before + after
  return build(t, shape, function(index)
    local own = copy(index)
    own[dim] = index[dim] - before
    return own[dim] >= 1 and own[dim] <= t.shape[dim] and own or nil
  end, value)
end

function naive.index_select(t, dim, places)
  local shape = copy(t.shape)
  shape[dim] = #places
  return build(t, shape, function(index)
    local own, place = copy(index), places[index[dim]]
    own[dim] = place < 0 and place + t.shape[dim] + 1 or place
    return own
  end)
end

--- Places of the elements of an index tensor, one for each element of the result.
function naive.gather(t, dim, index)
  local places, k = naive.values(index), 0
  return build(t, index.shape, function(at)
    local own = copy(at)
    k = k + 1
    own[dim] = places[k] < 0 and places[k] + t.shape[dim] + 1 or places[k]
    return own
  end)
end

function naive.clamp(t, low, high)
  local values = {}
  for i, x in ipairs(naive.values(t)) do values[i] = x < low and low or x > high and high or x end
  return naive.new(t.dtype, t.shape, values)
end

function naive.cat(list, dim)
  local first, dtype = list[1], list[1].dtype
  local shape, starts = copy(first.shape), { 0 }
  for i = 2, #list do
    if ORDER[list[i].dtype] > ORDER[dtype] then dtype = list[i].dtype end
    starts[i] = shape[dim]
    shape[dim] = shape[dim] + list[i].shape[dim]
  end
  local values = {}
  each(shape, function(index)
    local i = #list
    while index[dim] <= starts[i] do i = i - 1 end
    local own = copy(index)
    own[dim] = index[dim] - starts[i]
    values[#values + 1] = list[i].store[list[i].at[linear(list[i].shape, own)]]
  end)
  return naive.new(dtype, shape, values)
end

function naive.masked_select(t, mask)
  local values, m = {}, naive.values(mask)
  for i, x in ipairs(naive.values(t)) do
    if m[i] ~= 0 then values[#values + 1] = x end
  end
  return naive.new(t.dtype, { #values }, values)
end

-- ---- Along a dimension ----

--- Call f(list of elements) for each line along `dim`; it returns lists of results, one for each tensor
--- of `dtypes`, which stand along `dim` in the results.
local function along(t, dim, n, dtypes, f)
  local outer, results, values = copy(t.shape), {}, {}
  outer[dim] = 1
  local shape = copy(t.shape)
  shape[dim] = n
  for r = 1, #dtypes do values[r] = {} end
  each(outer, function(index)
    local line = {}
    for i = 1, t.shape[dim] do
      index[dim] = i
      line[i] = t.store[t.at[linear(t.shape, index)]]
    end
    index[dim] = 1
    local lists = { f(line) }
    for i = 1, n do
      index[dim] = i
      for r = 1, #dtypes do values[r][linear(shape, index)] = lists[r][i] end
    end
    index[dim] = 1
  end)
  for r, dtype in ipairs(dtypes) do results[r] = naive.new(dtype, shape, values[r]) end
  return table.unpack(results)
end

local function before(a, b) return a < b or (b ~= b and a == a) end

--- Values in order and their places; equals keep their order, NaN counts as the largest.
function naive.sort(t, dim, descending)
  return along(t, dim, t.shape[dim], { t.dtype, "int64" }, function(line)
    local places, values = {}, {}
    for i = 1, #line do places[i] = i end
    table.sort(places, function(i, j)
      local x, y = line[i], line[j]
      if descending then x, y = y, x end
      if before(x, y) then return true end
      if before(y, x) then return false end
      return i < j
    end)
    for i, place in ipairs(places) do values[i] = line[place] end
    return values, places
  end)
end

--- Largest or smallest values (the first of equals, the first NaN) and their places.
function naive.extreme(t, dim, largest)
  local values, places = along(t, dim, 1, { t.dtype, "int64" }, function(line)
    local best = 1
    for i = 2, #line do
      local x, y = line[i], line[best]
      if y == y and (x ~= x or largest and x > y or not largest and x < y) then best = i end
    end
    return { line[best] }, { best }
  end)
  return naive.select(values, dim, 1), naive.select(places, dim, 1)
end

--- Fold each line to one value: f(list) -> value.
function naive.reduce(t, dim, dtype, f)
  return naive.select(along(t, dim, 1, { dtype }, function(line) return { f(line) } end), dim, 1)
end

--- Running results: f(so far, element), from `start`.
function naive.scan(t, dim, dtype, start, f)
  return along(t, dim, t.shape[dim], { dtype }, function(line)
    local results, acc = {}, start
    for i, x in ipairs(line) do
      acc = f(acc, x)
      results[i] = acc
    end
    return results
  end)
end

return naive
