-- Random programs: thousands of random expressions over random shapes, views and dtypes, computed by
-- the engine and by plain Lua (spec/support/naive.lua), must agree to the last bit. Steps whose result
-- depends on the order of rounding (sums of floats and the like) are left to the other specs.
--
-- LATENT_SEED makes other programs; LATENT_PROGRAMS changes how many there are.
local la = require "latent"
local naive = require "support.naive"

local SEED = math.tointeger(tonumber(os.getenv("LATENT_SEED") or "")) or 1
local PROGRAMS = math.tointeger(tonumber(os.getenv("LATENT_PROGRAMS") or "")) or 8000
local STEPS, MAX_ELEMENTS = 6, 200
local DTYPES = { "bool", "uint8", "int64", "float32", "float64" }

local random = math.random

local function pick(list) return list[random(#list)] end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- ---- Values: an engine tensor `t`, its naive double `n`, and how it came about ----

local SPECIAL = { 0 / 0, 1 / 0, -1 / 0, -0.0, 0.0, 1.0 }

local function random_element(dtype)
  if dtype == "bool" then return random(0, 1) end
  if dtype == "uint8" then return random() < 0.2 and random(250, 255) or random(0, 9) end
  if dtype == "int64" then return random() < 0.05 and pick { math.maxinteger, math.mininteger } or random(-5, 5) end
  if random() < 0.1 then return pick(SPECIAL) end
  return random() < 0.4 and random(-4, 4) + 0.0 or (random() - 0.5) * 8
end

local function random_shape()
  local shape = {}
  for d = 1, pick { 0, 1, 1, 2, 2, 2, 3, 3 } do shape[d] = pick { 0, 1, 1, 2, 3, 3, 4 } end
  return shape
end

local function text_of(shape) return "{" .. table.concat(shape, ", ") .. "}" end

--- An engine tensor with the values of a naive one.
local function engine(n)
  local t = la.zeros(n.shape, { dtype = n.dtype })
  local flat = t:reshape(-1)
  for i, value in ipairs(naive.values(n)) do
    if n.dtype == "bool" then value = value ~= 0 end
    flat[i] = value
  end
  return t
end

local function fresh(shape, dtype)
  shape, dtype = shape or random_shape(), dtype or pick(DTYPES)
  local values, size = {}, 1
  for _, m in ipairs(shape) do size = size * m end
  for i = 1, size do values[i] = random_element(dtype) end
  local n = naive.new(dtype, shape, values)
  return { t = engine(n), n = n, text = dtype .. text_of(shape) }
end

local function result(t, n, format, ...) return { t = t, n = n, text = format:format(...) } end

-- ---- Steps: from a value to a value, nil where they do not apply ----

local steps = {}

local UNARY, BINARY = sorted_keys(naive.unary_table), sorted_keys(naive.binary_table)

function steps.unary(x)
  local name = pick(UNARY)
  return result(x.t[name](x.t), naive.unary(name, x.n), "%s(%s)", name, x.text)
end

--- A number, a tensor that broadcasts, or x itself.
local function partner(x)
  local kind = random(5)
  if kind == 1 then
    local number = random() < 0.5 and random(-3, 3) or pick { 0.5, -1.25, 2.0, 0.1, 300 }
    return { t = number, n = naive.number(number), text = tostring(number) }
  elseif kind == 2 then
    return x
  end
  local shape = { table.unpack(x.n.shape) }
  for d = 1, #shape do
    if random() < 0.3 then shape[d] = 1 end
  end
  if kind == 3 and #shape < 3 then
    table.insert(shape, 1, pick { 1, 2 })
  elseif random() < 0.3 then
    table.remove(shape, 1)
  end
  return fresh(shape)
end

local function divides_by_zero(name, a, b)
  if name ~= "remainder" or a.n.dtype:find("float") or b.n.dtype:find("float") then return false end
  for _, value in ipairs(naive.values(b.n)) do
    if value & (b.n.number and a.n.dtype == "uint8" and 255 or -1) == 0 then return true end
  end
  return false
end

function steps.binary(x)
  local name, a, b = pick(BINARY), x, partner(x)
  if random() < 0.5 then a, b = b, a end
  if divides_by_zero(name, a, b) then return nil end
  return result(la[name](a.t, b.t), naive.binary(name, a.n, b.n), "%s(%s, %s)", name, a.text, b.text)
end

function steps.where(x)
  local other, condition = partner(x), fresh(x.n.shape, "bool")
  return result(la.where(condition.t, x.t, other.t), naive.where(condition.n, x.n, other.n), "where(%s, %s, %s)",
    condition.text, x.text, other.text)
end

function steps.to(x)
  local dtype = pick(DTYPES)
  return result(x.t:to(dtype), naive.to(x.n, dtype), "%s:to(%s)", x.text, dtype)
end

local function dim_of(x) return #x.n.shape > 0 and random(#x.n.shape) or nil end

--- The dimension as it is, or counted from the end.
local function said(x, dim) return random() < 0.5 and dim or dim - #x.n.shape - 1 end

function steps.permute(x)
  local order = {}
  for d = 1, #x.n.shape do table.insert(order, random(d), d) end
  if #order == 0 then return nil end
  return result(x.t:permute(order), naive.permute(x.n, order), "%s:permute%s", x.text, text_of(order))
end

function steps.narrow(x)
  local dim = dim_of(x)
  if not dim or x.n.shape[dim] == 0 then return nil end
  local from = random(x.n.shape[dim])
  local size = random(0, x.n.shape[dim] - from + 1)
  return result(x.t:narrow(said(x, dim), from, size), naive.slice(x.n, dim, from, 1, size), "%s:narrow(%d, %d, %d)",
    x.text, dim, from, size)
end

function steps.step_slice(x)
  local dim = dim_of(x)
  if not dim or x.n.shape[dim] == 0 then return nil end
  local from, step = random(x.n.shape[dim]), random(1, 3)
  local to = random(from, x.n.shape[dim])
  local key = {}
  for d = 1, dim do key[d] = {} end
  key[dim] = { from, to, step }
  return result(x.t[key], naive.slice(x.n, dim, from, step, (to - from) // step + 1), "%s[%d: {%d, %d, %d}]", x.text,
    dim, from, to, step)
end

function steps.select(x)
  local dim = dim_of(x)
  if not dim or x.n.shape[dim] == 0 then return nil end
  local i = random(x.n.shape[dim])
  local t = x.t:narrow(dim, i, 1):squeeze(dim)
  return result(t, naive.select(x.n, dim, i), "%s:select(%d, %d)", x.text, dim, i)
end

function steps.expand(x)
  local shape = { table.unpack(x.n.shape) }
  for d = 1, #shape do
    if shape[d] == 1 then shape[d] = pick { 0, 1, 2, 3 } end
  end
  if #shape < 4 then table.insert(shape, 1, pick { 1, 2 }) end
  return result(x.t:expand(shape), naive.expand(x.n, shape), "%s:expand%s", x.text, text_of(shape))
end

function steps.reshape(x)
  local size = #x.n.at
  local shape = pick { { size }, { 1, size }, { size, 1 } }
  if size % 2 == 0 then shape = pick { { 2, size // 2 }, { size // 2, 2 }, { size // 2, 1, 2 } } end
  if size % 3 == 0 and random() < 0.5 then shape = { 3, size // 3 } end
  return result(x.t:reshape(shape), naive.reshape(x.n, shape), "%s:reshape%s", x.text, text_of(shape))
end

function steps.unsqueeze(x)
  local dim, shape = random(#x.n.shape + 1), { table.unpack(x.n.shape) }
  if #shape > 3 then return nil end
  table.insert(shape, dim, 1)
  return result(x.t:unsqueeze(dim), naive.reshape(x.n, shape), "%s:unsqueeze(%d)", x.text, dim)
end

function steps.squeeze(x)
  local shape = {}
  for _, size in ipairs(x.n.shape) do
    if size ~= 1 then shape[#shape + 1] = size end
  end
  return result(x.t:squeeze(), naive.reshape(x.n, shape), "%s:squeeze()", x.text)
end

function steps.flip(x)
  local dim = dim_of(x)
  return dim and result(x.t:flip(said(x, dim)), naive.flip(x.n, dim), "%s:flip(%d)", x.text, dim)
end

function steps.roll(x)
  local dim, shift = dim_of(x), random(-5, 5)
  return dim and result(x.t:roll(shift, said(x, dim)), naive.roll(x.n, shift, dim), "%s:roll(%d, %d)", x.text, shift,
    dim)
end

function steps.tile(x)
  local dim, times = dim_of(x), random(0, 2)
  if not dim then return nil end
  local counts = {}
  for d = 1, #x.n.shape do counts[d] = d == dim and times or 1 end
  return result(x.t:tile(counts), naive.tile(x.n, dim, times), "%s:tile%s", x.text, text_of(counts))
end

function steps.triangle(x)
  if #x.n.shape < 2 then return nil end
  local k, upper = random(-3, 3), random() < 0.5
  return result(upper and x.t:triu(k) or x.t:tril(k), naive.triangle(x.n, k, upper), "%s:tri%s(%d)", x.text,
    upper and "u" or "l", k)
end

function steps.pad(x)
  local dim, before, after = dim_of(x), random(0, 2), random(0, 2)
  if not dim then return nil end
  local widths = {}
  for _ = #x.n.shape, dim + 1, -1 do table.move({ 0, 0 }, 1, 2, #widths + 1, widths) end
  widths[#widths + 1], widths[#widths + 2] = before, after
  return result(x.t:pad(widths, { value = 3 }), naive.pad(x.n, dim, before, after, 3), "%s:pad%s", x.text,
    text_of(widths))
end

local function random_places(size)
  local places = {}
  for i = 1, random(0, 4) do places[i] = random() < 0.3 and -random(size) or random(size) end
  return places
end

function steps.index_select(x)
  local dim = dim_of(x)
  if not dim or x.n.shape[dim] == 0 then return nil end
  local places = random_places(x.n.shape[dim])
  return result(x.t:index_select(dim, la.tensor(places, { dtype = "int64" })), naive.index_select(x.n, dim, places),
    "%s:index_select(%d, %s)", x.text, dim, text_of(places))
end

function steps.gather(x)
  local dim = dim_of(x)
  if not dim or x.n.shape[dim] == 0 then return nil end
  local shape, values, size = { table.unpack(x.n.shape) }, {}, 1
  for d = 1, #shape do shape[d] = d == dim and random(0, 4) or random(0, shape[d]) end
  for _, m in ipairs(shape) do size = size * m end
  for i = 1, size do values[i] = random() < 0.3 and -random(x.n.shape[dim]) or random(x.n.shape[dim]) end
  local places = naive.new("int64", shape, values)
  return result(x.t:gather(dim, engine(places)), naive.gather(x.n, dim, places), "%s:gather(%d, %s of {%s})", x.text,
    dim, text_of(shape), table.concat(values, ", "))
end

function steps.clamp(x)
  if x.n.dtype == "bool" then return nil end
  local low = random(-3, 1)
  local high = low + random(0, 3)
  if x.n.dtype == "uint8" then low, high = math.max(low, 0), math.max(high, 0) end
  return result(x.t:clamp(low, high), naive.clamp(x.n, low, high), "%s:clamp(%d, %d)", x.text, low, high)
end

function steps.masked_select(x)
  if #x.n.shape == 0 then return nil end
  local mask = fresh(x.n.shape, "bool")
  return result(x.t[mask.t], naive.masked_select(x.n, mask.n), "%s[%s]", x.text, mask.text)
end

function steps.cat(x)
  local dim = dim_of(x)
  if not dim then return nil end
  local shape = { table.unpack(x.n.shape) }
  shape[dim] = random(0, 2)
  local other = fresh(shape)
  return result(la.cat({ x.t, other.t, x.t }, dim), naive.cat({ x.n, other.n, x.n }, dim), "cat({%s, %s, again}, %d)",
    x.text, other.text, dim)
end

function steps.sort(x)
  local dim, descending = dim_of(x), random() < 0.5
  if not dim then return nil end
  local values, places = x.t:sort(said(x, dim), { descending = descending })
  local n, n_places = naive.sort(x.n, dim, descending)
  if random() < 0.5 then values, n = places, n_places end
  return result(values, n, "%s:sort(%d, %s)", x.text, dim, descending and "descending" or "ascending")
end

function steps.topk(x)
  local dim, largest = dim_of(x), random() < 0.5
  if not dim then return nil end
  local k = random(0, x.n.shape[dim])
  local values, places = x.t:topk(k, dim, { largest = largest })
  local n, n_places = naive.sort(x.n, dim, largest)
  if random() < 0.5 then values, n = places, n_places end
  return result(values, naive.slice(n, dim, 1, 1, k), "%s:topk(%d, %d)", x.text, k, dim)
end

--- Engine results that are numbers, as 0-dimensional tensors again.
local function boxed(value, dtype)
  return la.is_tensor(value) and value or la.tensor(value, { dtype = dtype })
end

function steps.extreme(x)
  local dim, largest = dim_of(x), random() < 0.5
  if not dim or x.n.shape[dim] == 0 then return nil end
  local values, places = x.t[largest and "max" or "min"](x.t, said(x, dim))
  local n, n_places = naive.extreme(x.n, dim, largest)
  if random() < 0.5 then values, n = places, n_places end
  return result(boxed(values, n.dtype), n, "%s:%s(%d)", x.text, largest and "max" or "min", dim)
end

local INTEGERS = { bool = true, uint8 = true, int64 = true }

local function truth(value) return value ~= 0 end

local REDUCTIONS = {
  any = { "bool", function(line)
    for _, value in ipairs(line) do if truth(value) then return 1 end end
    return 0
  end },
  all = { "bool", function(line)
    for _, value in ipairs(line) do if not truth(value) then return 0 end end
    return 1
  end },
  count_nonzero = { "int64", function(line)
    local count = 0
    for _, value in ipairs(line) do count = count + (truth(value) and 1 or 0) end
    return count
  end },
  sum = { "int64", function(line)
    local sum = 0
    for _, value in ipairs(line) do sum = sum + value end
    return sum
  end },
  prod = { "int64", function(line)
    local product = 1
    for _, value in ipairs(line) do product = product * value end
    return product
  end },
}
local REDUCTION_NAMES = sorted_keys(REDUCTIONS)

function steps.reduce(x)
  local dim, name = dim_of(x), pick(REDUCTION_NAMES)
  if not dim or (name == "sum" or name == "prod") and not INTEGERS[x.n.dtype] then return nil end
  local dtype, f = table.unpack(REDUCTIONS[name])
  return result(boxed(x.t[name](x.t, said(x, dim)), dtype), naive.reduce(x.n, dim, dtype, f), "%s:%s(%d)", x.text, name,
    dim)
end

function steps.scan(x)
  local dim = dim_of(x)
  if not dim or not INTEGERS[x.n.dtype] then return nil end
  if random() < 0.5 then
    return result(x.t:cumsum(dim), naive.scan(x.n, dim, "int64", 0, function(a, b) return a + b end), "%s:cumsum(%d)",
      x.text, dim)
  end
  return result(x.t:cumprod(dim), naive.scan(x.n, dim, "int64", 1, function(a, b) return a * b end), "%s:cumprod(%d)",
    x.text, dim)
end

--- Changes x itself through a view of it; the result is x. Expanded tensors cannot be written to.
function steps.assign(x)
  local seen = {}
  for _, place in ipairs(x.n.at) do
    if seen[place] then return nil end
    seen[place] = true
  end
  local view = pick { steps.permute, steps.narrow, steps.step_slice, steps.select }(x) or x
  local source = fresh(view.n.shape, pick { x.n.dtype, "int64", "bool" })
  if random() < 0.3 then source = fresh({}, x.n.dtype) end
  view.t:copy_(source.t)
  naive.assign(view.n, source.n)
  return result(x.t, x.n, "(%s = %s)", view.text, source.text)
end

local STEPS_BY_NAME = sorted_keys(steps)

-- ---- The comparison ----

--- Equal to the last bit; any NaN is as good as another.
local function same(a, b)
  if a ~= a then return b ~= b end
  return a == b and (a ~= 0 or math.type(a) == "integer" or 1 / a == 1 / b)
end

local function check(x)
  assert(x.t.dtype == x.n.dtype, ("dtype %s, not %s"):format(x.t.dtype, x.n.dtype))
  assert(table.concat(x.t.shape, ",") == table.concat(x.n.shape, ","),
    ("shape %s, not %s"):format(text_of(x.t.shape), text_of(x.n.shape)))
  local got, want = x.t:reshape(-1):totable(), naive.values(x.n)
  for i, value in ipairs(want) do
    local own = got[i]
    if x.n.dtype == "bool" then own = own and 1 or 0 end
    assert(same(own, value), ("element %d is %s, not %s"):format(i, tostring(own), tostring(value)))
  end
end

local function run(program)
  math.randomseed(SEED, program)
  local x = fresh()
  for _ = 1, random(STEPS) do
    local name = pick(STEPS_BY_NAME)
    local before = x.text
    local ok, problem = pcall(function()
      local y = steps[name](x)
      if y and #y.n.at <= MAX_ELEMENTS and #y.text < 400 then
        x = y
        check(x)
      end
    end)
    if not ok then
      error(("LATENT_SEED=%d, program %d, step %s\n  from %s\n  %s: %s"):format(SEED, program, name, before,
        x.text ~= before and x.text or "", problem), 0)
    end
  end
end

describe("random programs", function()
  it(("agree with plain Lua (seed %d)"):format(SEED), function()
    for program = 1, PROGRAMS do run(program) end
  end)
end)
