-- Functions composed of others: comparisons, blends, covariances, products, differences.
local la = require "latent"

local INF, NAN = 1 / 0, 0 / 0

local function double(values) return la.tensor(values, { dtype = "float64" }) end

describe("comparing tensors", function()
  it("isclose and allclose allow for rounding", function()
    local a, b = double { 1, 1e-9, 1000 }, double { 1 + 1e-6, 0, 1001 }
    assert.same({ true, true, false }, la.isclose(a, b):totable())
    assert.same({ true, true, true }, la.isclose(a, b, { rtol = 1e-2 }):totable())
    assert.is_true(la.allclose(a, a + 1e-9))
    assert.is_false(la.allclose(a, b))
    assert.is_true(la.allclose(la.ones(2, 2), 1))
    assert.is_true(la.allclose(la.zeros(0), la.zeros(0)))
  end)

  it("infinities are close to themselves alone, NaN to nothing unless asked for", function()
    local x = double { INF, -INF, NAN, 1, INF }
    local y = double { INF, INF, NAN, INF, 1 }
    assert.same({ true, false, false, false, false }, la.isclose(x, y):totable())
    assert.same({ true, false, true, false, false }, la.isclose(x, y, { equal_nan = true }):totable())
  end)

  it("integers far apart do not wrap into being close", function()
    local a = la.tensor({ 0, math.mininteger }, { dtype = "int64" })
    local b = la.tensor({ 255, math.maxinteger }, { dtype = "int64" })
    assert.same({ false, false }, la.isclose(a, b):totable())
    local low, high = la.tensor({ 0 }, { dtype = "uint8" }), la.tensor({ 255 }, { dtype = "uint8" })
    assert.same({ false }, la.isclose(low, high):totable())
  end)

  it("equal wants the same shape and elements", function()
    assert.is_true(la.equal(la.ones(2), la.ones(2)))
    assert.is_false(la.equal(la.ones(2), la.ones(2, 1)))
    assert.is_false(la.equal(la.ones(1), la.ones(3)))
    assert.is_false(double({ NAN }):equal(double { NAN }))
    assert.is_true(la.zeros(0, 2):equal(la.zeros(0, 2)))
    assert.error_matches(function() la.equal(la.ones(2), 1) end, "equal: argument 2 must be a tensor, not number")
  end)

  it("nan_to_num puts numbers in place of NaN and infinity", function()
    local x = la.tensor { NAN, INF, -INF, 5 }
    local y = x:nan_to_num()
    assert.same({ 0, 5 }, { y[1], y[4] })
    assert(y[2] > 3.4e38 and y[2] < INF and y[3] == -y[2])
    assert.same({ 1, 2, 3, 5 }, x:nan_to_num({ nan = 1, posinf = 2, neginf = 3 }):totable())
    assert.equal("float32", y.dtype)
    assert.equal(x, x:nan_to_num_ { posinf = 1, neginf = 1 })
    assert.same({ 0, 1, 1, 5 }, x:totable())
    assert.same({ 3 }, la.tensor({ 3 }, { dtype = "int64" }):nan_to_num():totable())
  end)
end)

describe("blends", function()
  it("lerp, addcmul, addcdiv", function()
    local a, b = double { 0, 10 }, double { 10, 20 }
    assert.same({ 3, 13 }, a:lerp(b, 0.3):totable())
    assert.same({ 0, 20 }, a:lerp(b, double { 0, 1 }):totable())
    assert.same({ 5, 110 }, a:addcmul(double { 1, 2 }, double { 5, 50 }):totable())
    assert.same({ 2, 12 }, a:addcdiv(double { 2, 4 }, double { 2, 4 }, { value = 2 }):totable())
  end)

  it("in place", function()
    local a = double { 0, 10 }
    assert.equal(a, a:lerp_(double { 10, 20 }, 0.5))
    assert.same({ 5, 15 }, a:totable())
    assert.same({ 11, 27 }, a:addcmul_(double { 2, 3 }, double { 3, 4 }):totable())
    assert.same({ 10, 26 }, a:addcdiv_(double { 2, 3 }, double { 2, 3 }, { value = -1 }):totable())
  end)
end)

describe("covariances", function()
  it("cov takes variables in rows and divides as var does", function()
    local x = double { { 1, 2, 3, 4 }, { 2, 4, 6, 9 } }
    local cov = x:cov()
    assert(la.allclose(cov:diagonal(), x:var(2)))
    assert.near(2.875, cov[{ 1, 2 }], 1e-12)
    assert.near(2.875 * 4 / 3, x:cov({ correction = 1 })[{ 2, 1 }], 1e-12)
    assert.near(x[1]:var(), x[1]:cov(), 1e-12)
    assert.same({ 2, 2 }, la.ones(2, 3, { dtype = "int64" }):cov().shape)
    assert.error_matches(function() la.ones(2, 2, 2):cov() end, "cov: takes a matrix or a vector, not %[2, 2, 2%]")
  end)

  it("corrcoef lies between -1 and 1", function()
    local t = la.arange(1, 10, { dtype = "float64" })
    local r = la.stack({ t, -t * 3 + 1, t * t }):corrcoef()
    assert.near(-1, r[{ 1, 2 }], 1e-12)
    assert.near(0.9745586289152, r[{ 1, 3 }], 1e-9)
    assert.same({ 1, 1, 1 }, r:diagonal():round():totable())
    assert(r:abs():le(1):all())
  end)

  it("count_nonzero, nansum, nanmean", function()
    local x = double { { 1, NAN, 0 }, { NAN, NAN, 4 } }
    assert.equal(5, x:count_nonzero())
    assert.same({ 2, 2, 1 }, x:count_nonzero(1):totable())
    assert.equal(5, x:nansum())
    assert.same({ { 1 }, { 4 } }, x:nansum(2, { keepdim = true }):totable())
    assert.near(5 / 3, x:nanmean(), 1e-12)
    local means = x:nanmean(1)
    assert(means[1] == 1 and means[2] ~= means[2] and means[3] == 2)
    assert.equal(2, la.tensor({ 1, 3 }, { dtype = "int64" }):nanmean())
  end)
end)

describe("products", function()
  it("cross", function()
    local e = la.eye(3)
    assert.same({ 0, 0, 1 }, e[1]:cross(e[2]):totable())
    assert.same({ 0, 0, -1 }, e[2]:cross(e[1]):totable())
    local a, b = la.randn(4, 3, { dtype = "float64" }), la.randn(4, 3, { dtype = "float64" })
    assert((a * a:cross(b)):sum(2):abs():max() < 1e-12)
    assert(la.allclose(a:cross(b):t(), a:t():cross(b:t(), 1)))
    assert.error_matches(function() la.ones(2):cross(la.ones(2)) end, "vectors have 3 components")
  end)

  it("kron", function()
    local square = la.tensor { { 1, 2 }, { 3, 4 } }
    assert.same({ { 0, 1, 0, 2 }, { 0, 3, 0, 4 } }, square:kron(la.tensor { 0, 1 }):totable())
    local a, b = la.randn(2, 3), la.randn(3, 2)
    local c, d = la.randn(3, 2), la.randn(2, 4)
    assert(la.allclose(a:kron(b):mm(c:kron(d)), a:mm(c):kron(b:mm(d)), { atol = 1e-5 }))
  end)
end)

describe("diff", function()
  it("takes differences of neighbours", function()
    assert.same({ 3, 5, 7 }, la.tensor({ 1, 4, 9, 16 }):diff():totable())
    assert.same({ 2, 2 }, la.tensor({ 1, 4, 9, 16 }):diff(2):totable())
    assert.same({ { 2, 2 } }, la.tensor({ { 1, 2 }, { 3, 4 } }):diff(1, 1):totable())
    assert.same({ 0 }, la.tensor({ 1 }):diff().shape)
    assert.same({ 0 }, la.tensor({ 1, 2 }):diff(5).shape)
    assert.error_matches(function() la.ones(3):diff(-1) end, "n must be 0 or more, not %-1")
  end)
end)

describe("gelu", function()
  it("keeps its digits far on the negative side", function()
    -- x / 2 erfc(-x / sqrt(2)), by SciPy
    local x, want = { -3, -4, -5, -6 }, { -4.04969409e-03, -1.26684967e-04, -1.43325786e-06, -5.91952587e-09 }
    for _, dtype in ipairs { "float32", "float64" } do
      local y = la.tensor(x, { dtype = dtype }):gelu()
      for i = 1, 4 do assert.near(want[i], y[i], 4e-6 * -want[i]) end
    end
  end)
end)
