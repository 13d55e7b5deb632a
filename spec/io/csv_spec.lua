local la = require "latent"
local scratch = require "io.scratch"

local nan = 0 / 0

-- assert.same with NaN equal to itself.
local function same(expected, tensor)
  local function plain(v)
    if type(v) ~= "table" then return v ~= v and "nan" or v end
    local copy = {}
    for i, element in ipairs(v) do copy[i] = plain(element) end
    return copy
  end
  assert.same(plain(expected), plain(tensor:totable()))
end

describe("a .csv file", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  local function load(text, options) return la.load(files:write("a.csv", text), options) end
  local function read(text, options) return la.io.csv(files:write("a.csv", text), options) end

  it("gives a tensor of its numbers, in float64 unless told otherwise", function()
    local x, names = load "1,2.5\n-3,4e2\n"
    same({ { 1, 2.5 }, { -3, 400 } }, x)
    assert.equal("float64", x.dtype)
    assert.is_nil(names)
    assert.equal("float32", load("1,2\n", { dtype = "float32" }).dtype)
  end)

  it("gives the header's names beside the numbers", function()
    local x, names = load "height,weight\n1.8,80\n"
    same({ { 1.8, 80 } }, x)
    assert.same({ "height", "weight" }, names)
  end)

  it("has a header if its first line has a word, unless told otherwise", function()
    local _, names = load "1,NA,\n1,2,3\n"
    assert.is_nil(names)
    _, names = load("1,2\n3,4\n", { header = true })
    assert.same({ "1", "2" }, names)
    assert.has_error(function() load("a,b\n3,4\n", { header = false }) end)
  end)

  it("may have missing values, infinities, blanks, quotes, empty lines and any line ends", function()
    same({ { 1, nan, nan }, { nan, nan, nan }, { 1 / 0, -1 / 0, 1 / 0 } },
      load "1,,NA\r\nnan,N/A,null\r\ninf,-Infinity,+INF")
    same({ { 1, 2 }, { 3, 4 } }, load '\n 1 ,\t2 \n\n  \n"3", "4" \n\n' )
    same({ { 1, 2 } }, (load "\xef\xbb\xbfa,b\n1,2\n"))
  end)

  it("may have other delimiters", function()
    same({ { 1, 2 } }, load("1;2\n", { delimiter = ";" }))
    same({ { 1, nan, 2 } }, load("1\t\t2\n", { delimiter = "\t" }))
    for _, bad in ipairs { "", ",,", "e", "1", ".", '"', " ", "\n" } do
      assert.has_error(function() load("1", { delimiter = bad }) end)
    end
  end)

  it("gives each number as the nearest float, as Lua reads it", function()
    la.manual_seed(3)
    local texts, values = {}, {}
    for i = 1, 2000 do
      local value = (math.random() - 0.5) * 10.0 ^ math.random(-30, 30)
      texts[i] = ("%." .. math.random(1, 25) .. "g"):format(value)
      values[i] = tonumber(texts[i]) + 0.0
    end
    for _, text in ipairs { "9007199254740993", "9007199254740992.99999999999999999999", "1e23", "8.5e-320",
      "2.2250738585072011e-308", "1e400", "-1e-400", "0.1e1", ".5", "5.", "1E+2", "00012", "0e999999999999",
      "123456789012345678901234567890123456789012345678901234567890",
      "1" .. ("0"):rep(307) .. "1.5" } do
      texts[#texts + 1] = text
      values[#values + 1] = tonumber(text) + 0.0
    end
    same(values, load(table.concat(texts, "\n")):reshape(-1))
  end)

  it("rounds to float32 once, not twice", function()
    -- Just above the middle of two floats; as a double it is the middle itself.
    same({ { 0x1.000002p+0 } }, load("1.00000005960464477540\n", { dtype = "float32" }))
    same({ { 1 } }, load("1.00000005960464477539\n", { dtype = "float32" }))
  end)

  it("is read the same in pieces by several threads", function()
    local lines, expected = { "i,square,text" }, 0
    for i = 1, 60000 do
      lines[#lines + 1] = ('%d,%d,"line ""%d"",\nand more"'):format(i, i * i, i)
      expected = expected + i * i
    end
    local columns, names = read(table.concat(lines, "\n"))
    assert.same({ "i", "square", "text" }, names)
    assert.equal(60000, #columns.i)
    assert.equal(expected, columns.square:sum())
    assert.is_true((columns.i * columns.i):eq(columns.square):all())
    assert.equal('line "59999",\nand more', columns.text[59999])
    local numbers = table.concat(lines, "\n"):gsub(',"line ""%d+"",\nand more"', ""):gsub(",text", "")
    local x = load(numbers)
    assert.is_true(x[{ {}, 1 }]:eq(columns.i):all())
  end)

  it("gives named columns, texts as lists of strings", function()
    local columns, names = read 'name,"height, cm",year\n"Ann ""A""",170,\nBob,,1980\n'
    assert.same({ "name", "height, cm", "year" }, names)
    assert.same({ 'Ann "A"', "Bob" }, columns.name)
    same({ 170, nan }, columns["height, cm"])
    same({ nan, 1980 }, columns.year)
  end)

  it("numbers its columns where it has no names, or takes other names", function()
    local columns, names = read "1,2\n3,4\n"
    assert.same({ 1, 2 }, names)
    same({ 2, 4 }, columns[2])
    columns = read("a,a\n1,2\n", { names = { "x", "y" } })
    same({ 2 }, columns.y)
    assert.has_error(function() read "a,a\n1,2\n" end)
    assert.has_error(function() read("1,2\n", { names = { "x" } }) end)
  end)

  it("of a header alone has columns without rows", function()
    assert.same({ 0, 2 }, load("a,b\n").shape)
    assert.equal(0, #read("a,b\n").a)
  end)

  local function refuses(reason, text, options)
    local ok, message = pcall(load, text, options)
    assert.is_false(ok)
    assert.matches("a.csv: " .. reason, message, 1, true)
  end

  it("is refused with the line and column of what is wrong", function()
    refuses("line 3, column 2: 'x' is not a number", "a,b\n1,2\n3,x\n5,y\n")
    refuses("line 2, column 1: '1 2' is not a number", "1,2\n1 2,3\n")
    refuses("line 2, column 1: '0x10' is not a number", "1,2\n0x10,3\n")
    refuses("line 4 has 3 fields, the first record has 2", "a,b\n1,2\n\n1,2,3\n")
    refuses("line 2 has 1 field, the first record has 2", "1,2\n3\n")
    refuses("line 2: a quoted field does not end", '1,2\n"3,4\n5,6\n')
    refuses("line 2: a quoted field does not end", '1,2\n"3"x,4\n')
    refuses("has no records", "")
    refuses("has no records", "\n \r\n")
    local lines = {}
    for i = 1, 100000 do lines[i] = "1,2,3,4" end
    lines[90000], lines[99999] = "1,2,3,four", "bad"
    refuses("line 90000, column 4: 'four' is not a number", table.concat(lines, "\n"))
  end)

  it("takes no memory for more fields than it has bytes", function()
    refuses("line 2 has 1 field, the first record has 100001", (","):rep(100000) .. "\n" .. ("1\n"):rep(100000))
  end)

  it("written by la.save brings every number back exactly", function()
    la.manual_seed(1)
    local x = la.randn(50, 4) * 1e10
    la.save(files:path "b.csv", x)
    assert.is_true(la.load(files:path "b.csv", { dtype = "float32" }):eq(x):all())
    local y = la.randn(50, { dtype = "float64" }) * 1e-300
    y[3] = 0.1
    la.save(files:path "b.csv", y)
    assert.is_true(la.load(files:path "b.csv"):reshape(-1):eq(y):all())
    la.save(files:path "b.csv", la.tensor({ math.maxinteger, math.mininteger }, { dtype = "int64" }))
    assert.equal("9223372036854775807\n-9223372036854775808\n", files:read "b.csv")
    la.save(files:path "b.csv", la.tensor { { 1, 0.1 }, { nan, -1 / 0 } }, { names = { "a", "b;c" }, delimiter = ";" })
    assert.equal('a;"b;c"\n1;0.1\nnan;-inf\n', files:read "b.csv")
  end)

  it("holds columns by name, in alphabetical or the given order", function()
    local history = { loss = { 0.5, 0.25 }, epoch = la.arange(1, 2), note = { 'said "no"', " " } }
    la.save(files:path "c.csv", history)
    assert.equal('epoch,loss,note\n1,0.5,"said ""no"""\n2,0.25," "\n', files:read "c.csv")
    la.save(files:path "c.csv", history, { names = { "loss", "epoch" } })
    assert.equal("loss,epoch\n0.5,1\n0.25,2\n", files:read "c.csv")
    assert.has_error(function() la.save(files:path "c.csv", { a = la.ones(2), b = la.ones(3) }) end)
    assert.has_error(function() la.save(files:path "c.csv", { a = { 1, "x" } }) end)
    assert.has_error(function() la.save(files:path "c.csv", history, { names = { "accuracy" } }) end)
    assert.has_error(function() la.save(files:path "c.csv", {}) end)
    assert.has_error(function() la.save(files:path "c.csv", la.ones(2, 2, 2)) end)
  end)
end)
