local hex = require "io.hex"
local la = require "latent"
local scratch = require "io.scratch"

-- What Python's zipfile makes of w.npy, [[1.5, 2.5]] in float64, and b.npy, [0, 1, 2] in int64.
local DEFLATED = hex [[
  504b030414000000080000002100b64e0f744c0000005600000005000000772e6e70799bec17ea1b10c9c860c350ad9e925a9c5ca46e
  a5a06e9366a1aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91a863a0a469a3a0ab55c0c60f0c31e42b3
  380000504b03041400000008000000210008f1dbbb490000005c00000005000000622e6e70799bec17ea1b10c9c860c550ad9e925a9c
  5ca46ea5a06e9369a1aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91ac63a9a3a0ab55c0c50c008a599
  a03400504b0102140314000000080000002100b64e0f744c00000056000000050000000000000000000000800100000000772e6e7079
  504b010214031400000008000000210008f1dbbb490000005c00000005000000000000000000000080016f000000622e6e7079504b05
  06000000000200020066000000db0000000000
]]

describe("an .npz file", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  it("gives a table of tensors by name", function()
    local a = la.load(files:write("a.npz", DEFLATED))
    assert.same({ { 1.5, 2.5 } }, a.w:totable())
    assert.equal("float64", a.w.dtype)
    assert.same({ 0, 1, 2 }, a.b:totable())
    assert.equal("int64", a.b.dtype)
  end)

  it("returns what was saved, stored and compressed", function()
    local saved = {
      ["0.weight"] = la.arange(1, 12):reshape(3, 4):t(),
      bias = la.zeros(0, 5),
      one = la.tensor(7),
      large = la.arange(1, 100000):reshape(100, 1000):to "float64",
    }
    for _, compress in ipairs { false, true } do
      la.save(files:path "b.npz", saved, { compress = compress })
      local back = la.load(files:path "b.npz")
      for name, x in pairs(saved) do
        assert.equal(x.dtype, back[name].dtype)
        assert.same(x.shape, back[name].shape)
        assert.same(x:totable(), back[name]:totable())
      end
      for name in pairs(back) do assert.is_not_nil(saved[name]) end
    end
  end)

  it("is smaller when compressed", function()
    local zeros = { x = la.zeros(10000) }
    la.save(files:path "stored.npz", zeros)
    la.save(files:path "deflated.npz", zeros, { compress = true })
    assert.is_true(#files:read "stored.npz" > 40000)
    assert.is_true(#files:read "deflated.npz" < 1000)
  end)

  it("has the same bytes whenever the same tensors are saved", function()
    la.save(files:path "first.npz", { a = la.ones(3), b = la.ones(2), c = la.ones(1) })
    la.save(files:path "second.npz", { c = la.ones(1), b = la.ones(2), a = la.ones(3) })
    assert.equal(files:read "first.npz", files:read "second.npz")
  end)

  it("is refused wherever it is cut off or damaged", function()
    for length = 0, #DEFLATED - 1 do
      assert.is_false(pcall(la.load, files:write("cut.npz", DEFLATED:sub(1, length))))
    end
    local at = DEFLATED:find("w.npy", 1, true) + 30
    local damaged = DEFLATED:sub(1, at) .. "\xee" .. DEFLATED:sub(at + 2)
    local ok, message = pcall(la.load, files:write("damaged.npz", damaged))
    assert.is_false(ok)
    assert.matches("damaged.npz: w: ", message, 1, true)
  end)

  it("never takes more memory than it can unpack to", function()
    la.save(files:path "bomb.npz", { x = la.zeros(1) })
    local bytes = files:read "bomb.npz"
    -- The archive's directory claims two gigabytes, packed and unpacked.
    local central = bytes:find("PK\1\2", 1, true)
    bytes = bytes:sub(1, central + 19) .. string.pack("<I4I4", 0x7fffffff, 0x7fffffff) .. bytes:sub(central + 28)
    local ok, message = pcall(la.load, files:write("bomb.npz", bytes))
    assert.is_false(ok)
    assert.matches("larger than the file", message, 1, true)
  end)

  it("refuses what is not a table of tensors", function()
    local path = files:path "no.npz"
    assert.has_error(function() la.save(path, la.ones(3)) end)
    assert.has_error(function() la.save(path, {}) end)
    assert.has_error(function() la.save(path, { la.ones(3) }) end)
    local ok, message = pcall(la.save, path, { weight = 5 })
    assert.is_false(ok)
    assert.matches("'weight' must be a tensor, not a number", message, 1, true)
    ok, message = pcall(la.save, path, { weight = la.ones(1) }, { compression = 9 })
    assert.is_false(ok)
    assert.matches("unknown option 'compression' (known: compress)", message, 1, true)
  end)
end)
