local la = require "latent"

local NAMES = { "moons", "circles", "spiral", "swiss_roll", "blobs" }

local function radius(x) return (x * x):sum(2):sqrt() end

describe("Shapes", function()
  it("are the same for the same seed, and leave the common random numbers alone", function()
    for _, name in ipairs(NAMES) do
      la.manual_seed(1)
      local first = la.data[name] { n = 50, seed = 3 }
      local after = la.rand(1):item()
      la.manual_seed(1)
      assert.equal(after, la.rand(1):item(), name)
      assert.is_true(first:eq(la.data[name] { n = 50, seed = 3 }):all(), name)
      assert.is_true(first:eq(la.data[name] { n = 50, generator = la.Generator(3) }):all(), name)
      assert.is_false(first:eq(la.data[name] { n = 50, seed = 4 }):all(), name)
      la.manual_seed(5)
      local common = la.data[name] { n = 50 }
      la.manual_seed(5)
      assert.is_true(common:eq(la.data[name] { n = 50 }):all(), name)
    end
  end)

  it("have as many points as asked for, of the dtype asked for", function()
    for _, name in ipairs(NAMES) do
      local x, y = la.data[name] { n = 7, dtype = "float64" }
      assert.same({ 7, name == "swiss_roll" and 3 or 2 }, x.shape)
      assert.same({ 7 }, y.shape)
      assert.equal("float64", x.dtype)
      assert.same({ 1, name == "swiss_roll" and 3 or 2 }, la.data[name]({ n = 1 }).shape)
      assert.equal("float32", la.data[name]().dtype)
    end
  end)

  it("refuse what makes no sense, by name", function()
    for _, name in ipairs(NAMES) do
      local make = la.data[name]
      assert.error_matches(function() make { points = 3 } end, "data." .. name .. ": unknown option 'points'")
      assert.error_matches(function() make { n = 0 } end, "data." .. name .. ": n must be an integer from 1")
      assert.error_matches(function() make { n = 2.5 } end, "n must be an integer from 1, not 2.5")
      assert.error_matches(function() make { seed = "x" } end, "seed must be an integer, not x")
    end
    for _, bad in ipairs { -1, 0 / 0, "much" } do
      assert.error_matches(function() la.data.moons { noise = bad } end, "noise must be a number from 0")
    end
    assert.error_matches(function() la.data.circles { factor = 2 } end, "factor must be in %[0, 1%], not 2")
    assert.error_matches(function() la.data.spiral { arms = 0 } end, "arms must be an integer from 1, not 0")
    assert.error_matches(function() la.data.spiral { turns = 0 } end, "turns must be a number above 0, not 0")
  end)
end)

describe("la.data.moons", function()
  it("lies on two half circles that reach into each other", function()
    local x, labels = la.data.moons { n = 400, noise = 0, seed = 1 }
    local upper, lower = x[labels:eq(1)], x[labels:eq(2)]
    assert.equal(200, #upper)
    assert.near(0, (radius(upper) - 1):abs():max(), 1e-6)
    assert.near(0, (radius(lower - la.tensor { 1, 0.5 }) - 1):abs():max(), 1e-6)
    assert.is_true(upper[{ {}, 2 }]:min() >= 0 and lower[{ {}, 2 }]:max() <= 0.5)
    assert.is_true(upper[{ {}, 1 }]:max() > 0.9 and lower[{ {}, 1 }]:min() < 0.1)
  end)

  it("has the noise asked for", function()
    local clean = la.data.moons { n = 20000, noise = 0, seed = 2 }
    local noisy = la.data.moons { n = 20000, noise = 0.2, seed = 2 }
    assert.near(0.2, (noisy - clean):std(), 0.005)
  end)
end)

describe("la.data.circles", function()
  it("has one circle within the other", function()
    local x, labels = la.data.circles { n = 300, noise = 0, factor = 0.3, seed = 1 }
    assert.near(0, (radius(x[labels:eq(1)]) - 1):abs():max(), 1e-6)
    assert.near(0, (radius(x[labels:eq(2)]) - 0.3):abs():max(), 1e-6)
    assert.near(0, x:mean(1):abs():max(), 0.1)
  end)
end)

describe("la.data.spiral", function()
  it("winds arms evenly around the origin, each the next one turned", function()
    local x, labels = la.data.spiral { n = 3000, noise = 0, arms = 3, turns = 2, seed = 1 }
    assert.same({ 0, 1000, 1000, 1000 }, labels:bincount():totable())
    local r = radius(x)
    assert.is_true(r:max() <= 1 + 1e-6)
    assert.near(0.5, (r * r):mean(), 0.02) -- r^2 is uniform
    local angle = la.atan2(x[{ {}, 2 }], x[{ {}, 1 }])
    local expected = r * (4 * math.pi) + (labels - 1) * (2 * math.pi / 3)
    assert.near(1, (angle - expected):cos():min(), 1e-4)
  end)
end)

describe("la.data.swiss_roll", function()
  it("rolls up a sheet: place along it, and height", function()
    local x, t = la.data.swiss_roll { n = 2000, seed = 1, dtype = "float64" }
    assert.is_true(t:min() >= 1.5 * math.pi and t:max() <= 4.5 * math.pi)
    assert.near(0, (x[{ {}, 1 }] - t * t:cos()):abs():max(), 1e-9)
    assert.near(0, (x[{ {}, 3 }] - t * t:sin()):abs():max(), 1e-9)
    local height = x[{ {}, 2 }]
    assert.is_true(height:min() >= 0 and height:max() <= 21)
    assert.near(10.5, height:mean(), 0.5)
  end)
end)

describe("la.data.blobs", function()
  it("puts clouds of given deviations around given centres", function()
    local x, labels, centers = la.data.blobs { n = 9000, centers = { { 0, 0 }, { 8, 0 }, { 0, 8 } },
      std = { 0.5, 1, 2 }, seed = 1 }
    assert.same({ { 0, 0 }, { 8, 0 }, { 0, 8 } }, centers:totable())
    for k, std in ipairs { 0.5, 1, 2 } do
      local cloud = x[labels:eq(k)]
      assert.equal(3000, #cloud)
      assert.near(std, (cloud - centers[k]):std(), 0.05 * std)
      assert.near(0, (cloud:mean(1) - centers[k]):abs():max(), 0.1 * std)
    end
  end)

  it("draws centres itself, in any number of dimensions", function()
    local x, labels, centers = la.data.blobs { n = 200, centers = 5, dims = 4, std = 0.1, seed = 2 }
    assert.same({ 200, 4 }, x.shape)
    assert.same({ 5, 4 }, centers.shape)
    assert.is_true(centers:abs():max() <= 10)
    assert.is_true((x - centers[labels]):abs():max() < 0.6)
    assert.same({ 1, 2, 3, 4, 5, 1 }, labels[{ { 1, 6 } }]:totable())
  end)

  it("has clouds of other sizes by weight", function()
    local _, labels = la.data.blobs { n = 10000, centers = 2, weights = { 1, 3 }, seed = 3 }
    assert.near(0.25, labels:eq(1):sum() / 10000, 0.02)
  end)

  it("refuses lists that do not fit", function()
    local blobs = la.data.blobs
    assert.error_matches(function() blobs { std = { 1, 2 } } end, "3 blobs, and 2 numbers in std")
    assert.error_matches(function() blobs { std = -1 } end, "std must be of numbers from 0, not %-1")
    assert.error_matches(function() blobs { weights = { 1, 2, "x" } } end, "weights must be of numbers from 0, not x")
    assert.error_matches(function() blobs { centers = 0 } end, "centers must be an integer from 1, not 0")
    assert.error_matches(function() blobs { centers = la.zeros(3) } end, "centers must be %[k, d%], not %[3%]")
    assert.error_matches(function() blobs { noise = 1 } end, "unknown option 'noise'")
  end)
end)
