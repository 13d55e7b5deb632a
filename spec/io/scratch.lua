--- A folder for the files of one spec file, and files in it from bytes.
local scratch = {}
scratch.__index = scratch

--- A new empty folder.
function scratch.new()
  local pipe = assert(io.popen "mktemp -d")
  local folder = pipe:read "l"
  pipe:close()
  return setmetatable({ folder = folder }, scratch)
end

--- Path of a file in the folder.
function scratch:path(name)
  return self.folder .. "/" .. name
end

--- Write a file; returns its path.
function scratch:write(name, bytes)
  local file = assert(io.open(self:path(name), "wb"))
  file:write(bytes)
  file:close()
  return self:path(name)
end

--- The bytes of a file.
function scratch:read(name)
  local file = assert(io.open(self:path(name), "rb"))
  local bytes = file:read "a"
  file:close()
  return bytes
end

--- Names of the files, hidden ones too.
function scratch:list()
  local names = {}
  for name in io.popen(("ls -A '%s'"):format(self.folder)):lines() do names[#names + 1] = name end
  return names
end

--- Run a shell command in the folder.
function scratch:run(command)
  assert(os.execute(("cd '%s' && %s"):format(self.folder, command)))
end

function scratch:remove()
  os.execute(("rm -rf '%s'"):format(self.folder))
end

return scratch
