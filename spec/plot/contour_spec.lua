local la = require "latent"
local support = require "plot.support"

local pixels, is, near, count = support.pixels, support.is, support.near, support.count
local BLUE = 0x0173B2

local function draw(x, z, options)
  options.color, options.linewidth = "C0", 2
  local fig = la.plot.figure { width = 420, height = 400, aspect = "equal", grid = false }:contour(x, x, z, options)
  return pixels(fig), fig:layout()[1]
end

--- Over x from -3 to 3 in n steps, a hill around 0.
local function hill(n)
  local x = la.linspace(-3, 3, n)
  return x, -x:square():reshape(1, n) - x:square():reshape(n, 1)
end

--- How far the line is from the middle of the panel, in pixels, in a direction.
local function radius(picture, axes, dx, dy)
  for r = 2, axes.w / 2 do
    if is(picture, axes:px(0) + r * dx, axes:py(0) + r * dy, BLUE, 90) then return r end
  end
end

describe("contours", function()
  it("are round over a coarse grid, with the innermost ring too", function()
    local x, z = hill(7)
    local picture, axes = draw(x, z, { levels = { -0.4 } })
    local straight, diagonal = radius(picture, axes, 1, 0), radius(picture, axes, math.sqrt(0.5), math.sqrt(0.5))
    assert.is_true(diagonal / straight > 0.88 and diagonal / straight < 1.12, diagonal / straight)
  end)

  it("come nearer to the function than straight pieces do", function()
    local function miss(smooth)
      local x, z = hill(7)
      local picture, axes = draw(x, z, { levels = { -5.2 }, smooth = smooth })
      local unit, worst = axes:px(1) - axes:px(0), 0
      for k = 0, 11 do
        local angle = k * math.pi / 6 + 0.1
        local found = radius(picture, axes, math.cos(angle), math.sin(angle))
        worst = math.max(worst, math.abs(found - math.sqrt(5.2) * unit))
      end
      return worst
    end
    assert.is_true(miss(true) < 3, miss(true))
    assert.is_true(miss(false) > miss(true))
  end)

  it("are straight between the values with smooth = false", function()
    local x, z = hill(7)
    local picture, axes = draw(x, z, { levels = { -0.4 }, smooth = false })
    local straight, diagonal = radius(picture, axes, 1, 0), radius(picture, axes, math.sqrt(0.5), math.sqrt(0.5))
    assert.is_true(math.abs(diagonal / straight - math.sqrt(0.5)) < 0.08, diagonal / straight)
  end)

  it("stand nowhere that the values do not cross the level", function()
    local x, z = la.linspace(-3, 3, 9), la.zeros(9, 9)
    z[{ 5, 5 }] = 10 -- beside such a peak, a cubic that may swing falls below 0
    z[{ 1, 1 }] = -1
    local picture, axes = draw(x, z, { levels = { -0.2, 10.2 } })
    assert.equal(0, count(picture, BLUE, axes:px(-2.2), axes:px(2.9), axes:py(2.9), axes:py(-2.2)))
    assert.is_true(count(picture, BLUE, axes.x, axes:px(-2.2), axes:py(-2.2), axes.y + axes.h) > 10)
  end)

  it("leave out the cells at a hole, and no others", function()
    local x = la.linspace(0, 4, 5)
    local z = x:reshape(1, 5):expand(5, 5):contiguous()
    z[{ 3, 3 }] = 0 / 0
    local picture, axes = draw(x, z, { levels = { 1.5 } })
    assert.is_true(near(picture, axes:px(1.5), axes:py(0.5), BLUE, 1))
    assert.is_true(near(picture, axes:px(1.5), axes:py(3.5), BLUE, 1))
    assert.is_false(near(picture, axes:px(1.5), axes:py(2), BLUE, 8))
  end)

  it("at levels of their own choice do not trace the edges of flat ground", function()
    local x, z = la.linspace(-3, 3, 7), la.eye(7)
    local picture, axes = draw(x, z, { levels = 5 })
    assert.is_false(near(picture, axes:px(1), axes:py(0), BLUE, 2))
  end)

  it("take places in any order and spacing", function()
    local up, z = hill(13)
    local picture, axes = draw(up, z, { levels = { -4 } })
    local wanted = radius(picture, axes, 0.6, 0.8)
    for _, x in ipairs { -up, la.tensor { -3, -2.6, -2.2, -1.6, -1, -0.5, 0, 0.4, 1, 1.7, 2, 2.5, 3 } } do
      local height = -x:square():reshape(1, 13) - x:square():reshape(13, 1)
      picture, axes = draw(x, height, { levels = { -4 } })
      assert.is_true(math.abs(radius(picture, axes, 0.6, 0.8) - wanted) < 3)
    end
  end)
end)
