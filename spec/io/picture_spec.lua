local hex = require "io.hex"
local la = require "latent"
local scratch = require "io.scratch"

-- Made by hand and read by Pillow as the values below.
local PNG_HEAD = "89504e470d0a1a0a0000000d49484452"
local GREY = PNG_HEAD .. [[
  000000020000000308000000009c81815d000000114944415478da63603066489bc970e63f00086702fe143885470000000049454e
  44ae426082]]
local COLOUR = PNG_HEAD .. [[
  000000020000000108020000007b40e8dd0000000f4944415478da63f8cfc0c0c8c40c00060b0106bd70256a0000000049454e44ae
  426082]]
local ONE_BIT = PNG_HEAD .. [[
  00000003000000020100000000b50f5bb70000000c4944415478da6358c0e00000022400e14d16e85e0000000049454e44ae426082]]
local PALETTE = PNG_HEAD .. [[
  0000000300000001020300000066 8efc2700000009504c54450a141e28323c46505a16ac84740000000a4944415478da6390000000
  1a001980008ebb0000000049454e44ae426082]]
local SIXTEEN_BIT = PNG_HEAD .. [[
  0000000200000001100000000081d9fc150000000d4944415478da636868f8ff1f00068202ff6ce043230000000049454e44ae4260
  82]]
local TRANSPARENT = PNG_HEAD .. [[
  000000020000000108060000 00f4227f8a0000000f4944415478da634839c1f01f881900118403582c31a4870000000049454e44ae
  426082]]
local INTERLACED = PNG_HEAD .. [[
  00000002000000020800000001 20da626e0000000f4944415478da636064606260660100001f000b2a1978130000000049454e44ae
  426082]]
local JPEG_TABLES = [[
  ffd8ffe000104a46494600010100000100010000ffdb0043000302020302020303030304030304050805050404050a070706080c0a0c
  0c0b0a0b0b0d0e12100d0e110e0b0b1016101113141515150c0f171816141812141514]]
local JPEG_GREY = JPEG_TABLES .. [[
  ffc0000b080008000801011100ffc40014000100000000000000000000000000000004ffc40018100002030000000000000000000000
  000000094785c4ffda0008010100003f003aef902bf49fffd9]]
local JPEG_COLOUR = JPEG_TABLES .. [[
  ffdb00430103040405040509050509140d0b0d1414141414141414141414141414141414141414141414141414141414141414141414
  141414141414141414141414141414141414141414141414ffc00011080008000803012200021101031101ffc4001500010100000000
  000000000000000000000004ffc40014100100000000000000000000000000000000ffc4001501010100000000000000000000000000
  000708ffc40014110100000000000000000000000000000000ffda000c03010002110311003f0090007a907fffd9]]

describe("a picture", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  local function load(name, digits) return la.load(files:write(name, hex(digits))) end

  it("in grey is read as [h, w]", function()
    local x = load("grey.png", GREY)
    assert.equal("uint8", x.dtype)
    assert.same({ { 0, 51 }, { 102, 153 }, { 204, 255 } }, x:totable())
    assert.same({ { 255, 0, 255 }, { 0, 255, 0 } }, load("one_bit.png", ONE_BIT):totable())
    assert.same({ { 128, 255 } }, load("sixteen.png", SIXTEEN_BIT):totable())
    assert.same({ { 1, 2 }, { 3, 4 } }, load("interlaced.png", INTERLACED):totable())
    local row = { 50, 50, 50, 50, 200, 200, 200, 200 }
    assert.same({ row, row, row, row, row, row, row, row }, load("grey.jpg", JPEG_GREY):totable())
  end)

  it("in colours is read as [h, w, 3]", function()
    assert.same({ { { 255, 0, 0 }, { 1, 2, 3 } } }, load("colour.png", COLOUR):totable())
    assert.same({ { { 10, 20, 30 }, { 40, 50, 60 }, { 70, 80, 90 } } }, load("palette.png", PALETTE):totable())
    local x = load("COLOUR.JPEG", JPEG_COLOUR)
    assert.same({ 8, 8, 3 }, x.shape)
    assert.same({ 200, 100, 50 }, x[{ 8, 8 }]:totable())
  end)

  it("shows white paper where it is transparent", function()
    assert.same({ { { 100, 200, 0 }, { 255, 255, 255 } } }, load("clear.png", TRANSPARENT):totable())
  end)

  it("saved as PNG comes back as it was", function()
    for _, x in ipairs { la.randint(0, 255, { 30, 20 }), la.randint(0, 255, { 30, 20, 3 }) } do
      la.save(files:path "a.png", x:to "uint8")
      local back = la.load(files:path "a.png")
      assert.same(x.shape, back.shape)
      assert.same(x:totable(), back:totable())
      la.save(files:path "a.png", x:transpose(1, 2))
      assert.same(x:transpose(1, 2):totable(), la.load(files:path "a.png"):totable())
    end
  end)

  it("saved as JPEG comes back nearly as it was", function()
    local smooth = la.linspace(0, 1, 32):reshape(-1, 1) * la.ones(1, 48)
    for _, x in ipairs { smooth, la.stack({ smooth, 1 - smooth, smooth * 0.5 }, 3) } do
      la.save(files:path "a.jpg", x, { quality = 95 })
      local back = la.load(files:path "a.jpg")
      assert.same(x.shape, back.shape)
      assert.is_true((back:to "float32" / 255 - x):abs():max() < 0.03)
    end
  end)

  it("is smaller as a JPEG of lower quality", function()
    local x = la.rand(64, 64)
    la.save(files:path "good.jpg", x, { quality = 95 })
    la.save(files:path "poor.jpg", x, { quality = 10 })
    assert.is_true(#files:read "poor.jpg" * 3 < #files:read "good.jpg")
  end)

  it("may be given as floats from 0 to 1, whole numbers or truth values", function()
    local function stored(x)
      la.save(files:path "b.png", x)
      return la.load(files:path "b.png"):totable()
    end
    assert.same({ { 0, 128, 255 } }, stored(la.tensor { { 0, 0.5, 1 } }))
    assert.same({ { 0, 255, 0 } }, stored(la.tensor { { -1, 2, 0 / 0 } }))
    assert.same({ { 0, 7, 255 } }, stored(la.tensor({ { -3, 7, 300 } }, { dtype = "int64" })))
    assert.same({ { 0, 255 } }, stored(la.tensor { { 0, 1 } }:gt(0)))
    assert.same({ { 255 }, { 0 } }, stored(la.tensor { { { 1 } }, { { 0 } } }))
  end)

  it("has two dimensions, or three with one or three colours", function()
    for _, x in ipairs { la.ones(3), la.ones(2, 2, 4), la.ones(2, 2, 3, 1), la.ones(0, 2) } do
      for _, name in ipairs { "c.png", "c.jpg" } do
        local ok, message = pcall(la.save, files:path(name), x)
        assert.is_false(ok)
        assert.matches("a picture is [h, w], [h, w, 1] or [h, w, 3], not [", message, 1, true)
      end
    end
    assert.has_error(function() la.save(files:path "c.png", "text") end)
    assert.has_error(function() la.save(files:path "c.jpg", la.ones(2, 2), { quality = 0 }) end)
    assert.has_error(function() la.save(files:path "c.jpg", la.ones(1, 70000)) end)
    assert.is_nil(table.concat(files:list(), " "):find "c%.")
  end)

  it("is refused wherever its file is cut off", function()
    for name, digits in pairs { ["cut.png"] = COLOUR, ["cut.jpg"] = JPEG_COLOUR } do
      local whole = hex(digits)
      for length = 0, #whole - 1 do
        local ok, message = pcall(la.load, files:write(name, whole:sub(1, length)))
        assert.is_false(ok, name .. " of " .. length)
        assert.matches(name, message, 1, true)
      end
    end
  end)

  it("that is damaged or of another kind is refused", function()
    local function refuses(name, bytes, reason)
      local ok, message = pcall(la.load, files:write(name, bytes))
      assert.is_false(ok)
      assert.matches(reason, message, 1, true)
    end
    refuses("bad.png", hex(JPEG_GREY), "not a PNG file")
    refuses("bad.jpg", hex(GREY), "not a JPEG file")
    local damaged = hex(GREY)
    refuses("bad.png", damaged:sub(1, 45) .. "\xee" .. damaged:sub(47), "bad.png: ")
  end)

  it("that claims more pixels than its file can hold takes no memory for them", function()
    -- The checksum of the header is right for a million by a million pixels.
    local huge = hex("89504e470d0a1a0a0000000d49484452000f4240000f42400800000000790667a1") .. hex(GREY):sub(34)
    local ok, message = pcall(la.load, files:write("huge.png", huge))
    assert.is_false(ok)
    assert.matches("1000000 x 1000000 pixels need more than its 74 bytes", message, 1, true)
    local jpeg = hex(JPEG_GREY):gsub("\xff\xc0\0\x0b\8\0\8\0\8", "\xff\xc0\0\x0b\8\xff\xff\xff\xff")
    ok, message = pcall(la.load, files:write("huge.jpg", jpeg))
    assert.is_false(ok)
    assert.matches("huge.jpg: ", message, 1, true)
  end)
end)
