--- Errors that point at the user's own line, past the frames of the library.
local errors = {}

--- Chunk names of the embedded modules begin with this (src/binding/module.c sets them).
local LIBRARY = "=latent/"

--- What stands in the rows of a printed tensor.
local ELEMENTS = {
  "[+-]?%d[%d.e+-]*", "[+-]?nan%f[%s\0]", "[+-]?inf%f[%s\0]", "true%f[%s\0]", "false%f[%s\0]", "%.%.%.",
  "%[[%d, ]+%]", -- the name of a block
}

--- A message with the value of a tensor in it keeps dtype and shape, not the rows of numbers.
local function without_numbers(message)
  local before, rest = message:match "^(.-tensor %w+ %[[%d, ]*%])\n(.*)$"
  if not before then return message end
  repeat
    local last = nil
    for _, pattern in ipairs(ELEMENTS) do
      local _, stop = rest:find("^%s*" .. pattern)
      last = last or stop
    end
    rest = rest:sub((last or 0) + 1)
  until not last
  return before .. without_numbers(rest)
end

--- Raise an error with the place of the nearest caller outside the library in front.
---@param message string
function errors.raise(message)
  local level = 2
  message = without_numbers(message)
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
