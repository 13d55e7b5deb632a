require "latent"
local text = require "latent.plot.text"
local ticks = require "latent.plot.ticks"

describe("markup between dollars", function()
  it("reads greek letters, sub- and superscripts", function()
    local cases = {
      ["$\\mu_1$"] = "μ₁", ["$x^2$"] = "x²", ["$\\sigma^{-1}$"] = "σ⁻¹", ["$\\lambda$ = 0.1"] = "λ = 0.1",
      ["$p(x|\\theta)$"] = "p(x|θ)", ["$\\frac{a}{b}$"] = "a/b", ["$\\mathrm{K\\!-\\!means}$"] = "K−means",
      ["$\\log p$"] = "log p", ["$a \\le b$"] = "a ≤ b", ["$x=1$"] = "x = 1", ["$\\hat{x}$"] = "x̂",
      ["$z_{out}$"] = "z_out", ["$\\mathcal{L}$"] = "L", ["$\\sqrt{n}$"] = "√n",
    }
    for markup, wanted in pairs(cases) do assert.equal(wanted, text.plain(markup)) end
  end)

  it("leaves everything else alone", function()
    for _, words in ipairs { "a_b", "x^2", "{x}", "cost $5", "$", "$$", "50 % & more", "\\mu", "`a`" } do
      assert.equal(words, text.plain(words))
      assert.is_truthy(text.gnuplot(words):find " noenhanced$")
    end
    assert.equal("$5 and $6", text.plain "\\$5 and \\$6")
  end)

  it("sets letters in italics and escapes what gnuplot would read", function()
    local code = text.gnuplot("$\\mu_1$ and a_b"):gsub("\\(%d%d%d)", function(c) return string.char(tonumber(c, 8)) end)
    assert.equal('"{/:Italic μ}_{1} and a\\_b" enhanced', code)
    assert.equal('"it\\047s" noenhanced', text.gnuplot "it's")
  end)

  it("survives any bytes", function()
    math.randomseed(7)
    local pieces = { "$", "\\", "{", "}", "_", "^", "mu", "frac", "a", " ", "'", "\xff", "μ", "\n", "\0", "mathrm" }
    for _ = 1, 2000 do
      local parts = {}
      for k = 1, math.random(12) do parts[k] = pieces[math.random(#pieces)] end
      for _, line in ipairs(text.lines(table.concat(parts))) do
        assert.is_truthy(utf8.len(text.plain(line)))
        local quoted = text.gnuplot(line):match '^"(.*)" n?o?enhanced$'
        assert.is_truthy(quoted)
        assert.is_nil(quoted:gsub("\\%d%d%d", ""):find "[^%a \128-\255]")
        assert.is_true(text.width(line, 10) >= 0)
      end
    end
  end)
end)

describe("ticks", function()
  local function labels(...) return table.concat(select(2, ticks.linear(...)), " ") end

  it("stand at round numbers with equal decimals", function()
    assert.equal("0.0 0.2 0.4 0.6 0.8 1.0", labels(0, 1, 6))
    assert.equal("−4 −2 0 2 4", labels(-5, 5, 9))
    assert.equal("0 2×10⁷ 4×10⁷ 6×10⁷", labels(0, 6e7, 5))
    assert.equal("1000000.0 1000000.5 1000001.0", labels(1000000, 1000001, 3))
    assert.equal("0.000 0.025 0.050 0.075 0.100", labels(0, 0.1, 4))
  end)

  it("of logarithmic axes are powers of ten, and between them for short ones", function()
    assert.equal("10⁰ 10¹ 10² 10³", table.concat(select(2, ticks.log(1, 1000, 6)), " "))
    assert.equal("10⁻¹⁰ 10⁻⁸ 10⁻⁶ 10⁻⁴ 10⁻² 10⁰", table.concat(select(2, ticks.log(1e-10, 1, 6)), " "))
    assert.equal("1 2 5 10 20", table.concat(select(2, ticks.log(0.9, 30, 6)), " "))
  end)

  it("are few and finite whatever the range", function()
    local ranges = { { -1e308, 1e308 }, { 0, 5e-324 }, { 1, 1 + 1e-15 }, { 1e15, 1e15 + 4 }, { -1e-300, 1e300 } }
    for _, range in ipairs(ranges) do
      assert.is_true(#ticks.linear(range[1], range[2], 5) <= 110)
    end
  end)
end)
