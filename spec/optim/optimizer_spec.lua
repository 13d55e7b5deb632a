local la = require "latent"
local support = require "nn.support"
local optim = la.optim

local function leaf(...) return la.tensor({ ... }):requires_grad(true) end

describe("An optimiser", function()
  it("goes downhill", function()
    local p = leaf(3, -2)
    local sgd = optim.SGD({ p }, { lr = 0.1 })
    for _ = 1, 100 do
      sgd:zero_grad()
      p:square():sum():backward()
      sgd:step()
    end
    assert.is_true(la.item(p:detach():abs():max()) < 1e-6)
  end)

  it("takes a learning rate changed between steps", function()
    local p = leaf(1)
    local sgd = optim.SGD({ p }, { lr = 0.5 })
    p.grad = la.tensor { 1 }
    sgd:step()
    sgd.lr = 0.25
    sgd:step()
    assert.near(0.25, p[1]:item(), 1e-6)
  end)

  it("leaves a parameter without a gradient alone", function()
    local p, q = leaf(1), leaf(2)
    local adam = optim.Adam({ p, q }, { lr = 0.1 })
    p.grad = la.tensor { 1 }
    adam:step()
    assert.near(0.9, p[1]:item(), 1e-6)
    assert.equal(2, q[1]:item())
    assert.is_nil(adam.state[2])
  end)

  it("forgets gradients with zero_grad", function()
    local p = leaf(1)
    p:sum():backward()
    optim.SGD({ p }):zero_grad()
    assert.is_nil(p.grad)
  end)

  it("updates parameters of any size, and many of them, as one by one", function()
    la.manual_seed(3)
    local together, alone = {}, {}
    for i, n in ipairs { 1, 20000, 7, 50001, 33, 2 } do
      local start, grad = la.randn(n), la.randn(n)
      together[i], alone[i] = start:clone():requires_grad(true), start:clone():requires_grad(true)
      together[i].grad, alone[i].grad = grad, grad
    end
    local all = optim.Adam(together)
    for _ = 1, 3 do all:step() end
    for i, p in ipairs(alone) do
      local one = optim.Adam({ p })
      for _ = 1, 3 do one:step() end
      assert.equal(0, support.distance(together[i]:detach(), p:detach()))
    end
  end)

  it("takes gradients that are views", function()
    local p = la.zeros(2, 3):requires_grad(true)
    p.grad = la.tensor { { 1, 2 }, { 3, 4 }, { 5, 6 } }:t()
    optim.SGD({ p }, { lr = 1 }):step()
    assert.same({ { -1, -3, -5 }, { -2, -4, -6 } }, p:detach():totable())
  end)

  it("goes on from a saved state as if it had never stopped", function()
    local function run(steps, optimiser, p)
      for i = 1, steps do
        p.grad = la.tensor { i, -i }
        optimiser:step()
      end
    end
    for _, make in ipairs {
      function(p) return optim.Adam({ p }, { lr = 0.1, amsgrad = true }) end,
      function(p) return optim.SGD({ p }, { lr = 0.1, momentum = 0.9 }) end,
    } do
      local p, q = leaf(1, 2), leaf(1, 2)
      local first = make(p)
      run(3, first, p)
      local state = first:state_dict()
      la.no_grad(function() q:copy_(p) end)
      local second = make(q):load_state_dict(state)
      run(3, first, p)
      run(3, second, q)
      assert.same(p:detach():totable(), q:detach():totable())
    end
  end)
end)

describe("An optimiser refuses", function()
  local p
  before_each(function() p = leaf(1, 2) end)

  local function refuses(pattern, f) assert.error_matches(f, pattern) end

  it("an unknown setting and lists the known ones", function()
    refuses("unknown option 'rate' %(known: amsgrad, betas, eps, lr, weight_decay%)",
      function() optim.Adam({ p }, { rate = 1 }) end)
  end)
  it("settings out of range", function()
    refuses("lr must not be negative", function() optim.SGD({ p }, { lr = -1 }) end)
    refuses("betas must be two numbers in %[0, 1%)", function() optim.Adam({ p }, { betas = { 0.9, 1 } }) end)
    refuses("nesterov needs a momentum", function() optim.SGD({ p }, { nesterov = true }) end)
  end)
  it("a module in place of its parameters", function()
    refuses("net:parameters%(%)", function() optim.SGD(la.nn.Linear(2, 2)) end)
  end)
  it("an empty list, numbers, and tensors that do not require gradients", function()
    refuses("empty", function() optim.SGD({}) end)
    refuses("parameter 2 is a number", function() optim.SGD({ p, 1 }) end)
    refuses("parameter 1 does not require a gradient", function() optim.SGD({ la.zeros(2) }) end)
    refuses("in the list twice", function() optim.SGD({ p, p }) end)
  end)
  it("a state of other parameters", function()
    local adam = optim.Adam({ leaf(1, 2, 3) })
    adam.params[1].grad = la.ones(3)
    adam:step()
    refuses("'exp_avg.*' of parameter 1 is %[3%], the parameter is %[2%]",
      function() optim.Adam({ p }):load_state_dict(adam:state_dict()) end)
    refuses("not one of 1 parameters", function() optim.Adam({ p }):load_state_dict { state = {} } end)
  end)
end)

describe("RMSprop and Adagrad", function()
  it("follow PyTorch's formulas with all settings on", function()
    local p, g = leaf(1), la.tensor { 2 }
    local rms = optim.RMSprop({ p }, { lr = 0.1, alpha = 0.5, momentum = 0.5, centered = true, eps = 0 })
    local w, s, m, buf = 1, 0, 0, 0
    for _ = 1, 3 do
      p.grad = g
      rms:step()
      s, m = 0.5 * s + 0.5 * 4, 0.5 * m + 0.5 * 2
      buf = 0.5 * buf + 2 / math.sqrt(s - m * m)
      w = w - 0.1 * buf
    end
    assert.near(w, p:item(), 1e-5)
    local q = leaf(1)
    local ada = optim.Adagrad({ q }, { lr = 0.1, lr_decay = 0.5, initial_accumulator_value = 1, weight_decay = 0.1 })
    w, s = 1, 1
    for t = 1, 3 do
      q.grad = g
      ada:step()
      local d = 2 + 0.1 * w
      s = s + d * d
      w = w - 0.1 / (1 + (t - 1) * 0.5) * d / math.sqrt(s)
    end
    assert.near(w, q:item(), 1e-5)
  end)
end)
