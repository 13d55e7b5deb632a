-- Distances between rows: against a plain loop, exact where points are near, gradients, shapes.
local la = require "latent"
local differences = require "ops.differences"

local close, check = differences.close, differences.check
local double = { dtype = "float64" }

--- The definition, element by element.
local function plain(a, b, p)
  local out = la.zeros(a:size(1), b:size(1), double)
  for i = 1, a:size(1) do
    for j = 1, b:size(1) do
      local d = (a[i]:to("float64") - b[j]:to("float64")):abs()
      out[i][j] = p == math.huge and d:max() or p == 0 and d:gt(0):sum() or (d ^ p):sum() ^ (1 / p)
    end
  end
  return out
end

describe("cdist", function()
  before_each(function() la.manual_seed(3) end)

  it("gives the distances of every order", function()
    for _, p in ipairs { 0, 0.5, 1, 1.5, 2, 3, math.huge } do
      for _, shape in ipairs { { 1, 1, 1 }, { 5, 7, 3 }, { 9, 35, 2 }, { 33, 4, 70 } } do
        local a, b = la.randn(shape[1], shape[3], double), la.randn(shape[2], shape[3], double)
        close(plain(a, b, p), la.cdist(a, b, { p = p }), 1e-12)
        close(plain(a, b, p), la.cdist(a:to("float32"), b:to("float32"), { p = p }):to("float64"), 1e-4)
      end
    end
  end)

  it("takes the order 2 by default, and integers", function()
    local a = la.tensor({ { 0, 0 }, { 3, 4 } }, { dtype = "int64" })
    assert.same({ { 0, 5 }, { 5, 0 } }, la.cdist(a, a):totable())
    assert.equal("float32", la.cdist(a, a).dtype)
    assert.equal("float64", la.cdist(a, a:to("float64")).dtype)
    assert.same({ { 0, 5 }, { 5, 0 } }, a:cdist(a):totable())
  end)

  it("keeps its digits where points are near, through the matrix product too", function()
    for _, dtype in ipairs { "float32", "float64" } do
      local a = la.randn(200, 100, { dtype = dtype }) + 1000
      local b = a + 0.125 * la.ones(100, { dtype = dtype })
      local d = la.cdist(a, b)
      for i = 1, 200 do assert.near(1.25, d[i][i], 1e-3) end
      local own = la.cdist(a, a)
      for i = 1, 200 do assert.equal(0, own[i][i]) end
      local want = plain(a[{ { 1, 20 } }], b[{ { 1, 20 } }], 2)
      close(want, d[{ { 1, 20 }, { 1, 20 } }]:to("float64"), dtype == "float32" and 1e-5 or 1e-12)
    end
  end)

  it("is the same for any number of threads", function()
    local a, b = la.randn(300, 90), la.randn(500, 90)
    local threads = la.get_num_threads()
    la.set_num_threads(1)
    local one = la.cdist(a, b)
    la.set_num_threads(3)
    local many = la.cdist(a, b)
    la.set_num_threads(threads)
    assert.is_true(one:eq(many):all())
  end)

  it("lets NaN and infinities through", function()
    local nan, inf = 0 / 0, 1 / 0
    for _, width in ipairs { 2, 100 } do
      local a = la.zeros(150, width)
      a[1][1], a[2][1] = nan, inf
      local d = la.cdist(a, la.zeros(120, width))
      assert.is_true(d[1]:isnan():all())
      assert.is_true(d[2]:isinf():all())
      assert.equal(0, d[{ { 3, 150 } }]:abs():max())
    end
    assert.is_true(la.cdist(la.tensor { { nan, 1 } }, la.zeros(1, 2), { p = math.huge }):isnan():all())
    assert.is_true(la.cdist(la.tensor { { nan, 1 } }, la.zeros(1, 2), { p = 1 }):isnan():all())
  end)

  it("has gradients", function()
    for _, p in ipairs { 1, 1.5, 2, 3, math.huge } do
      check(function(a, b) return la.cdist(a, b, { p = p }) end,
        { la.randn(4, 3, double), la.randn(5, 3, double) })
    end
    check(la.cdist, { la.randn(2, 3, 2, double), la.randn(4, 2, double) })
    check(function(a) return la.cdist(a:t(), a:t()) end, { la.randn(2, 3, double) })
  end)

  it("has the gradient 0 at points that fall together, and of order 0", function()
    local a = la.ones(2, 3, double):requires_grad(true)
    la.cdist(a, la.ones(2, 3, double)):sum():backward()
    assert.equal(0, a.grad:abs():max())
    a.grad = nil
    la.cdist(a, la.zeros(2, 3, double), { p = 0 }):sum():backward()
    assert.equal(0, a.grad:abs():max())
  end)

  it("broadcasts batches and takes views", function()
    local a, b = la.randn(3, 1, 4, 2, double), la.randn(5, 6, 2, double)
    local d = la.cdist(a, b)
    assert.same({ 3, 5, 4, 6 }, d.shape)
    close(la.cdist(a[2][1], b[4]), d[2][4], 0)
    local wide = la.randn(8, 20, double)
    local view = wide[{ { 1, 8, 2 }, { 2, 20, 3 } }]
    close(la.cdist(view:clone(), view:clone()), la.cdist(view, view), 0)
    close(la.cdist(wide:t():clone(), wide:t():clone()), la.cdist(wide:t(), wide:t()), 0)
  end)

  it("has defined results without points or without coordinates", function()
    assert.same({ 0, 3 }, la.cdist(la.zeros(0, 2), la.zeros(3, 2)).shape)
    assert.same({ 3, 0 }, la.cdist(la.zeros(3, 2), la.zeros(0, 2)).shape)
    assert.same({ { 0, 0 } }, la.cdist(la.zeros(1, 0), la.zeros(2, 0)):totable())
    assert.same({ 0, 4, 5 }, la.cdist(la.zeros(0, 4, 2), la.zeros(5, 2)).shape)
  end)

  it("names what does not fit", function()
    assert.error_matches(function() la.cdist(la.ones(2, 3), la.ones(2, 4)) end,
      "cdist: takes rows %[.., m, d%] and %[.., n, d%], not %[2, 3%] and %[2, 4%]")
    assert.error_matches(function() la.cdist(la.ones(3), la.ones(2, 3)) end, "cdist: takes rows")
    assert.error_matches(function() la.cdist(la.ones(2, 4, 3), la.ones(3, 4, 3)) end, "cdist: takes rows")
    assert.error_matches(function() la.cdist(la.ones(2, 3), la.ones(2, 3), { p = -1 }) end, "order p must be 0 or more")
    assert.error_matches(function() la.cdist(la.ones(2, 3), la.ones(2, 3), { order = 1 }) end,
      "cdist: unknown option 'order' %(known: p%)")
  end)
end)
