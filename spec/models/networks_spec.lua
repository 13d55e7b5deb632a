local la = require "latent"
local support = require "nn.support"
local nn, models = la.nn, la.models

describe("models.Autoencoder", function()
  local function make()
    return models.Autoencoder {
      encoder = nn.Linear(6, 2), bottleneck = nn.Sigmoid(), decoder = nn.Sequential(nn.Linear(2, 6), nn.Tanh()),
    }
  end

  it("gives the reconstruction and the code, and its parts by name", function()
    local net, x = make(), la.randn(4, 6)
    local y, z = net(x)
    assert.same({ 4, 6 }, y.shape)
    assert.same({ 4, 2 }, z.shape)
    assert.is_true(z:min():item() > 0 and z:max():item() < 1)
    support.close(y:detach(), net:decode(net:encode(x)):detach(), 1e-7)
    assert.is_not_nil(net:state_dict()["decoder.0.weight"])
  end)

  it("refuses parts that are missing", function()
    assert.error_matches(function() models.Autoencoder { encoder = nn.Linear(2, 2) } end, "decoder must be a module")
  end)
end)

describe("models.DeepAutoencoder", function()
  it("has widths that fall by the same whole factor, and the same in reverse", function()
    assert.same({ 1024, 341, 113, 20 }, models.DeepAutoencoder().widths)
    assert.same({ 1024, 204, 30 }, models.DeepAutoencoder { latent = 30, depth = 2 }.widths)
    assert.same({ 1024, 20 }, models.DeepAutoencoder { depth = 1 }.widths)
    -- 64 ^ (1 / 3) is a little less than 4 in floating point.
    assert.same({ 64, 16, 4, 1 }, models.DeepAutoencoder { inputs = 64, latent = 1, depth = 3 }.widths)
    local net, linear = models.DeepAutoencoder(), {}
    for _, layer in net:modules() do
      if layer.__name == "Linear" then linear[#linear + 1] = layer.outputs end
    end
    assert.same({ 341, 113, 20, 113, 341, 1024 }, linear)
  end)

  it("normalises every layer but the last of each side, in place of a bias", function()
    local state = models.DeepAutoencoder { inputs = 16, latent = 4, depth = 2 }:state_dict()
    assert.is_nil(state["encoder.0.bias"])
    assert.same({ 8 }, state["encoder.1.running_mean"].shape)
    assert.is_not_nil(state["encoder.3.bias"])
    assert.is_not_nil(state["decoder.3.bias"])
    local plain = models.DeepAutoencoder { inputs = 16, latent = 4, depth = 2, batch_norm = false }:state_dict()
    assert.is_not_nil(plain["encoder.0.bias"])
    assert.is_nil(plain["encoder.1.running_mean"])
  end)

  it("gives reconstructions in (0, 1) and sends the code through the bottleneck", function()
    local net = models.DeepAutoencoder { inputs = 16, latent = 4, depth = 2, bottleneck = nn.Sigmoid() }
    local y, z = net(la.randn(8, 16) * 5)
    assert.same({ 8, 16 }, y.shape)
    assert.is_true(y:min():item() > 0 and y:max():item() < 1)
    assert.is_true(z:min():item() > 0 and z:max():item() < 1)
  end)

  it("learns to give back its input", function()
    la.manual_seed(1)
    local net, x = models.DeepAutoencoder { inputs = 16, latent = 4, depth = 2 }, la.rand(32, 16):gt(0.5):to "float32"
    local adam, first, loss = la.optim.Adam(net:parameters(), { lr = 0.01 }), nil, nil
    for _ = 1, 60 do
      loss = nn.rmse_loss(net(x), x)
      first = first or loss:item()
      adam:zero_grad()
      loss:backward()
      adam:step()
    end
    assert.is_true(loss:item() < 0.8 * first)
  end)

  it("refuses sizes that cannot be", function()
    assert.error_matches(function() models.DeepAutoencoder { depth = 0 } end, "depth must be a positive integer")
    assert.error_matches(function() models.DeepAutoencoder { inputs = 8, latent = 9 } end, "not be wider")
    assert.error_matches(function() models.DeepAutoencoder { width = 9 } end, "unknown option 'width'")
  end)
end)

describe("models.VAE", function()
  it("bounds the likelihood by two terms that add up", function()
    la.manual_seed(1)
    local vae, x = models.VAE { inputs = 12, hidden = 8, latent = 3 }, la.rand(5, 12)
    local loss, terms = vae:loss(x)
    assert.near(loss:item(), terms.reconstruction + terms.kl, 1e-4)
    la.manual_seed(2)
    local plain = vae:loss(x):item()
    la.manual_seed(2)
    local heavy, parts = vae:loss(x, { beta = 3 })
    assert.near(plain + 2 * parts.kl, heavy:item(), 1e-4)
  end)

  it("has the divergence of Gaussians by the formula", function()
    local mean, log_variance = la.tensor { { 1, 0 } }, la.tensor { { 0, math.log(4) } }
    assert.near(0.5 * 1 + 0.5 * (4 - math.log(4) - 1), la.item(models.VAE.kl(mean, log_variance)), 1e-6)
  end)

  it("draws codes of the mean and variance asked for, with gradients through both", function()
    la.manual_seed(3)
    local mean = la.full({ 20000, 1 }, 2):requires_grad(true)
    local log_variance = la.full({ 20000, 1 }, math.log(9)):requires_grad(true)
    local z = models.VAE.draw(nil, mean, log_variance)
    assert.near(2, z:detach():mean(), 0.1)
    assert.near(3, z:detach():std(), 0.1)
    z:sum():backward()
    assert.equal(20000, mean.grad:sum())
    support.close((z:detach() - 2) * 0.5, log_variance.grad, 1e-4)
  end)

  it("has the right gradients", function()
    local vae = models.VAE { inputs = 4, hidden = 3, latent = 2, likelihood = "gaussian" }:to "float64"
    local x = la.randn({ 3, 4 }, { dtype = "float64" })
    support.check_gradients(function()
      la.manual_seed(4)
      return (vae:loss(x))
    end, vae:parameters(), 1e-5)
  end)

  it("samples from the prior", function()
    local x = models.VAE { inputs = 9, hidden = 4, latent = 2 }:sample(7)
    assert.same({ 7, 9 }, x.shape)
    assert.is_true(x:min() >= 0 and x:max() <= 1)
  end)

  it("learns: the bound falls on digits", function()
    la.manual_seed(5)
    local images = la.data.digits { n = 500 }.images:reshape(-1, 784):to "float32" / 255
    local vae = models.VAE { hidden = 64, latent = 4 }
    local history = la.train.fit(vae, images, {
      loss = function(model, batch) return model:loss(batch) end,
      optimizer = la.optim.Adam(vae:parameters(), { lr = 3e-3 }), epochs = 4, batch_size = 50, quiet = true,
    })
    assert.is_true(history:last "loss" < 0.6 * history:column("loss")[1])
    assert.is_true(history:has "kl" and history:has "reconstruction")
  end)
end)

describe("models.CVAE", function()
  it("takes the class into account", function()
    la.manual_seed(6)
    local cvae = models.CVAE { inputs = 5, hidden = 6, latent = 2, classes = 3 }
    local x, ids = la.rand(4, 5), la.tensor({ 1, 2, 3, 1 }, { dtype = "int64" })
    assert.same({ 6, 8 }, cvae:state_dict()["encoder.0.weight"].shape)
    local loss, terms = cvae:loss(x, ids)
    assert.near(loss:item(), terms.reconstruction + terms.kl, 1e-4)
    assert.same({ 4, 5 }, cvae:sample(ids).shape)
    local z = la.zeros(2, 2)
    local two = cvae:decode(z, la.tensor({ 1, 2 }, { dtype = "int64" })):detach()
    assert.is_true((two[1] - two[2]):abs():max() > 0)
    assert.error_matches(function() cvae:encode(x, la.tensor({ 1 }, { dtype = "int64" })) end, "each of 4 samples")
    assert.error_matches(function() cvae:loss(x, la.tensor({ 1, 4, 2, 3 }, { dtype = "int64" })) end,
      "class id 4 is not one of 1 to 3")
  end)
end)
