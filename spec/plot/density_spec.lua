local la = require "latent"
local support = require "plot.support"
local terminal = require "latent.plot.terminal"

local pixels, is = support.pixels, support.is

local function small(options)
  options = options or {}
  options.width, options.height = options.width or 240, options.height or 180
  return la.plot.figure(options)
end

describe("a two-dimensional histogram", function()
  it("counts the points of each cell, along x first", function()
    local fig = small()
    local counts, xedges, yedges = fig:hist2d({ 0, 0.4, 1, 2, 2, 0 / 0, 1 }, { 0, 0.9, 1, 3, 3, 1, math.huge },
      { bins = { 2, 3 } })
    assert.same({ { 2, 0, 0 }, { 0, 1, 2 } }, counts:totable())
    assert.same({ 0, 1, 2 }, xedges:totable())
    assert.same({ 0, 1, 2, 3 }, yedges:totable())
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(is(picture, axes:px(1.5), axes:py(2.5), 0xFDE725)) -- 2
    assert.is_true(is(picture, axes:px(0.5), axes:py(0.5), 0xFDE725)) -- 2
    assert.is_true(is(picture, axes:px(1.5), axes:py(1.5), 0x21908C)) -- 1
    assert.is_true(is(picture, axes:px(0.5), axes:py(2.5), 0x440154)) -- 0
  end)

  it("agrees with the histograms of both coordinates", function()
    la.manual_seed(4)
    local x, y = (la.randn(5000) * 10):floor() / 10, la.rand(5000) -- many values on the edges
    local range = { { -2, 2 }, { 0.1, 1 } }
    local counts = small():hist2d(x, y, { bins = { 40, 7 }, range = range })
    local inside = y:ge(0.1)
    assert.same(small():hist(x[inside], { bins = 40, range = range[1] }):totable(), counts:sum(2):totable())
    inside = x:ge(-2):logical_and(x:le(2))
    assert.same(small():hist(y[inside], { bins = 7, range = range[2] }):totable(), counts:sum(1):totable())
    local density, xedges, yedges = small():hist2d(x, y, { bins = 5, density = true })
    local cell = (xedges[2] - xedges[1]) * (yedges[2] - yedges[1])
    assert.is_true(math.abs(density:sum() * cell - 1) < 1e-9)
  end)

  it("leaves cells white that hold less than cmin, and empty ones where colours are logarithmic", function()
    local x, y = { 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1 }, { 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1 }
    for _, o in ipairs { { bins = 3, norm = "log" }, { bins = 3, cmin = 1 } } do
      local fig = small()
      fig:hist2d(x, y, o)
      local picture, axes = pixels(fig), fig:layout()[1]
      assert.is_true(is(picture, axes:px(0.3), axes:py(1.6), 0xFFFFFF, 1))
      assert.is_true(is(picture, axes:px(1.6), axes:py(1.6), 0xFDE725))
      assert.is_true(is(picture, axes:px(1), axes:py(1), 0x440154, 60))
    end
  end)

  it("stands for its colours with a bar, of powers where they are logarithmic", function()
    local fig = small { height = 300 }
    fig:hist2d(la.zeros(2000), la.zeros(2000), { bins = 2, norm = "log", vmin = 1, vmax = 1e4 })
    local svg = fig:render "svg"
    for _, label in ipairs { "10⁰", "10²", "10⁴" } do assert.is_truthy(svg:find(label, 1, true), label) end
  end)

  it("refuses what it cannot draw, and says when there is nothing", function()
    for _, o in ipairs { { bins = 0 }, { bins = 2001 }, { bins = { 1, 2, 3 } }, { norm = "square" },
      { range = { 1, 0 } }, { bins = "many" }, { norm = "log", vmin = -1 }, { cmin = "a" } } do
      assert.has_error(function() small():hist2d({ 1, 2 }, { 1, 2 }, o) end)
    end
    local fig = small()
    local said = support.stderr(function() fig:hist2d({}, {}) end)
    assert.is_truthy(said:find "no finite data")
    assert.is_truthy(fig:render "png":find "^\137PNG")
    fig = small()
    fig:hist2d({ 5 }, { 5 }, { norm = "log" })
    assert.is_truthy(fig:render "png":find "^\137PNG")
  end)
end)

describe("a scatter of very many points with alpha auto", function()
  local function luminance(picture, x, y)
    local sum = 0
    for dy = -4, 4 do
      for dx = -4, 4 do
        local r, g, b = picture:at(math.floor(x) + dx, math.floor(y) + dy)
        sum = sum + r + g + b
      end
    end
    return sum / 81 / 3
  end

  it("shows where they are dense, also where every pixel holds many", function()
    la.manual_seed(6)
    local wide, narrow = la.rand(300000, 2), la.rand(100000, 2) * 0.2 + 0.2
    local points = la.cat({ wide, narrow }, 1)
    local function contrast(alpha)
      local fig = small { xlim = { 0, 1 }, ylim = { 0, 1 }, grid = false }:scatter(points, { alpha = alpha })
      local picture, axes = pixels(fig), fig:layout()[1]
      return luminance(picture, axes:px(0.8), axes:py(0.8)) - luminance(picture, axes:px(0.3), axes:py(0.3))
    end
    assert.is_true(contrast "auto" > 12)
    assert.is_true(contrast(0.2) < 2) -- a blob
  end)

  it("shows it in a terminal too", function()
    la.manual_seed(6)
    local x, y = la.randn(200000), la.randn(200000)
    local fig = small():scatter(x, y, { alpha = "auto", color = "black" })
    local drawn = table.concat(terminal.render(fig, { columns = 60, rows = 20, depth = 24, utf8 = true }))
    local seen, tones = {}, 0
    for r, g, b in drawn:gmatch "38;2;(%d+);(%d+);(%d+)m▀" do
      if r == g and g == b and not seen[r] then seen[r], tones = true, tones + 1 end
    end
    assert.is_true(tones > 6, tones)
  end)

  it("still shows a single point", function()
    local x = la.cat({ la.rand(50000), la.tensor { 3 } }, 1)
    local fig = small { grid = false }:scatter(x, x, { alpha = "auto", markersize = 4 })
    local picture, axes = pixels(fig), fig:layout()[1]
    assert.is_true(255 - picture:at(math.floor(axes:px(3)), math.floor(axes:py(3))) > 25)
  end)

  it("is opaque where there are few", function()
    local one = small():scatter({ 1, 2, 3 }, { 1, 3, 2 }, { alpha = "auto" }):render "png"
    assert.equal(small():scatter({ 1, 2, 3 }, { 1, 3, 2 }):render "png", one)
    assert.has_error(function() small():scatter({ 1 }, { 1 }, { alpha = "some" }) end)
  end)
end)
