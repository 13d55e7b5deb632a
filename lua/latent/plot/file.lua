--- Pictures into files: written under a temporary name beside the target, then renamed.
local core = require "latent.core"
local errors = require "latent.errors"

local file = {}

local FORMATS = { png = "png", svg = "svg", pdf = "pdf", gif = "gif", html = "html", htm = "html" }

--- The format that a path's ending names.
---@param where string for the error message
---@param path string
---@param known string[] formats that fit here
---@return string format
function file.format(where, path, known)
  if type(path) ~= "string" or path == "" then
    errors.raise(("%s: expected a path, got %s"):format(where, type(path) == "string" and "''" or type(path)))
  end
  if path:find "\0" then errors.raise(where .. ": the path holds a zero byte") end
  local format = FORMATS[(path:match "%.(%w+)$" or ""):lower()]
  for _, name in ipairs(known) do
    if format == name then return format end
  end
  errors.raise(("%s: '%s': the ending must be one of .%s"):format(where, path, table.concat(known, " .")))
end

local counter = 0

--- Write what `produce` returns into a file. The folder is tried first, so that nothing is drawn in
--- vain; after a failure the old file is as it was.
---@param where string
---@param path string
---@param produce fun(): string
function file.write(where, path, produce)
  counter = counter + 1
  local temporary = ("%s.%d-%d.tmp"):format(path, core.host.clock() * 1e6 // 1, counter)
  local out, reason = io.open(temporary, "wb")
  if not out then errors.raise(("%s: cannot write '%s': %s"):format(where, path, reason:gsub("^.*: ", ""))) end
  local ok, result = pcall(produce)
  if ok then
    local done, problem = out:write(result)
    if done then done, problem = out:close() end
    if done then done, problem = os.rename(temporary, path) end
    if done then return end
    os.remove(temporary)
    errors.raise(("%s: cannot write '%s': %s"):format(where, path, problem))
  end
  out:close()
  os.remove(temporary)
  error(result, 0)
end

return file
