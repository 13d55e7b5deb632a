local la = require "latent"
local nn = la.nn

local function names(net)
  local list = {}
  for name in net:named_parameters() do list[#list + 1] = name end
  return table.concat(list, " ")
end

local Pair = nn.Module:extend "Pair"
function Pair:init(width)
  self.encoder = nn.Sequential(nn.Linear(4, width), nn.ReLU())
  self.scale = la.ones(1):requires_grad(true)
  self.decoder = nn.Linear(width, 4)
  self:register_buffer("count", la.zeros(1))
end
function Pair:forward(x) return self.decoder(self.encoder(x)) * self.scale end

describe("A module of one's own", function()
  it("registers what it assigns, under PyTorch's names and in PyTorch's order", function()
    assert.equal("scale encoder.0.weight encoder.0.bias decoder.weight decoder.bias", names(Pair(3)))
    assert.equal(5, #Pair(3):parameters())
  end)

  it("is called as a function", function()
    assert.same({ 2, 4 }, Pair(3)(la.randn(2, 4)).shape)
  end)

  it("has its buffers in the state but not among the parameters", function()
    local state = Pair(3):state_dict()
    assert.same({ 1 }, state.count.shape)
    assert.same({ 3, 4 }, state["encoder.0.weight"].shape)
  end)

  it("can be extended further", function()
    local Wide = Pair:extend "Wide"
    function Wide:init() Pair.init(self, 9) end
    assert.same({ 9, 4 }, Wide():state_dict()["encoder.0.weight"].shape)
  end)

  it("counts a shared parameter once", function()
    local net = Pair(4)
    net.decoder.weight = net.encoder[1].weight
    assert.equal(4, #net:parameters())
    assert.equal(1 + 16 + 4 + 4, net:count_parameters())
  end)

  it("says so when forward is missing", function()
    assert.error_matches(function() nn.Module:extend "Empty"()(1) end, "nn.Empty has no forward")
  end)
end)

describe("A state", function()
  it("moves from one net to another", function()
    local a, b = Pair(3), Pair(3)
    b:load_state_dict(a:state_dict())
    local x = la.randn(2, 4)
    assert.same(a(x):totable(), b(x):totable())
  end)

  it("that does not fit lists missing and unexpected names and both shapes, and changes nothing", function()
    local net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    local before = net[1].weight:totable()
    local state = net:state_dict()
    state["0.weight"] = la.zeros(2, 3)
    state["1.bias"], state.extra = nil, la.zeros(1)
    local ok, message = pcall(net.load_state_dict, net, state)
    assert.is_false(ok)
    assert.matches("missing: 1.bias", message, 1, true)
    assert.matches("unexpected: extra", message, 1, true)
    assert.matches("0.weight is [3, 2], given [2, 3]", message, 1, true)
    assert.same(before, net[1].weight:totable())
  end)

  it("may be partial with strict = false", function()
    local net = nn.Linear(2, 1)
    net:load_state_dict({ bias = la.tensor { 7 }, other = la.zeros(1) }, { strict = false })
    assert.same({ 7 }, net.bias:totable())
  end)
end)

describe("A net", function()
  local net
  before_each(function()
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 2, { bias = false }))
  end)

  it("prints its layers and their parameters", function()
    assert.equal(table.concat({
      "Sequential(",
      "  (0): Linear(784, 256)                200,960",
      "  (1): ReLU()",
      "  (2): Linear(256, 2, {bias = false})      512",
      ")                                      201,472 parameters",
    }, "\n"), tostring(net))
    assert.equal("Linear(3, 2)  8 parameters", tostring(nn.Linear(3, 2)))
  end)

  it("switches between training and evaluation with all its layers", function()
    assert.is_true(net[2].training)
    net:eval()
    assert.is_false(net[2].training)
    assert.is_true(net:train()[2].training)
  end)

  it("runs a function in evaluation and gives every layer its mode back", function()
    net[2]:eval()
    local ok = pcall(net.evaluate, net, function()
      assert.is_false(net.training or net[1].training)
      assert.is_false(net(la.randn(1, 784)):requires_grad())
      error "stop"
    end)
    assert.is_false(ok)
    assert.is_true(net.training and net[1].training)
    assert.is_false(net[2].training)
  end)

  it("forgets its gradients", function()
    net(la.randn(3, 784)):sum():backward()
    assert.is_not_nil(net[1].weight.grad)
    net:zero_grad()
    assert.is_nil(net[1].weight.grad)
  end)

  it("converts to float64 in place, so that an optimiser keeps its hold", function()
    local weight = net[1].weight
    local adam = la.optim.Adam(net:parameters())
    net:to "float64"
    assert.equal("float64", weight.dtype)
    assert.is_true(rawequal(weight, net[1].weight))
    net(la.randn(3, 784, { dtype = "float64" })):sum():backward()
    local before = weight[1][1]:item()
    adam:step()
    assert.not_equal(before, weight[1][1]:item())
  end)

  it("names the layer and both shapes when sizes do not chain", function()
    local bad = nn.Sequential(nn.Sequential(nn.Linear(784, 256)), nn.Linear(2, 10))
    assert.error_matches(function() bad(la.zeros(40, 784)) end,
      "Linear%(2, 10%), layer 2 of Sequential: takes an input %[%.%., 2%], was given %[40, 256%]")
    assert.error_matches(function() bad(la.zeros(40, 700)) end,
      "Linear%(784, 256%), layer 1 of Sequential%[1%]: takes an input %[%.%., 784%], was given %[40, 700%]")
  end)

  it("says so when an input is of another dtype", function()
    assert.error_matches(function() net(la.zeros(40, 784, { dtype = "float64" })) end,
      "input float64, weight float32")
    assert.error_matches(function() net(la.zeros(40, 784, { dtype = "uint8" })) end, "uint8")
  end)
end)
