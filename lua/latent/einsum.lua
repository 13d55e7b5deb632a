--- Sums of products over named indices.
---
--- Repeated indices of an operand become diagonals, indices of a single operand that the result lacks
--- are summed; then the operands are contracted two at a time, each time the pair whose product is
--- smallest beside what it replaces, as matrix products in batches.
local core = require "latent.core"
local errors = require "latent.errors"

local function fail(format, ...) errors.raise("einsum: " .. format:format(...)) end

local function shape_text(x) return "[" .. table.concat(x.shape, ", ") .. "]" end

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

local known, known_count = {}, 0

local function parsed(spec)
  if not known[spec] then
    if known_count == 200 then known, known_count = {}, 0 end
    known[spec], known_count = parse(spec), known_count + 1
  end
  return known[spec]
end

-- ---- operands: a tensor and the label of each of its dimensions ----
--
-- A label is a letter, or for the dimensions under an ellipsis its place from the right, "-1", "-2".

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

local function labels_of(term, x, number)
  local written = #term.before + (term.after and #term.after or 0)
  local rest = x.ndim - written
  if rest < 0 or rest > 0 and not term.after then
    fail("'%s' names %d indices for operand %d, which is %s", term.text, written, number, shape_text(x))
  end
  local labels = append({}, term.before)
  if term.after then append(append(labels, under_ellipsis(rest)), term.after) end
  return labels, term.after and rest or 0
end

--- Note the sizes of an operand's indices; 1 broadcasts.
local function note_sizes(sizes, seen, x, labels, number)
  local own = {}
  for d, label in ipairs(labels) do
    local size, known_size = x:size(d), sizes[label]
    if own[label] and size ~= own[label] then
      fail("index %s is %d and %d in operand %d, which is %s", label, own[label], size, number, shape_text(x))
    end
    own[label] = size
    if known_size and size ~= known_size and size ~= 1 and known_size ~= 1 then
      fail("index %s is %d in operand %d and %d in operand %d, which is %s",
        label:find("%a") and label or "...", known_size, seen[label], size, number, shape_text(x))
    end
    if not known_size or known_size == 1 then sizes[label], seen[label] = size, number end
  end
end

local function place_of(labels, label, from)
  for d = from or 1, #labels do
    if labels[d] == label then return d end
  end
  return nil
end

local function without(labels, ...)
  local kept, dropped = {}, { [...] = true }
  for d, label in ipairs(labels) do
    if not dropped[d] then kept[#kept + 1] = label end
  end
  return kept
end

--- Dimensions first and second of x, of one size, become one: the last.
local function diagonal(x, first, second)
  local order, shape = {}, {}
  for d = 1, x.ndim do
    if d ~= first and d ~= second then
      order[#order + 1] = d
      shape[#shape + 1] = x:size(d)
    end
  end
  order[#order + 1], order[#order + 2] = first, second
  local n = x:size(first)
  shape[#shape + 1] = n * n
  local flat = x:permute(order):reshape(shape)
  if n == 0 then return flat end
  local index = {}
  for d = 1, #shape - 1 do index[d] = {} end
  index[#shape] = { 1, n * n, n + 1 }
  return flat[index]
end

--- Turn repeated labels into diagonals.
local function diagonals(x, labels)
  local d = 1
  while d <= #labels do
    local again = place_of(labels, labels[d], d + 1)
    if again then
      local label = labels[d]
      x = diagonal(x, d, again)
      labels = append(without(without(labels, again), d), { label })
      d = 1
    else
      d = d + 1
    end
  end
  return x, labels
end

local function sizes_of(labels, sizes)
  local out = {}
  for d, label in ipairs(labels) do out[d] = sizes[label] end
  return out
end

--- Sum x over the labels for which `drop` is true.
local function sum_out(x, labels, drop)
  local dims, kept, shape = {}, {}, {}
  for d, label in ipairs(labels) do
    if drop(label, d) then
      dims[#dims + 1] = d
    else
      kept[#kept + 1] = label
      shape[#shape + 1] = x:size(d)
    end
  end
  if #dims == 0 then return x, labels end
  return x:sum(dims, { keepdim = true }):reshape(shape), kept
end

-- ---- contraction ----

local function permuted(x, labels, ...)
  local order = {}
  for _, group in ipairs { ... } do
    for _, label in ipairs(group) do order[#order + 1] = place_of(labels, label) end
  end
  for d, from in ipairs(order) do
    if d ~= from then return x:permute(order) end
  end
  return x
end

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

--- The product of two operands, summed over what nobody needs after it.
local function contract(a, b, needed, sizes)
  local batch, summed, of_a, of_b = classes(a, b, needed)
  local labels = append(append(append({}, batch), of_a), of_b)
  local n, m, k, p = product(batch, sizes), product(of_a, sizes), product(summed, sizes), product(of_b, sizes)
  local x, y = permuted(a.x, a.labels, batch, of_a, summed), permuted(b.x, b.labels, batch, summed, of_b)
  local result
  if #summed == 0 then
    result = x:reshape(n, m, 1) * y:reshape(n, 1, p)
  elseif #batch == 0 then
    result = x:reshape(m, k):mm(y:reshape(k, p))
  else
    result = x:reshape(n, m, k):bmm(y:reshape(n, k, p))
  end
  return { x = result:reshape(sizes_of(labels, sizes)), labels = labels }
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

-- ---- the function ----

--- Labels of the result: as written, or those that appear once, in alphabetical order.
local function output_of(plan, lists, widest, sizes)
  local term = plan.output
  if not term then
    local count, labels = {}, {}
    for _, list in ipairs(lists) do
      for _, label in ipairs(list) do count[label] = (count[label] or 0) + 1 end
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

local function check(spec, operands)
  if type(spec) ~= "string" then fail("argument 1 must be a string such as 'ij,jk->ik', not %s", type(spec)) end
  for i, x in ipairs(operands) do
    if not core.is_tensor(x) then fail("operand %d must be a tensor, not %s", i, type(x)) end
  end
  local plan = parsed(spec)
  if #plan.inputs ~= #operands then fail("'%s' is for %d operands, %d are given", spec, #plan.inputs, #operands) end
  return plan
end

--- Diagonals taken, what broadcasts or nobody needs removed.
local function prepare(x, labels, sizes, needed)
  x, labels = diagonals(x, labels)
  return sum_out(x, labels, function(label, d) return not needed[label] or x:size(d) == 1 and sizes[label] ~= 1 end)
end

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
  if #tensors == 1 and type(tensors[1]) == "table" then tensors = tensors[1] end
  local plan = check(spec, tensors)
  local lists, sizes, seen, widest = {}, {}, {}, 0
  for i, x in ipairs(tensors) do
    local rest
    lists[i], rest = labels_of(plan.inputs[i], x, i)
    note_sizes(sizes, seen, x, lists[i], i)
    widest = math.max(widest, rest)
  end
  local output = output_of(plan, lists, widest, sizes)
  local operands = {}
  for i in ipairs(tensors) do operands[i] = { labels = lists[i] } end
  for i, x in ipairs(tensors) do
    local o = operands[i]
    o.x, o.labels = prepare(x, o.labels, sizes, needed_besides(operands, output, i))
  end
  while #operands > 1 do
    local i, j = best_pair(operands, output, sizes)
    local both = contract(operands[i], operands[j], needed_besides(operands, output, i, j), sizes)
    table.remove(operands, j)
    operands[i] = both
  end
  local result = permuted(operands[1].x, operands[1].labels, output)
  if #output == 0 and not result:requires_grad() then return result:item() end
  return result
end

return einsum
