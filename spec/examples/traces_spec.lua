-- Whole training runs against recorded ones.
local la = require "latent"
local examples = require "examples.support"
local nn_support = require "nn.support"
local nn, optim = la.nn, la.optim

local TRACES = "spec/vectors/traces.npz"

describe("The autoencoder with its backward pass by hand", function()
  it("follows 200 epochs of the recorded run to 1e-9 in float64", function()
    local want = la.load(TRACES)
    local got, _, out = examples.run("1-unsupervised-learning/4-autoencoder-by-hand",
      { "--epochs", "200", "--start", TRACES })
    examples.remove(out)
    for epoch, loss in ipairs(want.mlp_losses:totable()) do
      assert.near(loss, got.losses[epoch], 1e-9 * (1 + loss))
    end
    nn_support.close(want.mlp_w_e_end, got.encoder, 1e-9, "encoder")
    nn_support.close(want.mlp_w_d_end, got.decoder, 1e-9, "decoder")
  end)
end)

describe("Tutorial 3's autoencoder on MNIST", function()
  --- A layer from a matrix [inputs + 1, outputs] whose last row is the bias.
  local function layer(w)
    local inputs, outputs = w:size(1) - 1, w:size(2)
    local l = nn.Linear(inputs, outputs)
    return l:load_state_dict { weight = w[{ { 1, inputs } }]:t(), bias = w[-1] }
  end

  it("follows 50 steps of PyTorch's run within 1 %", function()
    if not require("latent.data.mnist").find "train" then return pending "MNIST is not here: set LATENT_DATA" end
    local want = la.load(TRACES)
    local images = la.data.mnist().images:reshape(-1, 784):to("float32") / 127.5 - 1
    local net = nn.Sequential(layer(want.ae_w1), nn.ReLU(), layer(want.ae_w2), nn.ReLU(),
      layer(want.ae_w3), nn.ReLU(), layer(want.ae_w4), nn.Tanh())
    local adam = optim.Adam(net:parameters(), { lr = 3e-3 })
    for step = 1, 50 do
      local batch = images[want.ae_batches[step]]
      local loss = nn.mse_loss(net(batch), batch)
      adam:zero_grad()
      loss:backward()
      adam:step()
      local expected = want.ae_losses[step]
      assert.near(expected, loss:item(), 0.01 * expected)
    end
  end)
end)
