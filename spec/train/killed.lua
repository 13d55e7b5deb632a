-- A training run that kill_spec.lua kills: latent killed.lua WEIGHTS [CHECKPOINT [BATCHES]]
local la = require "latent"
local nn, optim, train = la.nn, la.optim, la.train

local weights, checkpoint, every = arg[1], arg[2], math.tointeger(arg[3])

la.manual_seed(3)
local x = la.randn(96, 16)
local data = { x = x, y = x:sin():sum(2, { keepdim = true }) }
local net = nn.Sequential(nn.Linear(16, 96), nn.BatchNorm1d(96), nn.ReLU(), nn.Dropout(0.2), nn.Linear(96, 96),
  nn.Tanh(), nn.Linear(96, 1))
local adam = optim.Adam(net:parameters(), { lr = 0.01 })
local validation = { x = x[{ { 1, 32 } }], y = data.y[{ { 1, 32 } }] }
train.fit(net, data, {
  epochs = 150, batch_size = 8, optimizer = adam, quiet = true, validation = validation, clip_norm = 1,
  scheduler = optim.lr_scheduler.CosineAnnealingLR(adam, { t_max = 150 }),
  loss = function(model, batch) return nn.mse_loss(model(batch.x), batch.y) end,
  checkpoint = checkpoint and { path = checkpoint, every = every },
})
la.save(weights, net:state_dict())
