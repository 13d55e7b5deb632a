--- Reading and writing files: the format is chosen by the ending of the name.
local errors = require "latent.errors"
local idx = require "latent.io.idx"
local npy = require "latent.io.npy"
local npz = require "latent.io.npz"

local io = {}

-- Asked in this order whether a lower-case file name is theirs.
local FORMATS = { npy, npz, idx }

local function known(action)
  local endings = {}
  for _, format in ipairs(FORMATS) do
    if format[action] then endings[#endings + 1] = format.endings end
  end
  return table.concat(endings, ", ")
end

local function format_of(action, path)
  if type(path) ~= "string" then
    errors.raise(("%s: the path must be a string, not a %s"):format(action, type(path)))
  end
  local name = path:lower():match("[^/]*$")
  for _, format in ipairs(FORMATS) do
    if format[action] and format.matches(name) then return format end
  end
  errors.raise(("%s: %s has no known ending (known: %s)"):format(action, path, known(action)))
end

--- Read a file; its ending says the format, in upper or lower case.
---
--- `.npy`: a tensor. `.npz`: a table of tensors by name. IDX (`.idx`, names like
--- `train-images-idx3-ubyte`, each with or without `.gz`): a tensor. Integers narrower than 64 bits
--- other than uint8 become int64, half floats float32. Reading never runs code, and sizes in a file
--- are held against what the file can contain before memory is taken. An error names the file and
--- what is wrong with it.
---@param path string
---@return latent.Tensor|table<string, latent.Tensor> value
function io.load(path)
  return format_of("load", path).load(path)
end

--- Write a file; its ending says the format. The file appears whole or not at all.
---
--- `.npy`: a tensor or a number. `.npz`: a table of tensors by name.
---@param path string
---@param value latent.Tensor|number|table<string, latent.Tensor>
---@param options? { compress: boolean } for `.npz`: deflate the arrays (default false)
function io.save(path, value, options)
  format_of("save", path).save(path, value, options)
end

return io
