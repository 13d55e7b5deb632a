--- The workloads of the benchmark in latent; peers.py beside this file does the same.
---
--- usage: latent scripts/bench.d/ours.lua SECONDS NAME...
--- Prints a line `NAME seconds` for each: seconds per call or per iteration; with a model also the figure
--- that shows what it has found. SECONDS is how long to measure each.
local la = require "latent"
local models = require "models"
local clock = require("latent.core").host.clock

local seconds = tonumber(arg[1])

--- Seconds per call, from as many calls as fill the given time.
local function per_call(call)
  call()
  local n = 1
  while true do
    local start = clock()
    for _ = 1, n do call() end
    local spent = clock() - start
    if spent > seconds then return spent / n end
    n = math.max(2 * n, math.floor(n * seconds / math.max(spent, 1e-9)))
  end
end

--- Seconds per step of a training loop, after a few steps to warm up.
local function timed_steps(step)
  for _ = 1, 5 do step() end
  local n, start = 0, clock()
  while true do
    for _ = 1, 20 do step() end
    n = n + 20
    local spent = clock() - start
    if spent > 4 * seconds then return spent / n end
  end
end

--- Seconds of a fit, and its figure: one fit where that takes long.
local function model(make)
  local fit, figure = make(os.getenv "BENCH_DATA" or "")
  local start = clock()
  fit()
  local spent = clock() - start
  if spent < 4 * seconds then spent = per_call(fit) end
  return spent, figure()
end

local loops = {}

for name, make in pairs(require "training") do
  loops[name] = function() return timed_steps(make()) end
end

function loops.mlp_by_hand()
  local double = { dtype = "float64" }
  local samples = {}
  for i = 1, 18 do samples[i] = la.eye(18, double)[i]:clone() end
  local w_e, w_d = la.randn(5, 18, double) / 18 ^ 0.5, la.randn(18, 5, double) / 5 ^ 0.5
  local b_e, b_d = la.zeros(5, double), la.zeros(18, double)
  return timed_steps(function()
    for _, sample in ipairs(samples) do
      local z = b_e:addmv(w_e, sample):sigmoid_()
      local y = b_d:addmv(w_d, z):sigmoid_()
      local miss = y - sample
      local dy = miss * la.sigmoid(y) * la.sigmoid(-y)
      local dz = dy:matmul(w_d) * la.sigmoid(z) * la.sigmoid(-z)
      w_d:addr_(dy, z, -1e-2)
      w_e:addr_(dz, sample, -1e-2)
      local _ = miss:dot(miss) / 2
    end
  end) / 18
end

function loops.startup()
  local command = ("'%s' -e ''"):format(arg[-1])
  local times = {}
  for i = 1, 11 do
    local start = clock()
    os.execute(command)
    times[i] = clock() - start
  end
  table.sort(times)
  return times[6]
end

--- Single operations. The arrays are made once, when the first of them is asked for.
local function single_operations()
  local million = 1000000
  local a, b, s, t = la.rand(10 * million), la.rand(10 * million), la.rand(10), la.rand(10)
  local big, other, tall, row = la.rand(1024, 1024), la.rand(1024, 1024), la.rand(4000, 2500), la.rand(2500)
  local w, v, thin, wide = la.rand(5, 18), la.rand(18, 1), la.rand(40, 2), la.rand(2, 256)
  local points, centres = la.rand(10000, 32), la.rand(256, 32)
  local few = a[{ { 1, million } }]
  local places, columns = la.randint(1, 10 * million, { million }), la.randint(1, 2500, { 4000, 2500 })
  local mask, sums, classes = a:gt(0.5), la.zeros(1000), la.randint(1, 1000, { 10 * million })
  local function chain(x) return la.exp(-(x - 0.5) ^ 2 / 2) / 2.5 end
  local fused = la.fuse(chain)
  return {
    add_10 = function() return s + t end,
    exp_10 = function() return s:exp() end,
    add_10M = function() return a + b end,
    exp_10M = function() return a:exp() end,
    tanh_10M = function() return a:tanh() end,
    sum_10M = function() return a:sum() end,
    sum0_10M = function() return tall:sum(1) end,
    sum1_10M = function() return tall:sum(2) end,
    var_10M = function() return a:var() end,
    argmax1_10M = function() return tall:argmax(2) end,
    bcast_10M = function() return tall + row end,
    chain_10M = function() return fused(a) end,
    chain_plain_10M = function() return chain(a) end,
    mm_5x18 = function() return w:mm(v) end,
    mm_40x2x256 = function() return thin:mm(wide) end,
    mm_1024 = function() return big:mm(other) end,
    copy_10M = function() return a:clone() end,
    rand_10M = function() return la.rand(10 * million) end,
    randn_10M = function() return la.randn(10 * million) end,
    randperm_1M = function() return la.randperm(million) end,
    sort_1M = function() return few:sort() end,
    histogram_10M = function() return a:histogram { bins = 100, range = { 0, 1 } } end,
    unique_10M = function() return classes:unique() end,
    index_1M = function() return a[places] end,
    mask_10M = function() return a[mask] end,
    gather_10M = function() return tall:gather(2, columns) end,
    scatter_add_10M = function() return sums:scatter_add(1, classes, a) end,
    transpose_10M = function() return tall:t():contiguous() end,
    cumsum_10M = function() return a:cumsum(1) end,
    softmax_10M = function() return tall:softmax(2) end,
    cdist_10k = function() return la.cdist(points, centres) end,
  }
end

local calls
for i = 2, #arg do
  local name = arg[i]
  local run, argument = loops[name], nil
  if models[name] then
    run, argument = model, models[name]
  elseif not run then
    calls = calls or single_operations()
    run, argument = per_call, calls[name]
  end
  local ok, result, figure = pcall(run, argument)
  if ok then
    print(name, result, figure or "")
  else
    io.stderr:write(name, ": ", tostring(result), "\n")
  end
  collectgarbage()
end
