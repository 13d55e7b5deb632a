--- Sums of products over named indices.
---
--- Repeated indices of an operand become diagonals, indices of a single operand that the result lacks
--- are summed; then the operands are contracted two at a time, each time the pair whose product is
--- smallest beside what it replaces, as matrix products in batches. What is to be done follows from the
--- spec and the shapes alone: it is worked out once and kept as a list of steps.
local core = require "latent.core"
local errors = require "latent.errors"

local function fail(format, ...) errors.raise("einsum: " .. format:format(...)) end

local function shape_text(shape) return "[" .. table.concat(shape, ", ") .. "]" end

-- ---- the subscripts ----

---@class latent.einsum.Term
---@field text string as written
---@field before string[] letters before the ellipsis, or all of them
---@field after string[]|nil letters after the ellipsis; nil where there is none

--- "ij...k" as a term.
local function parse_term(text, spec)
  local term = { text = text, before = {} }
  local at = 1
  while at <= #text do
    local letter = text:sub(at, at)
    if text:sub(at, at + 2) == "..." then
      if term.after then fail("two ellipses in '%s' of '%s'", text, spec) end
      term.after, at = {}, at + 3
    elseif letter:find("%a") then
      local list = term.after or term.before
      list[#list + 1], at = letter, at + 1
    else
      fail("'%s' in '%s': indices are letters, operands are parted by commas, the result follows '->'", letter, spec)
    end
  end
  return term
end

local function parse(spec)
  local text = spec:gsub("%s", "")
  local left, right = text:match("^(.-)%->(.*)$")
  local parsed = { inputs = {} }
  for part in ((left or text) .. ","):gmatch("(.-),") do
    parsed.inputs[#parsed.inputs + 1] = parse_term(part, spec)
  end
  parsed.output = right and parse_term(right, spec)
  return parsed
end

-- ---- operands: the shape that a tensor will have, and the label of each of its dimensions ----
--
-- A label is a letter, or for the dimensions under an ellipsis its place from the right, "-1", "-2".
-- Operand number n is the tensor t[n] when the steps run.

---@class latent.einsum.Operand
---@field at integer
---@field shape integer[]
---@field labels string[]

local function append(list, values)
  for _, v in ipairs(values) do list[#list + 1] = v end
  return list
end

--- Labels of `rest` dimensions under an ellipsis.
local function under_ellipsis(rest)
  local labels = {}
  for place = -rest, -1 do labels[#labels + 1] = tostring(place) end
  return labels
end

--- The labels of an operand, and how many of them stand under its ellipsis.
local function labels_of(term, shape, number)
  local written = #term.before + (term.after and #term.after or 0)
  local rest = #shape - written
  if rest < 0 or rest > 0 and not term.after then
    fail("'%s' names %d indices for operand %d, which is %s", term.text, written, number, shape_text(shape))
  end
  local labels = append({}, term.before)
  if term.after then append(append(labels, under_ellipsis(rest)), term.after) end
  return labels, term.after and rest or 0
end

--- Note the sizes of an operand's indices; 1 broadcasts.
local function note_sizes(sizes, seen, operand)
  local own, number = {}, operand.at
  for d, label in ipairs(operand.labels) do
    local size, known = operand.shape[d], sizes[label]
    if own[label] and size ~= own[label] then
      fail("index %s is %d and %d in operand %d, which is %s", label, own[label], size, number,
        shape_text(operand.shape))
    end
    own[label] = size
    if known and size ~= known and size ~= 1 and known ~= 1 then
      fail("index %s is %d in operand %d and %d in operand %d, which is %s",
        label:find("%a") and label or "...", known, seen[label], size, number, shape_text(operand.shape))
    end
    if not known or known == 1 then sizes[label], seen[label] = size, number end
  end
end

local function place_of(labels, label, from)
  for d = from or 1, #labels do
    if labels[d] == label then return d end
  end
  return nil
end

--- A dimension for each label, where they stand in that order already: nil.
local function order_of(labels, wanted)
  local order, plain = {}, true
  for d, label in ipairs(wanted) do
    order[d] = place_of(labels, label)
    plain = plain and order[d] == d
  end
  return not plain and order or nil
end

--- The two dimensions of an operand with one label become one: the last.
local function take_diagonal(steps, o, first, second)
  local order, shape, labels = {}, {}, {}
  for d, label in ipairs(o.labels) do
    if d ~= first and d ~= second then
      order[#order + 1], shape[#shape + 1], labels[#labels + 1] = d, o.shape[d], label
    end
  end
  local n, at = o.shape[first], o.at
  order[#order + 1], order[#order + 2] = first, second
  o.labels = append(labels, { o.labels[first] })
  o.shape = append(append({}, shape), { n })
  shape[#shape + 1] = n * n
  local index = {}
  for d = 1, #shape - 1 do index[d] = {} end
  index[#shape] = { 1, n * n, n + 1 }
  steps[#steps + 1] = function(t)
    local flat = t[at]:permute(order):reshape(shape)
    t[at] = n > 0 and flat[index] or flat
  end
end

--- Turn repeated labels into diagonals.
local function diagonals(steps, o)
  local d = 1
  while d <= #o.labels do
    local again = place_of(o.labels, o.labels[d], d + 1)
    if again then take_diagonal(steps, o, d, again) end
    d = again and 1 or d + 1
  end
end

--- Sum an operand over the labels that nobody needs, and drop dimensions of size 1 that broadcast.
local function sum_out(steps, o, sizes, needed)
  local dims, labels, shape, at = {}, {}, {}, o.at
  for d, label in ipairs(o.labels) do
    if not needed[label] or o.shape[d] == 1 and sizes[label] ~= 1 then
      dims[#dims + 1] = d
    else
      labels[#labels + 1], shape[#shape + 1] = label, o.shape[d]
    end
  end
  if #dims == 0 then return end
  o.labels, o.shape = labels, shape
  steps[#steps + 1] = function(t) t[at] = t[at]:sum(dims, { keepdim = true }):reshape(shape) end
end

-- ---- contraction ----

local function product(labels, sizes)
  local n = 1
  for _, label in ipairs(labels) do n = n * sizes[label] end
  return n
end

--- Sort the labels of a pair: of both and needed, of both and summed, of a alone, of b alone.
local function classes(a, b, needed)
  local batch, summed, of_a, of_b = {}, {}, {}, {}
  for _, label in ipairs(a.labels) do
    local list = not place_of(b.labels, label) and of_a or needed[label] and batch or summed
    list[#list + 1] = label
  end
  for _, label in ipairs(b.labels) do
    if not place_of(a.labels, label) then of_b[#of_b + 1] = label end
  end
  return batch, summed, of_a, of_b
end

local function concat(...)
  local list = {}
  for _, part in ipairs { ... } do append(list, part) end
  return list
end

--- The tensor with its dimensions in another order (nil: as they are), in another shape.
local function arranged(x, order, shape)
  if order then x = x:permute(order) end
  return x:reshape(shape)
end

--- The product of two operands, summed over what nobody needs after it, in place of the first.
local function contract(steps, a, b, needed, sizes)
  local batch, summed, of_a, of_b = classes(a, b, needed)
  local n, m, k, p = product(batch, sizes), product(of_a, sizes), product(summed, sizes), product(of_b, sizes)
  local order_a = order_of(a.labels, concat(batch, of_a, summed))
  local order_b = order_of(b.labels, concat(batch, summed, of_b))
  local multiply, shape_a, shape_b = "bmm", { n, m, k }, { n, k, p }
  if #summed == 0 then
    multiply, shape_a, shape_b = "mul", { n, m, 1 }, { n, 1, p }
  elseif #batch == 0 then
    multiply, shape_a, shape_b = "mm", { m, k }, { k, p }
  end
  local labels, shape, i, j = concat(batch, of_a, of_b), {}, a.at, b.at
  for d, label in ipairs(labels) do shape[d] = sizes[label] end
  a.labels, a.shape = labels, shape
  steps[#steps + 1] = function(t)
    local x, y = arranged(t[i], order_a, shape_a), arranged(t[j], order_b, shape_b)
    t[i] = x[multiply](x, y):reshape(shape)
  end
end

--- Labels that the result or an operand other than numbers i and j holds.
local function needed_besides(operands, output, i, j)
  local needed = {}
  for _, label in ipairs(output) do needed[label] = true end
  for n, operand in ipairs(operands) do
    if n ~= i and n ~= j then
      for _, label in ipairs(operand.labels) do needed[label] = true end
    end
  end
  return needed
end

--- The pair whose product is smallest beside its factors, and of equal ones the cheapest.
local function best_pair(operands, output, sizes)
  local best
  for i = 1, #operands - 1 do
    for j = i + 1, #operands do
      local a, b = operands[i], operands[j]
      local batch, summed, of_a, of_b = classes(a, b, needed_besides(operands, output, i, j))
      local size = product(batch, sizes) * product(of_a, sizes) * product(of_b, sizes)
      local gain = size - product(a.labels, sizes) - product(b.labels, sizes)
      local work = size * product(summed, sizes)
      if not best or gain < best.gain or gain == best.gain and work < best.work then
        best = { i = i, j = j, gain = gain, work = work }
      end
    end
  end
  return best.i, best.j
end

-- ---- the steps for a spec and shapes ----

--- Labels of the result: as written, or those that appear once, in alphabetical order.
local function output_of(term, operands, widest, sizes)
  if not term then
    local count, labels = {}, {}
    for _, o in ipairs(operands) do
      for _, label in ipairs(o.labels) do count[label] = (count[label] or 0) + 1 end
    end
    for label, n in pairs(count) do
      if n == 1 and label:find("%a") then labels[#labels + 1] = label end
    end
    table.sort(labels)
    return append(under_ellipsis(widest), labels)
  end
  local labels = append({}, term.before)
  if term.after then append(append(labels, under_ellipsis(widest)), term.after) end
  for d, label in ipairs(labels) do
    if not sizes[label] then fail("index %s of the result '%s' is in no operand", label, term.text) end
    if place_of(labels, label, d + 1) then fail("index %s is twice in the result '%s'", label, term.text) end
  end
  return labels
end

---@return latent.einsum.Operand[] operands
---@return table<string, integer> sizes of the labels
---@return string[] output labels of the result
local function read(spec, shapes)
  local terms = parse(spec)
  if #terms.inputs ~= #shapes then fail("'%s' is for %d operands, %d are given", spec, #terms.inputs, #shapes) end
  local operands, sizes, seen, widest = {}, {}, {}, 0
  for i, shape in ipairs(shapes) do
    local labels, rest = labels_of(terms.inputs[i], shape, i)
    operands[i] = { at = i, shape = shape, labels = labels }
    note_sizes(sizes, seen, operands[i])
    widest = math.max(widest, rest)
  end
  return operands, sizes, output_of(terms.output, operands, widest, sizes)
end

--- The steps, functions that change a table of tensors; the result is t[1] in the end.
local function compile(spec, shapes)
  local steps, operands, sizes, output = {}, read(spec, shapes)
  for i, o in ipairs(operands) do
    diagonals(steps, o)
    sum_out(steps, o, sizes, needed_besides(operands, output, i))
  end
  while #operands > 1 do
    local i, j = best_pair(operands, output, sizes)
    contract(steps, operands[i], operands[j], needed_besides(operands, output, i, j), sizes)
    table.remove(operands, j)
  end
  local last = operands[1]
  local order = order_of(last.labels, output)
  if order then steps[#steps + 1] = function(t) t[1] = t[1]:permute(order) end end
  return steps
end

local MOST_PLANS = 300
local plans, plan_count = {}, 0

local function steps_for(spec, tensors)
  local shapes, key = {}, { spec }
  for i, x in ipairs(tensors) do
    shapes[i] = x.shape
    key[i + 1] = table.concat(shapes[i], ",")
  end
  key = table.concat(key, ";")
  if not plans[key] then
    if plan_count == MOST_PLANS then plans, plan_count = {}, 0 end
    plans[key], plan_count = compile(spec, shapes), plan_count + 1
  end
  return plans[key]
end

-- ---- the function ----

--- Sum of products over named indices (Einstein's convention): "ij,jk->ik" is a matrix product.
---
--- Indices are letters; those that the result lacks are summed, an index that is twice in one operand
--- takes its diagonal, "..." stands for dimensions that broadcast. Without "->" the result has the
--- indices that appear once, in alphabetical order.
--- Example: la.einsum("ij,jk->ki", la.ones(2, 3), la.ones(3, 4))
---@param spec string
---@param ... tensor operands, in the order of the spec; or one table of them
---@return tensor|number a number where no index remains and nothing is on the graph
local function einsum(spec, ...)
  local tensors = { ... }
  if #tensors == 1 and type(tensors[1]) == "table" then tensors = table.move(tensors[1], 1, #tensors[1], 1, {}) end
  if type(spec) ~= "string" then fail("argument 1 must be a string such as 'ij,jk->ik', not %s", type(spec)) end
  for i, x in ipairs(tensors) do
    if not core.is_tensor(x) then fail("operand %d must be a tensor, not %s", i, type(x)) end
  end
  for _, step in ipairs(steps_for(spec, tensors)) do step(tensors) end
  local result = tensors[1]
  if result.ndim == 0 and not result:requires_grad() then return result:item() end
  return result
end

return einsum
