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
  end)
end)
