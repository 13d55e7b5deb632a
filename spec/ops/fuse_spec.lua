-- Fused expressions against the same functions run one operation at a time.
local la = require "latent"
local core = require "latent.core"
local differences = require "ops.differences"

local close, check = differences.close, differences.check
local double = { dtype = "float64" }

--- The fused function must give what the plain one gives: value, dtype, shape; bit for bit.
local function same(f, ...)
  local want, got = f(...), la.fuse(f)(...)
  if type(want) == "number" then
    assert.equal(math.type(want), math.type(got))
    assert(got == want or got ~= got and want ~= want, ("%.17g instead of %.17g"):format(got, want))
    return
  end
  assert.equal(want.dtype, got.dtype)
  assert.same(want.shape, got.shape)
  local equal = got:eq(want)
  if want.dtype:find("float") then equal = equal | (got:isnan() & want:isnan()) end
  assert.is_true(equal:all())
end

local function density(x, mu, s2) return la.exp(-(x - mu) ^ 2 / (2 * s2)) / (2 * math.pi * s2) ^ 0.5 end

before_each(function() la.manual_seed(11) end)

describe("a fused function", function()
  it("gives what the function gives, bit for bit", function()
    for _, n in ipairs { 0, 1, 5, 15, 16, 17, 1000, 1023, 1024, 1025, 2047, 2048, 2049, 8191, 8192, 8193, 8212, 16384,
      16390, 100003 } do
      for _, dtype in ipairs { "float32", "float64" } do
        local x = la.randn(n, { dtype = dtype })
        same(function(a) return la.exp(-(a - 0.5) ^ 2 / 2) / 2.5 end, x)
        same(function(a) return (a:tanh() * a:sin() + la.cos(a)):sum() end, x)
        same(function(a) return la.sigmoid(a):mean() end, x)
        same(density, x, 0.5, 1.25)
        same(function(a, s) return a / math.sqrt(s) end, x, 2)
      end
    end
  end)

  it("is the same for any number of threads", function()
    local x = la.randn(300000)
    local f = la.fuse(function(a) return (a:exp() * a):sum() end)
    local g = la.fuse(function(a) return a:exp() * a end)
    local threads, sums = la.get_num_threads(), {}
    local first = g(x)
    for n = 1, 4 do
      la.set_num_threads(n)
      sums[n] = f(x)
      assert.is_true(g(x):eq(first):all())
    end
    la.set_num_threads(threads)
    assert.same({ sums[1], sums[1], sums[1], sums[1] }, sums)
  end)

  it("knows every element-wise operation, as a function and as a method", function()
    for name, operation in pairs(core.operations) do
      local low, high = operation.low or 0.3, operation.high or 2
      local x = la.rand(1500, double) * (high - low) + low
      local y = la.rand(1500, double) + 0.5
      if operation.operands == 1 then
        same(function(a) return la[name](a) end, x)
        same(function(a) return a[name](a) end, x)
      else
        same(function(a, b) return la[name](a, b) end, x, y)
        same(function(a, b) return a[name](a, b) end, x, y)
        same(function(a) return a[name](a, 2) end, x)
        same(function(a) return la[name](3, a) end, x)
      end
    end
  end)

  it("takes parameters, choices and the operators", function()
    local x, y = la.randn(3000), la.randn(3000)
    same(function(a) return a:clamp(-0.5, 0.5) + a:clamp { min = 0 } end, x)
    same(function(a) return a:softplus(2) * la.leaky_relu(a, 0.2) end, x)
    same(function(a, b) return la.where(a:lt(b), a * 2, b) end, x, y)
    same(function(a, b) return la.where(a:gt(0), 1, b) end, x, y)
    same(function(a) return la.where(a:gt(0), 1, 0) end, x)
    same(function(a) return a:masked_fill(a:lt(0), 0) end, x)
    same(function(a, b) return (a + b) * (a - b) / 3 % 2 + b // 0.5 - (-a) end, x, y)
    same(function(a) return a ^ 2 + a ^ 3 + 2 ^ a + la.abs(a) ^ 0.5 + a ^ -1 end, x)
    same(function(a, b) return a:gt(0) & ~b:gt(0) | a:lt(-1) ~ b:lt(-1) end, x, y)
    same(function(a) return 1 / (1 + (-a):exp()) end, x)
    for _, scale in ipairs { 1e-44, 1e-38, 1, 1e30 } do
      same(function(a) return a / 8 + a / -0.25 end, x * scale)
    end
  end)

  it("broadcasts its tensors", function()
    local function f(a, b, c) return (a - b) * c + a end
    for _, shapes in ipairs {
      { { 50, 70 }, { 70 }, { 50, 1 } }, { { 50, 70 }, {}, { 1 } }, { { 7, 1 }, { 1, 9 }, { 3, 1, 1 } },
      { { 3000, 2 }, { 2 }, { 3000, 1 } }, { { 2, 3, 4, 5 }, { 3, 1, 5 }, { 4, 1 } }, { { 0, 4 }, { 4 }, {} },
    } do
      local list = {}
      for i, shape in ipairs(shapes) do list[i] = la.randn(shape) end
      same(f, table.unpack(list))
    end
    local x, mu, s2 = la.randn(2000, 3, double), la.randn(3, double), la.rand(2000, 1, double) + 0.5
    close(density(x, mu, s2), la.fuse(density)(x, mu, s2), 1e-14)
  end)

  it("takes views of any strides", function()
    local x = la.randn(120, 90)
    local function f(a, b) return a * 2 + b * b end
    same(f, x:t(), x:t():clone())
    same(f, x[{ { 1, 120, 3 }, { 1, 90, 2 } }], x[{ { 1, 40 }, { 1, 45 } }])
    same(f, x:select(2, 3), x:select(2, 4))
    same(f, la.randn(1):expand(500), la.randn(500))
    same(f, x:reshape(30, 4, 90):permute(3, 1, 2), la.randn(90, 30, 4))
  end)

  it("mixes dtypes by the rules of the single operations", function()
    local dtypes = { "bool", "uint8", "int64", "float32", "float64" }
    for _, one in ipairs(dtypes) do
      for _, other in ipairs(dtypes) do
        local a, b = la.randint(0, 3, { 1200 }):to(one), la.randint(1, 3, { 1200 }):to(other)
        same(function(x, y) return x * y + x end, a, b)
        same(function(x, y) return x / y - 1 end, a, b)
        same(function(x, y) return x:eq(y) | y:gt(1) end, a, b)
        same(function(x, y) return (x + y):sum() end, a, b)
        same(function(x, y) return (x * y):mean() end, a, b)
        same(function(x, y) return x:exp() + y end, a, b)
        same(function(x, y) return x * y + 0.5 end, la.tensor(1, { dtype = one }), b)
      end
    end
    same(function(x) return x ^ 2 end, la.arange(1, 9, { dtype = "int64" }))
    same(function(x) return x + 1.5 end, la.arange(1, 9, { dtype = "int64" }))
    same(function(x) return x:gt(1.5) end, la.arange(1, 9, { dtype = "int64" }))
    same(function(x) return x * true end, la.arange(1, 9))
  end)

  it("divides integers as the single operations do, and by 0 not", function()
    local a, b = la.randint(-20, 20, { 1500 }), la.randint(1, 5, { 1500 })
    same(function(x, y) return x // y + x % y end, a, b)
    same(function(x) return x % 7 end, a)
    local f = la.fuse(function(x, y) return x // (y - 1) end)
    assert.error_matches(function() f(a, b) end, "floor_divide: division of integers by zero")
    assert.error_matches(function() la.fuse(function(x) return x % 0 end)(a) end, "remainder: division of integers")
    assert.error_matches(function() la.fuse(function(x) return x ^ -1 end)(a) end, "negative power")
  end)

  it("keeps the default dtype of the moment", function()
    local f = function(x) return x:exp() end
    local fused, x = la.fuse(f), la.arange(1, 5, { dtype = "int64" })
    assert.equal("float32", fused(x).dtype)
    la.set_default_dtype("float64")
    local dtype = fused(x).dtype
    la.set_default_dtype("float32")
    assert.equal("float64", dtype)
  end)

  it("gives copies of its arguments, constants, numbers for numbers", function()
    local x = la.randn(10)
    local y = la.fuse(function(a) return a end)(x)
    y:fill(0)
    assert.not_equal(0, x:abs():max())
    assert.equal(3, la.fuse(function() return 3 end)(x))
    assert.equal(x, la.fuse(function() return x end)(la.ones(3)))
    assert.equal(density(1, 0, 1), la.fuse(density)(1, 0, 1))
    same(function(a) return a:sum() end, x)
    same(function(a) return a + 0 end, la.tensor(2))
  end)

  it("can be used inside another", function()
    local inner = la.fuse(function(a) return a * a + 1 end)
    same(function(a, b) return inner(a) / inner(b) end, la.randn(2000), la.randn(2000))
  end)

  it("brings in tensors from outside, and sees when an upvalue changes", function()
    local w, factor = la.randn(1, 50), 2
    local f = la.fuse(function(a) return a * w + w * factor end)
    local x = la.randn(40, 50)
    close(x * w + w * 2, f(x), 0)
    factor = 3
    close(x * w + w * 3, f(x), 0)
    w:mul_(2)
    close(x * w + w * 3, f(x), 0)
    w = la.randn(50)
    close(x * w + w * 3, f(x), 0)
    local v = la.randn(50)
    local g, calls = la.fuse(function(a) return a * v end), 0
    close(x * v, g(x), 0)
    v:mul_(2)
    close(x * v, g(x), 0)
    local own = { k = 2, w = la.randn(50) }
    local h = la.fuse(function(a) return a * own.k + own.w end)
    close(x * 2 + own.w, h(x), 0)
    own.k, own.w = 3, la.randn(50)
    close(x * 3 + own.w, h(x), 0)
    local function helper(a) return a * factor end
    local k = la.fuse(function(a) return helper(a) + calls end)
    close(x * 3, k(x), 0)
    factor, calls = 5, 1
    close(x * 5 + 1, k(x), 0)
  end)

  it("is traced once for each combination of tensors and numbers", function()
    local calls = la.zeros(1)
    local f = la.fuse(function(a, k)
      calls:add_(1)
      return a * k
    end)
    for _ = 1, 3 do f(la.ones(3), 2) end
    assert.equal(1, calls[1])
    assert.same({ 3, 3, 3 }, f(la.ones(3), 3):totable())
    assert.same({ 2, 2, 2 }, f(la.ones(3), la.ones(3) * 2):totable())
    assert.equal(3, calls[1])
    f(la.ones(3), 2)
    f(la.ones(5, double), 2)
    assert.equal(3, calls[1])
    assert.equal("int64", f(la.ones(2, { dtype = "int64" }), 2).dtype)
    assert.equal("float32", f(la.ones(2, { dtype = "int64" }), 2.0).dtype)
    for i = 1, 200 do assert.equal(i, f(la.ones(1), i)[1]) end
    local nan = f(la.ones(2), 0 / 0)
    assert.is_true(nan:isnan():all())
  end)
end)

describe("gradients of a fused function", function()
  --- Gradients must agree with those of the plain function.
  local function same_gradients(f, ...)
    local plain, fused = {}, {}
    for i, x in ipairs { ... } do
      plain[i], fused[i] = x:clone():detach():requires_grad(true), x:clone():detach():requires_grad(true)
    end
    local y, z = f(table.unpack(plain)), la.fuse(f)(table.unpack(fused))
    local g = la.randn(y.shape, { dtype = y.dtype })
    y:backward(g)
    z:backward(g)
    for i = 1, #plain do close(plain[i].grad, fused[i].grad, y.dtype == "float32" and 1e-4 or 1e-12) end
  end

  it("agree with differences for every operation", function()
    for name, operation in pairs(core.operations) do
      if operation.derivative then
        local low, high = operation.low or 0.3, operation.high or 2
        local x = la.rand(6, double) * (high - low) + low
        if operation.operands == 1 then
          same_gradients(function(a) return la[name](a) * 1.5 end, x)
        else
          same_gradients(function(a, b) return la[name](a, b) * 1.5 end, x, la.rand(6, double) + 0.35)
          same_gradients(function(a) return la[name](a, 2) * 1.5 + la[name](2, a) end, x)
        end
      end
    end
    check(la.fuse(density), { la.randn(5, double), la.randn(5, double), la.rand(5, double) + 0.5 })
    check(la.fuse(function(a, b) return la.where(a:lt(b), a * b, b / a) end),
      { la.rand(8, double) + 0.5, la.rand(8, double) + 0.5 })
    check(la.fuse(function(a, b) return (a * b + a):mean() end), { la.randn(4, 3, double), la.randn(3, double) })
    check(la.fuse(function(a) return (a * a * a):sum() end), { la.randn(7, double) })
  end)

  it("agree with those of the single operations on long, broadcast and strided tensors", function()
    local function f(a, b, c) return la.exp(-(a - b) ^ 2 / (2 * c)) * a:tanh() end
    same_gradients(f, la.randn(5000, double), la.randn(5000, double), la.rand(5000, double) + 0.5)
    same_gradients(f, la.randn(200, 30, double), la.randn(30, double), la.rand(200, 1, double) + 0.5)
    same_gradients(f, la.randn(9000), la.tensor(0.5), la.tensor(1.5))
    same_gradients(function(a, b) return f(a, b, 1.5) end, la.randn(30, 200, double):t(), la.randn(30, double))
    same_gradients(function(a, b) return f(a, b, 1):sum() end, la.randn(20000, double), la.randn(20000, double))
    same_gradients(function(a, b) return f(a, b, 1):mean() end, la.randn(20000, double), la.randn(1, double))
  end)

  it("pass between dtypes", function()
    local a, b = la.randn(100):requires_grad(true), la.randn(100, double):requires_grad(true)
    la.fuse(function(x, y) return (x * y):sum() end)(a, b):backward()
    assert.equal("float32", a.grad.dtype)
    close(b:detach(), a.grad:to("float64"), 1e-6)
    close(a:detach():to("float64"), b.grad, 1e-12)
  end)

  it("stop where nothing depends on a tensor, and at integers", function()
    local a, b = la.randn(10):requires_grad(true), la.randn(10):requires_grad(true)
    la.fuse(function(x, y) return (x + la.floor(y)):sum() end)(a, b):backward()
    assert.equal(0, b.grad:abs():max())
    assert.equal(10, a.grad:sum())
    local c = la.randn(10):requires_grad(true)
    local y = la.fuse(function(x, n) return x * n end)(c, la.arange(1, 10, { dtype = "int64" }))
    y:sum():backward()
    assert.same(la.arange(1, 10):totable(), c.grad:totable())
    assert.is_false(la.fuse(function(x) return x:gt(0) end)(c):requires_grad())
    assert.is_false(la.no_grad(function() return la.fuse(function(x) return x * 2 end)(c) end):requires_grad())
  end)

  it("reach tensors from outside", function()
    local w = la.randn(5, double):requires_grad(true)
    local x = la.randn(3, 5, double)
    la.fuse(function(a) return (a * w):sum() end)(x):backward()
    close(x:sum(1), w.grad, 1e-12)
  end)

  it("refuse tensors that were changed since", function()
    local x = la.ones(5):requires_grad(true)
    local w = la.ones(5)
    local y = la.fuse(function(a, b) return (a * b):sum() end)(x, w)
    w:add_(1)
    assert.error_matches(function() y:backward() end, "changed in place by 'add_'")
  end)
end)

describe("what cannot be fused", function()
  local function refused(pattern, f, ...)
    local arguments = { ... }
    assert.error_matches(function() la.fuse(f)(table.unpack(arguments)) end, pattern)
  end

  it("is named", function()
    local x = la.ones(3)
    refused("fuse: 'mm' is no element%-wise operation", function(a) return a:mm(a) end, x)
    refused("fuse: 'shape' is no element%-wise operation", function(a) return a * a.shape[1] end, x)
    refused("mm: argument 1 must be a tensor, not traced value of la.fuse", function(a) return la.mm(a, a) end, x)
    refused("asks for one truth value", function(a)
      if a > 0 then return a end
      return -a
    end, x)
    refused("asks for one truth value", function(a, b)
      if a == b then return a end
      return b
    end, x, x)
    refused("traced value can be used in element%-wise operations only", function(a) return #a end, x)
    refused("sum and mean end an expression", function(a) return a / a:sum() end, x)
    refused("ends with sum%(%) or mean%(%) of everything, not with sum of dimensions",
      function(a) return a:sum(1) end, x)
    refused("ends with sum%(%) or mean%(%) of everything, not with prod", function(a) return la.prod(a) end, x)
    refused("must return one value, not 2", function(a) return a, a end, x)
    refused("must return one value, not 0", function() end, x)
    refused("must return a value computed from its arguments, not string", function() return "x" end, x)
    refused("argument 2 must be a tensor or a number, not table", function(a) return a end, x, {})
    refused("add: argument 2 must be a tensor or a number, not table", function(a) return a + {} end, x)
    assert.error_matches(function() la.fuse(3) end, "fuse: takes a function, not number")
    refused("do not broadcast", function(a, b) return a + b end, la.ones(3), la.ones(4))
    refused("the condition must be a bool tensor, not float32", function(a) return la.where(a, a, a) end, x)
  end)

  it("does not survive its call", function()
    local kept
    la.fuse(function(a)
      kept = a
      return a * 2
    end)(la.ones(3))
    assert.error_matches(function() return kept + 1 end, "a traced value was kept")
    local f = la.fuse(function(a) return a + kept end)
    assert.error_matches(function() f(la.ones(3)) end, "fuse: a traced value")
  end)

  it("leaves the function usable after an error", function()
    local bad = true
    local f = la.fuse(function(a)
      if bad then error("not now") end
      return a * 2
    end)
    assert.error_matches(function() f(la.ones(3)) end, "not now")
    bad = false
    assert.same({ 2, 2, 2 }, f(la.ones(3)):totable())
  end)
end)
