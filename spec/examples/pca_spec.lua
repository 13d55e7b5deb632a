local examples = require "examples.support"

describe("6-pca", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/6-pca", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("needs few of 784 components, and the error falls with their number", function()
    assert.is_true(result.needed[0.5] < 20 and result.needed[0.95] > 80 and result.needed[0.95] < 250)
    for i = 2, #result.errors do assert.is_true(result.errors[i] < result.errors[i - 1]) end
    assert.is_true(result.errors[#result.errors] < 0.1 * result.errors[1])
    assert.matches("95 %% of the variance: %d+ components", text)
  end)

  it("denoises best with the number of components that the variances say", function()
    assert.is_true(result.best > 10 and result.best < 100, "best " .. result.best)
    assert.is_true(result.gain > 4, "gain " .. result.gain)
    for i, error in ipairs(result.measured) do
      assert.near(result.predicted[i], error, 0.08 * result.predicted[i])
    end
  end)

  it("keeps a flat sheet, not a rolled one, nor classes that differ where variance is small", function()
    assert.near(1, result.trust.sheet, 0.001)
    assert.is_true(result.trust.roll < 0.95)
    assert.is_true(result.matched[1] < 0.65 and result.matched[2] > 0.97)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "components", "variance", "reconstructions", "plane", "denoising", "shapes" } do
      examples.check_picture(("%s/%s.png"):format(out, name))
    end
  end)
end)
