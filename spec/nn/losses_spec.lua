local la = require "latent"
local support = require "nn.support"
local nn = la.nn

local function leaf(...) return la.randn({ ... }, { dtype = "float64" }):requires_grad(true) end

describe("mse_loss", function()
  it("reduces by mean, by sum or not at all", function()
    local x, y = la.tensor { 1, 2, 3 }, la.tensor { 1, 0, 0 }
    assert.near(13 / 3, la.item(nn.mse_loss(x, y)), 1e-6)
    assert.near(13, la.item(nn.mse_loss(x, y, { reduction = "sum" })), 1e-6)
    assert.same({ 0, 4, 9 }, nn.mse_loss(x, y, { reduction = "none" }):totable())
  end)

  it("has the gradients that differences give, to both sides", function()
    for _, reduction in ipairs { "mean", "sum", "none" } do
      local x, y = leaf(3, 4), leaf(3, 4)
      support.check_gradients(function() return nn.mse_loss(x, y, { reduction = reduction }) end, { x, y })
    end
  end)

  it("gives the same bits for any number of threads", function()
    la.manual_seed(1)
    local x, y = la.randn(1000, 784), la.randn(1000, 784)
    local threads = la.get_num_threads()
    local results = {}
    for i, n in ipairs { 1, 2 } do
      la.set_num_threads(n)
      results[i] = la.item(nn.mse_loss(x, y))
    end
    la.set_num_threads(threads)
    assert.equal(results[1], results[2])
  end)

  it("takes views", function()
    local x, y = la.randn(3, 4), la.randn(4, 3)
    assert.near(la.item(nn.mse_loss(x, y:t():clone())), la.item(nn.mse_loss(x, y:t())), 1e-6)
  end)

  it("refuses shapes and dtypes that differ, and unknown reductions", function()
    assert.error_matches(function() nn.mse_loss(la.zeros(2, 3), la.zeros(3)) end,
      "mse_loss: the shapes differ: %[2, 3%] and %[3%]")
    assert.error_matches(function() nn.mse_loss(la.zeros(2), la.zeros(2, { dtype = "float64" })) end,
      "float32 and float64")
    assert.error_matches(function() nn.mse_loss(la.zeros(2), la.zeros(2), { reduction = "max" }) end,
      "'mean', 'sum' or 'none', not 'max'")
    assert.error_matches(function() nn.mse_loss(la.zeros(2), la.zeros(2), { reduce = "sum" }) end,
      "reduction")
  end)
end)

describe("bce_loss", function()
  it("refuses what is no probability, and says where it is", function()
    for _, dtype in ipairs { "float32", "float64" } do
      local y = la.tensor({ 0, 1, 1 }, { dtype = dtype })
      for _, wrong in ipairs { 1.5, -0.25, 1 / 0, -1 / 0 } do
        for _, place in ipairs { 1, 3 } do
          local x = la.full({ 3 }, 0.5, { dtype = dtype })
          x[place] = wrong
          for _, reduction in ipairs { "mean", "sum", "none" } do
            assert.error(function() nn.bce_loss(x, y, { reduction = reduction }) end,
              ("bce_loss: probabilities are 0 to 1, element %d of [3] is %g"):format(place, wrong))
          end
        end
      end
    end
    assert.error_matches(function() nn.bce_loss(la.tensor { 0.5, 0 / 0 }, la.ones(2)) end,
      "element 2 of %[2%] is %-?nan")
    assert.error_matches(function() nn.bce_loss(la.tensor { 1 + 2 ^ -23 }, la.ones(1)) end, "is 1.00000012")
  end)

  it("takes 0 and 1, targets of any kind, and nothing at all", function()
    local function loss(x, y, options) return la.item(nn.bce_loss(la.tensor(x), la.tensor(y), options)) end
    assert.equal(100, loss({ 0, 1 }, { 1, 0 }))
    assert.equal(0, loss({ 0, 1 }, { 0, 1 }))
    assert.near(-2 * math.log(0.25) + math.log(0.75), loss({ 0.25 }, { 2 }), 1e-6)
    local unknown, empty = loss({ 0.5 }, { 0 / 0 }), loss({}, {})
    assert(unknown ~= unknown and empty ~= empty)
    assert.equal(0, loss({}, {}, { reduction = "sum" }))
  end)
end)
