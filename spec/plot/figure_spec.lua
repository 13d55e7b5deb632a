local la = require "latent"
local scratch = require "io.scratch"
local support = require "plot.support"

local function fails(call, ...)
  local ok, message = pcall(call)
  assert.is_false(ok, "no error")
  for _, words in ipairs { ... } do
    assert.is_truthy(tostring(message):find(words, 1, true), ("'%s' not in: %s"):format(words, message))
  end
end

describe("a figure", function()
  local folder
  setup(function() folder = scratch.new() end)
  teardown(function() folder:remove() end)

  local function simple() return la.plot.figure { width = 200, height = 150 }:line { 1, 2, 3 } end

  it("is saved in the format of the path's ending", function()
    local starts = { png = "\137PNG", svg = "<?xml", pdf = "%PDF", PNG = "\137PNG" }
    for ending, start in pairs(starts) do
      simple():save(folder:path("a." .. ending))
      assert.equal(start, folder:read("a." .. ending):sub(1, #start))
    end
    assert.equal(4, #folder:list()) -- and nothing else is left there
  end)

  it("has the size that it was given", function()
    local function size(fig) return ("%d x %d"):format(string.unpack(">I4I4", fig:render "png", 17)) end
    assert.equal("200 x 150", size(simple()))
    assert.equal("720 x 450", size(la.plot.figure {}:line { 1, 2 }))
    assert.is_truthy(simple():render "svg":find 'width="200" height="150"')
    assert.is_truthy(simple():render "pdf":find "MediaBox %[ 0 0 1[45]%d 11%d ") -- 1/96 inch a pixel
  end)

  it("takes the places of ticks as a list or as a tensor", function()
    local want = simple():xticks({ 1, 2 }, { "a", "b" }):yticks({ 1, 3 }):render "svg"
    assert.equal(want, simple():xticks(la.tensor { 1, 2 }, { "a", "b" }):yticks(la.tensor { 1, 3 }):render "svg")
    assert.equal(simple():xticks({}):render "svg", simple():xticks(la.zeros(0)):render "svg")
  end)

  it("overwrites the old file only when it has a new one", function()
    local path = folder:write("b.png", "old")
    local gnuplot = require "latent.plot.gnuplot"
    gnuplot.program = "/bin/false"
    fails(function() simple():save(path) end, "plot.save", "gnuplot failed")
    gnuplot.program = "gnuplot"
    assert.equal("old", folder:read "b.png")
    simple():save(path)
    assert.equal("\137PNG", folder:read("b.png"):sub(1, 4))
    for _, name in ipairs(folder:list()) do assert.is_nil(name:find "tmp") end
  end)

  it("names what is wrong with a path before anything runs", function()
    fails(function() simple():save "/nonexistent/folder/a.png" end, "cannot write '/nonexistent/folder/a.png'",
      "No such file or directory")
    fails(function() simple():save(folder:path "a.bmp") end, ".png .svg .pdf")
    fails(function() simple():save(folder:path "a") end, ".png")
    fails(function() simple():save "" end, "path")
    fails(function() simple():save(nil) end, "path")
    fails(function() simple():save "a\0.png" end, "zero byte")
  end)

  it("says how to install a gnuplot that is missing", function()
    local gnuplot = require "latent.plot.gnuplot"
    gnuplot.program = "no-such-gnuplot"
    fails(function() simple():save(folder:path "c.png") end, "gnuplot is not installed", "apt-get install gnuplot-nox")
    gnuplot.program = "gnuplot"
    simple():save(folder:path "c.png")
  end)

  it("gives up on a gnuplot that hangs, dies or chatters", function()
    local gnuplot = require "latent.plot.gnuplot"
    local path = folder:path "stub"
    local function with(body)
      folder:write("stub", "#!/bin/sh\n" .. body)
      folder:run "chmod +x stub"
      gnuplot.program, gnuplot.timeout = path, 1
      local ok, message = pcall(function() simple():save(folder:path "d.png") end)
      gnuplot.program, gnuplot.timeout = "gnuplot", 60
      assert.is_false(ok)
      return message
    end
    local before = os.time()
    assert.is_truthy(with "exec sleep 100":find "did not finish within 1 seconds")
    assert.is_truthy(with "cat > /dev/null; exec sleep 100":find "did not finish")
    assert.is_truthy(with "exec yes >&2":find "plot.save")
    assert.is_true(os.time() - before < 15)
    assert.is_truthy(with "echo 'line 7: bad thing' >&2; exit 3":find "exit code 3%): line 7: bad thing")
    assert.is_truthy(with "kill -9 $$":find "exit code 137")
    assert.is_nil(io.open(folder:path "d.png"))
    simple():save(folder:path "d.png")
  end)

  it("leaves no child and no descriptor behind", function()
    local out = support.run(folder.folder, "", [[
      local la = require "latent"
      local function count(command)
        local pipe = io.popen(command)
        local n = tonumber(pipe:read "a")
        pipe:close()
        return n
      end
      local fds, children = "sleep 0.1; ls /proc/$PPID/fd | wc -l", "ps -o stat= --ppid $PPID | grep -c Z"
      local fig = la.plot.figure { width = 60, height = 40, axis = false }:line { 1, 2 }
      fig:render "png"
      local before = count(fds)
      for i = 1, 40 do
        fig:render "png"
        if i % 10 == 0 then
          require("latent.plot.gnuplot").program = "/bin/false"
          pcall(fig.render, fig, "png")
          require("latent.plot.gnuplot").program = "gnuplot"
        end
      end
      print(count(fds) <= before, count(children))
    ]])
    assert.equal("true\t0\n", out)
  end)

  it("lists the options that it knows when one is unknown", function()
    fails(function() la.plot.figure { titel = "x" } end, "plot.figure: unknown option 'titel'", "title")
    fails(function() simple():line({ 1 }, { 1 }, { colour = "red" }) end, "plot.line: unknown option 'colour'", "color")
    fails(function() simple():hist({ 1 }, { nbins = 3 }) end, "plot.hist", "nbins", "bins")
    fails(function() simple():legend { place = 1 } end, "plot.legend", "loc")
  end)

  it("names a tensor that is in the wrong place by dtype and shape", function()
    fails(function() simple():line({ 1 }, { color = la.zeros(2, 3) }) end,
      "not a colour: tensor float32 [2, 3] (a name")
    fails(function() simple():xlim(la.full({ 50 }, 0 / 0), 1) end, "got tensor float32 [50]")
  end)

  it("takes several settings at once", function()
    local want = simple():title("t"):xlim(0, 5):legend({ loc = "lower left" }):render "svg"
    assert.equal(want, simple():set({ title = "t", xlim = { 0, 5 }, legend = "lower left" }):render "svg")
    fails(function() simple():set { titel = "t" } end, "plot.panel: unknown option 'titel'")
    fails(function() simple():set("title", "t") end, "set takes a table")
  end)

  it("takes matplotlib's short names", function()
    local long = la.plot.figure { width = 100, height = 80 }:line({ 1, 2 }, { 1, 2 },
      { color = "red", linewidth = 5, linestyle = "--", marker = "s", markersize = 9 }):render "png"
    local short = la.plot.figure { width = 100, height = 80 }:line({ 1, 2 }, { 1, 2 },
      { c = "red", lw = 5, ls = "--", marker = "s", ms = 9 }):render "png"
    assert.equal(long, short)
  end)

  it("takes one point as a row of two numbers, as it does many", function()
    local function point(...) return la.plot.figure({ width = 100, height = 80 }):scatter(...):render "png" end
    assert.equal(point({ 0.25 }, { 0.75 }), point(la.tensor { { 0.25, 0.75 } }))
  end)

  it("names what is wrong with the numbers", function()
    fails(function() simple():line({ 1, 2 }, { 1 }) end, "plot.line: x has 2 numbers, y has 1")
    fails(function() simple():line({ 1, 2 }, "abc") end, "plot.line")
    fails(function() simple():line({ 1, {} }, { 1, 2 }) end, "plot.line")
    fails(function() simple():scatter(la.zeros(3, 3)) end, "plot.scatter", "3 columns")
    fails(function() simple():scatter({ 1, 2 }, { 1, 2 }, { c = { 1 } }) end, "c has 1 values for 2 points")
    fails(function() simple():image(la.zeros(2, 2, 5)) end, "plot.image", "[2, 2, 5]")
    fails(function() simple():image(la.zeros(0, 3)) end, "plot.image", "empty")
    fails(function() simple():image_grid(la.zeros(2, 7)) end, "plot.image_grid", "[2, 7]")
    fails(function() simple():heatmap(la.zeros(3)) end, "plot.heatmap", "two dimensions")
    fails(function() simple():contour({ 1, 2 }, { 1, 2 }, la.zeros(3, 3)) end, "plot.contour", "[3, 3]")
    fails(function() simple():hist({ 1, 2 }, { bins = 0 }) end, "plot.hist", "bins")
    fails(function() simple():hist({ 1, 2 }, { bins = { 2, 1 } }) end, "ascend")
    fails(function() simple():text("a", 1, "x") end, "plot.text", "x must be a number")
  end)

  it("names what is wrong with an option's value", function()
    fails(function() simple():line({ 1 }, { 1 }, { color = "no such colour" }) end, "not a colour: 'no such colour'")
    fails(function() simple():line({ 1 }, { 1 }, { linestyle = "wavy" }) end, "unknown linestyle 'wavy'")
    fails(function() simple():line({ 1 }, { 1 }, { marker = "Q" }) end, "unknown marker 'Q'")
    fails(function() simple():line({ 1 }, { 1 }, { alpha = 2 }) end, "alpha must be a number from 0 to 1")
    fails(function() simple():image({ { 1 } }, { cmap = "jet set" }) end, "unknown colour map 'jet set'", "viridis")
    fails(function() simple():xlim(1, 1) end, "xlim")
    fails(function() simple():xlim(0 / 0, 1) end, "finite")
    fails(function() simple():xscale "square" end, "xscale")
    fails(function() simple():xticks({ 1, 2 }, { "a" }) end, "labels")
    fails(function() simple():xticks "1" end, "xticks must be a table or a tensor")
    fails(function() simple():yticks { 1, "2" } end, "place 2 is not a finite number")
    fails(function() simple():yticks(la.zeros(2, 2)) end, "yticks", "one dimension")
    fails(function() la.plot.figure { width = 1e9 } end, "width")
    fails(function() la.plot.figure { panels = { 0, 1 } } end, "panels")
    fails(function() la.plot.palette(3, "nothing") end, "plot.palette")
  end)
end)

describe("panels", function()
  it("are reached by number, and by row and column", function()
    local fig = la.plot.figure { panels = { 2, 3 } }
    assert.equal(fig[4], fig:panel(4))
    assert.equal(fig[4], fig:panel(2, 1))
    fails(function() fig:panel(7) end, "no panel 7", "2 x 3")
    fails(function() fig:panel(1, 4) end, "no panel (1, 4)")
    fails(function() fig:line { 1 } end, "2 x 3 panels", "fig:panel(i):line")
  end)

  it("stand side by side, aligned, without overlap", function()
    local fig = la.plot.figure { panels = { 2, 2 }, width = 500, height = 400, title = "all", xlabel = "x",
      ylabel = "y", widths = { 2, 1 } }
    for i = 1, 4 do fig[i]:line({ 1, 10 ^ i }):title("panel " .. i) end
    local a = fig:layout()
    assert.equal(a[1].x, a[3].x)
    assert.equal(a[1].y, a[2].y)
    assert.equal(a[1].h, a[2].h)
    assert.is_true(a[1].x + a[1].w < a[2].x)
    assert.is_true(a[1].y + a[1].h < a[3].y)
    assert.is_true(math.abs(a[1].w / a[2].w - 2) < 0.05)
    for _, axes in ipairs(a) do
      assert.is_true(axes.x >= 0 and axes.y >= 0 and axes.x + axes.w <= 500 and axes.y + axes.h <= 400)
    end
  end)

  it("share their limits if they are told to", function()
    local fig = la.plot.figure { panels = { 1, 2 }, sharey = true }
    fig[1]:line { 0, 1 }
    fig[2]:line { 0, 10 }
    local a = fig:layout()
    assert.same(a[1].ylim, a[2].ylim)
    assert.is_true(a[1].ylim[2] >= 10)
  end)

  it("keep room for every title and label", function()
    local bare = la.plot.figure { width = 300, height = 200 }:line { 1, 2 }:layout()[1]
    local full = la.plot.figure { width = 300, height = 200, title = "two\nlines", xlabel = "x", ylabel = "y" }
      :line { 1, 2 }:layout()[1]
    assert.is_true(full.y > bare.y + 20)
    assert.is_true(full.h < bare.h - 40)
    assert.is_true(full.x > bare.x + 10)
  end)
end)

describe("limits", function()
  local function limits(fig) local a = fig:layout()[1] return a.xlim, a.ylim end

  it("show the data with a margin, bars without one below", function()
    local x, y = limits(la.plot.figure {}:line({ 0, 10 }, { -1, 1 }))
    assert.same({ -0.5, 10.5 }, x)
    assert.same({ -1.1, 1.1 }, y)
    local fig = la.plot.figure {}:bar({ 1, 2 }, { 2, 4 })
    assert.equal(0, fig:layout()[1].ylim[1])
    x = limits(la.plot.figure {}:line({ 5, 5 }, { 1, 1 }))
    assert.is_true(x[1] < 5 and x[2] > 5)
  end)

  it("are those that are set, each side alone too", function()
    local x, y = limits(la.plot.figure { xlim = { 2, 3 }, ylim = { nil, 7 } }:line({ 0, 10 }, { -1, 1 }))
    assert.same({ 2, 3 }, x)
    assert.equal(7, y[2])
    assert.is_true(y[1] < -1)
    x = limits(la.plot.figure {}:line({ 0, 10 }, { 0, 1 }):xlim(10, 0))
    assert.same({ 10, 0 }, x)
  end)

  it("of logarithmic axes look at what is above zero", function()
    local _, y = limits(la.plot.figure { yscale = "log" }:line({ 1, 2, 3, 4 }, { 0, -5, 1, 100 }))
    assert.is_true(y[1] > 0.5 and y[1] <= 1 and y[2] >= 100)
    _, y = limits(la.plot.figure { yscale = "log" }:line({ 1, 2 }, { -1, -2 }))
    assert.is_true(y[1] > 0 and y[2] > y[1])
  end)

  it("follow the aspect", function()
    local a = la.plot.figure { width = 600, height = 300, aspect = "equal" }:line({ 0, 1 }, { 0, 1 }):layout()[1]
    assert.is_true(math.abs(a.w - a.h) <= 2)
  end)
end)

describe("the palette", function()
  it("has as many colours as are wanted", function()
    assert.equal(10, #la.plot.palette())
    assert.same({ "#0173B2", "#DE8F05", "#029E73" }, la.plot.palette(3))
    assert.same({ "#440154", "#FDE725" }, la.plot.palette(2, "viridis"))
    assert.same({ "#E41A1C" }, la.plot.palette(1, "Set1"))
    assert.equal(25, #la.plot.palette(25))
  end)
end)
