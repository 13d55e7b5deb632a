local la = require "latent"
local support = require "plot.support"

local pixels, is, count, words = support.pixels, support.is, support.count, support.words
local TEXT = 0x262626

describe("long words", function()
  local long = "A title that goes on and on, about $x_1$ and what is shown here, and then says some more about it"

  it("of titles and labels are broken into lines that stay in the picture", function()
    local fig = la.plot.figure { title = long, xlabel = long, ylabel = long, width = 360, height = 300 }
    fig:line { 1, 3, 2 }
    local picture, said = pixels(fig), {}
    for _, edge in ipairs { { 0, 1 }, { 358, 359 } } do
      assert.equal(0, count(picture, TEXT, edge[1], edge[2], nil, nil, 90))
    end
    for _, t in ipairs(words(fig)) do said[#said + 1] = t.words end
    assert.is_truthy(table.concat(said, " "):find("about it", 1, true))
    assert.is_true(fig:layout()[1].h > 60)
  end)

  it("stand over all panels in lines too", function()
    local fig = la.plot.figure { title = long:rep(2, " "), panels = { 1, 2 }, width = 500, height = 300 }
    fig[1]:line { 1, 2 }
    fig[2]:line { 2, 1 }
    local picture = pixels(fig)
    assert.equal(0, count(picture, TEXT, 0, 1, nil, nil, 90) + count(picture, TEXT, 498, 499, nil, nil, 90))
  end)

  it("are broken by the width of their own panel", function()
    local fig = la.plot.figure { panels = { 1, 2 }, widths = { 1, 4 }, width = 700, height = 300 }
    fig[1]:line({ 1, 2 }):title "a title over a narrow panel"
    fig[2]:line({ 1, 2 }):title "a title over a wide panel"
    local narrow, wide = 0, 0
    for _, t in ipairs(words(fig)) do
      if t.words:find "%a" and t.x < 150 then narrow = narrow + 1 elseif t.words:find "%a" then wide = wide + 1 end
    end
    assert.is_true(narrow > 1)
    assert.equal(1, wide)
  end)

  it("of bars are turned and not cut", function()
    local names = { "a rather long name of a bar", "another long name", "and one more of them", "the last of all" }
    local fig = la.plot.figure { width = 300, height = 320 }:bar(names, { 1, 2, 3, 4 })
    assert.equal(0, count(pixels(fig), TEXT, 0, 1, nil, nil, 90))
  end)

  it("of very many bars stand upright, some of them where not all can", function()
    for n, shown in pairs { [30] = 30, [200] = 50 } do
      local names, heights = {}, {}
      for i = 1, n do names[i], heights[i] = "item" .. i, i end
      local fig = la.plot.figure { width = 600, height = 300 }:bar(names, heights)
      local list = {}
      for _, t in ipairs(words(fig)) do if t.words:find "^item" then list[#list + 1] = t end end
      assert.is_true(n == 30 and #list == shown or n == 200 and #list > 10 and #list <= shown, #list)
      for i = 2, #list do assert.is_true(math.abs(list[i].x - list[i - 1].x) > 9) end
    end
  end)
end)

describe("many series", function()
  it("have a legend in as many columns as fit the picture", function()
    local fig = la.plot.figure { width = 600, height = 300 }
    for k = 1, 40 do fig:line({ 0, 1 }, { k, k }, { label = "series" .. k }) end
    local n = 0
    for _, t in ipairs(words(fig)) do
      if t.words:find "^series" then
        n = n + 1
        assert.is_true(t.y > 5 and t.y < 295 and t.x > 0 and t.x < 580, t.words)
      end
    end
    assert.equal(40, n)
  end)

  it("of twenty classes have twenty colours", function()
    local seen = {}
    local x = la.arange(1, 20)
    local fig = la.plot.figure { width = 500, height = 300, legend = false }
    fig:scatter(x, x * 0, { c = x, markersize = 11 })
    local picture, axes = pixels(fig), fig:layout()[1]
    for k = 1, 20 do
      local r, g, b = picture:at(math.floor(axes:px(k)), math.floor(axes:py(0)))
      seen[("%02x%02x%02x"):format(r, g, b)] = true
    end
    local n = 0
    for _ in pairs(seen) do n = n + 1 end
    assert.equal(20, n)
  end)
end)

describe("a character that no font has", function()
  it("is a small square, and the rest of the picture is whole", function()
    local function draw(title) return la.plot.figure { title = title, width = 300, height = 200 }:line { 1, 3, 2 } end
    local missing = draw "a \u{10FFFD} b"
    assert.equal(draw "a □ b":render "png", missing:render "png")
    assert.is_true(is(pixels(missing), 290, 30, 0xFFFFFF, 60))
  end)
end)
