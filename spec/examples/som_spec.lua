local examples = require "examples.support"

describe("12-som", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/12-som", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("unfolds a net over a square", function()
    local trace = result.net.trace
    assert.is_true(result.net.quantization_error < 0.045, "error " .. result.net.quantization_error)
    assert.is_true(result.net.topographic_error < 0.15)
    local widest = 0
    for _, stage in ipairs(trace) do widest = math.max(widest, stage.quantization_error) end
    assert.is_true(widest > 2 * trace[#trace].quantization_error, "it shrinks before it opens")
  end)

  it("weighs one error against the other with the radius", function()
    local q, t = result.sweep.quantization, result.sweep.topographic
    assert.is_true(q[#q] > 1.1 * q[1])
    assert.is_true(t[#t] < 0.5 * t[1])
  end)

  it("puts similar digits side by side, and names new ones", function()
    assert.is_true(result.ordered < 0.7, "order " .. result.ordered)
    assert.is_true(result.unordered > 0.9)
    assert.is_true(result.accuracy > 0.5, "accuracy " .. result.accuracy)
    assert.is_true(result.quantization > result.means_error, "k-means fits closer")
    assert.matches("units side by side are", text)
  end)

  it("lays a bent sheet flat, and leaves units idle where the grid is the wrong one", function()
    assert.is_true(result.along > 0.95 and result.along_pca < 0.93)
    assert.is_true(result.idle[1] > 0.02 and result.idle[3] > 0.02)
    assert.equal(0, result.idle[2])
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "unfolding", "radius", "digits", "shapes" } do
      assert.equal("\137PNG", examples.head(("%s/%s.png"):format(out, name), 4))
    end
  end)
end)
