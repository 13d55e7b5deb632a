--- An autoencoder of several linear layers on each side of the code.
---
--- With depth n the encoder has n linear layers whose widths fall by the same whole factor
--- s = floor((inputs // latent) ^ (1 / n)), and the decoder has the same widths in reverse: 1024 inputs, 20 codes
--- and depth 3 make s = 3 and 1024 -> 341 -> 113 -> 20 -> 113 -> 341 -> 1024. Each layer but the last of either
--- side is followed by batch normalisation, which makes its bias superfluous, and a ReLU; the decoder ends in
--- a sigmoid, for inputs in [0, 1]. The code itself goes through `bottleneck`.
--- Example:
---     local net = la.models.DeepAutoencoder{inputs = 64, latent = 4, depth = 2, bottleneck = la.nn.Sigmoid()}
---     print(net)
---     print(table.concat(net.widths, " "))
---     local y, z = net(la.rand(8, 64))
---     print(table.concat(y.shape, ", "), table.concat(z.shape, ", "))
local errors = require "latent.errors"
local options = require "latent.options"
local Autoencoder = require "latent.models.autoencoder"
local BatchNorm1d = require "latent.nn.batch_norm1d"
local Identity = require "latent.nn.identity"
local Linear = require "latent.nn.linear"
local ReLU = require "latent.nn.relu"
local Sequential = require "latent.nn.sequential"
local Sigmoid = require "latent.nn.sigmoid"

---@class models.DeepAutoencoder : models.Autoencoder
---@field widths integer[] of the input, of the hidden layers of the encoder, and of the code
local DeepAutoencoder = Autoencoder:extend "DeepAutoencoder"

--- The largest whole number whose n-th power is not above x: a root in floating point may fall short of it.
local function whole_root(x, n)
  local root = math.floor(x ^ (1 / n))
  return (root + 1) ^ n <= x and root + 1 or root
end

--- A linear layer that is followed by others.
local function add_hidden(net, inputs, outputs, batch_norm)
  local n = #net
  net[n + 1] = Linear(inputs, outputs, { bias = not batch_norm })
  if batch_norm then net[n + 2] = BatchNorm1d(outputs) end
  net[#net + 1] = ReLU()
end

--- Options: `inputs` 1024, `latent` 20, `depth` 3 linear layers on each side, `batch_norm` true, `bottleneck`, a
--- module that the code goes through (nothing by default).
---@param given? {inputs: integer, latent: integer, depth: integer, batch_norm: boolean, bottleneck: nn.Module}
function DeepAutoencoder:init(given)
  local o = options.check("models.DeepAutoencoder", given,
    { inputs = 1024, latent = 20, depth = 3, batch_norm = true, bottleneck = Identity() })
  for _, name in ipairs { "inputs", "latent", "depth" } do
    if math.type(o[name]) ~= "integer" or o[name] < 1 then
      errors.raise(("models.DeepAutoencoder: %s must be a positive integer, not %s"):format(name, tostring(o[name])))
    end
  end
  if o.latent > o.inputs then
    errors.raise(("models.DeepAutoencoder: the code (%d) must not be wider than the input (%d)"):format(o.latent,
      o.inputs))
  end
  local factor, widths = whole_root(o.inputs // o.latent, o.depth), {}
  for i = 1, o.depth do widths[i] = math.floor(o.inputs / factor ^ (i - 1)) end
  widths[o.depth + 1] = o.latent
  local encoder, decoder = {}, {}
  for i = 1, o.depth - 1 do add_hidden(encoder, widths[i], widths[i + 1], o.batch_norm) end
  encoder[#encoder + 1] = Linear(widths[o.depth], o.latent)
  for i = o.depth, 2, -1 do add_hidden(decoder, widths[i + 1], widths[i], o.batch_norm) end
  decoder[#decoder + 1] = Linear(widths[2], o.inputs)
  decoder[#decoder + 1] = Sigmoid()
  Autoencoder.init(self, { encoder = Sequential(table.unpack(encoder)), bottleneck = o.bottleneck,
    decoder = Sequential(table.unpack(decoder)) })
  self.widths = widths
end

return DeepAutoencoder
