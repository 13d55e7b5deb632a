local examples = require "examples.support"

describe("10-t-sne", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/10-t-sne", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("keeps neighbours of digits, and so their classes, where two components do not", function()
    assert.is_true(result.trust.tsne > 0.93 and result.trust.tsne > result.trust.pca + 0.1)
    assert.is_true(result.right.tsne > result.right.pca + 0.3)
    assert.is_true(result.right.tsne > result.right.all - 0.06)
    assert.matches("500 digits: divergence", text)
  end)

  it("lowers the divergence, at once where the exaggeration ends", function()
    local trace = result.trace
    assert.equal(8, #trace)
    assert.is_true(trace[3] < 0.7 * trace[2] and trace[8] < trace[4])
  end)

  it("parts the classes a little at every perplexity", function() -- a random map has silhouettes below 0
    for _, silhouette in ipairs(result.silhouettes) do assert.is_true(silhouette > 0.03 and silhouette < 0.6) end
  end)

  it("parts linked rings, and forgets sizes and distances", function()
    assert.is_true(result.pure.tsne > 0.97 and result.pure.pca < 0.95)
    assert.is_true(result.ratios.data > 8 and result.ratios.map < 2)
    assert.is_true(result.remote.data > 8 and result.remote.map < 4)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "digits", "descent", "perplexity", "wins", "loses" } do
      examples.check_picture(("%s/%s.png"):format(out, name))
    end
  end)
end)
