local la = require "latent"

local function lines(...) return table.concat({ ... }, "\n") end

describe("a printed tensor", function()
  after_each(function()
    la.set_print_options { precision = 4, threshold = 1000, edge_items = 3, width = 80 }
  end)

  it("shows dtype and shape, then rows in aligned columns", function()
    assert.equal(lines(
      "tensor float32 [2, 3]",
      "   0.1000   2.5000  -3.0000",
      "   1.0000  12.7500   0.0000"),
      tostring(la.tensor { { 0.1, 2.5, -3 }, { 1, 12.75, 0 } }))
  end)

  it("shows whole floats with a point and integers without", function()
    assert.equal(lines("tensor float32 [3]", "   1.   2.  -3."), tostring(la.tensor { 1.0, 2.0, -3.0 }))
    assert.equal(lines("tensor int64 [3]", "   1   2  -3"),
      tostring(la.tensor({ 1, 2, -3 }, { dtype = "int64" })))
  end)

  it("shows truth values as words", function()
    local x = la.tensor { 1.0, -1.0, 2.0 }
    assert.equal(lines("tensor bool [3]", "   true  false   true"), tostring(x:gt(0)))
  end)

  it("aligns nan and infinities with numbers", function()
    assert.equal(lines("tensor float64 [4]", "  0.5000     nan     inf    -inf"),
      tostring(la.tensor({ 0.5, 0 / 0 * -1, math.huge, -math.huge }, { dtype = "float64" })))
  end)

  it("uses an exponent where a fixed point would hide numbers or grow long", function()
    assert.equal(lines("tensor float32 [2]", "  1.0000e+00  2.5000e-06"),
      tostring(la.tensor { 1, 2.5e-6 }))
    assert.equal(lines("tensor float32 [2]", "  1.0000e+00  2.5000e+09"),
      tostring(la.tensor { 1, 2.5e9 }))
    assert.equal(lines("tensor float32 [2]", "      0.5000  12345.5000"),
      tostring(la.tensor { 0.5, 12345.5 }))
  end)

  it("is one line for a single number", function()
    assert.equal("tensor float64 []  2.5000", tostring(la.full({}, 2.5, { dtype = "float64" })))
  end)

  it("is its first line alone when there are no elements", function()
    assert.equal("tensor float32 [0]", tostring(la.zeros(0)))
    assert.equal("tensor float32 [2, 0, 3]", tostring(la.zeros(2, 0, 3)))
  end)

  it("breaks a long row of numbers at the width of the line", function()
    la.set_print_options { width = 20 }
    assert.equal(lines("tensor int64 [12]", "   1   2   3   4   5", "   6   7   8   9  10", "  11  12"),
      tostring(la.arange(1, 12):to("int64")))
  end)

  it("shows a matrix wider than the line as groups of columns", function()
    la.set_print_options { width = 20 }
    assert.equal(lines(
      "tensor int64 [2, 7]",
      " columns 1 to 5:",
      "   1   2   3   4   5",
      "   8   9  10  11  12",
      " columns 6 to 7:",
      "   6   7",
      "  13  14"),
      tostring(la.arange(1, 14):to("int64"):reshape(2, 7)))
  end)

  it("puts matrices of higher dimensions under the indices that select them", function()
    local x = la.arange(1, 8):to("int64"):reshape(2, 2, 1, 2)
    assert.equal(lines("tensor int64 [2, 2, 1, 2]",
      "[1, 1]", "  1  2", "[1, 2]", "  3  4", "[2, 1]", "  5  6", "[2, 2]", "  7  8"), tostring(x))
  end)

  it("leaves out the middle of a large tensor", function()
    assert.equal(lines("tensor int64 [1001]", "     1     2     3  ...   999  1000  1001"),
      tostring(la.arange(1, 1001):to("int64")))
    local x = la.arange(1, 10000):to("int64"):reshape(100, 100)
    assert.equal(lines(
      "tensor int64 [100, 100]",
      "      1      2      3  ...     98     99    100",
      "    101    102    103  ...    198    199    200",
      "    201    202    203  ...    298    299    300",
      "  ...",
      "   9701   9702   9703  ...   9798   9799   9800",
      "   9801   9802   9803  ...   9898   9899   9900",
      "   9901   9902   9903  ...   9998   9999  10000"), tostring(x))
    local text = tostring(x:reshape(100, 2, 50))
    assert.truthy(text:find("[3]\n", 1, true))
    assert.truthy(text:find("\n...\n[98]\n", 1, true))
    assert.falsy(text:find("[4]\n", 1, true))
  end)

  it("chooses the columns from the numbers shown, not from those left out", function()
    local x = la.zeros(5000)
    x[2500] = 1e-9
    assert.equal(lines("tensor float32 [5000]", "  0.  0.  0.  ...  0.  0.  0."), tostring(x))
  end)

  it("shows a view as its elements stand in it", function()
    local x = la.arange(1, 6):to("int64"):reshape(2, 3)
    assert.equal(lines("tensor int64 [3, 2]", "  1  4", "  2  5", "  3  6"), tostring(x:t()))
    assert.equal(lines("tensor int64 [2]", "  2  5"), tostring(x[{ {}, 2 }]))
  end)

  it("says what a tensor's gradient hangs on", function()
    local x = la.tensor { 1.0, 2.0 }:requires_grad(true)
    assert.equal("tensor float32 [2] requires_grad", (tostring(x):match("[^\n]*")))
    assert.equal("tensor float32 [2] grad_fn = mul", (tostring(x * x):match("[^\n]*")))
  end)

  it("follows the print options", function()
    la.set_print_options { precision = 2 }
    assert.equal(lines("tensor float32 [2]", "  0.12  3.00"), tostring(la.tensor { 0.123, 3 }))
    la.set_print_options { threshold = 4, edge_items = 1 }
    assert.equal(lines("tensor float32 [5]", "  1.  ...  5."), tostring(la.arange(1, 5):to("float32")))
    assert.equal(2, la.get_print_options().precision)
  end)

  it("refuses print options that cannot be", function()
    assert.error_matches(function() la.set_print_options { precision = 18 } end, "precision must be 0 to 17")
    assert.error_matches(function() la.set_print_options { width = 3 } end, "width must be at least 20")
    assert.error_matches(function() la.set_print_options { edge_items = 0 } end, "edge_items")
    assert.error_matches(function() la.set_print_options { digits = 3 } end, "digits.*precision")
  end)
end)
