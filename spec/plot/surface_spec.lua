local la = require "latent"
local support = require "plot.support"

local pixels, is, words = support.pixels, support.is, support.words

local function hills(n)
  local x = la.linspace(-3, 3, n)
  local X, Y = x:reshape(1, n):expand(n, n), x:reshape(n, 1):expand(n, n)
  return x, (-(X - 1):square() - Y:square()):exp() - (-X:square() - (Y + 1.5):square()):exp()
end

describe("the words around a surface", function()
  it("name values on all axes, stay in the picture, and do not touch each other", function()
    local x, z = hills(20)
    for _, view in ipairs { { 30, -60 }, { 20, 45 }, { 60, 150 }, { -25, -120 }, { 0, -90 }, { 35, 10 } } do
      for _, surface in ipairs { z, z * 1000, la.tensor { { 1, 2 }, { 3, 1 } } } do
        local fig = la.plot.figure { xlabel = "width", ylabel = "depth", width = 480, height = 400 }:zlabel "height"
        local at = surface:size(1) == 20 and x or la.tensor { 1, 2 }
        fig:surface(at, at, surface, { elev = view[1], azim = view[2] })
        local list, seen = words(fig), {}
        for i, a in ipairs(list) do
          seen[a.words] = true
          assert.is_true(a.x > 0 and a.x < 480 and a.y > 0 and a.y < 400, a.words)
          for k = 1, i - 1 do
            local b = list[k]
            local apart = math.abs(a.x - b.x) > 5 or math.abs(a.y - b.y) > 9
            assert.is_true(apart, ("%s and %s from %d, %d"):format(a.words, b.words, view[1], view[2]))
          end
        end
        assert.is_true(seen.width and seen.depth and seen.height)
        assert.is_true(#list >= 7, #list)
      end
    end
  end)

  it("go with axis = false, and obey the limits and ticks that are set", function()
    local x, z = hills(10)
    local fig = la.plot.figure { width = 480, height = 400 }:surface(x, x, z):axis(false)
    assert.equal(0, #words(fig))
    fig:axis(true):xticks({ -1, 1 }, { "left", "right" }):zlim(-4, 4)
    local seen = {}
    for _, t in ipairs(words(fig)) do seen[t.words] = true end
    assert.is_true(seen.left and seen.right and seen["−4"] and seen["4"])
  end)
end)

describe("the axes of an animated surface", function()
  it("stand still along z too", function()
    local movie = la.plot.animate(3, function(fig, i) fig:surface(la.tensor { { 0, 0 }, { i, 2 * i } }) end)
    local function numbers(frame)
      local list = {}
      for _, t in ipairs(words(movie:frame(frame))) do list[#list + 1] = t.words end
      table.sort(list)
      return table.concat(list, " ")
    end
    assert.equal(numbers(3), numbers(1))
    assert.is_truthy(numbers(1):find "6")
  end)
end)

describe("a surface", function()
  local function flat(z, options)
    options.linewidth = 0
    local n = la.linspace(0, 1, z:size(1))
    local fig = la.plot.figure { width = 300, height = 240, axis = false }:surface(la.tensor { 0, 1 }, n, z, options)
    return pixels(fig), fig:layout()[1]
  end

  it("hides what is behind it", function()
    local wall = la.tensor { { 1, 1 }, { -1, -1 }, { 2, 2 } } -- cells of mean height 0 and 0.5, one behind the other
    local colors = { [-90] = 0x21908C, [90] = 0xBBDF27 }
    for azim, rgb in pairs(colors) do
      local picture, axes = flat(wall, { elev = 0, azim = azim, vmin = -0.6, vmax = 0.6 })
      assert.is_true(is(picture, axes.x + axes.w / 2, axes.y + axes.h / 2, rgb, 60), azim)
    end
  end)

  it("stands where its values are", function()
    local fig = la.plot.figure { width = 300, height = 240, axis = false }:zlim(0, 10)
    fig:surface(la.tensor { { 0, 0 }, { 0, 0 }, { 10, 10 } }, { elev = 0, azim = -90, linewidth = 0 })
    local picture, axes = pixels(fig), fig:layout()[1]
    local height = 0
    for y = 0, 239 do
      if not is(picture, axes.x + axes.w / 2, y, 0xFFFFFF, 5) then height = height + 1 end
    end
    assert.is_true(math.abs(height - math.min(axes.h, 0.75 * axes.w)) < 4, height)
  end)

  it("leaves out what is beyond the limits, and holes", function()
    local _, z = hills(30)
    local function colored(fig)
      local picture, n = pixels(fig), 0
      for y = 0, picture.height - 1, 2 do
        for x = 0, picture.width - 1, 2 do
          local r, g, b = picture:at(x, y)
          if math.max(r, g, b) - math.min(r, g, b) > 40 then n = n + 1 end
        end
      end
      return n
    end
    local function figure() return la.plot.figure { width = 300, height = 240, axis = false } end
    local whole = colored(figure():surface(z, { elev = 80, linewidth = 0 }))
    local half = z:clone()
    half[{ { 1, 15 } }] = 0 / 0
    local holed = colored(figure():surface(half, { elev = 80, linewidth = 0 }))
    assert.is_true(math.abs(holed / whole - 0.48) < 0.06, holed / whole)
    local cut = colored(figure():surface(z, { elev = 80, linewidth = 0 }):xlim(1, 59))
    assert.is_true(math.abs(cut / whole - 0.5) < 0.06, cut / whole)
  end)
end)
