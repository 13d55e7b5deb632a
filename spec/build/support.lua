--- Helpers of the specs of scripts: scratch folders, and processes with their output.
local support = {}

--- A new empty folder.
---@return string path
function support.folder()
  local pipe = assert(io.popen("mktemp -d"))
  local path = pipe:read "l"
  pipe:close()
  return path
end

function support.remove(folder) os.execute(("rm -rf '%s'"):format(folder)) end

--- Write a file; its folder is made.
---@param path string
---@param text string
---@param executable? boolean
function support.write(path, text, executable)
  os.execute(("mkdir -p '%s'"):format(path:match "^(.*)/"))
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  if executable then os.execute(("chmod +x '%s'"):format(path)) end
end

function support.read(path)
  local file = io.open(path)
  if not file then return nil end
  local text = file:read "a"
  file:close()
  return text
end

--- Run a shell command.
---@param command string
---@return integer status
---@return string output of both streams
function support.run(command)
  local pipe = assert(io.popen(("( %s ) 2>&1 </dev/null; echo \"status $?\""):format(command)))
  local text = pipe:read "a"
  pipe:close()
  local output, status = text:match "^(.-)status (%d+)\n$"
  return tonumber(status), output
end

return support
