-- Schedules against PyTorch's rates.
local la = require "latent"
local optim = la.optim
local scheduler = optim.lr_scheduler

local function sgd() return optim.SGD({ la.zeros(1):requires_grad(true) }, { lr = 0.1, momentum = 0.9 }) end

--- Rates before the first step and after each of n.
local function rates(optimizer, schedule, n, values)
  local list = { optimizer.lr }
  for i = 1, n do
    schedule:step(values and values[i])
    list[i + 1] = optimizer.lr
  end
  return list
end

local function close(want, got)
  assert.equal(#want, #got)
  for i = 1, #want do assert.near(want[i], got[i], 1e-9) end
end

describe("A schedule gives PyTorch's rates:", function()
  it("StepLR", function()
    local o = sgd()
    close({ 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025 },
      rates(o, scheduler.StepLR(o, { step_size = 3, gamma = 0.5 }), 7))
  end)

  it("CosineAnnealingLR", function()
    local o = sgd()
    close({ 0.1, 0.091405765, 0.068905765, 0.041094235, 0.018594235, 0.01 },
      rates(o, scheduler.CosineAnnealingLR(o, { t_max = 5, eta_min = 0.01 }), 5))
  end)

  it("OneCycleLR, with the momentum the other way", function()
    local o = sgd()
    local schedule = scheduler.OneCycleLR(o, { max_lr = 1, total_steps = 8 })
    local momenta = { o.momentum }
    local list = { o.lr }
    for i = 2, 8 do
      schedule:step()
      list[i], momenta[i] = o.lr, o.momentum
    end
    close({ 0.04, 0.819275105, 0.971941777, 0.811745654, 0.555984014, 0.283060998, 0.076641594, 4e-06 }, list)
    close({ 0.95, 0.86882551, 0.852805833, 0.86882551, 0.894401776, 0.921694187, 0.94233621, 0.95 }, momenta)
  end)

  it("ReduceLROnPlateau", function()
    local o = sgd()
    close({ 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05 },
      rates(o, scheduler.ReduceLROnPlateau(o, { factor = 0.5, patience = 1, cooldown = 1 }), 8,
        { 1, .9, .95, .92, .91, .93, .8, .85 }))
  end)
end)

describe("A schedule", function()
  it("goes on from a saved state", function()
    local a, b = sgd(), sgd()
    local first = scheduler.StepLR(a, { step_size = 2 })
    rates(a, first, 3)
    local second = scheduler.StepLR(b, { step_size = 2 }):load_state_dict(first:state_dict())
    first:step()
    second:step()
    assert.equal(a.lr, b.lr)
  end)

  it("refuses missing and wrong settings", function()
    assert.error_matches(function() scheduler.StepLR(sgd()) end, "step_size must be a positive integer")
    assert.error_matches(function() scheduler.StepLR(sgd(), { steps = 3 }) end, "unknown option 'steps'")
    assert.error_matches(function() scheduler.StepLR(3, {}) end, "needs an optimiser")
    assert.error_matches(function() scheduler.ReduceLROnPlateau(sgd(), { mode = "best" }) end, "'min' or 'max'")
  end)
end)

describe("Clipping", function()
  local p, q
  before_each(function()
    p, q = la.zeros(2):requires_grad(true), la.zeros(1):requires_grad(true)
    p.grad, q.grad = la.tensor { 3, 0 }, la.tensor { -4 }
  end)

  it("by norm scales all gradients together", function()
    assert.near(5, la.nn.clip_grad_norm_({ p, q }, 1), 1e-6)
    assert.near(0.6, p.grad[1], 1e-5)
    assert.near(-0.8, q.grad[1], 1e-5)
  end)

  it("by norm leaves small gradients alone", function()
    la.nn.clip_grad_norm_({ p, q }, 10)
    assert.equal(3, p.grad[1])
  end)

  it("by value cuts each element", function()
    la.nn.clip_grad_value_({ p, q }, 2)
    assert.same({ 2, 0 }, p.grad:totable())
    assert.same({ -2 }, q.grad:totable())
  end)
end)
