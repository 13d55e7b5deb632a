-- Define-by-run differentiation: leaves, graphs, gradients, and what is refused.
local la = require "latent"

local function leaf(values) return la.tensor(values, { dtype = "float64", requires_grad = true }) end

describe("backward", function()
  it("brings the gradient of a scalar to its leaves", function()
    local x, w = leaf { 1, 2, 3 }, leaf { 4, 5, 6 }
    local y = (x * w):sum()
    assert.equal(32, y:item())
    y:backward()
    assert.same({ 4, 5, 6 }, x.grad:totable())
    assert.same({ 1, 2, 3 }, w.grad:totable())
  end)

  it("adds to gradients until they are forgotten", function()
    local x = leaf { 1, 2 }
    x:sum():backward();
    (x * 3):sum():backward()
    assert.same({ 4, 4 }, x.grad:totable())
    x.grad = nil
    assert.is_nil(x.grad)
    x:sum():backward()
    assert.same({ 1, 1 }, x.grad:totable())
  end)

  it("adds the gradients of every use", function()
    local x = leaf { 3 }
    local y = x * x + x * 2 + x
    y:sum():backward()
    assert.same({ 9 }, x.grad:totable())
  end)

  it("takes the gradient of a result that is not a scalar", function()
    local x = leaf { 1, 2, 3 }
    local y = x * x
    assert.error_matches(function() y:backward() end, "%[3%] is not a scalar")
    y:backward(la.tensor({ 1, 0, 10 }, { dtype = "float64" }))
    assert.same({ 2, 0, 60 }, x.grad:totable())
    assert.error_matches(function() (x * x):backward(la.ones(2)) end, "a gradient %[2%] for a tensor %[3%]")
  end)

  it("sums over what was broadcast", function()
    local column, row = leaf { { 1 }, { 2 }, { 3 } }, leaf { 1, 10 };
    (column * row):sum():backward()
    assert.same({ { 11 }, { 11 }, { 11 } }, column.grad:totable())
    assert.same({ 6, 6 }, row.grad:totable())
  end)

  it("passes through views, indexing and joining", function()
    local x = leaf { { 1, 2, 3 }, { 4, 5, 6 } }
    local rows = x[la.tensor({ 2, 2 }, { dtype = "int64" })]
    local y = la.cat({ x:t()[2], x[{ {}, { 1, 2 } }]:reshape(4), rows:flatten() })
    y:sum():backward()
    assert.same({ { 1, 2, 0 }, { 3, 4, 2 } }, x.grad:totable())
  end)

  it("keeps float32 and float64 leaves apart", function()
    local a = la.tensor({ 1, 2 }, { requires_grad = true })
    local b = leaf { 3, 4 };
    (a * b):sum():backward()
    assert.equal("float32", a.grad.dtype)
    assert.equal("float64", b.grad.dtype)
    assert.same({ 3, 4 }, a.grad:totable())
  end)

  it("frees the graph unless it is told to keep it", function()
    local x = leaf { 2 }
    local y = (x * x):sum()
    y:backward { retain_graph = true }
    y:backward()
    assert.same({ 8 }, x.grad:totable())
    assert.error_matches(function() y:backward() end, "retain_graph = true")
    assert.same({ 8 }, x.grad:totable())
  end)

  it("walks a chain of a hundred thousand operations", function()
    local x = leaf { 1 }
    local y = x
    for _ = 1, 100000 do y = y + 1 end
    y:sum():backward()
    assert.same({ 1 }, x.grad:totable())
  end)

  it("keeps the gradient of a result on request", function()
    local x = leaf { 1, 2 }
    local h = (x * 3):retain_grad();
    (h * h):sum():backward()
    assert.same({ 6, 12 }, h.grad:totable())
  end)
end)

describe("a graph of thousands of leaves", function()
  it("gives each its own gradient, however often it is used", function()
    local leaves, scaled = {}, {}
    for i = 1, 5000 do
      leaves[i] = leaf { i }
      scaled[i] = leaves[i] * i + leaves[i]
    end
    la.cat(scaled):sum():backward()
    for i, x in ipairs(leaves) do assert.equal(i + 1, x.grad[1]) end
  end)
end)

describe("what is on the graph", function()
  it("reductions give numbers off it and tensors on it", function()
    assert.equal("number", type(la.ones(3):sum()))
    local y = leaf({ 1, 2 }):sum()
    assert.is_true(la.is_tensor(y))
    assert.equal(3, la.item(y))
  end)

  it("no_grad records nothing and hands on results and errors", function()
    local x = leaf { 1, 2 }
    local y, n = la.no_grad(function(k) return x * k, k end, 2)
    assert.is_false(y:requires_grad())
    assert.equal(2, n)
    assert.error_matches(function() la.no_grad(function() error "inside" end) end, "inside")
    assert.is_true(la.is_grad_enabled())
    assert.is_true((x * 2):requires_grad())
  end)

  it("detach shares the elements and leaves the graph", function()
    local x = leaf { 1, 2 }
    local d = x:detach()
    assert.is_false(d:requires_grad())
    d[1] = 7
    assert.same({ 7, 2 }, x:totable())
  end)

  it("integers have no gradient", function()
    assert.error_matches(function() la.ones(2, { dtype = "int64" }):requires_grad(true) end, "only float tensors")
    assert.error_matches(function() la.ones(2):backward() end, "not on the graph; call requires_grad")
  end)
end)

describe("changing in place", function()
  it("is refused on the graph and free under no_grad", function()
    local x = leaf { 1, 2 }
    assert.error_matches(function() x:add_(1) end, "add_: a tensor on the graph")
    assert.error_matches(function() x[1] = 5 end, "assignment: a tensor on the graph")
    la.no_grad(function() x:mul_(10) end)
    assert.same({ 10, 20 }, x:totable())
  end)

  it("of a tensor that backward needs is an error that names both operations", function()
    local x, w = leaf { 1, 2 }, la.tensor({ 3, 4 }, { dtype = "float64" })
    local y = (x * w):sum()
    w:add_(1)
    assert.error_matches(function() y:backward() end, "'mul' needs %[2%] was changed in place by 'add_'")
    assert.is_nil(x.grad)
  end)

  it("of a result's own saved output is caught as well", function()
    local x = leaf { 1, 2 }
    local y = x:exp()
    la.no_grad(function() y:zero_() end)
    assert.error_matches(function() y:sum():backward() end, "'exp' needs %[2%] was changed in place by 'zero_'")
  end)
end)

describe("la.autograd.Function", function()
  local cube = la.autograd.Function("cube", {
    forward = function(ctx, x, scale)
      ctx:save(x)
      ctx.scale = scale
      return x * x * x * scale
    end,
    backward = function(ctx, g, x) return g * x * x * (3 * ctx.scale) end,
  })

  it("defines an operation with its own gradient", function()
    local x = leaf { 1, 2 }
    local y = cube(x, 2)
    assert.same({ 2, 16 }, y:totable())
    y:sum():backward()
    assert.same({ 6, 24 }, x.grad:totable())
  end)

  it("turns an error in its backward into an error of backward", function()
    local bad = la.autograd.Function("bad", {
      forward = function(_, x) return x * 1 end,
      backward = function() error "no derivative today" end,
    })
    local x = leaf { 1 }
    local y = bad(x):sum()
    assert.error_matches(function() y:backward() end, "no derivative today")
    assert.is_nil(x.grad)
  end)

  it("may walk another graph with the same leaves on the way back", function()
    local x = leaf { 2 }
    local nested = la.autograd.Function("nested", {
      forward = function(_, a) return a * 1 end,
      backward = function(_, g)
        la.enable_grad(function() (x * 10):sum():backward() end)
        return g
      end,
    })
    -- x is reached before the other walk, by it, and after it; y only by the outer one
    local y = leaf { 5 };
    (x * 3 + y + nested(x * 4) + nested(y * x)):sum():backward()
    assert.same({ 3 + 4 + 5 + 2 * 10 }, x.grad:totable())
    assert.same({ 1 + 2 }, y.grad:totable())
  end)

  it("asks for a gradient of each input", function()
    local lazy = la.autograd.Function("lazy", { forward = function(_, x) return x * 1 end, backward = function() end })
    local y = lazy(leaf { 1 }):sum()
    assert.error_matches(function() y:backward() end, "lazy: backward must give a gradient for input 1")
  end)
end)
