--- .safetensors: tensors by name, and texts by key beside them, as Hugging Face's library writes them.
local errors = require "latent.errors"
local files = require("latent.core").files
local options = require "latent.options"
local values = require "latent.io.values"

local safetensors = { endings = ".safetensors" }

function safetensors.matches(name)
  return name:find("%.safetensors$")
end

--- Tensors by name and the metadata, texts by key.
function safetensors.load(path, given)
  options.check("load .safetensors", given, {})
  return files.load_safetensors(path)
end

local function check_text(what, text)
  if type(text) ~= "string" or text:find("\0", 1, true) or not utf8.len(text) then
    errors.raise(("save .safetensors: %s must be a string of UTF-8, not %s"):format(what, tostring(text)))
  end
end

local function sorted_texts(metadata)
  local keys, texts = {}, {}
  for key, text in pairs(metadata) do
    check_text("a key of the metadata", key)
    check_text(("metadata '%s'"):format(key), text)
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do texts[i] = metadata[key] end
  return keys, texts
end

function safetensors.save(path, value, given)
  local where = "save .safetensors"
  local o = options.check(where, given, { metadata = {} })
  local names, tensors = values.named(where, value)
  for _, name in ipairs(names) do
    check_text("the name of a tensor", name)
    if name == "__metadata__" then errors.raise(where .. ": no tensor can be named __metadata__") end
  end
  files.save_safetensors(path, names, tensors, sorted_texts(o.metadata))
end

return safetensors
