-- The engine's own kernels give the same bits for any number of threads: a program's results from a
-- process with one thread and from one with two, compared byte by byte. (Matrix products are OpenBLAS's.)
local support = require "app.support"

local PROGRAM = [==[
local la = require "latent"
la.manual_seed(5)
local folder = arg[1]

local function save(name, value)
  if not la.is_tensor(value) then value = la.tensor(value, { dtype = "float64" }) end
  la.save(("%s/%s.npy"):format(folder, name), value)
end

local function ints(n, low, high) return la.randint(low, high, { n }) end

for _, dtype in ipairs { "float32", "float64" } do
  local long, tall = la.randn(300007, { dtype = dtype }), la.randn(3001, 97, { dtype = dtype })
  local function keep(name, value) save(name .. "_" .. dtype, value) end
  keep("rand", la.rand(100003, { dtype = dtype }))
  keep("randn", long)
  keep("gamma", la.gamma(la.rand(20011, { dtype = dtype }) + 0.5, 2))
  for _, name in ipairs { "sum", "mean", "var", "std", "norm", "logsumexp", "max", "min", "prod" } do
    keep(name, long[name](long))
    keep(name .. "_strided", long[{ { 1, -1, 3 } }][name](long[{ { 1, -1, 3 } }]))
    if name ~= "norm" then
      keep(name .. "_columns", (tall[name](tall, 1)))
      keep(name .. "_rows", (tall[name](tall, 2)))
    end
  end
  keep("chain", la.exp(-(long - 0.5) ^ 2 / 2) / 2.5 + long:tanh())
  keep("broadcast", tall * tall[1] + tall[{ {}, { 1, 1 } }])
  for _, name in ipairs { "cumsum", "cumprod", "logcumsumexp" } do
    keep(name, long[name](long, 1))
    keep(name .. "_columns", tall[name](tall, 1))
  end
  for dim = 1, 2 do
    keep("softmax" .. dim, tall:softmax(dim))
    keep("log_softmax" .. dim, tall:log_softmax(dim))
    keep("sort" .. dim, select(2, tall:sort(dim)))
  end
  keep("sort", select(2, long:sort()))
  keep("topk", (long:topk(1000)))
  keep("median", long:median())
  keep("weights", (long:histogram { bins = 37, weights = long:abs() }))
  keep("counts", (long:histogram { bins = 50 }))
  local places = ints(300007, 1, 97)
  keep("index_add", la.zeros(97, { dtype = dtype }):index_add(1, places, long))
  keep("index_select", tall:index_select(2, ints(500, 1, 97)))
  for kind, x in pairs { few = places, many = long } do
    local values, inverse, counts = x:unique { return_inverse = true, return_counts = true }
    keep(kind .. "_values", values)
    keep(kind .. "_inverse", inverse)
    keep(kind .. "_counts", counts)
  end
  local leaf = tall:clone():requires_grad(true);
  (leaf:softmax(2) * tall):sum():add(leaf:std(1):sum()):add(leaf[ints(5000, 1, 3001)]:tanh():sum()):backward()
  keep("gradient", leaf.grad)
end
]==]

describe("one thread and two", function()
  local folder

  setup(function() folder = support.folder() end)

  teardown(function() support.remove(folder) end)

  it("give the same bits", function()
    support.write(folder .. "/program.lua", PROGRAM)
    for threads = 1, 2 do
      local own = ("%s/%d"):format(folder, threads)
      local command = ("mkdir %s && OMP_NUM_THREADS=%d %s %s/program.lua %s"):format(own, threads,
        support.quote(support.latent), folder, own)
      local run = support.run(command)
      assert(run.code == 0, run.err)
    end
    local listed = support.run(("ls %s/1"):format(folder)).out
    local count = 0
    for name in listed:gmatch("%S+") do
      assert(support.read(folder .. "/1/" .. name) == support.read(folder .. "/2/" .. name), name .. " differs")
      count = count + 1
    end
    assert(count > 100)
  end)
end)
