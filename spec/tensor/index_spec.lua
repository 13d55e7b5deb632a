-- Reading and assigning elements: x[i], x[{...}], x[tensor], 1-based, ends included.
local la = require "latent"

local function rows(t) return t:totable() end

describe("reading elements", function()
  local x
  before_each(function() x = la.tensor { { 11, 12, 13, 14 }, { 21, 22, 23, 24 }, { 31, 32, 33, 34 } } end)

  it("an integer takes a row, negative ones from the end", function()
    assert.same({ 21, 22, 23, 24 }, rows(x[2]))
    assert.same({ 31, 32, 33, 34 }, rows(x[-1]))
  end)

  it("a full set of integers is a Lua number", function()
    assert.equal(23, x[{ 2, 3 }])
    assert.equal(34, x[{ -1, -1 }])
    assert.equal(12, x[1][2])
  end)

  it("ranges include both ends, step, and count from the end", function()
    assert.same({ { 11, 12, 13, 14 }, { 21, 22, 23, 24 } }, rows(x[{ { 1, 2 } }]))
    assert.same({ { 11, 13 }, { 21, 23 }, { 31, 33 } }, rows(x[{ {}, { 1, 4, 2 } }]))
    assert.same({ { 22, 23 }, { 32, 33 } }, rows(x[{ { -2, -1 }, { 2, -2 } }]))
    assert.same({ { 31, 32, 33, 34 } }, rows(x[{ { 3 } }]))
  end)

  it("an integer drops its dimension, a range of one keeps it", function()
    assert.same({ 3 }, x[{ {}, 2 }].shape)
    assert.same({ 3, 1 }, x[{ {}, { 2, 2 } }].shape)
  end)

  it("an empty range gives an empty tensor", function()
    assert.same({ 0, 4 }, x[{ { 3, 2 } }].shape)
    assert.same({ 0, 4 }, x[{ { 4, 3 } }].shape)
  end)

  it("an index tensor takes rows in its order, repeated where it repeats", function()
    local i = la.tensor({ 3, 1, 1 }, { dtype = "int64" })
    assert.same({ { 31, 32, 33, 34 }, { 11, 12, 13, 14 }, { 11, 12, 13, 14 } }, rows(x[i]))
    assert.same({ { 14, 11 }, { 24, 21 }, { 34, 31 } }, rows(x[{ {}, la.tensor({ -1, 1 }, { dtype = "int64" }) }]))
  end)

  it("an index tensor of two dimensions puts both in place of the one", function()
    local i = la.tensor({ { 1, 2 }, { 3, 3 } }, { dtype = "int64" })
    assert.same({ 2, 2, 4 }, x[i].shape)
    assert.equal(32, x[i][{ 2, 1, 2 }])
  end)

  it("index tensors side by side pick element by element", function()
    local i, j = la.tensor({ 1, 2, 3 }, { dtype = "int64" }), la.tensor({ 4, -4, 2 }, { dtype = "int64" })
    assert.same({ 14, 21, 32 }, rows(x[{ i, j }]))
  end)

  it("a mask takes the elements, or the rows, where it is true", function()
    assert.same({ 31, 32, 33, 34 }, rows(x[x:gt(30)]))
    assert.same({ { 11, 12, 13, 14 }, { 31, 32, 33, 34 } }, rows(x[la.tensor { true, false, true }]))
    assert.same({ 0 }, x[x:gt(100)].shape)
  end)

  it("works on views", function()
    assert.same({ 12, 22, 32 }, rows(x:t()[2]))
    assert.same({ { 13, 23, 33 }, { 11, 21, 31 } }, rows(x:t()[la.tensor({ 3, 1 }, { dtype = "int64" })]))
    assert.same({ 23, 24 }, rows(x[{ { 2, 3 }, { 3, 4 } }][1]))
  end)

  it("gives booleans and integers for those dtypes", function()
    assert.is_true(la.tensor { true, false }[1])
    assert.equal("integer", math.type(la.arange(1, 3, { dtype = "int64" })[2]))
  end)
end)

describe("assigning elements", function()
  local x
  before_each(function() x = la.zeros(3, 4) end)

  it("one element, a row, a block", function()
    x[{ 1, 2 }] = 5
    x[2] = la.tensor { 1, 2, 3, 4 }
    x[{ { 2, 3 }, { 3, 4 } }] = 9
    assert.same({ { 0, 5, 0, 0 }, { 1, 2, 9, 9 }, { 0, 0, 9, 9 } }, rows(x))
  end)

  it("broadcasts and converts what it is given", function()
    x[{ {}, { 1, 2 } }] = la.tensor({ 1, 2 }, { dtype = "int64" })
    assert.same({ { 1, 2, 0, 0 }, { 1, 2, 0, 0 }, { 1, 2, 0, 0 } }, rows(x))
  end)

  it("through a mask: a number, one value an element, one row a true element", function()
    x[la.tensor { true, false, true }] = la.tensor { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } }
    x[x:eq(0)] = -1
    x[x:gt(6)] = la.tensor { 70, 80 }
    assert.same({ { 1, 2, 3, 4 }, { -1, -1, -1, -1 }, { 5, 6, 70, 80 } }, rows(x))
  end)

  it("through index tensors, the last of repeated places wins", function()
    x[la.tensor({ 3, 3 }, { dtype = "int64" })] = la.tensor { { 1, 1, 1, 1 }, { 2, 2, 2, 2 } }
    x[{ la.tensor({ 1, 2 }, { dtype = "int64" }), la.tensor({ 4, 3 }, { dtype = "int64" }) }] = la.tensor { 7, 8 }
    assert.same({ { 0, 0, 0, 7 }, { 0, 0, 8, 0 }, { 2, 2, 2, 2 } }, rows(x))
  end)

  it("is seen through every view of the same elements", function()
    local column = x:t()[1]
    x[{ 2, 1 }] = 6
    column[3] = 7
    assert.same({ 0, 6, 7 }, rows(column))
    assert.equal(7, x[{ 3, 1 }])
  end)

  it("copies safely between overlapping views", function()
    local v = la.arange(1, 6)
    v[{ { 2, 6 } }] = v[{ { 1, 5 } }]
    assert.same({ 1, 1, 2, 3, 4, 5 }, rows(v))
  end)
end)

describe("a wrong index is an error that says what was there", function()
  local x = la.zeros(3, 4)
  local function fails(pattern, f) assert.error_matches(f, pattern) end

  it("outside the tensor", function()
    fails("index 4 is outside dimension 1 of a tensor %[3, 4%]", function() return x[4] end)
    fails("index 0 is outside", function() return x[0] end)
    fails("index %-5 is outside dimension 2", function() return x[{ 1, -5 }] end)
    fails("range {1, 5} is outside dimension 2", function() return x[{ {}, { 1, 5 } }] end)
    fails("index 9 is outside 1..3", function() return x[la.tensor({ 9 }, { dtype = "int64" })] end)
  end)

  it("of the wrong kind", function()
    fails("3 indices for a tensor %[3, 4%]", function() return x[{ 1, 1, 1 }] end)
    fails("must be int64, not float32", function() return x[la.tensor { 1, 2 }] end)
    fails("not number 1.5", function() return x[1.5] end)
    fails("a mask must be a bool tensor", function() return x[la.tensor { true, false }] end)
    fails("steps forward", function() return x[{ { 3, 1, -1 } }] end)
  end)

  it("and assigning leaves the tensor as it was", function()
    fails("outside 1..3", function() x[la.tensor({ 1, 7 }, { dtype = "int64" })] = 1 end)
    fails("does not fit into", function() x[1] = la.ones(5) end)
    fails("not string", function() x[1] = "one" end)
    assert.equal(0, x:sum())
  end)
end)
