local examples = require "examples.support"

describe("9-mean-shift", function()
  local result, text, out

  setup(function()
    result, text, out = examples.run("1-unsupervised-learning/9-mean-shift", { "--fast", "--data", "digits" })
  end)
  teardown(function() examples.remove(out) end)

  it("climbs by hand to the peaks that the model finds", function()
    assert.equal(3, result.peaks)
    assert.is_true(result.apart < 0.3, "apart " .. result.apart)
    assert.is_true(result.steps < 100)
  end)

  it("has fewer peaks with a larger bandwidth, and three over a wide range", function()
    local peaks = result.sweep.peaks
    assert.is_true(peaks[1] > 50)
    assert.equal(1, peaks[#peaks])
    local three = 0
    for _, p in ipairs(peaks) do three = three + (p == 3 and 1 or 0) end
    assert.is_true(three >= 2)
    assert.matches("nearest fifth: %d%.%d+, 3 peaks", text)
  end)

  it("finds small clouds beside a big one, and loses on moons", function()
    local s = result.scores
    assert.is_true(s["big and small"].mean_shift > s["big and small"].kmeans + 0.4)
    assert.is_true(s.moons.mean_shift < 0.6 and s["tight and wide"].mean_shift < 0.9)
  end)

  it("keeps a picture's rare colours, at the cost of the common ones", function()
    local segments = result.segments
    assert.is_true(segments.peaks > 8 and segments.patches > segments.peaks)
    assert.is_true(segments.mean_shift.balloon < segments.kmeans.balloon)
    assert.is_true(segments.mean_shift.all > segments.kmeans.all)
  end)

  it("goes from a peak for most digits to one for all", function()
    assert.is_true(result.digits.peaks[1] > 100)
    assert.is_true(result.digits.peaks[#result.digits.peaks] < 5)
  end)

  it("draws its pictures", function()
    for _, name in ipairs { "paths", "bandwidth", "shapes", "segmentation", "digits" } do
      examples.check_picture(("%s/%s.png"):format(out, name))
    end
  end)
end)
