--- Figures of merit for clusterings and embeddings.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local progress = require "latent.progress"

local metrics = {}

local BLOCK = 1 << 22 -- distances held at a time

--- Class numbers 1 to k of labels, and k. Any integers will do, in tensors or tables.
local function classes_of(where, labels, n)
  if not (type(labels) == "table" or core.is_tensor(labels) and labels.ndim == 1) then
    errors.raise(("metrics.%s: labels must be a tensor [n] or a table of integers"):format(where))
  end
  if #labels == 0 or (n and #labels ~= n) then
    errors.raise(("metrics.%s: %d labels, where %s are due"):format(where, #labels, n or "more"))
  end
  local numbers, ids, k = {}, {}, 0
  for i, label in ipairs(type(labels) == "table" and labels or labels:totable()) do
    if type(label) ~= "boolean" and not (math.type(label) and math.tointeger(label)) then
      errors.raise(("metrics.%s: labels must be integers, not %s"):format(where, tostring(label)))
    end
    if not numbers[label] then
      k = k + 1
      numbers[label] = k
    end
    ids[i] = numbers[label]
  end
  return ids, k
end

--- How many samples have class i in one labelling and class j in the other: counts[i][j], and the sums.
local function contingency(where, a, b)
  local left, k = classes_of(where, a)
  local right, l = classes_of(where, b, #left)
  local counts, rows, columns = {}, {}, {}
  for i = 1, k do
    counts[i], rows[i] = {}, 0
    for j = 1, l do counts[i][j] = 0 end
  end
  for j = 1, l do columns[j] = 0 end
  for s = 1, #left do
    local i, j = left[s], right[s]
    counts[i][j] = counts[i][j] + 1
    rows[i], columns[j] = rows[i] + 1, columns[j] + 1
  end
  return counts, rows, columns, #left
end

local function pairs_in(list)
  local sum = 0.0
  for _, n in ipairs(list) do sum = sum + n * (n - 1) / 2 end
  return sum
end

--- Adjusted Rand index (Hubert and Arabie 1985): the share of pairs on which two clusterings agree, less
--- what chance would give. 1 for the same clustering under other names, near 0 for independent ones.
--- Example: la.metrics.adjusted_rand({1, 1, 2, 2}, {2, 2, 1, 1})
---@param a tensor|integer[] labels [n], any integers
---@param b tensor|integer[] labels [n]
---@return number index at most 1
function metrics.adjusted_rand(a, b)
  local counts, rows, columns, n = contingency("adjusted_rand", a, b)
  local together = 0.0
  for _, row in ipairs(counts) do together = together + pairs_in(row) end
  local left, right = pairs_in(rows), pairs_in(columns)
  local all = n * (n - 1) / 2
  local chance = all > 0 and left * right / all or 0
  local most = (left + right) / 2
  if most == chance then return 1.0 end
  return (together - chance) / (most - chance)
end

local function entropy(list, n)
  local sum = 0.0
  for _, count in ipairs(list) do
    if count > 0 then sum = sum - count / n * math.log(count / n) end
  end
  return sum
end

--- Mutual information of two clusterings, in nats.
--- Example: la.metrics.mutual_information({1, 1, 2, 2}, {1, 1, 1, 2}, {normalized = true})
---@param a tensor|integer[] labels [n]
---@param b tensor|integer[] labels [n]
---@param given? {normalized: boolean} normalized = true divides by the mean of the two entropies: 1 for
---  the same clustering, 0 for independent ones
---@return number
function metrics.mutual_information(a, b, given)
  local o = options.check("metrics.mutual_information", given, { normalized = false })
  local counts, rows, columns, n = contingency("mutual_information", a, b)
  local sum = 0.0
  for i, row in ipairs(counts) do
    for j, count in ipairs(row) do
      if count > 0 then sum = sum + count / n * math.log(count * n / (rows[i] * columns[j])) end
    end
  end
  sum = math.max(sum, 0)
  if not o.normalized then return sum end
  local mean = (entropy(rows, n) + entropy(columns, n)) / 2
  return mean > 0 and sum / mean or 1.0
end

--- Cheapest assignment of rows to columns, size <= width: the Hungarian method with potentials (Kuhn 1955;
--- Jonker and Volgenant 1987). Returns for each column its row, or 0.
local function match(cost, size, width)
  local u, v, row_of, way = {}, {}, {}, {}
  for j = 0, width do v[j], row_of[j], way[j] = 0, 0, 0 end
  for i = 0, size do u[i] = 0 end
  for i = 1, size do
    local least, used, column = {}, {}, 0
    for j = 0, width do least[j] = math.huge end
    row_of[0] = i
    repeat
      used[column] = true
      local row, delta, next_column = row_of[column], math.huge, 0
      for j = 1, width do
        if not used[j] then
          local slack = cost[row][j] - u[row] - v[j]
          if slack < least[j] then least[j], way[j] = slack, column end
          if least[j] < delta then delta, next_column = least[j], j end
        end
      end
      for j = 0, width do
        if used[j] then
          u[row_of[j]], v[j] = u[row_of[j]] + delta, v[j] - delta
        else
          least[j] = least[j] - delta
        end
      end
      column = next_column
    until row_of[column] == 0
    repeat
      local before = way[column]
      row_of[column] = row_of[before]
      column = before
    until column == 0
  end
  return row_of
end

--- Share of samples that get their true class when each cluster stands for at most one class, matched as
--- well as possible (Kuhn 1955).
--- Example: la.metrics.accuracy_by_matching({1, 1, 2, 2}, {2, 2, 1, 2})
---@param truth tensor|integer[] labels [n]
---@param predicted tensor|integer[] labels [n]
---@return number accuracy 0 to 1
function metrics.accuracy_by_matching(truth, predicted)
  local counts, rows, columns, n = contingency("accuracy_by_matching", truth, predicted)
  local size = math.max(#rows, #columns)
  local cost = {}
  for i = 1, size do
    cost[i] = {}
    for j = 1, size do cost[i][j] = -(counts[i] and counts[i][j] or 0) end
  end
  local right = 0
  for j, i in pairs(match(cost, size, size)) do
    if j > 0 and i > 0 then right = right - cost[i][j] end
  end
  return right / n
end

--- Call f(first, last) for blocks of rows whose distances to n others fit in memory.
local function blocks(label, n, f)
  local step = math.max(1, BLOCK // n)
  local bar <close> = progress.bar(n, { label = label })
  for first = 1, n, step do
    local last = math.min(first + step - 1, n)
    f(first, last)
    bar:update(last)
  end
end

local function check_rows(where, x, name)
  if not core.is_tensor(x) or x.ndim ~= 2 or x:numel() == 0 then
    errors.raise(("metrics.%s: %s must be a matrix of rows"):format(where, name))
  end
  x = x:to "float64"
  if not x:isfinite():all() then
    local row = x:isfinite():all(2):logical_not():to("int64"):argmax()
    errors.raise(("metrics.%s: row %d of %s holds a value that is not finite"):format(where, row, name))
  end
  return x
end

--- Mean silhouette (Rousseeuw 1987): how much nearer a sample is to its own cluster than to the nearest
--- other one, relative to the larger of the two. Takes time in n squared.
--- Example: la.metrics.silhouette(la.tensor{{0, 0}, {0, 1}, {9, 9}, {9, 8}}, {1, 1, 2, 2})
---@param x tensor [n, d]
---@param labels tensor|integer[] labels [n] of at least two clusters
---@return number silhouette -1 to 1
function metrics.silhouette(x, labels)
  x = check_rows("silhouette", x, "x")
  local n = x.shape[1]
  local ids, k = classes_of("silhouette", labels, n)
  if k < 2 then errors.raise("metrics.silhouette: needs at least two clusters, there is one") end
  local double = { dtype = "float64" }
  local own = core.tensor(ids, { dtype = "int64" })
  local member = core.zeros(n, k, double):scatter_(2, own:reshape(n, 1), core.ones(n, 1, double))
  local sizes = member:sum(1)
  local total = 0.0
  blocks("silhouette", n, function(first, last)
    local rows = last - first + 1
    local sums = core.cdist(x[{ { first, last } }], x):mm(member) -- [rows, k] distances to each cluster
    local id = own[{ { first, last } }]:reshape(rows, 1)
    local count = sizes[id:reshape(rows)]
    local inner = sums:gather(2, id):reshape(rows) / (count - 1):maximum(1)
    local outer = (sums / sizes):scatter_(2, id, core.full({ rows, 1 }, math.huge, double)):min(2)
    local score = (outer - inner) / outer:maximum(inner)
    total = total + core.where(count:gt(1) & score:isfinite(), score, core.zeros_like(score)):sum()
  end)
  return total / n
end

--- Trustworthiness of an embedding (Venna and Kaski 2001): 1 when the k nearest neighbours of every sample
--- in the embedding are among its nearest in x, less for intruders by how far off they are. Takes time in n
--- squared.
--- Example:
---     local x = la.randn(50, 5)
---     la.metrics.trustworthiness(x, x[{{}, {1, 2}}])
---@param x tensor [n, d]
---@param embedding tensor [n, m]
---@param given? {k: integer} neighbours, 5 by default, fewer than n / 2
---@return number trustworthiness 0 to 1
function metrics.trustworthiness(x, embedding, given)
  local o = options.check("metrics.trustworthiness", given, { k = 5 })
  x, embedding = check_rows("trustworthiness", x, "x"), check_rows("trustworthiness", embedding, "the embedding")
  local n, k = x.shape[1], math.type(o.k) and math.tointeger(o.k)
  if embedding.shape[1] ~= n then
    errors.raise(("metrics.trustworthiness: x has %d rows, the embedding %d"):format(n, embedding.shape[1]))
  end
  if not k or k < 1 or 2 * k >= n then
    errors.raise(("metrics.trustworthiness: k must be an integer from 1 to less than n / 2 = %g, not %s"):format(n / 2,
      tostring(o.k)))
  end
  local penalty = 0
  blocks("trustworthiness", n, function(first, last)
    local rows = last - first + 1
    local itself = core.arange(first, last, { dtype = "int64" }):reshape(rows, 1)
    local far = core.full({ rows, 1 }, math.huge, { dtype = "float64" })
    local there = core.cdist(embedding[{ { first, last } }], embedding):scatter_(2, itself, far)
    local here = core.cdist(x[{ { first, last } }], x):scatter_(2, itself, far)
    local _, neighbours = there:topk(k, 2, { largest = false })
    local reach = here:gather(2, neighbours) -- [rows, k] distances in x
    for j = 1, k do
      local rank = here:lt(reach[{ {}, { j } }]):sum(2) + 1
      penalty = penalty + (rank - k):maximum(0):sum()
    end
  end)
  return 1 - 2 * penalty / (n * k * (2 * n - 3 * k - 1))
end

return metrics
