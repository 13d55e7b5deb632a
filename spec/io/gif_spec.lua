-- The frames of GIFs, and PNGs from memory, as animations use them.
local la = require "latent"
local gif = require "plot.gif"
local pictures = require("latent.core").pictures

--- A GIF of pictures of one size, decoded again.
local function frames_of(...)
  local list = { ... }
  local parts = { "GIF89a", ("<I2I2BBB"):pack(list[1].shape[2], list[1].shape[1], 0x70, 0, 0) }
  for i, picture in ipairs(list) do parts[i + 2] = pictures.gif_frame(picture, list[i - 1], 7) end
  return gif.decode(table.concat(parts) .. ";")
end

--- The largest difference between a frame and the picture [h, w, 3] that it shows.
local function distance(frame, picture)
  local h, w = picture.shape[1], picture.shape[2]
  local list = {}
  for y = 0, h - 1 do
    for x = 0, w - 1 do
      local n = #list
      list[n + 1], list[n + 2], list[n + 3] = frame:at(x, y)
    end
  end
  return (la.tensor(list):reshape(h, w, 3) - picture:to "float32"):abs():max()
end

local function bytes(t) return t:to "uint8" end

describe("frames of a GIF", function()
  setup(function() la.manual_seed(5) end)

  it("keep up to 255 colours as they are, in any pattern and however many codes it takes", function()
    local colours = bytes(la.randint(0, 31, { 200, 3 }) * 8)
    local noise = colours[la.randint(1, 200, { 150 * 170 })]:reshape(150, 170, 3)
    local plain = bytes(la.full({ 150, 170, 3 }, 240))
    local frames = frames_of(noise, plain, noise)
    assert.equal(3, #frames)
    assert.equal(0, distance(frames[1], noise))
    assert.equal(0, distance(frames[2], plain))
    assert.equal(0, distance(frames[3], noise))
    assert.equal(7, frames[1].delay)
  end)

  it("choose near colours where there are more", function()
    local ramp = la.linspace(0, 255, 120)
    local picture = bytes(la.stack({
      ramp:reshape(1, 120):expand(120, 120), ramp:reshape(120, 1):expand(120, 120), la.full({ 120, 120 }, 80),
    }, 3):round())
    local far = distance(frames_of(picture)[1], picture)
    assert.is_true(far <= 24, "off by " .. far)
  end)

  it("hold only what has changed", function()
    local a = bytes(la.randint(0, 255, { 64, 64, 3 }))
    local b = a:clone()
    b[{ { 20, 21 }, { 30, 40 } }] = 7
    local first, second, same = pictures.gif_frame(a, nil, 1), pictures.gif_frame(b, a, 1), pictures.gif_frame(a, a, 1)
    assert.is_true(#second < 850 and #same < 800 and #first > 4000) -- 768 bytes are the colours
    local left, top, w, h = string.unpack("<I2I2I2I2", second, 10)
    assert.same({ 29, 19, 11, 2 }, { left, top, w, h })
    local frames = frames_of(a, b, b)
    local far = distance(frames[1], a)
    for i = 2, 3 do
      assert.is_true(distance(frames[i], b) <= far)
      assert.same({ 7, 7, 7 }, { frames[i]:at(30, 20) })
    end
  end)

  it("of one pixel work", function()
    local dot = bytes(la.tensor { { { 1, 2, 3 } } })
    assert.same({ 1, 2, 3 }, { frames_of(dot)[1]:at(0, 0) })
    assert.same({ 1, 2, 3 }, { frames_of(dot, dot)[2]:at(0, 0) })
  end)

  it("say what is wrong with a picture", function()
    local good = la.zeros(4, 5, 3, { dtype = "uint8" })
    local function fails(words, ...)
      local ok, message = pcall(pictures.gif_frame, ...)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find(words, 1, true), message)
    end
    fails("not float32 [4, 5, 3]", la.zeros(4, 5, 3), nil, 1)
    fails("not uint8 [4, 5]", la.zeros(4, 5, { dtype = "uint8" }), nil, 1)
    fails("not uint8 [0, 5, 3]", la.zeros(0, 5, 3, { dtype = "uint8" }), nil, 1)
    fails("frames differ in size: [4, 5, 3] after [5, 4, 3]", good, la.zeros(5, 4, 3, { dtype = "uint8" }), 1)
    fails("a delay is from 0 to 65535", good, nil, -1)
  end)
end)

describe("a PNG in memory", function()
  it("is decoded, or the reason said", function()
    local png = la.plot.figure({ width = 120, height = 90 }):line({ 1, 2 }):render "png"
    assert.same({ 90, 120, 3 }, pictures.decode_png(png).shape)
    assert.has_error(function() pictures.decode_png "GIF89a" end)
    for size = 0, #png - 1, 101 do assert.has_error(function() pictures.decode_png(png:sub(1, size)) end) end
  end)
end)
