local la = require "latent"

describe("la.data.heights", function()
  it("draws heights of ten groups, with the groups' means, deviations and shares", function()
    local set = la.data.heights { n = 200000 }
    assert.same({ 200000 }, set.heights.shape)
    assert.equal("float64", set.heights.dtype)
    assert.equal("int64", set.groups.dtype)
    assert.equal(10, #set.names)
    assert.is_near(1, set.shares:sum(), 1e-12)
    for k = 1, 10 do
      local mine = set.heights[set.groups:eq(k)]
      assert.is_near(set.shares[k], #mine / 200000, 0.004)
      assert.is_near(set.means[k], mine:mean(), 0.25)
      assert.is_near(set.deviations[k], mine:std(), 0.15)
    end
  end)

  it("draws one group alone", function()
    local set = la.data.heights { n = 5000, group = 1 }
    assert.equal(5000, set.groups:eq(1):sum())
    assert.is_near(49.3, set.heights:mean(), 0.15)
    assert.is_near(1.88, set.heights:std(), 0.1)
  end)

  it("gives the same heights for the same seed, and leaves la.manual_seed's numbers alone", function()
    la.manual_seed(3)
    local want = la.rand(1)[1]
    la.manual_seed(3)
    local a, b = la.data.heights { n = 50, seed = 7 }, la.data.heights { n = 50, seed = 7 }
    assert.same(a.heights:totable(), b.heights:totable())
    assert.same(a.groups:totable(), b.groups:totable())
    assert.not_same(a.heights:totable(), la.data.heights({ n = 50, seed = 8 }).heights:totable())
    assert.equal(want, la.rand(1)[1])
  end)

  it("has none where none are wanted, and 10000 unless told otherwise", function()
    assert.equal(0, #la.data.heights({ n = 0 }).heights)
    assert.equal(10000, #la.data.heights().heights)
  end)

  it("says what is wrong with its options", function()
    assert.has_error(function() la.data.heights { group = 11 } end,
      "data.heights: group must be an integer from 1 to 10, not 11")
    assert.has_error(function() la.data.heights { seed = 0.5 } end, "data.heights: seed must be an integer, not 0.5")
    assert.error_matches(function() la.data.heights { n = -1 } end, "data.heights: n must be")
    assert.error_matches(function() la.data.heights { groups = 1 } end, "unknown option 'groups'")
  end)
end)
