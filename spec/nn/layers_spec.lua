local la = require "latent"
local support = require "nn.support"
local nn = la.nn

local function leaf(...) return la.randn({ ... }, { dtype = "float64" }):requires_grad(true) end

describe("Linear", function()
  it("starts uniform within 1 / sqrt(inputs)", function()
    la.manual_seed(1)
    local layer = nn.Linear(100, 500)
    local weight, bias = layer.weight:detach(), layer.bias:detach()
    assert.is_true(weight:abs():max() <= 0.1 and bias:abs():max() <= 0.1)
    assert.near(0.1 / math.sqrt(3), weight:std(), 0.001)
    assert.near(0, weight:mean(), 0.001)
  end)

  it("takes a vector, a batch, and batches of batches", function()
    local layer = nn.Linear(5, 4)
    assert.same({ 4 }, layer(la.randn(5)).shape)
    assert.same({ 2, 4 }, layer(la.randn(2, 5)).shape)
    assert.same({ 3, 7, 4 }, layer(la.randn(3, 7, 5)).shape)
    assert.same({ 0, 4 }, layer(la.zeros(0, 5)).shape)
  end)

  it("equals the matrix product and its sum with the bias", function()
    local layer = nn.Linear(5, 4)
    local x = la.randn(6, 5)
    support.close(x:mm(layer.weight:detach():t()) + layer.bias:detach(), layer(x):detach(), 1e-6)
  end)

  it("takes inputs that are views", function()
    local layer = nn.Linear(3, 2)
    local x = la.randn(3, 4)
    support.close(layer(x:t():clone()):detach(), layer(x:t()):detach(), 1e-7)
  end)

  it("has the gradients that differences give", function()
    la.manual_seed(2)
    local layer, x = nn.Linear(4, 3):to "float64", leaf(2, 5, 4)
    support.check_gradients(function() return layer(x) end, { x, layer.weight, layer.bias })
  end)

  it("gives only the gradients that are wanted", function()
    local layer, x = nn.Linear(4, 3), la.randn(2, 4)
    layer.bias:requires_grad(false)
    layer(x):sum():backward()
    assert.is_nil(layer.bias.grad)
    assert.same({ 3, 4 }, layer.weight.grad.shape)
  end)

  it("refuses sizes that are not positive integers and unknown options", function()
    assert.error_matches(function() nn.Linear(0, 2) end, "positive integers")
    assert.error_matches(function() nn.Linear(3.5, 2) end, "positive integers")
    assert.error_matches(function() nn.Linear(3) end, "positive integers")
    assert.error_matches(function() nn.Linear(3, 2, { biased = true }) end, "unknown option 'biased'")
  end)
end)

describe("Sequential", function()
  it("gives its layers by index from 1, and names them from 0", function()
    local net = nn.Sequential(nn.Linear(3, 2), nn.Tanh()):append(nn.Linear(2, 1))
    assert.equal(3, #net)
    assert.is_true(rawequal(net[3].weight, net:parameters()[3]))
    assert.is_not_nil(net:state_dict()["2.weight"])
  end)

  it("refuses what is not a module", function()
    assert.error_matches(function() nn.Sequential(nn.Tanh(), 3) end, "layer 2 must be a module, not a number")
    assert.error_matches(function() nn.Sequential(nn.Tanh) end, "layer 1 must be a module, not the class Tanh: call it")
  end)

  it("gives back its input when it is empty", function()
    local x = la.randn(2, 2)
    assert.is_true(rawequal(x, nn.Sequential()(x)))
  end)
end)

describe("Flatten", function()
  it("joins all dimensions after the batch, or those asked for", function()
    local x = la.zeros(2, 3, 4, 5)
    assert.same({ 2, 60 }, nn.Flatten()(x).shape)
    assert.same({ 2, 12, 5 }, nn.Flatten(2, 3)(x).shape)
    assert.same({ 6, 4, 5 }, nn.Flatten(1, 2)(x).shape)
  end)

  it("refuses dimensions that the input lacks", function()
    assert.error_matches(function() nn.Flatten(2, 5)(la.zeros(2, 3)) end, "%[2, 3%] has no such dimensions")
  end)
end)
