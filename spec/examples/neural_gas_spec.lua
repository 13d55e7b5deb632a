local examples = require "examples.support"

describe("13-neural-gas", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/13-neural-gas", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("follows a spiral that a grid cuts across", function()
    assert.is_true(result.chain.quantization_error < 0.85 * result.grid.quantization_error)
    assert.is_true(result.crossing < 0.1, "edges across: " .. result.crossing)
  end)

  it("has the more neighbours the more dimensions the data have", function()
    local n = result.neighbours
    assert.is_true(n.ring > 1.8 and n.ring < 3.5, "ring: " .. n.ring)
    assert.is_true(n.sheet > 1.3 * n.ring and n.block > 1.1 * n.sheet, ("%g, %g"):format(n.sheet, n.block))
  end)

  it("tells moons and rings apart, which k-means does not", function()
    for _, name in ipairs { "moons", "rings" } do
      assert.equal(2, result.parts[name])
      assert.near(1, result.scores[name].gas, 1e-9)
      assert.is_true(result.scores[name].kmeans < 0.5)
    end
  end)

  it("is a codebook of digits as good as k-means", function()
    local s = result.squares
    assert.is_true(s.gas < 1.03 * s.best, ("%g, %g"):format(s.gas, s.best))
    assert.is_true(#result.walk > 2)
    assert.matches("the graph has %d+ edges", text)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "spiral", "dimension", "growing", "digits" } do
      assert.equal("\137PNG", examples.head(("%s/%s.png"):format(out, name), 4))
    end
  end)
end)
