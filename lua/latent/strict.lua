--- `latent -strict`: in the user's own files, using a global that nobody declared is an error.
--- The main chunk of a script declares nothing by assigning, as that is where typing errors hide;
--- `rawset(_G, "name", value)` declares. Libraries outside of the script's folder do as they like.
local suggest = require "latent.suggest"

local strict = {}

local meta = {}

local function names(t)
  local list = {}
  for name in next, t do
    if type(name) == "string" then list[#list + 1] = name end
  end
  return list
end

--- Does the function at this level of the stack come from code that the user wrote: the script's
--- folder, a relative path, standard input or the command line?
local function is_own(level, folder)
  local info = debug.getinfo(level + 1, "S")
  if not info or info.what == "C" then return false end
  local path = info.source:match("^@(.*)")
  if not path then return not info.source:find("^=latent/") end
  return not path:find("^/") or folder ~= nil and path:sub(1, #folder) == folder
end

--- Watch the global table from now on.
---@param script string|nil path of the script that is run
function strict.enable(script)
  local folder = script and script:match("^/.*/")
  function meta.__newindex(globals, name, value)
    if is_own(2, folder) then
      error(("assignment to undeclared global '%s'"):format(tostring(name)), 2)
    end
    rawset(globals, name, value)
  end
  function meta.__index(globals, name)
    if not is_own(2, folder) then return nil end
    local nearest = type(name) == "string" and suggest.nearest(name, names(globals))
    local hint = nearest and (": did you mean '%s'?"):format(nearest) or ""
    error(("undeclared global '%s'%s"):format(tostring(name), hint), 2)
  end
  setmetatable(_G, meta)
end

--- Stop watching: a session makes globals as it goes.
function strict.disable()
  if getmetatable(_G) == meta then setmetatable(_G, nil) end
end

return strict
