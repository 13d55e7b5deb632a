-- Whatever text reaches a picture is drawn and runs nothing. Each attack would make a file.
local la = require "latent"
local scratch = require "io.scratch"

describe("text in pictures", function()
  local folder, canary
  setup(function()
    folder = scratch.new()
    canary = folder:path "canary"
  end)
  teardown(function() folder:remove() end)

  local function unharmed(what)
    assert.is_nil(io.open(canary), what)
  end

  --- What gnuplot or a shell would run, if it were let.
  local function attacks()
    local touch = "touch " .. canary
    return {
      "`" .. touch .. "`", "$(" .. touch .. ")", "'; system('" .. touch .. "'); '",
      "\"; system(\"" .. touch .. "\"); \"", "\n! " .. touch .. "\n", "\r! " .. touch .. "\r",
      "x\nsystem \"" .. touch .. "\"\n", "'\nsystem '" .. touch .. "'\n'",
      "@{`" .. touch .. "`}", "@ARG0", "{/:`" .. touch .. "`}", "%s %d %n", "\\", "'", "''", "'''", "\"", "\\'", "\\\"",
      "$`" .. touch .. "`$", "$\\mathrm{`" .. touch .. "`}$", "$'; system('" .. touch .. "'); '$", "$'$", "$\\$", "$_$",
      "$^{$", "${}$", "$\\frac$", "x\0'\0`" .. touch .. "`", "\u{1F600} \u{65E5}\u{672C} \u{3BC} e\u{301}",
      "\xff\xfe\xc3(",
      "<b>&lt;</text><script>alert(1)</script>", "]]>", "|" .. touch, "#comment", "a;b", "!" .. touch,
      ("x"):rep(100000), ("{"):rep(3000), ("$x_"):rep(1000),
    }
  end

  it("is only text, wherever it stands", function()
    for i, words in ipairs(attacks()) do
      local fig = la.plot.figure { panels = { 1, 2 }, width = 200, height = 120, title = words, xlabel = words,
        ylabel = words }
      fig[1]:line({ 1, 2 }, { 1, 2 }, { label = words }):title(words):xlabel(words):ylabel(words)
        :text(1, 1, words):text(1.5, 1.5, words, { rotation = 30 }):xticks({ 1, 2 }, { words, "b" })
      fig[1]:legend { title = words, loc = "upper left" }
      fig[2]:bar({ words, "b" }, { 1, 2 })
      local terminals = i % 3 == 0 and { "svg" } or { "png" }
      for _, format in ipairs(terminals) do
        local picture = fig:render(format)
        assert.is_true(#picture > 500)
        if format == "svg" then assert.is_nil(picture:find("<script", 1, true)) end
      end
      unharmed(words:sub(1, 80))
    end
  end)

  it("reads in an SVG as it was written", function()
    local words = "1.5 .07 a_b^c {d} @e ~f & <g> 'h' \"i\" `j` \\k $(l) %m #n"
    local svg = la.plot.figure { title = words }:line { 1, 2 }:render "svg"
    local escaped = words:gsub("&", "&amp;"):gsub("<", "&lt;")
    assert.is_truthy(svg:find(escaped, 1, true) or svg:find(escaped:gsub(">", "&gt;"), 1, true), svg:match "1.5.->")
    local ticks = la.plot.figure {}:line({ 0, 0.5 }, { -12.5, 12.5 }):render "svg"
    for _, label in ipairs { "0.1", "0.5", "10", "−10" } do
      assert.is_truthy(ticks:find("<text>" .. label, 1, true), label)
    end
  end)

  it("in option values is refused or drawn, never run", function()
    for _, words in ipairs(attacks()) do
      local function try(call) pcall(call, la.plot.figure { width = 60, height = 40 }) end
      try(function(f) f:line({ 1, 2 }, { 1, 2 }, { color = words }):render "png" end)
      try(function(f) f:line({ 1, 2 }, { 1, 2 }, { linestyle = words }):render "png" end)
      try(function(f) f:line({ 1, 2 }, { 1, 2 }, { marker = words }):render "png" end)
      try(function(f) f:line({ 1, 2 }, { 1, 2 }, { linewidth = words }):render "png" end)
      try(function(f) f:image({ { 1, 2 }, { 3, 4 } }, { cmap = words }):render "png" end)
      try(function(f) f:heatmap({ { 1, 2 }, { 3, 4 } }, { annot = true, fmt = words }):render "png" end)
      try(function(f) f:line({ 1, 2 }):xlim(words, words):render "png" end)
      try(function(f) f:line({ 1, 2 }):legend { loc = words }:render "png" end)
      try(function(f) f:line { words, words } end)
      try(function() la.plot.figure { width = words } end)
      try(function(f) f:line({ 1, 2 }):render(words) end)
      unharmed(words:sub(1, 80))
    end
  end)

  it("in paths names files and nothing else", function()
    local names = { "`touch canary`.png", "$(touch canary).png", "'; touch canary; '.png", "|touch canary;.png",
      "\"; system('touch canary'); \".png", "a\nb.png", "~.png", "\u{3BC} \u{65E5}.png", "-rf.png", "x'y.svg",
      "%d.png" }
    for _, name in ipairs(names) do
      la.plot.figure { width = 60, height = 40 }:line({ 1, 2 }):save(folder:path(name))
      local file = assert(io.open(folder:path(name), "rb"), name)
      assert.is_true(#file:read "a" > 100)
      file:close()
      unharmed(name)
    end
    assert.is_nil(io.open "canary")
  end)

  it("does not follow the user's gnuplot start-up file or environment", function()
    local home = folder.folder
    folder:write(".gnuplot", "system('touch canary')\n")
    local out = require("plot.support").run(home, ("HOME='%s' GNUTERM=dumb"):format(home), [[
      local la = require "latent"
      print(la.plot.figure { width = 60, height = 40 }:line({ 1, 2 }):render("png"):sub(2, 4))
    ]])
    assert.equal("PNG\n", out)
    unharmed "start-up file"
  end)
end)
