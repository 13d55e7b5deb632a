-- New tensors, conversions, fields, and what a tensor tells of itself.
local la = require "latent"

describe("new tensors", function()
  it("take shape and dtype from nested tables", function()
    local t = la.tensor { { 1, 2, 3 }, { 4, 5, 6 } }
    assert.same({ 2, 3 }, t.shape)
    assert.equal("float32", t.dtype)
    assert.equal("bool", la.tensor { true, false }.dtype)
    assert.same({}, la.tensor(3.5).shape)
    assert.same({ 0 }, la.tensor({}).shape)
    assert.equal("int64", la.tensor({ 1 }, { dtype = "int64" }).dtype)
  end)

  it("take sizes as arguments or as a table", function()
    assert.same({ 2, 3 }, la.zeros(2, 3).shape)
    assert.same({ 2, 3 }, la.ones({ 2, 3 }, { dtype = "uint8" }).shape)
    assert.same({ 2, 0, 3 }, la.zeros(2, 0, 3).shape)
    assert.equal(6, la.ones(2, 3):sum())
    assert.same({ 7, 7 }, la.full({ 2 }, 7):totable())
  end)

  it("a range ends where it says, as Lua's for does", function()
    assert.same({ 1, 2, 3 }, la.arange(3):totable())
    assert.same({ 2, 4, 6 }, la.arange(2, 7, 2):totable())
    assert.same({ 3, 2, 1 }, la.arange(3, 1, -1):totable())
    assert.same({}, la.arange(3, 1):totable())
    assert.equal(11, la.arange(0, 1, 0.1):numel())
    local line = la.linspace(0, 1, 11, { dtype = "float64" })
    assert.equal(1, line[11])
    assert.near(0.3, line[4], 1e-15)
  end)

  it("keep every digit of an int64", function()
    local big = math.maxinteger
    assert.equal(big, la.tensor({ big }, { dtype = "int64" })[1])
    local t = la.zeros(1, { dtype = "int64" })
    t[1] = big - 1
    assert.equal(big - 1, t[1])
  end)

  it("follow the default dtype", function()
    finally(function() la.set_default_dtype "float32" end)
    la.set_default_dtype "float64"
    assert.equal("float64", la.zeros(1).dtype)
    assert.equal("float64", la.tensor { 1 }.dtype)
    assert.equal("float64", (la.ones(1, { dtype = "int64" }) / 2).dtype)
  end)

  it("refuse what is no tensor, in words", function()
    assert.error_matches(function() la.tensor { { 1, 2 }, { 3 } } end, "rows differ in length")
    assert.error_matches(function() la.tensor { 1, "x" } end, "numbers or booleans, not string")
    assert.error_matches(function() la.zeros(2, -1) end, "no tensor can have the shape %[2, %-1%]")
    assert.error_matches(function() la.zeros(2 ^ 40, 2 ^ 40) end, "no tensor can have")
    assert.error_matches(function() la.zeros(2.5) end, "made of integers, not 2.5")
    assert.error_matches(function() la.zeros(1, 1, 1, 1, 1, 1, 1, 1, 1) end, "at most 8 dimensions")
    assert.error_matches(function() la.zeros(2, { dtype = "float16" }) end, "no dtype 'float16'")
    assert.error_matches(function() la.zeros(2, { dtyp = "float32" }) end,
      "unknown option 'dtyp' %(known: dtype, requires_grad%)")
    assert.error_matches(function() la.arange(1, 5, 0) end, "no way from 1 to 5")
  end)
end)

describe("conversions", function()
  it("go between all dtypes", function()
    local x = la.tensor { -1.5, 0, 2.7, 255 }
    assert.same({ -1, 0, 2, 255 }, x:to("int64"):totable())
    assert.same({ true, false, true, true }, x:to("bool"):totable())
    assert.same({ 255, 0, 2, 255 }, x:to("uint8"):totable())
    assert.same({ 1, 0 }, la.tensor { true, false }:to("float64"):totable())
  end)

  it("give the tensor itself where nothing changes", function()
    local x = la.ones(3)
    assert.equal(x, x:to "float32")
    assert.equal(x, x:contiguous())
    assert.not_equal(x, x:clone())
  end)

  it("give Lua tables and numbers", function()
    assert.same({ { 1, 2 }, { 3, 4 } }, la.tensor { { 1, 2 }, { 3, 4 } }:totable())
    assert.equal(5, la.tensor { { 5 } }:item())
    assert.equal(2.5, la.item(2.5))
    assert.error_matches(function() la.ones(2):item() end, "%[2%] is not one number")
  end)
end)

describe("a tensor tells", function()
  it("its size, length and number of elements", function()
    local x = la.zeros(3, 4, 5)
    assert.equal(3, #x)
    assert.equal(4, x:size(2))
    assert.equal(5, x:size(-1))
    assert.same({ 3, 4, 5 }, x:size())
    assert.equal(60, x:numel())
    assert.equal(3, x.ndim)
    assert.is_true(la.is_tensor(x))
    assert.is_false(la.is_tensor { 1 })
  end)

  it("what to write where an operator cannot work", function()
    local x = la.ones(2)
    assert.error_matches(function() return x < x end, "a:lt%(b%)")
    assert.error_matches(function() return x(1) end, "not a function")
    assert.error_matches(function() return x:size(3) end, "no dimension 3")
    assert.error_matches(function() x.name = 1 end, "no field 'name'")
    assert.error_matches(function() return x + "a" end, "tensors or numbers, not tensor and string")
    assert.error_matches(function() return la.exp "a" end, "tensor or a number, not string")
  end)
end)

describe("small and large tensors", function()
  it("behave the same when a view makes a small one share its memory", function()
    local small = la.tensor { 1, 2, 3 }
    local view = small[{ { 2, 3 } }]
    small[2] = 20
    view[2] = 30
    assert.same({ 20, 30 }, view:totable())
    assert.same({ 1, 20, 30 }, small:totable())
    small = nil -- luacheck: ignore
    collectgarbage()
    assert.same({ 20, 30 }, view:totable())
  end)
end)
