--- latent: tensors, autograd, models, data and pictures for Lua.
---
--- `local la = require "latent"` gives one table: the tensor functions of the engine, and the
--- parts nn, optim, data, plot, ... which load when they are first used.
local core = require "latent.core"

local la = {}

-- What the engine gives to its own Lua modules alone stays in latent.core.
local PRIVATE = {
  record = true, embedded_source = true, embedded_names = true, process = true, operations = true,
  layers = true, host = true, files = true, pictures = true, drawn = true, linalg = true, fuse = true, models = true,
}

for name, value in pairs(core) do
  if not PRIVATE[name] then la[name] = value end
end

-- Functions composed in Lua are functions and methods as those of the engine are.
local methods = getmetatable(core.zeros(1)).__methods
for name, f in pairs(require "latent.functions") do
  la[name], methods[name] = f, f
end

--- Parts of the library and the modules that hold them.
local PARTS = {
  autograd = "latent.autograd", data = "latent.data", distributions = "latent.distributions",
  einsum = "latent.einsum", fuse = "latent.fuse",
  io = "latent.io", linalg = "latent.linalg", metrics = "latent.metrics",
  models = "latent.models", nn = "latent.nn",
  optim = "latent.optim", plot = "latent.plot", progress = "latent.progress",
  script = "latent.script", train = "latent.train",
}

--- Read a tensor, or a table of them, from a file; the ending of the path says the format: the same as
--- `la.io.load`.
--- Example:
---     la.save("x.npz", {a = la.ones(2), b = la.zeros(1)})
---     la.load("x.npz").a
---@param path string .npy, .npz, .safetensors, .csv, .png, .jpg, or IDX with or without .gz
---@param ... any options of the format
---@return any value a tensor; for an archive a table of tensors by name
function la.load(path, ...) return la.io.load(path, ...) end

--- Write a tensor, or a table of them, to a file; the ending of the path says the format: the same as
--- `la.io.save`.
--- Example: la.save("grey.png", la.linspace(0, 1, 64):reshape(8, 8))
---@param path string
---@param value any a tensor, or a table of them by name
---@param ... any options of the format
function la.save(path, value, ...) return la.io.save(path, value, ...) end

require "latent.engine_bar"

return setmetatable(la, {
  __index = function(_, name)
    local part = PARTS[name]
    if not part then return nil end
    local loaded = require(part)
    rawset(la, name, loaded)
    return loaded
  end,
  __parts = PARTS,
})
