local la = require "latent"
local nn = la.nn

describe("nn.summary", function()
  local net
  before_each(function()
    net = nn.Sequential(nn.Sequential(nn.Conv2d(1, 4, 3, { stride = 2 }), nn.BatchNorm2d(4), nn.ReLU()), nn.Flatten(),
      nn.Linear(676, 10))
  end)

  it("lists layers with output shapes and parameters", function()
    local summary = nn.summary(net, { 8, 1, 28, 28 })
    assert.equal(5, #summary.rows)
    assert.same({ path = "0.0", layer = "Conv2d(1, 4, 3, {stride = 2})", output = "[8, 4, 13, 13]", parameters = 40 },
      summary.rows[1])
    assert.equal("[8, 10]", summary.rows[5].output)
    assert.equal(40 + 8 + 6770, summary.parameters)
    local text = tostring(summary)
    assert.matches("name +layer +output +parameters", text)
    assert.matches("6818 parameters", text)
  end)

  it("leaves the net as it was", function()
    local before = net[1][2].running_mean:totable()
    nn.summary(net, { 8, 1, 28, 28 })
    assert.same(before, net[1][2].running_mean:totable())
    assert.is_true(net.training and net[1][2].training)
    assert.is_nil(rawget(net[3], "forward"))
  end)

  it("takes several inputs, or tensors", function()
    assert.equal("[5, 2]", nn.summary(nn.Bilinear(3, 4, 2), { 5, 3 }, { 5, 4 }).rows[1].output)
    assert.equal("[2, 3]", nn.summary(nn.Embedding(9, 3), la.tensor({ 1, 9 }, { dtype = "int64" })).rows[1].output)
  end)

  it("shows the layer at which shapes do not chain", function()
    assert.error_matches(function() nn.summary(net, { 8, 1, 20, 20 }) end,
      "Linear%(676, 10%), layer 3 of Sequential: takes an input %[%.%., 676%], was given %[8, 324%]")
    assert.error_matches(function() nn.summary(net) end, "needs the shape of an input")
  end)
end)
