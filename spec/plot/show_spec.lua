-- Where pictures go, in an interpreter of its own, and pictures made of text.
local la = require "latent"
local scratch = require "io.scratch"
local support = require "plot.support"
local terminal = require "latent.plot.terminal"

local DRAW = [[
  local la = require "latent"
  local fig = la.plot.figure { width = 120, height = 80, title = "title" }:line({ 1, 2, 3 })
  fig:show()
  fig:show()
]]

describe("show", function()
  local folder
  before_each(function() folder = scratch.new() end)
  after_each(function() folder:remove() end)

  it("writes numbered files and prints their paths in a script without a terminal", function()
    local out, code = support.run(folder.folder, "", DRAW)
    assert.equal(0, code)
    assert.equal("figure-1.png\nfigure-2.png\n", out)
    assert.equal("\137PNG", folder:read("figure-2.png"):sub(1, 4))
  end)

  it("does what LATENT_PLOT says", function()
    local out = support.run(folder.folder, "LATENT_PLOT=none", DRAW)
    assert.equal("", out)
    out = support.run(folder.folder, "LATENT_PLOT=text LANG=C.UTF-8 LC_ALL=C.UTF-8", DRAW)
    assert.is_truthy(out:find("title", 1, true))
    assert.is_truthy(out:find "\xe2[\xa0-\xa3][\x80-\xbf]") -- braille
    out = support.run(folder.folder, "LATENT_PLOT=kitty", DRAW)
    assert.equal("\27_Gf=100,a=T,m=", out:sub(1, 15))
    out = support.run(folder.folder, "LATENT_PLOT=sixel", DRAW)
    assert.is_truthy(out:find "\27P.-q")
    local code
    out, code = support.run(folder.folder, "LATENT_PLOT=window", DRAW)
    assert.equal(1, code)
    assert.is_truthy(out:find "no window")
    out, code = support.run(folder.folder, "LATENT_PLOT=paper", DRAW)
    assert.equal(1, code)
    assert.is_truthy(out:find("window, qt, x11, sixel, kitty, text, file or none", 1, true))
    assert.same({ "script.lua" }, folder:list())
  end)

  it("opens a window where there is a display and gnuplot has one for it", function()
    folder:write("gnuplot", "#!/bin/sh\ncat >> log\necho ' dumb qt svg ' >&2\n")
    folder:run "chmod +x gnuplot"
    local code = DRAW .. "la.plot.animate(2, function(f, i) f:line { 1, i } end, { fps = 4 }):show()"
    local out, status = support.run(folder.folder, ("DISPLAY=:9 PATH='%s':\"$PATH\""):format(folder.folder), code)
    assert.equal("", out)
    assert.equal(0, status)
    local log = folder:read "log"
    assert.is_truthy(log:find("set term qt size 120,80 persist", 1, true))
    assert.equal(2, select(2, log:gsub("pause 0.250", "")))
    folder:write("gnuplot", "#!/bin/sh\ncat > /dev/null\necho ' dumb svg ' >&2\n")
    out = support.run(folder.folder, ("DISPLAY=:9 LATENT_PLOT=window PATH='%s':\"$PATH\""):format(folder.folder), DRAW)
    assert.is_truthy(out:find("apt-get install gnuplot-qt", 1, true))
  end)

  it("draws text without colours under NO_COLOR and TERM=dumb, and ASCII without UTF-8", function()
    local out = support.run(folder.folder, "LATENT_PLOT=text LC_ALL=C.UTF-8 TERM=xterm", DRAW)
    assert.is_truthy(out:find("\27[", 1, true))
    out = support.run(folder.folder, "LATENT_PLOT=text LC_ALL=C.UTF-8 TERM=xterm NO_COLOR=1", DRAW)
    assert.is_nil(out:find("\27", 1, true))
    out = support.run(folder.folder, "LATENT_PLOT=text LC_ALL=C TERM=dumb", DRAW)
    assert.is_nil(out:find "[\128-\255\27]")
    assert.is_truthy(out:find("title", 1, true))
  end)
end)

describe("a picture of text", function()
  local function lines(fig, columns, rows)
    return terminal.render(fig, { columns = columns or 60, rows = rows or 20, utf8 = true })
  end

  it("fits its size and shows titles, labels and ticks", function()
    local fig = la.plot.figure { title = "the title", xlabel = "the x", ylabel = "y" }
      :line({ 0, 1 }, { 0, 100 })
    local list = lines(fig)
    assert.equal(20, #list)
    for _, line in ipairs(list) do assert.is_true(utf8.len(line) <= 60) end
    local all = table.concat(list, "\n")
    for _, words in ipairs { "the title", "the x", "100", "50" } do
      assert.is_truthy(all:find(words, 1, true), words)
    end
  end)

  it("has its line where the numbers are", function()
    local fig = la.plot.figure { axis = false, grid = false }:line({ 0, 1 }, { 0, 1 }):xlim(0, 1):ylim(0, 1)
    local list = lines(fig, 20, 10)
    local function column(row) return utf8.len(list[row]:match "^ *") end
    assert.is_true(column(1) >= 16) -- it rises from the lower left to the upper right
    assert.is_true(column(10) <= 1)
    assert.is_true(math.abs(column(5) - 10) <= 3)
  end)

  it("draws every kind", function()
    local z = { { 0, 1, 0 }, { 1, 2, 1 }, { 0, 1, 0 } }
    local kinds = {
      function(f) f:scatter({ 1, 2 }, { 1, 2 }) end, function(f) f:step({ 1, 2 }, { 1, 2 }) end,
      function(f) f:bar({ "a", "b" }, { 1, 2 }) end, function(f) f:hist { 1, 2, 2 } end,
      function(f) f:fill({ 0, 1, 1 }, { 0, 0, 1 }) end, function(f) f:fill_between({ 0, 1 }, { 0, 1 }) end,
      function(f) f:vline(1):hline(1):vspan(1, 2):hspan(1, 2) end, function(f) f:text(1, 1, "here") end,
      function(f) f:errorbar({ 1, 2 }, { 1, 2 }, { yerr = 0.5 }) end, function(f) f:contour(z) end,
      function(f) f:surface(z) end, function(f) f:image(z) end, function(f) f:image_grid(la.rand(4, 3, 3)) end,
      function(f) f:heatmap(z, { annot = true }) end, function(f) f:boxplot { { 1, 2, 3 } } end,
      function(f) f:violin { { 1, 2, 3 } } end, function(f) f:scatter(la.randn(20000, 2)) end,
    }
    for i, draw in ipairs(kinds) do
      local fig = la.plot.figure {}
      draw(fig)
      for _, depth in ipairs { 24, 256 } do
        assert.equal(16, #terminal.render(fig, { columns = 40, rows = 16, depth = depth, utf8 = true }), i)
      end
      assert.equal(16, #terminal.render(fig, { columns = 40, rows = 16, utf8 = false }), i)
    end
  end)

  it("shows an image in its colours", function()
    local fig = la.plot.figure { axis = false }:image(la.full({ 4, 4, 3 }, 200, { dtype = "uint8" }))
    local all = table.concat(terminal.render(fig, { columns = 20, rows = 10, depth = 24, utf8 = true }))
    assert.is_truthy(all:find("\27[38;2;200;200;200m", 1, true))
    assert.is_truthy(all:find("▀", 1, true))
  end)
end)
