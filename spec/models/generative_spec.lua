-- Flows and adversarial nets.
local la = require "latent"
local support = require "nn.support"
local nn, models, optim = la.nn, la.models, la.optim

--- A flow in float64 whose couplings are no identities: random weights everywhere.
local function flow(options)
  la.manual_seed(1)
  local net = models.RealNVP(options):to "float64"
  la.no_grad(function()
    for _, p in ipairs(net:parameters()) do p:normal_(0, 0.3) end
  end)
  return net
end

local function samples(n, d)
  la.manual_seed(2)
  return la.randn(n, d, { dtype = "float64" })
end

describe("models.RealNVP", function()
  it("is invertible, and changes its input", function()
    for _, inputs in ipairs { 2, 3, 5 } do
      local net, x = flow { inputs = inputs, layers = 6, hidden = 16 }, samples(200, inputs)
      local z = la.no_grad(function() return (net(x)) end)
      assert.is_true((z - x):abs():max() > 0.5)
      support.close(x, net:inverse(z):detach(), 1e-6)
      support.close(x, la.no_grad(function() return (net(net:inverse(x))) end), 1e-6)
    end
  end)

  it("knows the logarithm of the determinant of its Jacobian", function()
    local net, x = flow { inputs = 3, layers = 4, hidden = 8 }, samples(6, 3)
    local _, log_det = net(x)
    for i = 1, 6 do
      local jacobian = la.zeros(3, 3, { dtype = "float64" })
      for k = 1, 3 do
        local point = x[{ { i, i } }]:clone():requires_grad(true)
        local z = net(point)
        z[{ 1, k }]:backward()
        jacobian[k] = point.grad[1]
        -- and by differences, so that the gradients are not their own judge
        for j = 1, 3 do
          local h = la.zeros(1, 3, { dtype = "float64" })
          h[{ 1, j }] = 1e-6
          local function value(at) return la.no_grad(function() return net(at)[{ 1, k }] end) end
          local slope = value(x[{ { i, i } }] + h) - value(x[{ { i, i } }] - h)
          assert.near(slope / 2e-6, jacobian[{ k, j }], 1e-6)
        end
      end
      assert.near(math.log(math.abs(la.item(la.linalg.det(jacobian)))), la.item(log_det:detach()[i]), 1e-9)
    end
  end)

  it("is a density: it integrates to one", function()
    local net = flow { inputs = 2, layers = 4, hidden = 16 }
    la.no_grad(function()
      for _, coupling in ipairs(net.couplings) do coupling.scale:fill(0.4) end
    end)
    local side = la.linspace(-12, 12, 400, { dtype = "float64" })
    local x, y = la.meshgrid(side, side)
    local points = la.stack({ x:reshape(-1), y:reshape(-1) }, 2)
    local p = la.no_grad(function() return net:log_prob(points):exp() end)
    assert.near(1, p:sum() * (24 / 399) ^ 2, 1e-4)
  end)

  it("starts as the standard normal distribution", function()
    local net, x = models.RealNVP { inputs = 2 }, la.randn(10, 2)
    local normal = (x:square() + math.log(2 * math.pi)):sum(2) * -0.5
    support.close(normal, net:log_prob(x):detach(), 1e-5)
    assert.near(-normal:mean(), net:loss(x):item(), 1e-5)
  end)

  it("learns a distribution, and samples from it", function()
    la.manual_seed(3)
    -- x2 is about x1^2: a parabola that no normal distribution has
    local x1 = la.randn(2000, 1)
    local x = la.cat({ x1, x1:square() + la.randn(2000, 1) * 0.3 }, 2)
    local net = models.RealNVP { layers = 4, hidden = 32 }
    local adam = optim.Adam(net:parameters(), { lr = 5e-3 })
    for _ = 1, 200 do
      local loss = net:loss(x[la.randint(1, 2000, { 100 })])
      adam:zero_grad()
      loss:backward()
      adam:step()
    end
    -- the entropy: of the normal x1 and of the noise
    local entropy = math.log(2 * math.pi) + 1 + math.log(0.3)
    local loss = net:loss(x):item()
    assert.is_true(loss > entropy - 0.1 and loss < entropy + 0.25, ("%g, entropy %g"):format(loss, entropy))
    local drawn = net:sample(2000)
    local off = (drawn[{ {}, 2 }] - drawn[{ {}, 1 }]:square()):abs()
    assert.is_true(off:median() < 0.5, "off the parabola by " .. off:median())
    assert.near(0, drawn[{ {}, 1 }]:mean(), 0.3)
  end)

  it("refuses what it cannot map", function()
    assert.error_matches(function() models.RealNVP {}(la.zeros(4, 3)) end, "x must be %[batch, 2%], not %[4, 3%]")
    assert.error_matches(function() models.RealNVP {}:inverse(la.zeros(2)) end, "z must be %[batch, 2%], not %[2%]")
    assert.error_matches(function() models.RealNVP { inputs = 1 } end, "inputs must be an integer from 2, not 1")
    assert.error_matches(function() models.RealNVP { layers = 0 } end, "layers must be an integer from 1, not 0")
    assert.error_matches(function() models.RealNVP { units = 3 } end, "unknown option 'units'")
    assert.error_matches(function() models.AffineCoupling { mask = { 1, 1 } } end, "with both in it")
    assert.error_matches(function() models.AffineCoupling { mask = { 1, 0.5 } } end, "must hold 0 and 1, not 0.5")
    assert.error_matches(function() models.AffineCoupling {} end, "with both in it")
    assert.error_matches(function() models.AffineCoupling { mask = { 1, 0 }, depth = 0 } end, "depth must be")
  end)
end)

describe("models.GAN", function()
  it("has the losses of the paper", function()
    la.manual_seed(4)
    local gan = models.GAN { inputs = 3, latent = 2, hidden = 8 }
    local x = la.randn(5, 3)
    la.manual_seed(5)
    local z = gan:noise(5)
    local real = gan.discriminator(x):sigmoid():detach()
    local fake = gan.discriminator(gan(z)):sigmoid():detach()
    la.manual_seed(5)
    local loss, seen = gan:discriminator_loss(x)
    assert.near(-real:log():mean() - (1 - fake):log():mean(), loss:item(), 1e-5)
    assert.near(real:mean(), seen.real, 1e-6)
    assert.near(fake:mean(), seen.fake, 1e-6)
    la.manual_seed(5)
    assert.near(-fake:log():mean(), gan:generator_loss(5):item(), 1e-5)
  end)

  it("keeps the generator out of the discriminator's gradient", function()
    local gan = models.GAN { hidden = 8 }
    gan:discriminator_loss(la.randn(4, 2)):backward()
    assert.is_nil(gan.generator:parameters()[1].grad)
    assert.is_not_nil(gan.discriminator:parameters()[1].grad)
    gan:generator_loss(4):backward()
    assert.is_true(gan.generator:parameters()[1].grad:abs():max() > 0)
  end)

  it("takes nets of one's own", function()
    local gan = models.GAN {
      latent = 3, generator = nn.Sequential(nn.Linear(3, 16), nn.Unflatten(2, { 1, 4, 4 })),
      discriminator = nn.Sequential(nn.Flatten(), nn.Linear(16, 1)),
    }
    assert.same({ 6, 1, 4, 4 }, gan:sample(6).shape)
    assert.is_not_nil(gan:state_dict()["generator.0.weight"])
    assert.error_matches(function() models.GAN { generator = 3 } end, "generator must be a module, not a number")
  end)

  it("learns where the data are", function()
    la.manual_seed(6)
    local gan = models.GAN { hidden = 32, latent = 2 }
    local judge = optim.Adam(gan.discriminator:parameters(), { lr = 3e-3, betas = { 0.5, 0.999 } })
    local forger = optim.Adam(gan.generator:parameters(), { lr = 3e-3, betas = { 0.5, 0.999 } })
    for _ = 1, 300 do
      judge:zero_grad()
      gan:discriminator_loss(la.randn(64, 2) * 0.5 + la.tensor { 3, -2 }):backward()
      judge:step()
      forger:zero_grad()
      gan:generator_loss(64):backward()
      forger:step()
    end
    local drawn = gan:sample(1000)
    assert.near(3, drawn:mean(1)[1], 0.6)
    assert.near(-2, drawn:mean(1)[2], 0.6)
  end)
end)
