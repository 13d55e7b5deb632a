-- docs/plots.md names the call for every plot of the tutorials: each of them works.
local la = require "latent"
local metrics = require "latent.plot.metrics"
local scene = require "latent.plot.scene"

local function rows()
  local file = assert(io.open "docs/plots.md")
  local list, inside = {}, false
  for line in file:lines() do
    inside = inside or line:find "^## The plots of the tutorials"
    local name, cell = line:match "^| (.-) | (`.*`) |$"
    if inside and name then
      local calls = {}
      for call in cell:gmatch "`(.-)`" do calls[#calls + 1] = call end
      list[#list + 1] = { name = name, code = table.concat(calls, "\n") }
    end
  end
  file:close()
  return list
end

describe("the plots of the tutorials", function()
  local env, figures

  setup(function()
    la.manual_seed(2)
    local grid = la.linspace(-5, 5, 100)
    local groups = {}
    for k = 1, 10 do groups[k] = la.randn(100) * k + 30 * k end
    env = {
      la = la, math = math, ipairs = ipairs, grid = grid, p_x = (-grid:square() / 2):exp(), dx = 1,
      heights = la.randn(1000), bin_centers = la.linspace(1, 20, 20), p_bins = la.rand(20),
      p_density = la.rand(20), p_gauss = la.rand(20), ages = la.randn(500) * 30 + 80,
      r = la.randint(0, 3, { 500 }), posterior = la.rand(500), groups = groups, losses = la.rand(50) + 1,
      mu = { 40, 80, 110, 150 }, low = { 30, 60, 95, 130 }, high = { 60, 95, 130, 170 },
      rgb = la.rand(18, 6, 3), matrix = la.randn(5, 18), colours = la.rand(1, 7, 3),
      labels = la.randint(1, 7, { 12, 18 }), digits = la.rand(100, 784), digit = la.rand(28, 28),
      codes = la.randn(200, 2), classes = la.randint(0, 9, { 200 }),
    }
  end)

  before_each(function()
    figures = {}
    for name, panels in pairs { fig = { 1, 1 }, fig2 = { 1, 2 }, fig3 = { 1, 3 } } do
      figures[name] = la.plot.figure { panels = panels }
      env[name] = figures[name]
    end
  end)

  for _, row in ipairs(rows()) do
    it(row.name, function()
      assert(load(row.code, row.name, "t", env))()
      local drawn = row.code:find "animate" and 1 or 0
      for _, fig in pairs(figures) do
        local built = scene.build(fig, metrics, fig.width, fig.height)
        for _, view in ipairs(built.views) do drawn = drawn + #view.marks end
      end
      assert.is_true(drawn > 0)
    end)
  end

  it("are all there", function() assert.is_true(#rows() >= 40) end)
end)
