-- Running sums, products and logsumexps; softmax.
local la = require "latent"
local differences = require "ops.differences"

la.manual_seed(11)

local INF, NAN = 1 / 0, 0 / 0

--- Running result along the rows of a matrix, in Lua.
local function running(x, f)
  local rows = x:totable()
  for _, row in ipairs(rows) do
    for i = 2, #row do row[i] = f(row[i - 1], row[i]) end
  end
  return la.tensor(rows, { dtype = "float64" })
end

local function add(a, b) return a + b end

local function multiply(a, b) return a * b end

local function log_add(a, b)
  local high = math.max(a, b)
  return high + math.log(math.exp(a - high) + math.exp(b - high))
end

describe("cumsum, cumprod, logcumsumexp", function()
  local x = la.rand(5, 130, { dtype = "float64" }) + 0.5

  it("agree with running results in Lua, along rows and columns", function()
    for name, f in pairs { cumsum = add, cumprod = multiply, logcumsumexp = log_add } do
      local want = running(x, f)
      differences.close(want, x[name](x, 2), 1e-12)
      differences.close(want:t(), x:t():contiguous()[name](x:t():contiguous(), 1), 1e-12)
      differences.close(want:t(), x:t()[name](x:t(), -2), 1e-12)
    end
  end)

  it("of integers and bools are int64 and wrap around", function()
    local i = la.tensor({ 200, 100, 1 }, { dtype = "uint8" })
    assert.equal("int64", i:cumsum(1).dtype)
    assert.same({ 200, 300, 301 }, i:cumsum(1):totable())
    assert.same({ 200, 20000, 20000 }, i:cumprod(1):totable())
    assert.same({ 1, 1, 2 }, la.tensor({ true, false, true }):cumsum(1):totable())
    local big = la.tensor({ math.maxinteger, 1 }, { dtype = "int64" })
    assert.same({ math.maxinteger, math.mininteger }, big:cumsum(1):totable())
    assert.equal("float32", i:logcumsumexp(1).dtype)
  end)

  it("of long rows have the same bits for any number of threads", function()
    local long = la.rand(1000003)
    local threads = la.get_num_threads()
    local sums = long:cumsum(1)
    la.set_num_threads(1)
    local one = long:cumsum(1)
    la.set_num_threads(threads)
    assert(sums:eq(one):all())
    assert.near(long:to("float64"):sum(), sums[-1], 0.1)
    local steps = sums:diff()
    assert(steps:ge(0):all(), "a running sum of positive numbers falls")
    assert(la.ones(1000003):cumsum(1):eq(la.arange(1, 1000003)):all())
  end)

  it("float32 does not lose what it adds", function()
    local ends = la.full({ 100000 }, 0.1):cumsum(1)
    assert.near(10000, ends[-1], 0.01)
  end)

  it("logcumsumexp neither overflows nor loses -inf", function()
    local y = la.tensor({ -INF, -INF, 1000, 1000, INF }, { dtype = "float64" }):logcumsumexp(1):totable()
    assert.same({ -INF, -INF, 1000, 1000 + math.log(2), INF }, y)
    local with_nan = la.tensor({ 1, NAN, 2 }):logcumsumexp(1)
    assert(with_nan[1] == 1 and with_nan[2] ~= with_nan[2] and with_nan[3] ~= with_nan[3])
  end)

  it("of nothing, and what is wrong", function()
    assert.same({ 0, 3 }, la.zeros(0, 3):cumsum(1).shape)
    assert.same({ 3, 0 }, la.zeros(3, 0):cumprod(2).shape)
    assert.error_matches(function() la.zeros(3):cumsum(2) end, "no dimension 2")
    assert.error_matches(function() la.zeros(3):cumsum() end, "must be a dimension")
  end)
end)

describe("softmax and log_softmax", function()
  it("agree with their definition in every dimension", function()
    for _, dtype in ipairs { "float32", "float64" } do
      local tolerance = dtype == "float32" and 1e-6 or 1e-13
      local x = la.randn(3, 70, 5, { dtype = dtype }) * 3
      for dim = 1, 3 do
        local e = x:exp()
        local want = e / e:sum(dim, { keepdim = true })
        differences.close(want, x:softmax(dim), tolerance)
        differences.close(want:log(), x:log_softmax(dim), tolerance * 10)
        local turned = x:permute(3, 1, 2)
        differences.close(want:permute(3, 1, 2), turned:softmax(dim % 3 + 1), tolerance)
      end
    end
  end)

  it("neither overflow nor underflow", function()
    local x = la.tensor { { 1000, 1001, 1000 }, { -1000, -2000, -INF } }
    local y = x:log_softmax(2)
    assert.near(-1 - math.log(1 + 2 * math.exp(-1)), y[{ 1, 1 }], 1e-5)
    assert.near(0, y[{ 2, 1 }], 1e-6)
    assert.near(-1000, y[{ 2, 2 }], 1e-3)
    assert.equal(-INF, y[{ 2, 3 }])
    local probabilities = x:softmax(2)
    assert.near(1, probabilities[1]:sum(), 1e-6)
    assert.same({ 1, 0, 0 }, probabilities[2]:totable())
    assert(x:softmax(1):sum(1):sub(1):abs():max() < 1e-6)
  end)

  it("are NaN for a row that has one, and only there", function()
    local y = la.tensor({ { NAN, 1 }, { 1, 1 } }):softmax(2)
    assert(y[{ 1, 2 }] ~= y[{ 1, 2 }])
    assert.same({ 0.5, 0.5 }, y[2]:totable())
  end)

  it("take integers, and tensors without elements", function()
    assert.same({ 0.5, 0.5 }, la.tensor({ 3, 3 }, { dtype = "int64" }):softmax(1):totable())
    assert.same({ 0, 3 }, la.zeros(0, 3):softmax(2).shape)
    assert.same({ 3, 0 }, la.zeros(3, 0):log_softmax(2).shape)
  end)
end)
