-- Any numbers and any options: a picture, or an error that names the function.
local la = require "latent"
local metrics = require "latent.plot.metrics"
local scene = require "latent.plot.scene"
local support = require "plot.support"
local terminal = require "latent.plot.terminal"

local NUMBERS = { 0, 1, -1, 0.5, 3, 1e6, 2 ^ 53, 1e15, 1e308, -1e308, 5e-324, 1e-300, 1 / 0, -1 / 0, 0 / 0 }
local KINDS = { "line", "scatter", "step", "bar", "hist", "hist2d", "fill", "fill_between", "vline", "hline", "vspan",
  "hspan", "text", "errorbar", "contour", "surface", "image", "image_grid", "heatmap", "boxplot", "violin" }
local OPTIONS = { "color", "c", "alpha", "label", "marker", "markersize", "linewidth", "linestyle", "bins", "range",
  "density", "histtype", "where", "width", "bottom", "yerr", "xerr", "levels", "cmap", "vmin", "vmax", "center", "cols",
  "titles", "padding", "annot", "fmt", "labels", "positions", "widths", "points", "bandwidth", "inner", "elev", "azim",
  "extent", "origin", "colorbar", "s", "size", "ha", "rotation", "coords", "thin", "xticklabels", "capsize", "whis",
  "norm", "cmin", "smooth" }
local SETTINGS = { "title", "xlabel", "xlim", "ylim", "xscale", "yscale", "xticks", "yticks", "grid", "aspect", "axis",
  "legend" }

local function pick(list) return list[math.random(#list)] end

local function numbers(n)
  local list = {}
  for i = 1, n do list[i] = pick(NUMBERS) end
  return list
end

local function matrix() return { numbers(4), numbers(4), numbers(4) } end

local STRANGE = {
  function() return nil end, function() return true end, function() return "x" end, function() return "log" end,
  function() return {} end, function() return pick(NUMBERS) end, function() return numbers(3) end, matrix,
  function() return print end, function() return la.zeros(0) end, function() return la.rand(2, 3) end,
  function() return { 1, "a" } end,
}

--- Data as the kind wants them.
local function fitting(kind)
  if kind == "contour" or kind == "surface" or kind == "heatmap" or kind == "image" then return { matrix() } end
  if kind == "image_grid" then return { la.tensor(matrix()) } end
  if kind == "text" then return { pick(NUMBERS), pick(NUMBERS), "words" } end
  if kind:find "span$" then return { pick(NUMBERS), pick(NUMBERS) } end
  local n = math.random(0, 5)
  if kind:find "^[vh]line" or kind == "hist" or kind == "boxplot" or kind == "violin" then return { numbers(n) } end
  return { numbers(n), numbers(n) }
end

local function arguments(kind)
  local list = {}
  if math.random() < 0.6 then
    list = fitting(kind)
  else
    for i = 1, math.random(0, 3) do list[i] = pick(STRANGE)() end
  end
  if math.random() < 0.7 then
    local options = {}
    for _ = 1, math.random(2) do options[pick(OPTIONS)] = pick(STRANGE)() end
    list[#list + 1] = options
  end
  return list
end

local function attempt(what, call, ...)
  local ok, message = pcall(call, ...)
  if not ok then assert.is_truthy(tostring(message):find "plot[.:]", ("%s: %s"):format(what, message)) end
  return ok
end

describe("a figure of anything", function()
  it("is laid out or refused", function()
    math.randomseed(11)
    local drawn = 0
    support.stderr(function()
      for round = 1, 1200 do
        local fig = la.plot.figure { width = math.random(16, 300), height = math.random(16, 200) }
        for _ = 1, math.random(2) do
          local kind = pick(KINDS)
          attempt(kind, fig[kind], fig, table.unpack(arguments(kind)))
        end
        for _ = 1, math.random(0, 2) do
          local name = pick(SETTINGS)
          attempt(name, fig[name], fig, pick(STRANGE)(), pick(STRANGE)())
        end
        if attempt("layout", scene.build, fig, metrics, fig.width, fig.height) then
          drawn = drawn + 1
          assert.equal(12, #terminal.render(fig, { columns = 40, rows = 12, depth = 24, utf8 = true }))
          if round % 40 == 0 then assert.is_truthy(fig:render "png":find "^\137PNG") end
        end
      end
    end)
    assert.is_true(drawn > 900)
  end)
end)
