--- The training loops of the benchmark in latent; training.py beside this file does the same.
---
--- Each function gives the step of a loop: a batch, the loss, its gradients, one change of the weights;
--- and the part of it that gathers the batch.
local la = require "latent"
local nn = la.nn

--- Training images as float32 [60000, 784] in 0..1; random ones where there is no data.
local function mnist()
  local found, train = pcall(la.data.mnist, { split = "train" })
  if not found then return la.rand(60000, 784) end
  return train.images:reshape(-1, 784):to("float32") / 255
end

local function rows(images, n)
  return images[la.randint(1, #images, { n })]
end

--- The step that lowers loss_of(batch).
local function step_of(parameters, lr, take, loss_of)
  local adam = la.optim.Adam(parameters, { lr = lr })
  return function()
    local loss = loss_of(take())
    adam:zero_grad()
    loss:backward()
    adam:step()
    return loss:item()
  end, take
end

local loops = {}

--- Tutorial 3: autoencoder 784-256-2-256-784, batch 40.
function loops.ae_tasks()
  local images = mnist() * 2 - 1
  local net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 2), nn.ReLU(),
    nn.Linear(2, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
  return step_of(net:parameters(), 3e-3, function() return rows(images, 40) end,
    function(x) return nn.mse_loss(net(x), x) end)
end

loops.ae_linear = loops.ae_tasks

--- Tutorial 4: VAE 784-400-20, batch 128.
function loops.vae()
  local images = mnist()
  local vae = la.models.VAE { inputs = 784, hidden = 400, latent = 20 }
  return step_of(vae:parameters(), 1e-3, function() return rows(images, 128) end,
    function(x) return (vae:loss(x)) end)
end

--- Tutorial 2: deep autoencoder 1024-341-113-20 with batch norm, root mean square error, batch 32.
function loops.deep_ae()
  local images = la.pad(mnist():reshape(-1, 28, 28), { 2, 2, 2, 2 }):reshape(-1, 1024)
  local net = nn.Sequential()
  local function hidden(inputs, outputs)
    net:append(nn.Linear(inputs, outputs, { bias = false }))
    net:append(nn.BatchNorm1d(outputs))
    net:append(nn.ReLU())
  end
  hidden(1024, 341)
  hidden(341, 113)
  net:append(nn.Linear(113, 20))
  hidden(20, 113)
  hidden(113, 341)
  net:append(nn.Linear(341, 1024))
  net:append(nn.Sigmoid())
  return step_of(net:parameters(), 0.01, function() return rows(images, 32) end,
    function(x) return nn.rmse_loss(net(x), x) end)
end

--- Convolutional autoencoder, 16 and 32 maps, batch 64.
function loops.conv()
  local images = (mnist() * 2 - 1):reshape(-1, 1, 28, 28)
  local down, up = { stride = 2, padding = 1 }, { stride = 2, padding = 1, output_padding = 1 }
  local net = nn.Sequential(nn.Conv2d(1, 16, 3, down), nn.ReLU(), nn.Conv2d(16, 32, 3, down), nn.ReLU(),
    nn.ConvTranspose2d(32, 16, 3, up), nn.ReLU(), nn.ConvTranspose2d(16, 1, 3, up), nn.Tanh())
  return step_of(net:parameters(), 1e-3, function() return rows(images, 64) end,
    function(x) return nn.mse_loss(net(x), x) end)
end

--- LSTM autoencoder over the 28 rows of an image, 64 units, batch 64.
function loops.lstm()
  local images = (mnist() * 2 - 1):reshape(-1, 28, 28)
  local encoder, decoder = nn.LSTM(28, 64), nn.LSTM(64, 64)
  local out = nn.Linear(64, 28)
  local parameters = {}
  for _, part in ipairs { encoder, decoder, out } do
    for _, p in ipairs(part:parameters()) do parameters[#parameters + 1] = p end
  end
  return step_of(parameters, 1e-3, function() return rows(images, 64) end, function(x)
    local _, h = encoder(x)
    local y = decoder(h[1]:unsqueeze(2):expand(-1, 28, -1))
    return nn.mse_loss(out(y), x)
  end)
end

return loops
