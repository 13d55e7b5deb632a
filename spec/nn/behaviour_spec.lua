-- What the layers do beyond their formulas: modes, statistics, shapes, states, messages.
local la = require "latent"
local support = require "nn.support"
local nn = la.nn

describe("Dropout", function()
  it("zeroes the share asked for in training and keeps the mean", function()
    la.manual_seed(1)
    local y = nn.Dropout(0.3)(la.ones(100000))
    assert.near(0.3, y:eq(0):to("float32"):mean(), 0.01)
    assert.near(1, y:mean(), 0.01)
    assert.near(1 / 0.7, y:max(), 1e-6)
  end)

  it("gives the gradient of what it let through", function()
    local x = la.ones(1000):requires_grad(true)
    local y = nn.Dropout(0.5)(x)
    y:sum():backward()
    assert.same(y:detach():totable(), x.grad:totable())
  end)

  it("does nothing in evaluation, and draws with the global seed", function()
    local x = la.ones(50)
    assert.is_true(rawequal(x, nn.Dropout(0.5):eval()(x)))
    la.manual_seed(4)
    local a = nn.Dropout()(x)
    la.manual_seed(4)
    assert.same(a:totable(), nn.Dropout()(x):totable())
  end)

  it("takes 0 and 1, and refuses the rest", function()
    assert.equal(0, nn.Dropout(1)(la.ones(5)):sum())
    assert.equal(5, nn.Dropout(0)(la.ones(5)):sum())
    assert.error_matches(function() nn.Dropout(1.5) end, "must be in %[0, 1%]")
  end)
end)

describe("Batch normalisation", function()
  it("keeps running statistics under PyTorch's names, with the unbiased variance", function()
    local layer = nn.BatchNorm1d(2)
    local x = la.tensor { { 1, 10 }, { 3, 10 }, { 5, 40 } }
    layer(x)
    local state = layer:state_dict()
    support.close(la.tensor { 0.3, 2 }, state.running_mean, 1e-6)
    support.close(la.tensor { 0.9 + 0.1 * 4, 0.9 + 0.1 * 300 }, state.running_var, 1e-6)
    assert.equal(1, state.num_batches_tracked:item())
  end)

  it("normalises each channel in training", function()
    la.manual_seed(2)
    local y = nn.BatchNorm2d(3)(la.randn(8, 3, 5, 4) * 7 + 100):detach()
    for c = 1, 3 do
      local channel = y[{ {}, c }]
      assert.near(0, channel:mean(), 1e-4)
      assert.near(1, channel:var(), 1e-3)
    end
  end)

  it("uses the running statistics in evaluation and leaves them alone", function()
    local layer = nn.BatchNorm1d(1):eval()
    layer.running_mean:fill(2)
    layer.running_var:fill(4)
    assert.near(1.5, layer(la.tensor { { 5 } }):item(), 1e-4)
    assert.equal(2, layer.running_mean[1])
  end)

  it("is exact for values far from zero", function()
    la.manual_seed(3)
    local x = la.randn(1000, 1, { dtype = "float64" })
    local y = nn.BatchNorm1d(1)((x + 10000):to "float32"):detach():to "float64"
    local z = (x - x:mean()) / x:std()
    assert.is_true((y - z):abs():max() < 0.01)
  end)

  it("refuses a single value a channel, other channels and other dimensions", function()
    assert.error_matches(function() nn.BatchNorm1d(2)(la.zeros(1, 2)) end, "more than one value a channel")
    assert.error_matches(function() nn.BatchNorm1d(2)(la.zeros(4, 3)) end,
      "input %[4, 3%] must have 2 or 3 dimensions and 2 channels")
    assert.error_matches(function() nn.BatchNorm2d(2)(la.zeros(4, 2)) end, "must have 4 dimensions")
  end)
end)

describe("Convolutions", function()
  it("have PyTorch's output sizes", function()
    local x = la.zeros(2, 3, 28, 28)
    assert.same({ 2, 4, 14, 14 }, nn.Conv2d(3, 4, 3, { stride = 2, padding = 1 })(x).shape)
    assert.same({ 2, 4, 24, 28 }, nn.Conv2d(3, 4, { 5, 1 })(x).shape)
    assert.same({ 2, 4, 56, 56 },
      nn.ConvTranspose2d(3, 4, 3, { stride = 2, padding = 1, output_padding = 1 })(x).shape)
    assert.same({ 2, 5, 9 }, nn.Conv1d(3, 5, 3, { dilation = 2 })(la.zeros(2, 3, 13)).shape)
  end)

  it("give the same result for an image alone as in a large batch, and for large images", function()
    la.manual_seed(5)
    local layer = nn.Conv2d(3, 5, 3, { padding = 1 })
    local x = la.randn(40, 3, 10, 11)
    local y = layer(x):detach()
    support.close(y[{ { 17, 17 } }], layer(x[{ { 17, 17 } }]):detach(), 1e-5)
    local large = la.randn(1, 8, 200, 300)
    local deep = nn.Conv2d(8, 2, 3, { padding = 1 })
    support.close(deep(large[{ {}, {}, { 50, 60 }, { 70, 80 } }]):detach()[{ {}, {}, { 2, 10 }, { 2, 10 } }],
      deep(large):detach()[{ {}, {}, { 51, 59 }, { 71, 79 } }], 1e-5)
  end)

  it("name the layer and both shapes when channels do not chain", function()
    local net = nn.Sequential(nn.Conv2d(1, 16, 3), nn.Conv2d(8, 4, 3))
    assert.error_matches(function() net(la.zeros(2, 1, 9, 9)) end,
      "Conv2d%(8, 4, 3%), layer 2 of Sequential: takes an input %[n, 8, h, w%], was given %[2, 16, 7, 7%]")
    assert.error_matches(function() nn.Conv2d(1, 1, 5)(la.zeros(1, 1, 3, 3)) end, "%[1, 1, 3, 3%] is too small")
    assert.error_matches(function() nn.Conv1d(2, 1, 3)(la.zeros(2, 5)) end,
      "takes an input %[batch, 2, length%], was given %[2, 5%]")
  end)

  it("refuse settings out of range", function()
    assert.error_matches(function() nn.Conv2d(1, 1, 0) end, "kernel must be an integer or two of at least 1")
    assert.error_matches(function() nn.Conv2d(1, 1, 3, { stride = 0 }) end, "stride")
    assert.error_matches(function() nn.Conv2d(1, 1, { 3, 3, 3 }) end, "kernel")
    assert.error_matches(function() nn.Conv2d(1, 1, 3, { output_padding = 1 }) end, "unknown option")
    assert.error_matches(function() nn.ConvTranspose2d(1, 1, 3, { output_padding = 1 })(la.zeros(1, 1, 3, 3)) end,
      "output_padding must be less than stride or dilation")
  end)
end)

describe("Pooling and resizing", function()
  local x = la.tensor { { { { 1, 2, 3 }, { 4, 9, 6 }, { 7, 8, 5 } } } }

  it("take the largest or mean of each window", function()
    assert.same({ { { { 9, 9 }, { 9, 9 } } } }, nn.MaxPool2d(2, { stride = 1 })(x):totable())
    assert.same({ { { { 4, 5 }, { 7, 7 } } } }, nn.AvgPool2d(2, { stride = 1 })(x):totable())
    assert.same({ { { { 1, 3 }, { 7, 9 } } } }, nn.MaxPool2d(2, { padding = 1 })(x):totable())
  end)

  it("repeat pixels or go linearly between them", function()
    local small = la.tensor { { { { 0, 4 } } } }
    assert.same({ { { { 0, 0, 4, 4 }, { 0, 0, 4, 4 } } } }, nn.Upsample { scale = 2 }(small):totable())
    assert.same({ { { { 0, 1, 3, 4 } } } },
      nn.Upsample { size = { 1, 4 }, mode = "bilinear" }(small):totable())
  end)

  it("pass NaN on", function()
    assert.is_true(nn.MaxPool2d(2)(la.tensor { { { { 1, 0 / 0 }, { 2, 3 } } } }):isnan():item() ~= false)
  end)

  it("refuse windows that do not fit and settings that say nothing", function()
    assert.error_matches(function() nn.MaxPool2d(4)(x) end, "smaller than the window %[4, 4%]")
    assert.error_matches(function() nn.MaxPool2d(2, { padding = 2 })(x) end, "at most half the kernel")
    assert.error_matches(function() nn.Upsample {} end, "either scale or size")
  end)
end)

describe("Recurrent layers", function()
  --- A sequence [batch, time, features] from its end.
  local function turned(x)
    local steps = {}
    for t = x:size(2), 1, -1 do steps[#steps + 1] = x[{ {}, t }] end
    return la.stack(steps, 2)
  end

  it("give the output, then the last state, with the batch first", function()
    local y, h, c = nn.LSTM(5, 6, { num_layers = 2, bidirectional = true })(la.randn(3, 7, 5))
    assert.same({ 3, 7, 12 }, y.shape)
    assert.same({ 4, 3, 6 }, h.shape)
    assert.same({ 4, 3, 6 }, c.shape)
    support.close(y[{ {}, -1, { 1, 6 } }]:detach(), h[3]:detach(), 1e-7)
    support.close(y[{ {}, 1, { 7, 12 } }]:detach(), h[4]:detach(), 1e-7)
  end)

  it("have PyTorch's state names", function()
    local names = {}
    local layer = nn.GRU(2, 3, { num_layers = 2, bidirectional = true })
    for name in layer:named_parameters() do names[#names + 1] = name end
    assert.equal(16, #names)
    assert.equal("weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0 weight_ih_l0_reverse", table.concat(names, " ", 1, 5))
    assert.equal("weight_ih_l1", names[9])
  end)

  it("go on from a state as if the sequence had not been cut", function()
    la.manual_seed(6)
    local x = la.randn(2, 6, 3)
    local first, second = x[{ {}, { 1, 4 } }], x[{ {}, { 5, 6 } }]
    for _, kind in ipairs { "RNN", "GRU", "LSTM" } do
      local layer = nn[kind](3, 4)
      local whole = layer(x):detach()
      local _, h, c = layer(first)
      support.close(whole[{ {}, { 5, 6 } }], (layer(second, c and { h, c } or h)):detach(), 1e-6)
    end
  end)

  it("read backwards what the other direction reads forwards", function()
    la.manual_seed(6)
    local layer, x = nn.GRU(3, 4, { bidirectional = true }), la.randn(2, 5, 3)
    local one = nn.GRU(3, 4)
    local state = layer:state_dict()
    for name in pairs(one:state_dict()) do one:state_dict()[name]:copy_(state[name .. "_reverse"]) end
    support.close(turned(one(turned(x)):detach()), layer(x)[{ {}, {}, { 5, 8 } }]:detach(), 1e-6)
  end)

  it("take a large batch and inputs that are views", function()
    la.manual_seed(8)
    local layer, x = nn.LSTM(3, 5), la.randn(50, 3, 4)
    local y = layer(x:transpose(2, 3)):detach()
    support.close(y[{ { 37, 37 } }], layer(x[{ { 37, 37 } }]:transpose(2, 3):clone()):detach(), 1e-5)
  end)

  it("name the layer and both shapes when sizes do not chain", function()
    assert.error_matches(function() nn.LSTM(5, 6)(la.zeros(3, 7, 4)) end,
      "LSTM%(5, 6%): takes an input %[batch, time, 5%], was given %[3, 7, 4%]")
    assert.error_matches(function() nn.GRU(5, 6)(la.zeros(3, 7, 5), la.zeros(1, 2, 6)) end,
      "h0 must be a tensor %[1, 3, 6%], not %[1, 2, 6%]")
    assert.error_matches(function() nn.LSTM(5, 6)(la.zeros(3, 5)) end, "must be %[batch, time")
  end)
end)

describe("Embedding", function()
  it("looks up rows for ids of any shape, and adds up the gradients of repeated ids", function()
    local layer = nn.Embedding(4, 2)
    local ids = la.tensor({ { 1, 4 }, { 4, 4 } }, { dtype = "int64" })
    local y = layer(ids)
    assert.same({ 2, 2, 2 }, y.shape)
    y:sum():backward()
    assert.same({ { 1, 1 }, { 0, 0 }, { 0, 0 }, { 3, 3 } }, layer.weight.grad:totable())
  end)

  it("refuses ids out of range", function()
    assert.error_matches(function() nn.Embedding(4, 2)(la.tensor({ 0, 5 }, { dtype = "int64" })) end,
      "ids go from 0 to 5, there are entries 1 to 4")
    assert.error_matches(function() nn.Embedding(4, 2)(la.tensor { 1.5 }) end, "int64")
  end)
end)

describe("ModuleList", function()
  it("registers what it holds", function()
    local Stack = nn.Module:extend "Stack"
    function Stack:init() self.layers = nn.ModuleList { nn.Linear(2, 2), nn.Linear(2, 1) } end
    local net = Stack()
    assert.is_not_nil(net:state_dict()["layers.1.weight"])
    assert.equal(2, #net.layers)
  end)
end)

describe("Unflatten", function()
  it("undoes Flatten", function()
    local x = la.randn(4, 1, 28, 28)
    assert.same(x:totable(), nn.Unflatten(2, { 1, 28, 28 })(nn.Flatten()(x)):totable())
  end)
end)

describe("cross_entropy_loss", function()
  it("stays finite for scores of any size", function()
    local x = la.tensor { { 1000, -1000 }, { -1e30, 1e30 } }
    assert.near(0, la.item(nn.cross_entropy_loss(x, la.tensor({ 1, 2 }, { dtype = "int64" }))), 1e-6)
  end)

  it("takes scores of pixels with the classes second", function()
    la.manual_seed(9)
    local x, ids = la.randn(2, 3, 4, 5), la.randint(1, 3, { 2, 4, 5 })
    local flat = x:permute(1, 3, 4, 2):contiguous():reshape(-1, 3)
    assert.near(la.item(nn.cross_entropy_loss(flat, ids:reshape(-1))), la.item(nn.cross_entropy_loss(x, ids)), 1e-6)
  end)

  it("refuses labels out of range and shapes that do not fit", function()
    local x = la.zeros(2, 10)
    assert.error_matches(function() nn.cross_entropy_loss(x, la.tensor({ 0, 3 }, { dtype = "int64" })) end,
      "class id 0 is not one of 1 to 10 %(to ids that count from 0 add 1: labels %+ 1%)")
    assert.error_matches(function() nn.cross_entropy_loss(x, la.tensor({ 1, 11 }, { dtype = "int64" })) end,
      "class id 11 is not one of 1 to 10")
    assert.error_matches(function() nn.cross_entropy_loss(x, la.tensor({ 1, 2, 3 }, { dtype = "int64" })) end,
      "scores %[2, 10%], targets %[3%]")
    assert.error_matches(function() nn.cross_entropy_loss(x, la.tensor { 1, 2 }) end, "class ids must be int64")
  end)
end)

describe("Initialisers", function()
  it("give the deviations of their formulas", function()
    la.manual_seed(1)
    local w = la.zeros(300, 200)
    assert.near(math.sqrt(2 / 500), nn.init.xavier_normal_(w):std(), 1e-3)
    assert.near(math.sqrt(2 / 500), nn.init.xavier_uniform_(w):std(), 1e-3)
    assert.near(math.sqrt(2 / 200), nn.init.kaiming_normal_(w, { nonlinearity = "relu" }):std(), 1e-3)
    assert.near(math.sqrt(2 / 300),
      nn.init.kaiming_uniform_(w, { nonlinearity = "relu", mode = "fan_out" }):std(), 1e-3)
    assert.near(0.1, nn.init.normal_(w, 3, 0.1):std(), 1e-3)
    assert.equal(7, nn.init.constant_(w, 7):min())
    assert.equal(200, nn.init.eye_(w):sum())
  end)

  it("make orthonormal rows or columns", function()
    for _, shape in ipairs { { 5, 8 }, { 8, 5 } } do
      local q = nn.init.orthogonal_(la.zeros(shape)):to "float64"
      local product = shape[1] < shape[2] and q:mm(q:t()) or q:t():mm(q)
      support.close(la.eye(5, { dtype = "float64" }), product, 1e-5)
    end
  end)

  it("work on the parameters of a layer, off the graph", function()
    local layer = nn.Linear(3, 2)
    nn.init.zeros_(layer.weight)
    assert.equal(0, layer.weight:detach():abs():max())
    assert.is_true(layer.weight:requires_grad())
  end)
end)
