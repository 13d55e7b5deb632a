local la = require "latent"
local scratch = require "io.scratch"

local function file(header, data)
  return string.pack("<s8", header) .. data
end

describe("a .safetensors file", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  local function load(header, data) return la.load(files:write("a.safetensors", file(header, data))) end

  it("gives tensors by name, and its metadata", function()
    local header = [[{"__metadata__":{"format":"pt","by":"h\u00e4nd"},
      "0.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
      "0.bias":{"shape":[2],"data_offsets":[24,40],"dtype":"F64"},
      "step":{"dtype":"I64","shape":[],"data_offsets":[40,48]}}   ]]
    local t, metadata = load(header, string.pack("<ffffffddi8", 1, 2, 3, 4, 5, 6, 0.5, -0.5, 7))
    assert.same({ { 1, 2, 3 }, { 4, 5, 6 } }, t["0.weight"]:totable())
    assert.equal("float32", t["0.weight"].dtype)
    assert.same({ 0.5, -0.5 }, t["0.bias"]:totable())
    assert.equal("float64", t["0.bias"].dtype)
    assert.equal(7, t.step:item())
    assert.same({ format = "pt", by = "händ" }, metadata)
  end)

  local types = {
    { "BOOL", "bool", "\1\0", { true, false } },
    { "U8", "uint8", "\1\255", { 1, 255 } },
    { "I8", "int64", "\1\255", { 1, -1 } },
    { "I16", "int64", string.pack("<i2i2", -300, 300), { -300, 300 } },
    { "U16", "int64", string.pack("<I2I2", 65535, 1), { 65535, 1 } },
    { "I32", "int64", string.pack("<i4i4", -70000, 1), { -70000, 1 } },
    { "U32", "int64", string.pack("<I4I4", 4000000000, 1), { 4000000000, 1 } },
    { "F16", "float32", string.pack("<I2I2", 0x3c00, 0x7bff), { 1, 65504 } },
    { "BF16", "float32", string.pack("<I2I2", 0x3f80, 0xc010), { 1, -2.25 } },
  }
  for _, case in ipairs(types) do
    local code, dtype, data, values = table.unpack(case)
    it(("with elements %s gives %s"):format(code, dtype), function()
      local t = load(('{"x":{"dtype":"%s","shape":[2],"data_offsets":[0,%d]}}'):format(code, #data), data)
      assert.equal(dtype, t.x.dtype)
      assert.same(values, t.x:totable())
    end)
  end

  it("may be empty", function()
    assert.is_nil(next((load("{}", ""))))
    assert.same({ 0, 3 }, load('{"x":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}', "").x.shape)
  end)

  it("written by la.save has the bytes of the official library", function()
    la.save(files:path "b.safetensors", {
      b = la.tensor { 1, 2 }, a = la.tensor { 3 }, i = la.tensor({ 4 }, { dtype = "int64" }),
      d = la.tensor({ 5 }, { dtype = "float64" }),
    }, { metadata = { format = "pt" } })
    local header = '{"__metadata__":{"format":"pt"},"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},'
      .. '"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"a":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},'
      .. '"b":{"dtype":"F32","shape":[2],"data_offsets":[20,28]}}'
    header = header .. (" "):rep(-#header % 8)
    assert.equal(file(header, string.pack("<i8dfff", 4, 5, 3, 1, 2)), files:read "b.safetensors")
  end)

  it("returns what was saved", function()
    local saved = { ['odd "name"\n'] = la.arange(1, 6):reshape(2, 3):t(), empty = la.zeros(0, 2), one = la.tensor(2.5),
      large = la.randn(100, 100) }
    la.save(files:path "c.safetensors", saved)
    local back, metadata = la.load(files:path "c.safetensors")
    assert.same({}, metadata)
    for name, x in pairs(saved) do
      assert.same(x.shape, back[name].shape)
      assert.same(x:totable(), back[name]:totable())
    end
  end)

  it("refuses what it cannot hold", function()
    local path = files:path "no.safetensors"
    assert.has_error(function() la.save(path, { __metadata__ = la.ones(1) }) end)
    assert.has_error(function() la.save(path, { ["\xff"] = la.ones(1) }) end)
    assert.has_error(function() la.save(path, { x = la.ones(1) }, { metadata = { step = 5 } }) end)
    assert.has_error(function() la.save(path, { x = la.ones(1) }, { note = "x" }) end)
    assert.has_error(function() la.save(path, { x = 5 }) end)
  end)

  local function refuses(reason, header, data)
    local ok, message = pcall(load, header, data)
    assert.is_false(ok)
    assert.matches("a.safetensors: ", message, 1, true)
    assert.matches(reason, message, 1, true)
  end

  local function two(a, b)
    return ('{"a":{"dtype":"F32","shape":[4],"data_offsets":[%s]},"b":{"dtype":"F32","shape":[4],"data_offsets":[%s]}}')
      :format(a, b)
  end

  it("with overlapping, missing or far data is refused", function()
    local data = ("x"):rep(32)
    assert.has_no_error(function() load(two("0,16", "16,32"), data) end)
    assert.has_no_error(function() load(two("16,32", "0,16"), data) end)
    refuses("do not begin where others end", two("0,16", "8,24"), data)
    refuses("do not begin where others end", two("0,16", "0,16"), data)
    refuses("do not begin where others end", two("0,16", "20,36"), data .. "xxxx")
    refuses("do not begin where others end", two("4,20", "20,36"), data .. "xxxx")
    refuses("truncated: 1 of 32 bytes", two("0,16", "16,32"), data:sub(2))
    refuses("1 bytes more", two("0,16", "16,32"), data .. "x")
    refuses("do not fit its shape", two("0,15", "15,31"), data)
    refuses("no data_offsets", two("16,0", "16,32"), data)
    refuses("no data_offsets", two("0", "16,32"), data)
    refuses("no data_offsets", two("0,16,32", "16,32"), data)
    refuses("no data_offsets", two("-16,0", "0,16"), data)
    refuses("no data_offsets", two("0,1e300", "0,16"), data)
  end)

  local function one(text, n) return ('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}'):gsub(text, n) end

  it("with a header that makes no sense is refused", function()
    refuses("do not fit its shape", one("%[4%]", "[1099511627776]"), "xxxx")
    refuses("do not fit its shape", one("%[4%]", "[4294967296,4294967296,4294967296]"), "xxxx")
    refuses("no whole number", one("%[4%]", "[-4]"), "xxxx")
    refuses("no whole number", one("%[4%]", "[1.5]"), "xxxx")
    refuses("no whole number", one("%[4%]", '["4"]'), "xxxx")
    refuses("more than 8 dimensions", one("%[4%]", "[1,1,1,1,1,1,1,1,4]"), "xxxx")
    refuses("F8_E4M3 cannot be read", one("U8", "F8_E4M3"), "xxxx")
    refuses("no dtype", one('"dtype":"U8",', ""), "xxxx")
    refuses("a key twice", one('"U8",', '"U8","dtype":"U8",'), "xxxx")
    refuses("an unknown key", one('"U8",', '"U8","type":"U8",'), "xxxx")
    refuses("is there twice", one("^{(.*)}$", "{%1,%1}"), "xxxx")
    refuses("not described", '{"a":5}', "")
    refuses("__metadata__", '{"__metadata__":{"a":5}}', "")
    refuses("not JSON", "[]", "")
    refuses("not JSON", "{} x", "")
    refuses("not JSON", "{}\0", "")
    refuses("not JSON", ('{"a":'):rep(100000), "")
  end)

  it("is refused wherever it is cut off", function()
    local whole = file(one("", ""), "xxxx")
    for length = 0, #whole - 1 do
      local ok, message = pcall(la.load, files:write("cut.safetensors", whole:sub(1, length)))
      assert.is_false(ok)
      assert.matches("truncated", message)
    end
  end)

  it("with a header that is larger than any takes no memory for it", function()
    local ok, message = pcall(la.load, files:write("big.safetensors", string.pack("<i8", 1 << 62) .. "{}"))
    assert.is_false(ok)
    assert.matches("not a safetensors file", message)
  end)
end)
