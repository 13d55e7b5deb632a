--- Reading and writing files: the format is chosen by the ending of the name.
local errors = require "latent.errors"
local csv = require "latent.io.csv"
local idx = require "latent.io.idx"
local jpeg = require "latent.io.jpeg"
local npy = require "latent.io.npy"
local npz = require "latent.io.npz"
local png = require "latent.io.png"
local safetensors = require "latent.io.safetensors"

local io = {}

-- Asked in this order whether a lower-case file name is theirs.
local FORMATS = { npy, npz, safetensors, csv, png, jpeg, idx }

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
--- `.npy`: a tensor. `.npz`: a table of tensors by name. `.safetensors`: the same, and a table of
--- texts by key, the metadata. `.csv`: a tensor [rows, columns] of numbers, and the list of the
--- header's names if there is a header (`io.csv` reads named columns and texts; the options are its).
--- `.png`, `.jpg`: a uint8 tensor [h, w] (grey) or [h, w, 3] (red, green, blue). IDX (`.idx`, names
--- like `train-images-idx3-ubyte`, each with or without `.gz`): a tensor.
---
--- Integers narrower than 64 bits other than uint8 become int64, narrow floats float32. Reading
--- never runs code, and sizes in a file are held against what the file can contain before memory is
--- taken. An error names the file and what is wrong with it.
--- Example:
---     la.io.save("x.npy", la.arange(1, 3))
---     la.io.load("x.npy")
---@param path string
---@param options? { delimiter: string, header: boolean, dtype: string } for `.csv`
---@return latent.Tensor|table<string, latent.Tensor> value
---@return table|nil more
function io.load(path, options)
  return format_of("load", path).load(path, options)
end

--- Write a file; its ending says the format. The file appears whole or not at all.
---
--- `.npy`, IDX: a tensor or a number (IDX: integers of 32 bits at most; `.gz` packs). `.npz`,
--- `.safetensors`: a table of tensors by name. `.csv`: a tensor [rows, columns] or [rows], or a table
--- of columns by name, each a tensor [rows] or a list of numbers or strings. `.png`, `.jpg`: a tensor
--- [h, w], [h, w, 1] or [h, w, 3], floats from 0 to 1 or integers from 0 to 255; others are clamped.
---
--- Options: `compress` (`.npz`, default false); `metadata`, texts by key (`.safetensors`); `names`, a
--- header or the order of the columns, and `delimiter` (`.csv`); `quality` from 1 to 100 (`.jpg`,
--- default 90).
--- Example:
---     la.io.save("weights.safetensors", {weight = la.ones(2, 2)}, {metadata = {format = "pt"}})
---     local tensors, metadata = la.io.load("weights.safetensors")
---     return tensors.weight, metadata.format
---@param path string
---@param value latent.Tensor|number|table<string, latent.Tensor>
---@param options? table
function io.save(path, value, options)
  format_of("save", path).save(path, value, options)
end

io.csv = csv.read

return io
