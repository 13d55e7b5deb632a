local la = require "latent"

-- Share of `test` whose nearest image of `train` has the same label.
local function nearest_neighbour(train, test)
  local a = test.images:reshape(-1, 784):to "float32" / 255
  local b = train.images:reshape(-1, 784):to "float32" / 255
  local distance = (b * b):sum(2):reshape(1, -1) - a:mm(b:t()) * 2
  local found = train.labels[distance:argmin(2)]
  return found:eq(test.labels):to("float64"):mean()
end

describe("la.data.digits", function()
  it("gives images of 28 by 28 bytes with labels from 0 to 9", function()
    local set = la.data.digits { n = 500 }
    assert.same({ 500, 28, 28 }, set.images.shape)
    assert.equal("uint8", set.images.dtype)
    assert.same({ 500 }, set.labels.shape)
    assert.equal("int64", set.labels.dtype)
    assert.equal(0, set.labels:min())
    assert.equal(9, set.labels:max())
  end)

  it("draws a fifth of the paper, black at the rim, bright in the strokes, centred, as MNIST", function()
    local images = la.data.digits({ n = 2000 }).images:to "float64" / 255
    assert.is_near(0.1307, images:mean(), 0.02) -- MNIST's mean
    assert.is_near(0.3081, images:std(), 0.02) -- and deviation
    assert.is_near(1, images:max(), 0.001)
    local mean = images:mean(1)
    assert.is_near(0, mean[{ { 1, 2 } }]:max(), 0.01)
    assert.is_near(0, mean[{ {}, { 27, 28 } }]:max(), 0.01)
    local centre = (mean:sum(1) * la.arange(1, 28):to "float64"):sum() / mean:sum()
    assert.is_near(14.5, centre, 0.2)
  end)

  it("has 60000 images for training and 10000 for testing, unless told otherwise", function()
    assert.equal(60000, #la.data.digits().labels)
    assert.equal(10000, #la.data.digits({ split = "test" }).labels)
    assert.equal(0, #la.data.digits({ n = 0 }).labels)
  end)

  it("is the same for the same seed, however many images or threads", function()
    local set = la.data.digits { n = 300, seed = 7 }
    local threads = la.get_num_threads()
    la.set_num_threads(1)
    local longer = la.data.digits { n = 400, seed = 7 }
    la.set_num_threads(threads)
    assert.is_true(set.images:eq(longer.images[{ { 1, 300 } }]):all())
    assert.is_true(set.labels:eq(longer.labels[{ { 1, 300 } }]):all())
  end)

  it("differs between seeds, splits and images", function()
    local train = la.data.digits { n = 200, seed = 1 }
    local other = la.data.digits { n = 200, seed = 2 }
    local test = la.data.digits { n = 200, seed = 1, split = "test" }
    local seen = {}
    for _, set in ipairs { train, other, test } do
      for i = 1, 200 do
        local key = table.concat(set.images[i]:reshape(-1):totable(), " ")
        assert.is_nil(seen[key])
        seen[key] = true
      end
    end
  end)

  it("is varied: ten thousand examples teach far more than a hundred", function()
    local train, test = la.data.digits { n = 10000 }, la.data.digits { n = 500, split = "test" }
    local few = { images = train.images[{ { 1, 100 } }], labels = train.labels[{ { 1, 100 } }] }
    local with_few, with_many = nearest_neighbour(few, test), nearest_neighbour(train, test)
    assert.is_true(with_few > 0.5 and with_few < 0.8, "accuracy from 100: " .. with_few)
    assert.is_true(with_many > 0.93, "accuracy from 10000: " .. with_many)
  end)

  it("refuses what makes no sense", function()
    local function fails(reason, options)
      local ok, message = pcall(la.data.digits, options)
      assert.is_false(ok)
      assert.matches(reason, message, 1, true)
    end
    fails("split must be 'train' or 'test', not valid", { split = "valid" })
    fails("n must be a whole number", { n = -1 })
    fails("n must be a whole number", { n = 2.5 })
    fails("seed must be an integer", { seed = "x" })
    fails("unknown option 'size' (known: n, seed, split)", { size = 5 })
    fails("out of memory", { n = 1 << 45 })
  end)
end)
