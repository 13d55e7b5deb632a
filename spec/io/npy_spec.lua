local la = require "latent"
local scratch = require "io.scratch"

-- A file as NumPy writes it: the dictionary, blanks and a line feed up to a multiple of 64, elements.
local function npy(descr, order, shape, data, version)
  local text = ("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"):format(descr, order, shape)
  local length = version == 2 and 12 or 10
  text = text .. (" "):rep(-(#text + 1 + length) % 64) .. "\n"
  local size = version == 2 and string.pack("<I4", #text) or string.pack("<I2", #text)
  return "\x93NUMPY" .. string.char(version or 1, 0) .. size .. text .. data
end

describe("an .npy file", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  local function load(bytes) return la.load(files:write("a.npy", bytes)) end

  it("gives the array's numbers, shape and dtype", function()
    local x = load(npy("<f8", "False", "(2, 3)", string.pack("<dddddd", 1, 2, 3, 4, 5, 6.5)))
    assert.equal("float64", x.dtype)
    assert.same({ 2, 3 }, x.shape)
    assert.same({ { 1, 2, 3 }, { 4, 5, 6.5 } }, x:totable())
  end)

  it("may hold one number", function()
    local x = load(npy("<f4", "False", "()", string.pack("<f", 2.5)))
    assert.equal(0, x.ndim)
    assert.equal(2.5, x:item())
  end)

  it("may hold nothing", function()
    local x = load(npy("<i8", "False", "(0, 3)", ""))
    assert.same({ 0, 3 }, x.shape)
  end)

  local types = {
    { "|b1", "bool", "\0\1\5", { false, true, true } },
    { "|u1", "uint8", "\0\7\255", { 0, 7, 255 } },
    { "|i1", "int64", "\0\7\255", { 0, 7, -1 } },
    { "<i2", "int64", string.pack("<i2i2", -300, 300), { -300, 300 } },
    { ">i2", "int64", string.pack(">i2i2", -300, 300), { -300, 300 } },
    { "<u2", "int64", string.pack("<I2", 65535), { 65535 } },
    { "<i4", "int64", string.pack("<i4", -70000), { -70000 } },
    { ">u4", "int64", string.pack(">I4", 4000000000), { 4000000000 } },
    { "<i8", "int64", string.pack("<i8", math.mininteger), { math.mininteger } },
    { ">i8", "int64", string.pack(">i8", 2 ^ 40 | 0), { 2 ^ 40 | 0 } },
    { "<f2", "float32", string.pack("<I2I2I2", 0x3c00, 0xc100, 0x0001), { 1, -2.5, 2.0 ^ -24 } },
    { "<f4", "float32", string.pack("<f", 0.1), { 0x1.99999ap-4 } },
    { ">f4", "float32", string.pack(">f", 0.1), { 0x1.99999ap-4 } },
    { ">f8", "float64", string.pack(">d", 0.1), { 0.1 } },
  }
  for _, case in ipairs(types) do
    local descr, dtype, data, values = table.unpack(case)
    it(("with elements %s becomes %s"):format(descr, dtype), function()
      local x = load(npy(descr, "False", ("(%d,)"):format(#values), data))
      assert.equal(dtype, x.dtype)
      assert.same(values, x:totable())
    end)
  end

  it("in Fortran's order reads the same array", function()
    local x = load(npy("<f8", "True", "(2, 3)", string.pack("<dddddd", 1, 4, 2, 5, 3, 6)))
    assert.same({ { 1, 2, 3 }, { 4, 5, 6 } }, x:totable())
  end)

  it("of version 2 reads as well", function()
    local x = load(npy("<f8", "False", "(1,)", string.pack("<d", 7), 2))
    assert.same({ 7 }, x:totable())
  end)

  it("takes its keys in any order, and Python 2's sizes", function()
    local text = '{"shape": (2L,), "fortran_order": False, "descr": "|u1"}\n'
    local x = load("\x93NUMPY\1\0" .. string.pack("<I2", #text) .. text .. "\3\4")
    assert.same({ 3, 4 }, x:totable())
  end)

  it("written by la.save has the bytes that NumPy writes", function()
    la.save(files:path "b.npy", la.tensor { { 1, 2, 3 }, { 4, 5, 6 } })
    assert.equal(npy("<f4", "False", "(2, 3)", string.pack("<ffffff", 1, 2, 3, 4, 5, 6)), files:read "b.npy")
    la.save(files:path "b.npy", la.tensor({ 1 }):gt(0))
    assert.equal(npy("|b1", "False", "(1,)", "\1"), files:read "b.npy")
    la.save(files:path "b.npy", 0.5)
    assert.equal(npy("<f8", "False", "()", string.pack("<d", 0.5)), files:read "b.npy")
  end)

  it("returns what was saved, for every dtype and for views", function()
    for _, dtype in ipairs { "bool", "uint8", "int64", "float32", "float64" } do
      local x = la.arange(0, 23):reshape(2, 3, 4):to(dtype)
      for _, view in ipairs { x, x:transpose(1, 3), x[{ {}, 2 }], x[{ {}, {}, { 1, 4, 2 } }] } do
        la.save(files:path "c.npy", view)
        local back = la.load(files:path "c.npy")
        assert.equal(dtype, back.dtype)
        assert.same(view.shape, back.shape)
        assert.same(view:totable(), back:totable())
      end
    end
  end)

  it("is found by its ending in upper case", function()
    assert.same({ 7 }, la.load(files:write("D.NPY", npy("|u1", "False", "(1,)", "\7"))):totable())
  end)
end)

describe("a bad .npy file", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  local function refuses(bytes, reason)
    local path = files:write("bad.npy", bytes)
    local ok, message = pcall(la.load, path)
    assert.is_false(ok)
    assert.matches("bad.npy", message, 1, true)
    assert.matches(reason, message, 1, true)
  end

  it("is refused wherever it is cut off", function()
    local whole = npy("<f8", "False", "(4,)", string.pack("<dddd", 1, 2, 3, 4))
    for length = 0, #whole - 1 do
      local ok, message = pcall(la.load, files:write("bad.npy", whole:sub(1, length)))
      assert.is_false(ok)
      assert.matches(length < 6 and "not an npy file" or "truncated", message, 1, true)
    end
  end)

  it("that claims a size past its end takes no memory for it", function()
    refuses(npy("<f8", "False", "(1099511627776,)", ("x"):rep(64)), "truncated: the shape [1099511627776]")
    refuses(npy("<f8", "False", "(1099511627776, 1099511627776)", ""), "truncated")
    refuses(npy("<f8", "True", "(4294967296, 4294967296, 4294967296)", ""), "truncated")
  end)

  it("with elements that no tensor holds is refused by their name", function()
    refuses(npy("<c8", "False", "(1,)", ("x"):rep(8)), "'<c8'")
    refuses(npy("<u8", "False", "(1,)", ("x"):rep(8)), "'<u8'")
    refuses(npy("|O", "False", "(1,)", "cos\nsystem\n"), "Python objects")
    refuses(npy("<U3", "False", "(1,)", ("x"):rep(12)), "'<U3'")
    local record = npy("X", "False", "(1,)", ("x"):rep(12)):gsub("'X'", "[('a', '<f4')]")
    refuses(record, "records")
  end)

  it("with a damaged dictionary is refused", function()
    for _, shape in ipairs { "(-1,)", "(1.5,)", "(99999999999999999999,)", "(1 2)", "(1,", "[1]", "None" } do
      refuses(npy("|u1", "False", shape, "x"), "damaged npy header")
    end
    refuses(npy("|u1", "Maybe", "(1,)", "x"), "damaged npy header")
    refuses(npy("|u1', 'descr': '|u1", "False", "(1,)", "x"), "damaged npy header")
    refuses("\x93NUMPY\1\0\x10\0__import__('os')", "damaged npy header")
    refuses("\x93NUMPY\2\0\xff\xff\xff\xff", "damaged npy header")
  end)

  it("of another kind is refused", function()
    refuses("\x89PNG\r\n\x1a\n", "not an npy file")
    refuses("\x93NUMPY\9\0\0\0", "version 9.0")
    refuses(npy("|u1", "False", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", "x"), "at most 8 dimensions")
  end)
end)
