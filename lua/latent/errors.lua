--- Errors that point at the user's own line, past the frames of the library.
local errors = {}

--- Chunk names of the embedded modules begin with this (src/binding/module.c sets them).
local LIBRARY = "=latent/"

--- Raise an error with the place of the nearest caller outside the library in front.
---@param message string
function errors.raise(message)
  local level = 2
  while true do
    local info = debug.getinfo(level, "Sl")
    if not info then error(message, 0) end
    if info.what ~= "C" and info.source:sub(1, #LIBRARY) ~= LIBRARY and info.currentline > 0 then
      error(("%s:%d: %s"):format(info.short_src, info.currentline, message), 0)
    end
    level = level + 1
  end
end

return errors
