-- Every layer and loss: gradients of inputs and parameters against central differences, in float64.
local la = require "latent"
local support = require "nn.support"
local nn = la.nn

local function leaf(...) return la.randn({ ... }, { dtype = "float64" }):requires_grad(true) end

--- Expression of the layer, shapes of its inputs, and whether it is put into evaluation mode.
local LAYERS = {
  { "nn.Linear(4, 3)", { 2, 5, 4 } },
  { "nn.Bilinear(3, 4, 2)", { 5, 3 }, { 5, 4 } },
  { "nn.Bilinear(3, 4, 2, {bias = false})", { 5, 3 }, { 5, 4 } },
  { "nn.LeakyReLU(0.2)", { 3, 4 } },
  { "nn.ELU(0.7)", { 3, 4 } },
  { "nn.GELU()", { 3, 4 } },
  { "nn.SiLU()", { 3, 4 } },
  { "nn.Sigmoid()", { 3, 4 } },
  { "nn.LogSigmoid()", { 3, 4 } },
  { "nn.Tanh()", { 3, 4 } },
  { "nn.Softplus(2)", { 3, 4 } },
  { "nn.Flatten()", { 2, 3, 4 } },
  { "nn.Unflatten(2, {2, 3})", { 4, 6 } },
  { "nn.BatchNorm1d(3)", { 5, 3 } },
  { "nn.BatchNorm1d(3)", { 4, 3, 2 } },
  { "nn.BatchNorm1d(3, {affine = false})", { 5, 3 } },
  { "nn.BatchNorm1d(3)", { 5, 3 }, eval = true },
  { "nn.BatchNorm2d(2)", { 3, 2, 4, 3 } },
  { "nn.BatchNorm2d(2)", { 3, 2, 4, 3 }, eval = true },
  { "nn.LayerNorm(4)", { 3, 4 } },
  { "nn.LayerNorm({3, 4})", { 2, 3, 4 } },
  { "nn.LayerNorm(4, {affine = false})", { 3, 4 } },
  { "nn.Conv1d(2, 3, 3, {padding = 1})", { 2, 2, 5 } },
  { "nn.Conv1d(2, 3, 2, {stride = 2, bias = false})", { 2, 2, 5 } },
  { "nn.Conv2d(2, 3, 3)", { 2, 2, 5, 4 } },
  { "nn.Conv2d(2, 3, {3, 2}, {stride = {2, 1}, padding = {1, 2}, bias = false})", { 3, 2, 5, 4 } },
  { "nn.Conv2d(2, 2, 2, {dilation = 2, padding = 1})", { 2, 2, 4, 5 } },
  { "nn.ConvTranspose2d(2, 3, 3, {stride = 2, padding = 1, output_padding = 1})", { 2, 2, 3, 2 } },
  { "nn.ConvTranspose2d(2, 2, {2, 3}, {dilation = {1, 2}, bias = false})", { 2, 2, 3, 2 } },
  { "nn.MaxPool2d(2)", { 2, 2, 4, 5 } },
  { "nn.MaxPool2d(3, {stride = 2, padding = 1})", { 2, 2, 4, 5 } },
  { "nn.AvgPool2d(2)", { 2, 2, 4, 5 } },
  { "nn.AvgPool2d(3, {stride = {1, 2}, padding = 1})", { 2, 2, 4, 5 } },
  { "nn.Upsample{scale = 2}", { 2, 2, 3, 2 } },
  { "nn.Upsample{size = {5, 3}, mode = 'bilinear'}", { 2, 2, 3, 2 } },
  { "nn.RNN(3, 2)", { 2, 4, 3 } },
  { "nn.RNN(3, 2, {nonlinearity = 'relu', bias = false})", { 2, 4, 3 } },
  { "nn.LSTM(3, 2)", { 2, 4, 3 } },
  { "nn.LSTM(3, 2, {num_layers = 2, bidirectional = true})", { 2, 4, 3 } },
  { "nn.LSTM(3, 2, {bias = false})", { 2, 4, 3 } },
  { "nn.GRU(3, 2)", { 2, 4, 3 } },
  { "nn.GRU(3, 2, {num_layers = 2, bidirectional = true})", { 2, 4, 3 } },
  { "nn.GRU(3, 2, {bias = false})", { 2, 4, 3 } },
}

describe("Gradients are those of differences:", function()
  before_each(function() la.manual_seed(7) end)

  for _, case in ipairs(LAYERS) do
    it(case[1] .. (case.eval and " in evaluation" or ""), function()
      local layer = assert(load("return " .. case[1], case[1], "t", { nn = nn }))():to "float64"
      if case.eval then layer:eval() end
      local inputs = {}
      for i = 2, #case do inputs[i - 1] = leaf(table.unpack(case[i])) end
      local checked = { table.unpack(inputs) }
      for _, p in layer:named_parameters() do checked[#checked + 1] = p end
      support.check_gradients(function() return (layer(table.unpack(inputs))) end, checked, 1e-5)
    end)
  end

  it("the states of recurrent layers, first and last", function()
    for _, kind in ipairs { "LSTM", "GRU", "RNN" } do
      local layer, x, h0, c0 = nn[kind](3, 2):to "float64", leaf(2, 4, 3), leaf(1, 2, 2), leaf(1, 2, 2)
      local inputs = kind == "LSTM" and { x, h0, c0 } or { x, h0 }
      support.check_gradients(function()
        local y, h, c = layer(x, kind == "LSTM" and { h0, c0 } or h0)
        return la.cat({ y:reshape(-1), h:reshape(-1), (c or h):reshape(-1) }, 1)
      end, inputs, 1e-5)
    end
  end)

  it("Embedding", function()
    local layer, ids = nn.Embedding(5, 3):to "float64", la.tensor({ { 1, 5, 1 }, { 2, 2, 4 } }, { dtype = "int64" })
    support.check_gradients(function() return layer(ids) end, { layer.weight })
  end)

  for _, name in ipairs { "mse", "l1", "huber", "bce_with_logits", "rmse" } do
    it(name .. "_loss", function()
      local x, y = leaf(3, 4), leaf(3, 4)
      support.check_gradients(function() return nn[name .. "_loss"](x, y) end, { x, y }, 1e-5)
    end)
  end

  it("bce_loss, kl_div_loss and gaussian_nll_loss", function()
    local x = (la.rand(3, 4, { dtype = "float64" }) * 0.8 + 0.1):requires_grad(true)
    local y = (la.rand(3, 4, { dtype = "float64" }) * 0.8 + 0.1):requires_grad(true)
    local v = (la.rand(3, 4, { dtype = "float64" }) + 0.5):requires_grad(true)
    support.check_gradients(function() return nn.bce_loss(x, y) end, { x, y }, 1e-5)
    x.grad, y.grad = nil, nil
    support.check_gradients(function() return nn.kl_div_loss(x, y, { reduction = "batchmean" }) end, { x, y }, 1e-5)
    x.grad, y.grad = nil, nil
    support.check_gradients(function() return nn.gaussian_nll_loss(x, y, v, { full = true }) end, { x, y, v }, 1e-5)
  end)

  it("cross_entropy_loss, of class ids and of probabilities", function()
    local x, ids = leaf(4, 5), la.tensor({ 1, 5, 3, 3 }, { dtype = "int64" })
    local p = la.rand(4, 5, { dtype = "float64" })
    for _, reduction in ipairs { "mean", "sum", "none" } do
      for _, target in ipairs { ids, p } do
        x.grad = nil
        support.check_gradients(function() return nn.cross_entropy_loss(x, target, { reduction = reduction }) end,
          { x }, 1e-5)
      end
    end
  end)

  it("sparsity penalties", function()
    local x = (la.rand(4, 3, { dtype = "float64" }) * 0.8 + 0.1):requires_grad(true)
    support.check_gradients(function() return nn.sparsity_log(x) end, { x }, 1e-5)
    x.grad = nil
    support.check_gradients(function() return nn.sparsity_kl(x, { rate = 0.1 }) end, { x }, 1e-5)
  end)
end)
