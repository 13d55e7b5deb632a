--- Checkpoints: everything that a training run needs to go on, in one safetensors file.
---
--- A checkpoint is a table of tensors, numbers and booleans, nested to any depth. In the file each is
--- a tensor under the names on the way to it, joined by "/": "model/0.weight". Numbers and booleans
--- are 0-dimensional tensors whose names end in "#"; they come back with the same bits. The file
--- appears whole or not at all.
local core = require "latent.core"
local errors = require "latent.errors"

local checkpoint = {}

local KINDS = { integer = "int64", float = "float64" }

local function flatten(value, path, out)
  if type(value) == "table" then
    for key, part in pairs(value) do
      flatten(part, path == "" and tostring(key) or path .. "/" .. tostring(key), out)
    end
  elseif core.is_tensor(value) then
    out[path] = value
  elseif type(value) == "boolean" then
    out[path .. "#"] = core.full({}, value and 1 or 0, { dtype = "bool" })
  elseif type(value) == "number" then
    out[path .. "#"] = core.full({}, value, { dtype = KINDS[math.type(value)] })
  else
    errors.raise(("checkpoint: '%s' is a %s; tensors, numbers and booleans can be kept"):format(path, type(value)))
  end
  return out
end

--- Write a checkpoint.
--- Example: la.train.checkpoint.save("run.safetensors", {net = la.nn.Linear(2, 1):state_dict(), epoch = 3})
---@param path string ends in .safetensors
---@param value table
function checkpoint.save(path, value)
  require("latent.io").save(path, flatten(value, "", {}))
end

--- Read a checkpoint: the nested table that was saved. Keys that look like integers are integers.
--- Example:
---     la.train.checkpoint.save("run.safetensors", {w = la.ones(2), epoch = 3})
---     la.train.checkpoint.load("run.safetensors")
---@param path string
---@return table
function checkpoint.load(path)
  local root = {}
  for name, value in pairs(require("latent.io").load(path)) do
    local plain, node, keys = name:match "^(.*)#$", root, {}
    for key in (plain or name):gmatch "[^/]+" do keys[#keys + 1] = math.tointeger(tonumber(key)) or key end
    for i = 1, #keys - 1 do
      if type(node[keys[i]]) ~= "table" then node[keys[i]] = {} end
      node = node[keys[i]]
    end
    if plain then value = value:item() end
    if #keys > 0 then node[keys[#keys]] = value end
  end
  return root
end

return checkpoint
