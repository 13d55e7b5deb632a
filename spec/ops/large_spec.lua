-- Results larger than the caches are written another way than small ones: they hold the same bits.
local la = require "latent"

local N <const> = (34 << 20) // 4 + 13 -- float32 elements: a little more than where that begins

--- The same as f(x...), computed in pieces.
local function in_pieces(f, ...)
  local arguments, pieces = { ... }, {}
  local piece = 1 << 20 -- whole vectors: a kernel may end on other bits
  for from = 1, N, piece do
    local part = {}
    for i, x in ipairs(arguments) do part[i] = x[{ { from, math.min(from + piece - 1, N) } }] end
    pieces[#pieces + 1] = f(table.unpack(part))
  end
  return la.cat(pieces)
end

local function same(f, ...)
  assert.is_true(la.equal(f(...), in_pieces(f, ...)))
end

describe("results of more than 32 MB", function()
  local x
  setup(function()
    la.manual_seed(3)
    x = la.rand(N + 1)[{ { 2, -1 } }] -- off the boundaries of cache lines
  end)
  teardown(function() x = nil end)

  it("of operations", function()
    same(function(a) return a + a end, x)
    same(function(a) return 1.5 - a end, x)
  end)

  it("of copies and conversions", function()
    same(function(a) return a:clone() end, x)
    same(function(a) return (a * 200):to("uint8"):to("float32") end, x)
  end)

  it("of rows that broadcast and of strided ones", function()
    local wide, row = x[{ { 1, 2501 * 3560 } }]:reshape(-1, 2501), x[{ { 5, 2505 } }]
    local sum = wide + row
    local t = wide:t() * 2
    for _, i in ipairs { 1, 2, 1777, wide.shape[1] } do
      assert.is_true(la.equal(sum[i], wide[i] + row))
      assert.is_true(la.equal(t[{ {}, i }], wide[i] * 2))
    end
  end)

  it("of fused expressions, and their gradients #slow", function()
    local double = la.ones(1, { dtype = "float64" })
    local f = la.fuse(function(a) return la.exp(-(a - 0.5) ^ 2 / 2) / 2.5 * double end)
    assert.equal("float64", f(x).dtype)
    same(f, x)
    local g = la.fuse(function(a) return la.tanh(a) * a end)
    local whole, few = x:clone():requires_grad(true), x[{ { 1, 1024 } }]:clone():requires_grad(true)
    g(whole):sum():backward()
    g(few):sum():backward()
    assert.is_true(la.equal(few.grad, whole.grad[{ { 1, 1024 } }]))
  end)

  it("in place", function()
    local y = x:clone()
    y:mul_(3):add_(x)
    assert.is_true(la.equal(y[{ { -5, -1 } }], x[{ { -5, -1 } }] * 3 + x[{ { -5, -1 } }]))
  end)
end)
