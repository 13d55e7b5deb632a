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
