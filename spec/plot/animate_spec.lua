local la = require "latent"
local gif = require "plot.gif"
local png = require "plot.png"
local scratch = require "io.scratch"
local support = require "plot.support"

describe("an animation", function()
  local folder
  setup(function() folder = scratch.new() end)
  teardown(function() folder:remove() end)

  local function moving(n, options)
    return la.plot.animate(n, function(fig, i)
      fig:title(("frame %d"):format(i)):vline(i, { color = "C0", linewidth = 3 })
    end, options or { width = 160, height = 120, fps = 10 })
  end

  it("calls its function for each frame, with an empty figure and the item of a list", function()
    local seen = {}
    la.plot.animate({ "a", "b", "c" }, function(fig, i, item)
      assert.equal(0, #fig.panels[1].marks)
      fig:line { 1, i }
      seen[i] = item
    end)
    assert.same({ "a", "b", "c" }, seen)
  end)

  it("keeps its axes still and moves what is drawn", function()
    local animation = moving(4)
    local pictures = animation:pngs()
    assert.equal(4, #pictures)
    local first = animation:frame(1):layout()[1]
    for i = 1, 4 do
      local axes = animation:frame(i):layout()[1]
      assert.same(first.xlim, axes.xlim)
      assert.equal(first.x, axes.x)
      local picture = png.decode(pictures[i])
      assert.is_true(support.near(picture, axes:px(i), axes:py(0.5), 0x0173B2, 1))
      if i > 1 then assert.is_false(support.near(picture, axes:px(i - 1), axes:py(0.5), 0x0173B2, 1)) end
    end
  end)

  it("is saved as a GIF with all frames, their time, and a loop", function()
    moving(5):save(folder:path "a.gif")
    local bytes = folder:read "a.gif"
    local frames, width, height = gif.decode(bytes)
    assert.equal("160 x 120", ("%d x %d"):format(width, height))
    assert.equal(5, #frames)
    for _, frame in ipairs(frames) do assert.equal(10, frame.delay) end
    assert.is_truthy(bytes:find("NETSCAPE2.0", 1, true))
  end)

  it("looks the same as a GIF as it does as pictures, see-through areas too", function()
    local animation = la.plot.animate(3, function(fig, i)
      fig:line({ 0, i, 1 }):vspan(1, 1.5 + i / 2, { alpha = 0.3 }):vspan(1.5, 3, { alpha = 0.3 })
    end, { width = 160, height = 120 })
    local pictures = animation:pngs()
    animation:save(folder:path "b.gif")
    local frames = gif.decode(folder:read "b.gif")
    for i, frame in ipairs(frames) do
      local want, far = png.decode(pictures[i]), 0
      for y = 0, 119 do
        for x = 0, 159 do
          local r, g, b = frame:at(x, y)
          local wr, wg, wb = want:at(x, y)
          far = math.max(far, math.abs(r - wr), math.abs(g - wg), math.abs(b - wb))
        end
      end
      assert.is_true(far < 8, "frame " .. i .. " is off by " .. far)
    end
  end)

  it("is saved as one HTML file that needs nothing else", function()
    moving(3):save(folder:path "a.html")
    local html = folder:read "a.html"
    assert.is_nil(html:find "https?:")
    assert.is_nil(html:find 'src="')
    for _, id in ipairs { "play", "back", "next", "slider" } do
      assert.is_truthy(html:find(('id="%s"'):format(id), 1, true))
    end
    assert.is_truthy(html:find 'max="3"')
    local frames = 0
    for coded in html:gmatch '"(iVBORw0KGgo[%w+/=]+)",' do
      frames = frames + 1
      assert.equal(0, #coded % 4)
    end
    assert.equal(3, frames)
  end)

  it("of 40 frames takes less than 10 seconds", function()
    -- In processor time, of this process and of gnuplot: other work on the machine does not count.
    local gnuplot = require "latent.plot.gnuplot"
    local run, x, seconds = gnuplot.run, la.linspace(0, 10, 200), -os.clock()
    gnuplot.run = function(...)
      local out, cpu, said = run(...)
      seconds = seconds + cpu
      return out, cpu, said
    end
    la.plot.animate(40, function(fig, i) fig:line(x, (x + i / 10):sin(), { label = "wave" }) end)
      :save(folder:path "long.gif")
    gnuplot.run = run
    assert.is_true(seconds + os.clock() < 10)
  end)

  it("names what is wrong", function()
    assert.has_error(function() la.plot.animate(0, function() end) end)
    assert.has_error(function() la.plot.animate(3) end)
    assert.has_error(function() la.plot.animate(3, function() end, { fps = 0 }) end)
    assert.has_error(function() la.plot.animate(3, function() end, { speed = 1 }) end)
    assert.has_error(function() moving(2):save(folder:path "a.png") end)
    assert.has_error(function() moving(2):save "/nonexistent/a.gif" end)
    assert.has_error(function() la.plot.animate(3, function() error "mine" end) end, "mine")
  end)

  it("plays as text, and becomes a numbered file in a script without a terminal", function()
    local code = [[
      local la = require "latent"
      local function draw(fig, i) fig:title("frame " .. i):line { 1, i } end
      la.plot.animate(3, draw, { fps = 50, width = 160, height = 100 }):show()
    ]]
    local out = support.run(folder.folder, "LATENT_PLOT=text LC_ALL=C.UTF-8 TERM=dumb", code)
    for i = 1, 3 do assert.is_truthy(out:find("frame " .. i, 1, true)) end
    assert.equal("figure-1.gif\n", (support.run(folder.folder, "", code)))
    assert.equal("GIF89a", folder:read("figure-1.gif"):sub(1, 6))
  end)
end)

describe("a live plot", function()
  local folder
  setup(function() folder = scratch.new() end)
  teardown(function() folder:remove() end)

  it("draws its file at the end, with every curve", function()
    local live = la.plot.live { path = folder:path "loss.png", width = 240, height = 180 }
    for i = 1, 50 do live:add { train = 1 / i, test = la.tensor(2 / i) } end
    live:close()
    local picture = png.decode(folder:read "loss.png")
    assert.is_true(support.count(picture, 0x0173B2) > 50)
    assert.is_true(support.count(picture, 0xDE8F05) > 50)
  end)

  it("takes little time for each value, and keeps few of a million", function()
    local live = la.plot.live { path = folder:path "long.png" }
    live.next_draw = math.huge
    local before = os.clock()
    for i = 1, 200000 do live:add(i) end
    assert.is_true((os.clock() - before) / 200000 < 5e-6)
    local y = live.curves.loss.y
    assert.is_true(#y <= 2000)
    assert.is_true(math.abs(y[#y] - 200000) < 500)
    live.target = "none"
  end)

  it("redraws at most twice a second, and rarely enough to be no burden", function()
    local code = [[
      local la = require "latent"
      local clock = require("latent.core").host.clock
      local live = la.plot.live { width = 160, height = 100 }
      local times, draw = {}, live.draw
      live.draw = function(self) times[#times + 1] = clock() draw(self) end
      local start = clock()
      while clock() - start < 2.5 do live:add(clock()) end
      local share = live.spent / (clock() - start)
      local close = true
      for i = 2, #times do close = close and times[i] - times[i - 1] >= 0.5 end
      io.stderr:write(("%s %s %s\n"):format(#times >= 1 and #times <= 5, close, share < 0.05))
    ]]
    local out = support.run(folder.folder, "LATENT_PLOT=text LC_ALL=C.UTF-8 TERM=dumb", code)
    assert.is_truthy(out:find("true true true", 1, true), out:sub(-200))
  end)

  it("lets the loop go on when it cannot draw any more", function()
    local live = la.plot.live { path = folder:path "gone/loss.png", width = 160, height = 100 }
    live.next_draw, live.cost = 0, 0
    local said = support.stderr(function()
      for i = 1, 200 do
        live.next_draw = 0
        live:add(i)
        if live.target == "none" then break end
        require("latent.core").process.sleep(0.05)
      end
    end)
    assert.is_truthy(said:find("plot.live: no more pictures", 1, true))
    assert.is_truthy(said:find("cannot write", 1, true))
    live:close()
  end)

  it("names what is wrong", function()
    assert.has_error(function() la.plot.live { speed = 1 } end)
    assert.has_error(function() la.plot.live { path = "x.bmp" } end)
    assert.has_error(function() la.plot.live { path = folder:path "x.png" }:add "one" end)
  end)
end)
