local la = require "latent"
local support = require "plot.support"

local pixels, is, near, count = support.pixels, support.is, support.near, support.count
local BLUE, ORANGE, GREEN = 0x0173B2, 0xDE8F05, 0x029E73

local function small(options)
  options = options or {}
  options.width, options.height = options.width or 240, options.height or 180
  return la.plot.figure(options)
end

describe("a picture of a line", function()
  it("passes through its points", function()
    local fig = small():line({ 0, 1, 2, 3 }, { 0, 2, 1, 3 }, { linewidth = 3 })
    local picture, axes = pixels(fig), fig:layout()[1]
    for _, p in ipairs { { 0.5, 1 }, { 1.5, 1.5 }, { 2.5, 2 }, { 3, 3 } } do
      assert.is_true(near(picture, axes:px(p[1]), axes:py(p[2]), BLUE, 1), table.concat(p, ", "))
    end
    assert.is_false(near(picture, axes:px(0.5), axes:py(2), BLUE, 3))
  end)

  it("is the same from tensors of any dtype, from lists, and with x left out", function()
    local wanted = small():line({ 1, 2, 3 }, { 3, 1, 2 }):render "png"
    local y = la.tensor { 3, 1, 2 }
    for _, dtype in ipairs { "uint8", "int64", "float32", "float64" } do
      assert.equal(wanted, small():line(la.arange(1, 3), y:to(dtype)):render "png")
    end
    assert.equal(wanted, small():line({ 3, 1, 2 }):render "png")
    assert.equal(wanted, small():line(y:clone():requires_grad(true)):render "png")
    local strided = la.tensor { { 3, 9 }, { 1, 9 }, { 2, 9 } }[{ {}, 1 }]
    assert.equal(wanted, small():line(strided):render "png")
  end)

  it("leaves a gap for NaN and for infinities", function()
    for _, hole in ipairs { 0 / 0, math.huge, -math.huge } do
      local fig = small():line({ 0, 1, 2, 3, 4 }, { 1, 1, hole, 1, 1 }, { linewidth = 3 }):ylim(0, 2)
      local picture, axes = pixels(fig), fig:layout()[1]
      assert.is_true(near(picture, axes:px(0.5), axes:py(1), BLUE, 1))
      assert.is_true(near(picture, axes:px(3.5), axes:py(1), BLUE, 1))
      assert.equal(0, count(picture, BLUE, axes:px(1.1), axes:px(2.9), axes.y, axes.y + axes.h))
    end
  end)

  it("is cut at the limits of the axes", function()
    local fig = small { xlim = { 0, 1 }, ylim = { 0, 1 }, axis = false, grid = false }
    fig:line({ -10, 10 }, { 0.5, 0.5 }, { linewidth = 3 }):line({ 0.5, 0.5 }, { -10, 10 }, { linewidth = 3 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(near(picture, axes:px(0.2), axes:py(0.5), BLUE, 1))
    assert.is_true(near(picture, axes:px(0.5), axes:py(0.9), ORANGE, 1))
    assert.equal(0, count(picture, BLUE, 0, axes.x - 4))
    assert.equal(0, count(picture, ORANGE, nil, nil, 0, axes.y - 4))
  end)

  it("is straight on logarithmic axes where it is a power", function()
    local x = { 1, 10, 100, 1000 }
    local fig = small { xscale = "log", yscale = "log" }:line(x, { 1, 100, 1e4, 1e6 }, { linewidth = 3 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(near(picture, axes:px(30), axes:py(900), BLUE, 1))
    assert.is_true(near(picture, axes.x + axes.w / 2, axes.y + axes.h / 2, BLUE, 2))
  end)

  it("of a million points shows the peaks that a pixel holds, quickly", function()
    local y = la.zeros(1000000)
    y[543210] = 1
    local before = os.clock()
    local fig = small():line(la.arange(1, 1000000), y)
    local picture = pixels(fig)
    assert.is_true(os.clock() - before < 8)
    local axes = fig:layout()[1]
    assert.is_true(near(picture, axes:px(543210), axes:py(0.5), BLUE, 1, 90))
  end)
end)

describe("a picture of points", function()
  it("has each point in its colour", function()
    local fig = small():scatter({ 1, 2, 3 }, { 1, 2, 1 }, { c = { 1, 2, 1 }, cmap = "set1", markersize = 9 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1), axes:py(1), 0xE41A1C))
    assert.is_true(is(picture, axes:px(2), axes:py(2), 0x377EB8))
    assert.is_true(is(picture, axes:px(3), axes:py(1), 0xE41A1C))
  end)

  it("maps numbers through the colour map and shows a colour bar", function()
    local fig = small():scatter({ 1, 2, 3 }, { 1, 1, 1 }, { c = { 0, 0.25, 1 }, markersize = 9 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1), axes:py(1), 0x440154))
    assert.is_true(is(picture, axes:px(3), axes:py(1), 0xFDE725))
    assert.is_true(near(picture, axes.x + axes.w + 19, axes.y + 3, 0xFDE725, 2))
    assert.is_true(near(picture, axes.x + axes.w + 19, axes.y + axes.h - 3, 0x440154, 2))
  end)

  it("takes both coordinates from one tensor", function()
    local one = small():scatter(la.tensor { { 1, 5 }, { 2, 3 }, { 4, 4 } }):render "png"
    assert.equal(small():scatter({ 1, 2, 4 }, { 5, 3, 4 }):render "png", one)
  end)

  it("looks the same thinned as drawn one by one", function()
    la.manual_seed(5)
    local n = 30000
    local x, y = la.rand(n), la.rand(n)
    local keep = x:lt(0.5)
    x, y = x[keep], y[keep] -- the left half is full, the right half empty
    local function draw(thin)
      return small { xlim = { 0, 1 }, ylim = { 0, 1 } }:scatter(x, y, { markersize = 3, thin = thin })
    end
    local thinned, all = pixels(draw()), pixels(draw(false))
    local axes = draw():layout()[1]
    for _, p in ipairs { { 0.1, 0.1 }, { 0.25, 0.5 }, { 0.45, 0.9 } } do
      assert.is_true(is(thinned, axes:px(p[1]), axes:py(p[2]), BLUE))
      assert.is_true(is(all, axes:px(p[1]), axes:py(p[2]), BLUE))
    end
    assert.equal(0, count(thinned, BLUE, axes:px(0.53), axes:px(0.98), axes:py(0.98), axes:py(0.02)))
  end)

  it("of a million points takes seconds, not minutes, and shows where they are", function()
    local before = os.clock()
    local x = la.randn(1000000)
    local fig = small { xlim = { -5, 5 }, ylim = { -5, 5 } }:scatter(x, la.randn(1000000), { alpha = 0.2 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(os.clock() - before < 10)
    assert.is_true(is(picture, axes:px(0), axes:py(0), BLUE))
    assert.equal(0, count(picture, BLUE, axes.x + 2, axes:px(-4.9), axes.y + 2, axes:py(4.9)))
  end)
end)

describe("bars and histograms", function()
  it("reach from the bottom to their height", function()
    local fig = small { ylim = { 0, 4 } }:bar({ "a", "b" }, { 1, 3 }, { color = { "C0", "C1" } })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1), axes:py(0.8), BLUE))
    assert.is_false(is(picture, axes:px(1), axes:py(1.2), BLUE))
    assert.is_true(is(picture, axes:px(2), axes:py(2.8), ORANGE))
    assert.is_false(is(picture, axes:px(2), axes:py(3.2), ORANGE))
  end)

  it("count as a histogram does", function()
    local fig = small()
    local heights, edges = fig:hist({ 0, 0.1, 0.9, 1, 2, 3.9, 4, 0 / 0, math.huge }, { bins = 4 })
    assert.same({ 3, 1, 1, 2 }, heights:totable())
    assert.same({ 0, 1, 2, 3, 4 }, edges:totable())
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(0.5), axes:py(2.8), BLUE))
    assert.is_false(is(picture, axes:px(1.5), axes:py(1.3), BLUE))
    assert.is_true(is(picture, axes:px(1.5), axes:py(0.8), BLUE))
    local density = small():hist(la.rand(1000), { bins = { 0, 0.2, 0.5, 1 }, density = true })
    local area = density[1] * 0.2 + density[2] * 0.3 + density[3] * 0.5
    assert.is_true(math.abs(area - 1) < 1e-9)
    local sums = small():hist({ 0, 0.1, 0.9, 1, 2, 3.9, 4 }, { bins = 4, cumulative = true })
    assert.same({ 3, 4, 5, 7 }, sums:totable())
  end)

  it("of all kinds cover the same area", function()
    local x = { 1, 1, 2, 3, 3, 3 }
    for _, kind in ipairs { "bar", "stepfilled" } do
      local fig = small()
      fig:hist(x, { bins = 3, histtype = kind })
      local picture, axes = pixels(fig), fig:layout()[1]
      assert.is_true(is(picture, axes:px(1.3), axes:py(1.8), BLUE), kind)
      assert.is_false(is(picture, axes:px(2), axes:py(1.3), BLUE), kind)
      assert.is_true(is(picture, axes:px(2.7), axes:py(2.8), BLUE), kind)
    end
  end)

  it("stand on the lower limit of a logarithmic axis", function()
    local fig = small { yscale = "log", ylim = { 1, 1000 } }:bar({ 1, 2 }, { 10, 100 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1), axes:py(2), BLUE))
    assert.is_true(is(picture, axes:px(2), axes:py(90), BLUE))
    assert.is_false(is(picture, axes:px(1), axes:py(20), BLUE))
  end)
end)

describe("areas and lines across", function()
  it("cover what they say", function()
    local fig = small { xlim = { 0, 4 }, ylim = { 0, 4 }, grid = false }
    fig:vspan(1, 2, { color = "red", alpha = 1 }):hline(3, { color = "C2", linewidth = 3 })
    fig:fill_between({ 2.5, 3.5 }, { 1, 1 }, { 2, 2 }, { color = "C1", alpha = 1 })
    fig:fill({ 0, 1, 0.5 }, { 0, 0, 1 }, { color = "C0" })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1.5), axes:py(0.1), 0xFF0000))
    assert.is_true(is(picture, axes:px(1.5), axes:py(3.9), 0xFF0000))
    assert.is_true(near(picture, axes:px(0.1), axes:py(3), GREEN, 1))
    assert.is_true(near(picture, axes:px(3.9), axes:py(3), GREEN, 1))
    assert.is_true(is(picture, axes:px(3), axes:py(1.5), ORANGE))
    assert.is_true(is(picture, axes:px(3), axes:py(2.5), 0xFFFFFF))
    assert.is_true(is(picture, axes:px(0.5), axes:py(0.3), BLUE))
    assert.is_true(is(picture, axes:px(0.1), axes:py(0.6), 0xFFFFFF))
  end)

  it("mix their colour with what is below by alpha", function()
    local fig = small { xlim = { 0, 2 }, ylim = { 0, 1 }, grid = false }:vspan(0, 1, { color = "black", alpha = 0.5 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(0.5), axes:py(0.5), 0x808080, 3))
  end)
end)

describe("an image", function()
  it("brings its colours back, row 1 on top", function()
    local t = la.tensor({ { { 255, 0, 0 }, { 0, 255, 0 }, { 0, 0, 255 } },
      { { 10, 20, 30 }, { 255, 255, 0 }, { 0, 255, 255 } } }, { dtype = "uint8" })
    local fig = small():image(t)
    local picture, axes = pixels(fig), fig:layout()[1]
    for i, row in ipairs { { 0xFF0000, 0x00FF00, 0x0000FF }, { 0x0A141E, 0xFFFF00, 0x00FFFF } } do
      for j, rgb in ipairs(row) do assert.is_true(is(picture, axes:px(j), axes:py(i), rgb, 1)) end
    end
    assert.is_true(math.abs(axes.w / axes.h - 1.5) < 0.05)
  end)

  it("of numbers goes from black to white, from the smallest to the largest", function()
    local fig = small():image { { 5, 10 }, { 7.5, 15 } }
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1), axes:py(1), 0x000000, 1))
    assert.is_true(is(picture, axes:px(2), axes:py(1), 0x808080, 2))
    assert.is_true(is(picture, axes:px(2), axes:py(2), 0xFFFFFF, 1))
    fig = small():image({ { 0, 1 }, { 2, 0 / 0 } }, { cmap = "binary", vmin = 0, vmax = 2 })
    picture = pixels(fig)
    assert.is_true(is(picture, axes:px(1), axes:py(1), 0xFFFFFF, 1))
    assert.is_true(is(picture, axes:px(1), axes:py(2), 0x000000, 1))
    assert.is_true(is(picture, axes:px(2), axes:py(2), 0xFFFFFF, 1)) -- NaN
  end)

  it("of class ids has the palette's colours", function()
    local fig = small():image(la.tensor({ { 1, 2 }, { 3, 1 } }, { dtype = "int64" }), { cmap = "Set1" })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1), axes:py(1), 0xE41A1C, 1))
    assert.is_true(is(picture, axes:px(2), axes:py(1), 0x377EB8, 1))
    assert.is_true(is(picture, axes:px(1), axes:py(2), 0x4DAF4A, 1))
  end)

  it("may be one row, one column or one pixel", function()
    for _, shape in ipairs { { 1, 3 }, { 3, 1 }, { 1, 1 } } do
      local fig = small():image(la.full({ shape[1], shape[2], 3 }, 77, { dtype = "uint8" }))
      local picture, axes = pixels(fig), fig:layout()[1]
      assert.is_true(is(picture, axes:px(1), axes:py(1), 0x4D4D4D, 1))
      assert.is_true(is(picture, axes:px(shape[2]), axes:py(shape[1]), 0x4D4D4D, 1))
    end
  end)

  it("stands upright with origin lower, and where extent says", function()
    local fig = small():image({ { 0, 0 }, { 1, 1 } }, { origin = "lower", extent = { 0, 10, -1, 1 } })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.same({ 0, 10 }, axes.xlim)
    assert.same({ -1, 1 }, axes.ylim)
    assert.is_true(is(picture, axes:px(5), axes:py(-0.5), 0x000000, 1))
    assert.is_true(is(picture, axes:px(5), axes:py(0.5), 0xFFFFFF, 1))
  end)
end)

describe("a grid of images", function()
  it("puts them row after row with white between", function()
    local t = la.zeros(5, 4, 4)
    for i = 1, 5 do t[i] = (i - 1) / 4 end
    local wanted = { 0x000000, 0x404040, 0x808080, 0xBFBFBF, 0xFFFFFF }
    for _, images in ipairs { t, t:reshape(5, 16) } do
      local fig = small():image_grid(images, { cols = 2, padding = 1 })
      local picture, axes = pixels(fig), fig:layout()[1]
      for i = 1, 5 do
        local row, col = (i - 1) // 2, (i - 1) % 2
        assert.is_true(is(picture, axes:px(col * 5 + 2.5), axes:py(row * 5 + 2.5), wanted[i], 2), i)
      end
      assert.is_true(is(picture, axes:px(5), axes:py(2), 0xFFFFFF, 1))
      assert.is_true(is(picture, axes:px(2), axes:py(5), 0xFFFFFF, 1))
    end
  end)

  it("takes colour images", function()
    local t = la.zeros(2, 3, 3, 3)
    t[{ 1, {}, {}, 1 }] = 1
    t[{ 2, {}, {}, 2 }] = 1
    local fig = small():image_grid(t, { padding = 0 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(2), axes:py(2), 0xFF0000, 1))
    assert.is_true(is(picture, axes:px(5), axes:py(2), 0x00FF00, 1))
  end)
end)

describe("a heat map", function()
  it("has the middle of the map at its centre", function()
    local fig = small():heatmap({ { -1, 0 }, { 1, 3 } }, { cmap = "RdBu_r", center = 0 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(2), axes:py(1), 0xF7F7F7, 6)) -- 0
    assert.is_true(is(picture, axes:px(2), axes:py(2), 0x67001F, 6)) -- 3, red
    local _, _, blue = picture:at(math.floor(axes:px(1)), math.floor(axes:py(1)))
    local red = picture:at(math.floor(axes:px(1)), math.floor(axes:py(1)))
    assert.is_true(blue > red) -- -1
  end)

  it("writes its numbers with annot", function()
    local plain = small():heatmap({ { 0.5, 1 } }, { colorbar = false })
    local noted = small():heatmap({ { 0.5, 1 } }, { colorbar = false, annot = true, fmt = "%.1f" })
    local axes = noted:layout()[1]
    local function dark(picture)
      return count(picture, 0x262626, axes:px(2) - 15, axes:px(2) + 15, axes:py(1) - 8, axes:py(1) + 8)
    end
    assert.equal(0, dark(pixels(plain)))
    assert.is_true(dark(pixels(noted)) > 5)
  end)
end)

describe("statistics", function()
  it("a box spans the quartiles, its line the median, points the outliers", function()
    local fig = small { grid = false }:boxplot({ { 1, 2, 3, 4, 5, 20 } }, { color = "red" })
    local picture, axes = pixels(fig), fig:layout()[1]
    local red = 0xFF3333
    assert.is_true(is(picture, axes:px(0.85), axes:py(2.6), red, 60))
    assert.is_true(is(picture, axes:px(0.85), axes:py(4.5), red, 60))
    assert.is_false(is(picture, axes:px(0.85), axes:py(5.3), red, 60))
    assert.is_true(near(picture, axes:px(0.85), axes:py(3.5), 0x404040, 2))
    assert.is_true(near(picture, axes:px(1), axes:py(20), 0x404040, 2, 70))
  end)

  it("a violin is widest where the samples are", function()
    local samples = { 0, 0.1, -0.1, 0.05, -0.05, 3 }
    local fig = small { grid = false }:violin({ samples }, { inner = "none", color = "C0", alpha = 1 })
    local picture, axes = pixels(fig), fig:layout()[1]
    local function width(y)
      return count(picture, 0x348FC1, axes.x, axes.x + axes.w, axes:py(y), axes:py(y), 60)
    end
    assert.is_true(width(0) > 60)
    assert.is_true(width(3) > 0 and width(3) < width(0) / 2)
  end)

  it("error bars end where the error ends", function()
    local fig = small { grid = false, xlim = { 0, 2 }, ylim = { 0, 10 } }
    fig:errorbar({ 1 }, { 5 }, { yerr = { { 1 }, { 3 } }, linewidth = 3 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(near(picture, axes:px(1), axes:py(7.8), BLUE, 1))
    assert.is_true(near(picture, axes:px(1), axes:py(4.2), BLUE, 1))
    assert.is_false(near(picture, axes:px(1), axes:py(8.6), BLUE, 2))
    assert.is_false(near(picture, axes:px(1), axes:py(3.4), BLUE, 2))
  end)
end)

describe("functions over a plane", function()
  it("have their contour where they cross the level", function()
    local n = 41
    local x = la.linspace(-2, 2, n)
    local X, Y = x:reshape(1, n):expand(n, n), x:reshape(n, 1):expand(n, n)
    local fig = small { aspect = "equal", grid = false }:contour(x, x, X:square() + Y:square(),
      { levels = { 1 }, color = "C0", linewidth = 3 })
    local picture, axes = pixels(fig), fig:layout()[1]
    for angle = 0, 6 do
      assert.is_true(near(picture, axes:px(math.cos(angle)), axes:py(math.sin(angle)), BLUE, 1))
    end
    assert.equal(0, count(picture, BLUE, axes:px(-0.5), axes:px(0.5), axes:py(0.5), axes:py(-0.5)))
  end)

  it("are coloured by their height as surfaces", function()
    local picture = pixels(small():surface({ { 0, 0, 0 }, { 0, 1, 0 }, { 0, 0, 0 } }, { linewidth = 0 }))
    local coloured = 0
    for y = 0, picture.height - 1 do
      for x = 0, picture.width - 1 do
        local r, g, b = picture:at(x, y)
        if math.max(r, g, b) - math.min(r, g, b) > 40 then coloured = coloured + 1 end
      end
    end
    assert.is_true(coloured > 1500)
  end)
end)

describe("legends", function()
  it("cover no data by default", function()
    local function check(fig, name)
      local panel = fig.panels[1]
      local with = pixels(fig)
      panel:legend(false)
      local without = pixels(fig)
      panel:legend(true)
      local axes = fig:layout()[1]
      panel:legend(false)
      local bare = fig:layout()[1]
      if axes.w ~= bare.w then return "outside" end -- the panel made room for it
      for y = math.floor(axes.y) + 1, math.floor(axes.y + axes.h) - 1 do
        for x = math.floor(axes.x) + 1, math.floor(axes.x + axes.w) - 1 do
          for _, rgb in ipairs { BLUE, ORANGE, GREEN } do
            if is(without, x, y, rgb, 20) then
              assert.is_true(is(with, x, y, rgb, 24), ("%s: covered at %d, %d"):format(name, x, y))
            end
          end
        end
      end
      return "inside"
    end
    local x = la.linspace(0, 1, 50)
    local shapes = { up = x, down = -x, valley = (x - 0.5):square(), hill = -(x - 0.5):square() }
    for name, y in pairs(shapes) do
      local fig = small { width = 300, height = 220, grid = false }:line(x, y, { label = "curve" })
      assert.equal("inside", check(fig, name))
    end
    local bars = small { width = 300, height = 220, grid = false }
    bars:hist(la.randn(500), { label = "data" })
    check(bars, "histogram")
    la.manual_seed(1)
    local crowd = small { width = 300, height = 220, grid = false }
    for k = 1, 3 do crowd:line(la.rand(80), { label = "series " .. k }) end
    assert.equal("outside", check(crowd, "crowd"))
  end)

  it("stand where they are told, in columns", function()
    local function make(legend)
      local fig = small { width = 400, height = 240, legend = legend, grid = false }
      for k = 1, 4 do fig:line({ 0, 1 }, { k, k }, { label = "s" .. k, linewidth = 1 }) end
      return fig
    end
    for _, loc in ipairs { "upper right", "upper left", "lower left", "lower right", "center", "outside right",
      "outside bottom", "outside top" } do
      assert.is_truthy(make({ loc = loc, ncol = 2 }):render "png":find "^\137PNG", loc)
    end
    local bare = make(false):layout()[1]
    assert.is_true(make({ loc = "outside right" }):layout()[1].w < bare.w)
    assert.is_true(make({ loc = "outside bottom" }):layout()[1].h < bare.h)
    assert.has_error(function() make({ loc = "somewhere" }):render "png" end)
  end)
end)

describe("empty data", function()
  it("draw an empty axis and say so, without an error", function()
    local calls = {
      line = function(f) f:line({}, {}) end, scatter = function(f) f:scatter(la.zeros(0), la.zeros(0)) end,
      hist = function(f) f:hist {} end, bar = function(f) f:bar({}, {}) end,
      step = function(f) f:step({ 0 / 0 }, { 1 }) end, boxplot = function(f) f:boxplot { {}, { 0 / 0 } } end,
      violin = function(f) f:violin { { 0 / 0 } } end, contour = function(f) f:contour(la.full({ 3, 3 }, 0 / 0)) end,
      surface = function(f) f:surface(la.full({ 3, 3 }, 0 / 0)) end,
      fill_between = function(f) f:fill_between({}, {}) end,
      errorbar = function(f) f:errorbar({}, {}, { yerr = 1 }) end,
    }
    for name, call in pairs(calls) do
      local fig = small()
      local said = support.stderr(function() call(fig) end)
      assert.is_truthy(said:find("plot." .. name, 1, true) or name == "step", name .. ": " .. said)
      assert.is_truthy(said:find "no finite data", name)
      assert.is_truthy(fig:render "png":find "^\137PNG", name)
    end
    assert.is_truthy(small():render "png":find "^\137PNG")
  end)
end)
