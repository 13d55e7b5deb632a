local la = require "latent"
local support = require "nn.support"
local nn, optim, train = la.nn, la.optim, la.train

local function path(ending)
  local name = os.tmpname()
  os.remove(name)
  return name .. ending
end

--- y = x w + noise, 200 samples.
local function problem()
  la.manual_seed(11)
  local x = la.randn(200, 4)
  return { x = x, y = x:mm(la.tensor { { 1 }, { -2 }, { 3 }, { 0.5 } }) + la.randn(200, 1) * 0.01 }
end

local function loss(model, batch)
  return nn.mse_loss(model(batch.x), batch.y)
end

local function network()
  la.manual_seed(5)
  return nn.Sequential(nn.Linear(4, 16), nn.Dropout(0.1), nn.Tanh(), nn.BatchNorm1d(16), nn.Linear(16, 1))
end

--- Run `epochs` epochs; extra options override.
local function fit(net, epochs, extra)
  local o = {
    loss = loss, optimizer = optim.Adam(net:parameters(), { lr = 0.01 }), epochs = epochs, batch_size = 16,
    quiet = true,
  }
  for name, value in pairs(extra or {}) do o[name] = value end
  return train.fit(net, problem(), o)
end

local function bits(net)
  local words, names = {}, {}
  for name in pairs(net:state_dict()) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    for _, v in ipairs(net:state_dict()[name]:reshape(-1):totable()) do words[#words + 1] = ("%.17g"):format(v) end
  end
  return table.concat(words, " ")
end

describe("train.fit", function()
  it("lowers the loss and keeps a history", function()
    local history = fit(network(), 15)
    assert.equal(15, #history)
    assert.same({ "epoch", "loss", "lr", "seconds" }, history.columns)
    assert.is_true(history:last "loss" < 0.3 * history:column("loss")[1])
    assert.matches("epoch 15  loss", tostring(history))
  end)

  it("is the same as the plain loop", function()
    local data, a, b = problem(), nn.Linear(4, 1), nn.Linear(4, 1)
    b:load_state_dict(a:state_dict())
    train.fit(a, data, { loss = loss, optimizer = optim.SGD(a:parameters(), { lr = 0.1 }), shuffle = false,
      batch_size = 50, quiet = true })
    local sgd = optim.SGD(b:parameters(), { lr = 0.1 })
    for _, batch in train.batches(data, { size = 50, shuffle = false }) do
      sgd:zero_grad()
      loss(b, batch):backward()
      sgd:step()
    end
    assert.equal(bits(a), bits(b))
  end)

  it("measures a validation set in evaluation, and what the loss gives beside it", function()
    local modes = {}
    local history = fit(network(), 2, {
      validation = problem(),
      loss = function(model, batch)
        modes[model.training] = true
        return loss(model, batch), { bias = model[5].bias:detach():sum(), half = 0.5 }
      end,
    })
    assert.same({ "epoch", "loss", "bias", "half", "val_loss", "val_bias", "val_half", "lr", "seconds" },
      history.columns)
    assert.near(0.5, history:last "val_half", 1e-12)
    assert.is_true(modes[true] and modes[false])
  end)

  it("writes the history as CSV", function()
    local file = path ".csv"
    fit(network(), 2, { history = file })
    local lines = {}
    for line in io.lines(file) do lines[#lines + 1] = line end
    assert.equal("epoch,loss,lr,seconds", lines[1])
    assert.matches("^2,%d", lines[3])
    os.remove(file)
  end)

  it("prepares batches, follows a schedule, clips and calls back", function()
    local net, seen, lrs = network(), 0, {}
    local adam = optim.Adam(net:parameters(), { lr = 0.01 })
    local batch_count = 0
    fit(net, 3, {
      optimizer = adam, clip_norm = 1, scheduler = optim.lr_scheduler.StepLR(adam, { step_size = 1, gamma = 0.5 }),
      prepare = function(batch)
        seen = seen + #batch.x
        return batch
      end,
      on_batch = function() batch_count = batch_count + 1 end,
      on_epoch = function(run, row)
        lrs[run.epoch] = row.lr
        return run.epoch < 2
      end,
    })
    assert.equal(400, seen)
    assert.equal(26, batch_count)
    assert.near(0.01, lrs[1], 1e-12)
    assert.near(0.005, lrs[2], 1e-12)
    assert.is_nil(lrs[3])
  end)

  it("stops early and puts the best weights back", function()
    local net, values = network(), { 5, 3, 4, 6, 7, 8 }
    local best
    local history = fit(net, 6, {
      early_stopping = { measure = "fake", patience = 2 },
      loss = function(model, batch) return loss(model, batch), { fake = values[model.at or 1] } end,
      on_epoch = function(run)
        if run.epoch == 2 then best = bits(net) end
        rawset(net, "at", run.epoch + 1)
      end,
    })
    assert.equal(4, #history)
    assert.equal(best, bits(net))
  end)

  it("saves pictures every n epochs", function()
    local folder = path ""
    fit(network(), 4, { pictures = { every = 2, folder = folder, draw = function(_, epoch)
      return la.plot.figure { title = "epoch " .. epoch }:line(la.arange(1, 3), la.arange(1, 3))
    end } })
    for epoch = 1, 4 do
      local file = io.open(("%s/epoch-%03d.png"):format(folder, epoch))
      assert.equal(epoch % 2 == 0, file ~= nil)
      if file then file:close() end
    end
    os.execute(("rm -r '%s'"):format(folder))
  end)

  it("stops at a NaN and names the step and the first layer at fault", function()
    local net = network()
    local ok, message = pcall(fit, net, 3, { on_batch = function(run)
      if run.epoch == 2 and run.batch == 3 then la.no_grad(function() net[4].bias:fill(0 / 0) end) end
    end })
    assert.is_false(ok)
    assert.matches("the loss is %-?nan at step 17 %(epoch 2, batch 4%)", message)
    assert.matches("BatchNorm1d%(16%), layer 4 of Sequential", message)
  end)

  it("says when the loss itself is at fault", function()
    assert.error_matches(function()
      fit(network(), 1, { loss = function(model, batch) return loss(model, batch) * (0 / 0) end })
    end, "it comes from the loss itself")
  end)

  it("refuses what it cannot use", function()
    local net = network()
    assert.error_matches(function() train.fit(net, problem(), {}) end, "needs a loss")
    assert.error_matches(function() train.fit(net, problem(), { loss = loss }) end, "needs an optimizer")
    assert.error_matches(function() fit(net, 1, { epoch = 3 }) end, "unknown option 'epoch'")
    assert.error_matches(function() fit(net, 1, { loss = function() return 3 end }) end, "a tensor on the graph")
    assert.error_matches(function() fit(net, 1, { loss = function(m, b) return m(b.x) end }) end,
      "a tensor of one number, not a tensor %[16, 1%]")
    assert.error_matches(function() train.fit(3, problem(), { loss = loss }) end, "needs a model")
    assert.error_matches(function()
      train.fit(net, { x = la.zeros(3, 4), y = la.zeros(2, 1) },
        { loss = loss, optimizer = optim.SGD(net:parameters()) })
    end, "has %d samples and '.' has %d")
    assert.error_matches(function() fit(net, -1) end, "epochs must be an integer from 0")
  end)
end)

describe("A checkpoint", function()
  --- Train 4 epochs, stopping the process's run after some batches and going on from the file.
  local function interrupted(stops, extra)
    local file = path ".safetensors"
    local function options(more)
      local o = { checkpoint = { path = file, every = 3 }, early_stopping = { patience = 50 } }
      for name, value in pairs(extra or {}) do o[name] = value end
      for name, value in pairs(more) do o[name] = value end
      return o
    end
    for _, stop in ipairs(stops) do
      local done = 0
      pcall(fit, network(), 4, options { on_batch = function()
        done = done + 1
        if done == stop then error "killed" end
      end })
    end
    local net = network()
    local history = fit(net, 4, options {})
    os.remove(file)
    return bits(net), history
  end

  it("lets training go on bit by bit, wherever it was stopped", function()
    local whole, history = interrupted {}
    for _, stops in ipairs { { 1 }, { 7 }, { 13 }, { 14 }, { 20, 3, 9 }, { 51 } } do
      local got, again = interrupted(stops)
      assert.equal(whole, got)
      assert.same(history:column "loss", again:column "loss")
      assert.same(history:column "epoch", again:column "epoch")
    end
  end)

  it("of a finished run is not trained further", function()
    local file = path ".safetensors"
    local net = network()
    fit(net, 2, { checkpoint = { path = file } })
    local other = network()
    assert.equal(2, #fit(other, 2, { checkpoint = { path = file } }))
    assert.equal(bits(net), bits(other))
    os.remove(file)
  end)

  it("of another architecture lists the names that do not fit", function()
    local file = path ".safetensors"
    fit(network(), 1, { checkpoint = { path = file } })
    local ok, message = pcall(fit, nn.Sequential(nn.Linear(4, 1)), 1, { checkpoint = { path = file } })
    assert.is_false(ok)
    assert.matches("unexpected: 3.bias", message, 1, true)
    assert.matches("0.weight is [1, 4], given [16, 4]", message, 1, true)
    os.remove(file)
  end)

  it("keeps tensors, numbers and booleans exactly", function()
    local file = path ".safetensors"
    train.checkpoint.save(file, { a = { 1, 2.5, true }, deep = { x = la.tensor { 1, 2 }, n = 2 ^ 53 + 1 // 1 },
      tiny = 5e-324, scalar = la.tensor(3) })
    local got = train.checkpoint.load(file)
    assert.same({ 1, 2.5, true }, got.a)
    assert.equal("integer", math.type(got.a[1]))
    assert.equal(5e-324, got.tiny)
    assert.same({ 1, 2 }, got.deep.x:totable())
    assert.is_true(la.is_tensor(got.scalar))
    assert.error_matches(function() train.checkpoint.save(file, { f = print }) end, "'f' is a function")
    os.remove(file)
  end)
end)

describe("Batches", function()
  it("cover every sample once, in random order", function()
    local seen = {}
    for _, batch, n in train.batches(la.arange(1, 10), { size = 3 }) do
      assert.equal(n, #batch)
      for _, v in ipairs(batch:totable()) do seen[#seen + 1] = v end
    end
    assert.equal(10, #seen)
    table.sort(seen)
    for i = 1, 10 do assert.equal(i, seen[i]) end
  end)

  it("come in the given order without shuffling, the last one smaller or left out", function()
    local sizes = {}
    for i, batch in train.batches({ x = la.arange(1, 5) }, { size = 2, shuffle = false }) do
      sizes[i] = #batch.x
      assert.equal(2 * i - 1, batch.x[1])
    end
    assert.same({ 2, 2, 1 }, sizes)
    local count = 0
    for _ in train.batches(la.arange(1, 5), { size = 2, drop_last = true }) do count = count + 1 end
    assert.equal(2, count)
  end)
end)

describe("split", function()
  it("parts a data set by counts or shares, each sample in one part", function()
    local a, b = train.split({ x = la.arange(1, 10) }, { 7, 3 })
    assert.equal(7, #a.x)
    local all = la.cat({ a.x, b.x }, 1):totable()
    table.sort(all)
    for i = 1, 10 do assert.equal(i, all[i]) end
    local c, d = train.split(la.arange(1, 11), { 0.5, 0.5 })
    assert.equal(11, #c + #d)
    assert.error_matches(function() train.split(la.arange(1, 3), { 3, 1 }) end, "parts of 4 samples")
  end)
end)

describe("evaluate", function()
  it("averages over samples and restores the mode", function()
    local net = network()
    local means = train.evaluate(net, problem(), { loss = loss, batch_size = 7 })
    net:eval()
    support.close(la.tensor { la.item(la.no_grad(loss, net, problem())) }, la.tensor { means.loss }, 1e-5)
    assert.is_false(net.training)
  end)
end)
