local la = require "latent"
local scratch = require "io.scratch"

local function idx(code, sizes, data)
  local bytes = string.char(0, 0, code, #sizes)
  for _, size in ipairs(sizes) do bytes = bytes .. string.pack(">I4", size) end
  return bytes .. data
end

describe("an IDX file", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  it("gives bytes as uint8", function()
    local x = la.load(files:write("some-images-idx3-ubyte", idx(0x08, { 1, 2, 3 }, "\0\1\2\3\4\255")))
    assert.equal("uint8", x.dtype)
    assert.same({ { { 0, 1, 2 }, { 3, 4, 255 } } }, x:totable())
  end)

  local types = {
    { 0x09, "int64", "\xff\1", { -1, 1 } },
    { 0x0b, "int64", string.pack(">i2i2", -300, 300), { -300, 300 } },
    { 0x0c, "int64", string.pack(">i4i4", -70000, 70000), { -70000, 70000 } },
    { 0x0d, "float32", string.pack(">ff", -0.5, 1.25), { -0.5, 1.25 } },
    { 0x0e, "float64", string.pack(">dd", -0.1, 0.1), { -0.1, 0.1 } },
  }
  for _, case in ipairs(types) do
    local code, dtype, data, values = table.unpack(case)
    it(("of type 0x%02x gives %s"):format(code, dtype), function()
      local x = la.load(files:write("x.idx", idx(code, { 2 }, data)))
      assert.equal(dtype, x.dtype)
      assert.same(values, x:totable())
    end)
  end

  it("is known by its names", function()
    local bytes = idx(0x08, { 2 }, "\5\6")
    for _, name in ipairs { "train-labels-idx1-ubyte", "t10k-labels.idx1-ubyte", "x.idx", "X.IDX", "a-idx1-int" } do
      assert.same({ 5, 6 }, la.load(files:write(name, bytes)):totable())
    end
  end)

  it("may be packed with gzip, whatever its name says", function()
    files:write("packed-idx1-ubyte", idx(0x08, { 50000 }, ("abcde"):rep(10000)))
    files:run "gzip -k packed-idx1-ubyte && cp packed-idx1-ubyte.gz other-idx1-ubyte"
    for _, name in ipairs { "packed-idx1-ubyte.gz", "other-idx1-ubyte" } do
      local x = la.load(files:path(name))
      assert.same({ 50000 }, x.shape)
      assert.same({ 97, 98, 99, 100, 101, 97 }, x[{ { 1, 6 } }]:totable())
      assert.equal(101, x[50000])
    end
  end)

  it("written by la.save has the bytes that the format asks for", function()
    local function bytes(x, name)
      la.save(files:path(name or "b.idx"), x)
      return files:read(name or "b.idx")
    end
    local function whole(values) return la.tensor(values, { dtype = "int64" }) end
    assert.equal(idx(0x08, { 2, 1 }, "\7\255"), bytes(whole({ { 7 }, { 255 } }):to "uint8"))
    assert.equal(idx(0x0c, { 2 }, string.pack(">i4i4", -70000, 7)), bytes(whole { -70000, 7 }))
    assert.equal(idx(0x0d, { 2 }, string.pack(">ff", 0.5, -2)), bytes(la.tensor { 0.5, -2 }))
    assert.equal(idx(0x0e, { 1 }, string.pack(">d", 0.1)), bytes(la.tensor({ 0.1 }, { dtype = "float64" })))
    local ok, message = pcall(la.save, files:path "b.idx", whole { 1 << 40 })
    assert.is_false(ok)
    assert.matches("1099511627776 does not fit", message, 1, true)
  end)

  it("returns what was saved, packed or not, and packs where its name ends in .gz", function()
    local x = la.arange(1, 60000):reshape(200, 300):t()
    for _, name in ipairs { "c.idx", "c-idx2-float.gz" } do
      la.save(files:path(name), x)
      assert.is_true(la.load(files:path(name)):eq(x):all())
    end
    assert.equal("\x1f\x8b", files:read("c-idx2-float.gz"):sub(1, 2))
    la.save(files:path "d.idx", la.zeros(100000))
    la.save(files:path "d.idx.gz", la.zeros(100000))
    assert.is_true(#files:read "d.idx.gz" * 100 < #files:read "d.idx")
  end)

  local function refuses(name, bytes, reason)
    local ok, message = pcall(la.load, files:write(name, bytes))
    assert.is_false(ok)
    assert.matches(name, message, 1, true)
    assert.matches(reason, message, 1, true)
  end

  it("that is none is refused", function()
    refuses("a.idx", "", "not an IDX file: it has only 0 bytes")
    refuses("a.idx", "\x89PNG\r\n\x1a\n", "not an IDX file: it begins with 89 50 4e 47")
    refuses("a.idx", idx(0x07, { 1 }, "x"), "not an IDX file")
    refuses("a.idx", "\0\0\x08\xff" .. ("\0\0\0\1"):rep(255) .. "x", "255 dimensions")
  end)

  it("that lies about its size is refused before memory is taken", function()
    refuses("a.idx", idx(0x08, { 0xffffffff, 0xffffffff, 256 }, "xxxx"), "truncated")
    refuses("a.idx", idx(0x0e, { 3 }, ("x"):rep(23)), "truncated: the shape [3]")
    refuses("a.idx", idx(0x08, { 3 }, "xxxx"), "more bytes than its shape [3] needs")
  end)

  it("packed with gzip is refused when cut off, damaged, or too short for its claim", function()
    files:write("whole", idx(0x08, { 10000 }, ("abcdefghij"):rep(1000)))
    files:run "gzip -k whole"
    local packed = files:read "whole.gz"
    for length = 3, #packed - 1 do
      local ok, message = pcall(la.load, files:write("cut.idx.gz", packed:sub(1, length)))
      assert.is_false(ok)
      assert.matches("cut.idx.gz", message, 1, true)
    end
    refuses("crc.idx.gz", packed:sub(1, -9) .. "wrongcrc", "damaged gzip data")
    files:write("bomb", idx(0x0e, { 0x7fffffff }, ("\0"):rep(1000000)))
    files:run "gzip -k bomb"
    refuses("bomb.idx.gz", files:read "bomb.gz", "truncated")
  end)
end)
