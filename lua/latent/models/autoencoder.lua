--- An autoencoder from its parts: encoder, bottleneck, decoder.
---
--- State names are encoder.*, bottleneck.*, decoder.*, as in a PyTorch module with these attributes.
--- Example:
---     local encoder, decoder = la.nn.Linear(8, 2), la.nn.Linear(2, 8)
---     local net = la.models.Autoencoder{encoder = encoder, decoder = decoder, bottleneck = la.nn.Tanh()}
---     local y, z = net(la.ones(4, 8))
---     print(net)
---     print(table.concat(y.shape, ", "), table.concat(z.shape, ", "))
local options = require "latent.options"
local errors = require "latent.errors"
local Module = require "latent.nn.module"
local Identity = require "latent.nn.identity"

---@class models.Autoencoder : nn.Module
---@field encoder nn.Module
---@field bottleneck nn.Module
---@field decoder nn.Module
local Autoencoder = Module:extend "Autoencoder"

---@param given {encoder: nn.Module, decoder: nn.Module, bottleneck: nn.Module} the bottleneck, what
---  happens to the code (an activation, noise), is nothing by default
function Autoencoder:init(given)
  local o = options.check("models.Autoencoder", given,
    { encoder = options.NONE, decoder = options.NONE, bottleneck = Identity() })
  for _, part in ipairs { "encoder", "bottleneck", "decoder" } do
    if not Module.is(o[part]) then
      errors.raise(("models.Autoencoder: %s must be a module, not a %s"):format(part, type(o[part])))
    end
    self[part] = o[part]
  end
end

--- The code of x.
--- Example:
---     local encoder, decoder = la.nn.Linear(8, 2), la.nn.Linear(2, 8)
---     local net = la.models.Autoencoder{encoder = encoder, decoder = decoder, bottleneck = la.nn.Tanh()}
---     net:encode(la.ones(4, 8)).shape
---@param x tensor
---@return tensor z
function Autoencoder:encode(x)
  return self.bottleneck(self.encoder(x))
end

--- What a code stands for.
--- Example:
---     local encoder, decoder = la.nn.Linear(8, 2), la.nn.Linear(2, 8)
---     local net = la.models.Autoencoder{encoder = encoder, decoder = decoder, bottleneck = la.nn.Tanh()}
---     net:decode(la.zeros(4, 2)).shape
---@param z tensor
---@return tensor y
function Autoencoder:decode(z)
  return self.decoder(z)
end

---@param x tensor
---@return tensor y the reconstruction
---@return tensor z the code
function Autoencoder:forward(x)
  local z = self:encode(x)
  return self:decode(z), z
end

return Autoencoder
