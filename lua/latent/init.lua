--- latent: tensors, autograd, models, data and pictures for Lua.
---
--- `local la = require "latent"` gives one table: the tensor functions of the engine, and the
--- parts nn, optim, data, plot, ... which load when they are first used.
local core = require "latent.core"

-- Lua keeps warnings to itself unless asked; those of the models are for every user.
warn "@on"

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

-- Names of dtypes, for those who write la.float64 where "float64" is meant.
for _, dtype in ipairs { "bool", "uint8", "int64", "float32", "float64" } do la[dtype] = dtype end

--- Parts of the library and the modules that hold them.
local PARTS = {
  autograd = "latent.autograd", data = "latent.data", distributions = "latent.distributions",
  einsum = "latent.einsum", fuse = "latent.fuse",
  io = "latent.io", linalg = "latent.linalg", metrics = "latent.metrics",
  models = "latent.models", nn = "latent.nn",
  optim = "latent.optim", plot = "latent.plot", progress = "latent.progress",
  script = "latent.script", train = "latent.train",
}

--- Read a tensor, or a table of them, from a file; the ending of the path says the format:
---
--- - `.npy`, IDX (`.idx`, `train-images-idx3-ubyte` and its like; each with or without `.gz`): a tensor.
--- - `.npz`: a table of tensors by name.
--- - `.safetensors`: the same, and a second table, the metadata: texts by key.
--- - `.csv`: a tensor [rows, columns] of numbers, and the list of the header's names if there is one
---   (`la.io.csv` reads named columns and texts).
--- - `.png`, `.jpg`: a uint8 tensor [h, w] (grey) or [h, w, 3] (red, green, blue).
---
--- `la.io.load` is the same function; it says more about dtypes and safety.
--- Example:
---     la.save("x.npz", {a = la.ones(2), b = la.zeros(1)})
---     la.load("x.npz").a
---@param path string
---@param options? {delimiter: string, header: boolean, dtype: string} for `.csv`
---@return tensor|table<string, tensor> value
---@return table|nil more metadata of `.safetensors`, the names of a `.csv` header
function la.load(path, options) return la.io.load(path, options) end

--- Write a file; the ending of the path says the format. The file appears whole or not at all.
---
--- - `.npy`, IDX: a tensor or a number (IDX: integers of 32 bits at most; `.gz` packs).
--- - `.npz`, `.safetensors`: a table of tensors by name.
--- - `.csv`: a tensor [rows, columns] or [rows], or a table of columns by name, each a tensor or a
---   list of numbers or strings.
--- - `.png`, `.jpg`: a tensor [h, w], [h, w, 1] or [h, w, 3], floats from 0 to 1 or integers from 0 to 255.
---
--- `la.io.save` is the same function.
--- Example: la.save("grey.png", la.linspace(0, 1, 64):reshape(8, 8))
---@param path string
---@param value tensor|number|table<string, tensor>
---@param options? {compress: boolean, metadata: table<string, string>, names: string[], delimiter: string, quality: integer}
---  compress (`.npz`, false); metadata (`.safetensors`); names, a header or the order of the columns,
---  and delimiter (`.csv`); quality from 1 to 100 (`.jpg`, 90)
function la.save(path, value, options) return la.io.save(path, value, options) end

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
