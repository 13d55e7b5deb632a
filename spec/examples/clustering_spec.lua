-- Tutorial 1, clustering: the numbers that its scripts print and draw.
local la = require "latent"
local examples = require "examples.support"

local function run(name, options)
  local result, text, out = examples.run("1-unsupervised-learning/" .. name, options)
  for picture in text:match("pictures: (.*)$"):gmatch "[^, ]+" do examples.check_picture(picture) end
  examples.remove(out)
  return result, text
end

describe("2a-k-means", function()
  local got, text
  setup(function() got, text = run("2a-k-means", { "--fast", "--steps", "6" }) end)

  it("assigns each height to the nearest mean, and moves the means to their heights", function()
    local x = la.data.heights({ n = 2000, seed = 1 }).heights
    local before, after = got.history[6], got.history[7]
    for n = 1, 2000, 97 do
      local d = (before - x[n]):abs()
      assert.equal(d:argmin(), got.ids[n])
    end
    for k = 1, 4 do assert.is_near(x[got.ids:eq(k)]:mean(), after[k], 1e-9) end
  end)

  it("lowers the inertia in every round, and does what KMeans does", function()
    for t = 2, #got.losses do assert.is_true(got.losses[t] <= got.losses[t - 1]) end
    assert.is_true(got.gap < 1e-9)
    assert.same(got.start:totable(), got.model.trace[1].centers:reshape(-1):totable())
    assert.matches("k%-means.html", text)
  end)
end)

describe("2b-ten-clusters", function()
  it("loses clusters from random starts, and none from good ones", function()
    local got = run("2b-ten-clusters", { "--fast", "--frames", "3", "--starts", "4" })
    assert.is_true(got.most >= 1)
    for _, model in ipairs(got.models) do assert.is_true(model.inertia > got.best.inertia) end
    assert.equal(0, got.best.centers:isnan():sum())
    for k = 2, 12 do assert.is_true(got.inertias[k] < got.inertias[k - 1]) end
    -- The sexes of an age overlap: even the best guess is wrong four times in ten, and K-means oftener.
    assert.is_near(0.6, got.possible, 0.05)
    assert.is_true(got.clustered < got.possible and got.clustered > 0.35)
  end)
end)
