-- Diagonals, triangles, mirrored, shifted, padded and repeated copies, writing at listed places.
local la = require "latent"

local function ints(values) return la.tensor(values, { dtype = "int64" }) end

local M = la.arange(1, 12):reshape(3, 4)

describe("diagonals and triangles", function()
  it("diag turns a vector into a matrix and back", function()
    assert.same({ { 1, 0 }, { 0, 2 } }, la.tensor({ 1, 2 }):diag():totable())
    assert.same({ { 0, 0, 0 }, { 1, 0, 0 }, { 0, 2, 0 } }, la.tensor({ 1, 2 }):diag(-1):totable())
    assert.same({ 1, 6, 11 }, M:diag():totable())
    assert.same({ 2, 7, 12 }, M:diag(1):totable())
    assert.same({ 5, 10 }, M:diag(-1):totable())
    assert.same({ 0 }, M:diag(4).shape)
    assert.same({ 0 }, M:diag(-100).shape)
    assert.error_matches(function() la.zeros(2, 2, 2):diag() end, "vector or a matrix, not %[2, 2, 2%]")
  end)

  it("diagonal is a view, diag a copy", function()
    local x = la.zeros(3, 3)
    x:diagonal():fill(1)
    x:diagonal(1):add_(2)
    x:diag():fill(9)
    assert.same({ { 1, 2, 0 }, { 0, 1, 2 }, { 0, 0, 1 } }, x:totable())
    assert.same({ { 1, 8 }, { 3, 10 }, { 5, 12 } }, la.arange(1, 12):reshape(2, 3, 2):diagonal(0, 1, 3):totable())
    assert.same({ 3, 2 }, la.zeros(2, 3, 2):diagonal(0, 1, 3).shape)
  end)

  it("diag_embed makes a matrix of each row", function()
    local x = la.tensor { { 1, 2 }, { 3, 4 } }
    assert.same({ { { 1, 0 }, { 0, 2 } }, { { 3, 0 }, { 0, 4 } } }, x:diag_embed():totable())
  end)

  it("tril and triu keep one side of a diagonal", function()
    assert.same({ { 1, 0, 0, 0 }, { 5, 6, 0, 0 }, { 9, 10, 11, 0 } }, M:tril():totable())
    assert.same({ { 0, 2, 3, 4 }, { 0, 0, 7, 8 }, { 0, 0, 0, 12 } }, M:triu(1):totable())
    assert.same(M:totable(), M:tril(3):totable())
    assert.same(M:totable(), M:triu(-100):totable())
    assert.equal(0, M:tril(-100):sum())
    assert.same(M:tril(-1):totable(), M:t():triu(1):t():totable())
    local batch = la.ones(2, 2, 2, { dtype = "bool" }):tril()
    assert.same({ { { true, false }, { true, true } }, { { true, false }, { true, true } } }, batch:totable())
    assert.same({ { 1, 0 }, { 1, 1 } }, la.ones(2, 2):tril_():totable())
    assert.error_matches(function() la.zeros(2):tril() end, "tril: takes matrices, not %[2%]")
  end)
end)

describe("mirrored and shifted copies", function()
  it("flip turns dimensions round", function()
    assert.same({ 4, 3, 2, 1 }, M[1]:flip(1):totable())
    assert.same({ { 9, 10, 11, 12 }, { 5, 6, 7, 8 }, { 1, 2, 3, 4 } }, M:flip(1):totable())
    assert.same(M:flip(1):flip(2):totable(), M:flip { 1, 2 }:totable())
    assert.same(M:flip(1, 2):totable(), M:flip():totable())
    assert.same({ 0, 3 }, la.zeros(0, 3):flip(1).shape)
    assert.error_matches(function() M:flip(1, 1) end, "named twice")
  end)

  it("roll brings back at one end what leaves at the other", function()
    assert.same({ 4, 1, 2, 3 }, M[1]:roll(1):totable())
    assert.same({ 2, 3, 4, 1 }, M[1]:roll(-5, 1):totable())
    assert.same({ { 5, 6, 7, 8 }, { 9, 10, 11, 12 }, { 1, 2, 3, 4 } }, M:roll(-1, 1):totable())
    assert.same({ { 12, 1, 2, 3 }, { 4, 5, 6, 7 }, { 8, 9, 10, 11 } }, M:roll(1):totable())
    assert.same(M:roll(1, 1):roll(2, 2):totable(), M:roll({ 1, 2 }, { 1, 2 }):totable())
    assert.same({ 0 }, la.zeros(0):roll(3, 1).shape)
    assert.error_matches(function() M:roll({ 1, 2 }, 1) end, "as many shifts as dimensions")
  end)
end)

describe("pad", function()
  local x = la.tensor { 1, 2, 3 }

  it("puts values around, the last dimension first", function()
    assert.same({ 0, 1, 2, 3, 0, 0 }, x:pad({ 1, 2 }):totable())
    assert.same({ 7, 1, 2, 3 }, x:pad({ 1, 0 }, { value = 7 }):totable())
    local square = la.tensor { { 1, 2 }, { 3, 4 } }
    assert.same({ { 0, 0, 0 }, { 0, 1, 2 }, { 0, 3, 4 } }, square:pad({ 1, 0, 1, 0 }):totable())
  end)

  it("cuts off where it is negative", function()
    assert.same({ 2, 3, 0 }, x:pad({ -1, 1 }):totable())
    assert.same({}, x:pad({ -1, -2 }):totable())
    assert.same({ 0, 0 }, x:pad({ -4, 3 }):totable())
  end)

  it("mirrors, repeats the edge, goes round", function()
    assert.same({ 3, 2, 1, 2, 3, 2 }, x:pad({ 2, 1 }, { mode = "reflect" }):totable())
    assert.same({ 1, 1, 1, 2, 3, 3 }, x:pad({ 2, 1 }, { mode = "replicate" }):totable())
    assert.same({ 2, 3, 1, 2, 3, 1 }, x:pad({ 2, 1 }, { mode = "circular" }):totable())
    assert.same({ { 4, 3, 4 }, { 2, 1, 2 }, { 4, 3, 4 } },
      la.tensor({ { 1, 2 }, { 3, 4 } }):pad({ 1, 0, 1, 0 }, { mode = "reflect" }):totable())
  end)

  it("says what is wrong", function()
    assert.error_matches(function() x:pad({ 3, 0 }, { mode = "reflect" }) end,
      "pad: reflect by 3 and 0 in dimension 1 of %[3%]")
    assert.error_matches(function() x:pad({ -2, -2 }) end, "pad: dimension 1 of %[3%]")
    assert.error_matches(function() x:pad({ 1, 1 }, { mode = "wrap" }) end, "no mode 'wrap'")
    assert.error_matches(function() x:pad({ 1 }) end, "two numbers for each")
    assert.error_matches(function() x:pad({ math.maxinteger, math.maxinteger }) end, "pad: dimension 1")
  end)
end)

describe("repeated copies", function()
  it("tile lays the whole side by side", function()
    assert.same({ 1, 2, 1, 2 }, la.tensor({ 1, 2 }):tile(2):totable())
    assert.same({ { 1, 2, 1, 2 }, { 1, 2, 1, 2 } }, la.tensor({ 1, 2 }):tile(2, 2):totable())
    assert.same({ { 1, 1 }, { 2, 2 } }, la.tensor({ { 1 }, { 2 } }):tile({ 1, 2 }):totable())
    assert.same({ 0, 2 }, la.ones(1, 2):tile(0, 1).shape)
  end)

  it("tile gives memory of its own", function()
    local x = la.ones(1)
    local y = x:tile(3)
    y[1] = 5
    assert.same({ 5, 1, 1 }, y:totable())
    x:tile(1)[1] = 9
    assert.same({ 1 }, x:totable())
  end)

  it("repeat_interleave repeats elements where they stand", function()
    assert.same({ 1, 1, 2, 2 }, la.tensor({ 1, 2 }):repeat_interleave(2):totable())
    local square = la.tensor { { 1, 2 }, { 3, 4 } }
    assert.same({ { 1, 2 }, { 3, 4 }, { 3, 4 } }, square:repeat_interleave(ints { 1, 2 }, 1):totable())
    assert.same({ 0 }, la.tensor({ 1, 2 }):repeat_interleave(0).shape)
    assert.error_matches(function() la.ones(2):repeat_interleave(ints { 1 }) end, "counts %[1%] for the 2 slices")
    assert.error_matches(function() la.ones(2):repeat_interleave(-1) end, "a count of 0 or more, not %-1")
  end)
end)

describe("parts", function()
  it("split, chunk and unbind give views", function()
    local x = la.arange(1, 7)
    local parts = x:split(3)
    assert.same({ { 1, 2, 3 }, { 4, 5, 6 }, { 7 } }, { parts[1]:totable(), parts[2]:totable(), parts[3]:totable() })
    parts[2]:fill(0)
    assert.same({ 1, 2, 3, 0, 0, 0, 7 }, x:totable())
    assert.same({ 5, 2 }, { #x:split({ 5, 2 })[1], #x:split({ 5, 2 })[2] })
    assert.same({ 4, 3 }, { #x:chunk(2)[1], #x:chunk(2)[2] })
    assert.equal(7, #x:chunk(100))
    assert.same({ 3, 2 }, la.zeros(3, 4, 2):unbind(2)[4].shape)
    assert.equal(4, #la.zeros(3, 4, 2):unbind(2))
    assert.same({ 0 }, la.zeros(0):split(2)[1].shape)
    assert.error_matches(function() x:split({ 5, 3 }) end, "sizes {5, 3} in dimension 1 of %[7%]")
    assert.error_matches(function() x:split({ 5 }) end, "do not fill")
    assert.error_matches(function() x:split(0) end, "1 or more, not 0")
  end)
end)

describe("grids and dimensions", function()
  it("meshgrid", function()
    local x, y = la.meshgrid(la.tensor { 1, 2 }, la.tensor { 3, 4, 5 })
    assert.same({ { 1, 1, 1 }, { 2, 2, 2 } }, x:totable())
    assert.same({ { 3, 4, 5 }, { 3, 4, 5 } }, y:totable())
    x, y = la.meshgrid(la.tensor { 1, 2 }, la.tensor { 3, 4, 5 }, { indexing = "xy" })
    assert.same({ { 1, 2 }, { 1, 2 }, { 1, 2 } }, x:totable())
    assert.same({ { 3, 3 }, { 4, 4 }, { 5, 5 } }, y:totable())
    assert.equal(3, select("#", la.meshgrid(la.ones(2), la.ones(2), la.ones(2))))
    assert.error_matches(function() la.meshgrid(la.ones(2, 2)) end, "axis 1 must be a vector")
  end)

  it("movedim and squeeze of several", function()
    local x = la.zeros(2, 3, 4)
    assert.same({ 3, 4, 2 }, x:movedim(1, 3).shape)
    assert.same({ 4, 2, 3 }, x:movedim(-1, 1).shape)
    assert.same({ 4, 3, 2 }, x:movedim({ 1, 3 }, { 3, 1 }).shape)
    assert.same({ 2, 3 }, la.zeros(1, 2, 1, 3):squeeze({ 1, 3 }).shape)
    assert.same({ 2, 1, 3 }, la.zeros(1, 2, 1, 3):squeeze({ 1, 2 }).shape)
    assert.error_matches(function() x:movedim({ 1, 1 }, { 2, 3 }) end, "named twice")
  end)
end)

describe("writing at listed places", function()
  it("scatter and scatter_add", function()
    local x = la.zeros(2, 3)
    local index = ints { { 1, 3 }, { 2, 2 } }
    local source = la.tensor { { 1, 2 }, { 3, 4 } }
    assert.same({ { 1, 0, 2 }, { 0, 4, 0 } }, x:scatter(2, index, source):totable())
    assert.same({ { 1, 0, 2 }, { 0, 7, 0 } }, x:scatter_add(2, index, source):totable())
    assert.same({ { 5, 0, 5 }, { 0, 5, 0 } }, x:scatter(2, index, 5):totable())
    assert.equal(0, x:sum())
    assert.equal(x, x:scatter_add_(2, index, source))
    assert.same({ { 1, 0, 2 }, { 0, 7, 0 } }, x:totable())
  end)

  it("many at once, in every dimension, by any number of threads", function()
    la.manual_seed(8)
    local shape = { 30, 40, 50 }
    local x = la.randint(-9, 9, { 53, 42, 31 }):to("float64"):transpose(1, 3)
    local values = la.randint(-9, 9, shape):to "float64"
    for dim = 1, 3 do
      local index = la.randint(1, x.shape[dim], shape)
      index = la.where(index:gt(10), index, index - x.shape[dim] - 1) -- some from the end
      local read, put, added = x:gather(dim, index), x:scatter(dim, index, values), x:scatter_add(dim, index, values)
      local places, v, original = index:totable(), values:totable(), x:totable()
      local want_read, want_put, want_added = values:totable(), x:totable(), x:totable()
      for i = 1, shape[1] do
        for j = 1, shape[2] do
          for k = 1, shape[3] do
            local at, p = { i, j, k }, places[i][j][k]
            at[dim] = p < 0 and p + x.shape[dim] + 1 or p
            local a, b, c = table.unpack(at)
            want_read[i][j][k] = original[a][b][c]
            want_put[a][b][c] = v[i][j][k]
            want_added[a][b][c] = want_added[a][b][c] + v[i][j][k]
          end
        end
      end
      assert.is_true(la.equal(read, la.tensor(want_read, { dtype = "float64" })))
      assert.is_true(la.equal(put, la.tensor(want_put, { dtype = "float64" })))
      assert.is_true(la.equal(added, la.tensor(want_added, { dtype = "float64" })))
    end
  end)

  it("many values for few places", function()
    la.manual_seed(9)
    local places = la.randint(1, 100, { 1200000 })
    local ones = la.ones(1200000, { dtype = "float64" })
    local counts = places:bincount()
    assert.is_true(la.equal(la.zeros(101, { dtype = "float64" }):scatter_add(1, places, ones)[{ { 1, 100 } }],
      counts[{ { -100, -1 } }]:to "float64"))
    local x = la.zeros(99, { dtype = "float64" })
    assert.error_matches(function() x:scatter_add_(1, places, ones) end, "scatter_add: index 100 is outside 1..99")
    assert.equal(0, x:abs():sum())
    assert.error_matches(function() x:gather(1, places) end, "gather: index 100 is outside 1..99")
    local mask = places:gt(50)
    assert.equal(mask:sum(), #places[mask])
    assert.is_true((places[mask]:gt(50)):all())
    assert.equal(places[mask]:sum(), (places * mask:to "int64"):sum())
  end)

  it("index_add, index_copy and index_fill", function()
    local x, source = la.zeros(3, 2), la.tensor { { 1, 2 }, { 3, 4 } }
    assert.same({ { 4, 6 }, { 0, 0 }, { 0, 0 } }, x:index_add(1, ints { 1, 1 }, source):totable())
    assert.same({ { 0, 0 }, { 3, 4 }, { 1, 2 } }, x:index_copy(1, ints { -1, 2 }, source):totable())
    assert.same({ { 0, 9 }, { 0, 9 }, { 0, 9 } }, x:index_fill(2, ints { 2 }, 9):totable())
    x:t():index_fill_(1, ints { 1 }, 5)
    x:index_add_(1, ints { 3 }, la.ones(2))
    x:index_copy_(1, ints { 2 }, la.tensor { 7, 8 })
    assert.same({ { 5, 0 }, { 7, 8 }, { 6, 1 } }, x:totable())
  end)

  it("a place outside changes nothing", function()
    local x = la.zeros(3)
    for _, f in ipairs { "scatter_", "scatter_add_", "index_add_", "index_copy_", "index_fill_" } do
      assert.error_matches(function() x[f](x, 1, ints { 1, 4 }, 1) end, "index 4 is outside 1..3")
      assert.error_matches(function() x[f](x, 1, ints { 1, 0 }, 1) end, "index 0 is outside 1..3")
    end
    assert.equal(0, x:sum())
  end)

  it("refuses what autograd could not follow", function()
    local x, w = la.zeros(3), la.ones(1):requires_grad(true)
    assert.error_matches(function() x:index_add_(1, ints { 1 }, w) end, "index_add_: the source is on the graph")
    assert.error_matches(function() (w * 1):scatter_(1, ints { 1 }, 2) end, "scatter_: a tensor on the graph")
  end)

  it("masks", function()
    local mask = la.tensor { true, false, true }
    assert.same({ 9, 2, 9 }, la.tensor({ 1, 2, 3 }):masked_fill_(mask, 9):totable())
    assert.same({ 7, 2, 8 }, la.tensor({ 1, 2, 3 }):masked_scatter(mask, la.tensor { 7, 8, 9 }):totable())
    assert.same({ 7, 2, 8 }, la.tensor({ 1, 2, 3 }):masked_scatter_(mask, la.tensor { 7, 8 }):totable())
    assert.same({ 1, 2, 3 }, la.tensor({ 1, 2, 3 }):masked_scatter(mask & ~mask, la.zeros(0)):totable())
    assert.error_matches(function() la.ones(3):masked_scatter(mask, la.ones(1)) end,
      "2 true elements, the source only 1")
  end)

  it("nonzero lists places", function()
    assert.same({ { 1, 2 }, { 2, 1 } }, la.tensor({ { 0, 3 }, { -1, 0 } }):nonzero():totable())
    assert.same({ 0, 2 }, la.zeros(2, 2):nonzero().shape)
    assert.same({ { 3 } }, la.tensor({ false, false, true }):nonzero():totable())
    assert.same({ 1, 0 }, la.tensor(5):nonzero().shape)
  end)

  it("one_hot", function()
    assert.same({ { 0, 1, 0 }, { 1, 0, 0 } }, la.one_hot(ints { 2, 1 }, { classes = 3 }):totable())
    assert.same({ { { 1, 0 }, { 0, 1 } } }, la.one_hot(ints { { 1, 2 } }):totable())
    assert.equal("float32", la.one_hot(ints { 1 }, { dtype = "float32" }).dtype)
    assert.same({ 0, 4 }, la.one_hot(la.zeros(0, { dtype = "int64" }), { classes = 4 }).shape)
    assert.error_matches(function() la.one_hot(ints { 1, 0 }) end, "labels go from 1 to 1, not 0")
    assert.error_matches(function() la.one_hot(ints { -1 }, { classes = 3 }) end, "from 1 to 3, not %-1")
    assert.error_matches(function() la.one_hot(la.ones(2)) end, "labels are integers, not float32")
  end)
end)
