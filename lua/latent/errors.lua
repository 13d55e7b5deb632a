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

--- The nearest function outside of the library, from a level of the stack on.
---@param level integer as the caller sees it
---@return string place "stdin:1: ", or "" where there is none
---@return integer|nil level of that function, as the caller sees it
function errors.caller(level)
  while true do
    level = level + 1
    local info = debug.getinfo(level, "Sl")
    if not info then return "", nil end
    if info.what ~= "C" and info.source:sub(1, #LIBRARY) ~= LIBRARY and info.currentline > 0 then
      return ("%s:%d: "):format(info.short_src, info.currentline), level - 1
    end
  end
end

--- Raise an error with the place of the nearest caller outside the library in front.
---@param message string
function errors.raise(message)
  error((errors.caller(2)) .. without_numbers(message), 0)
end

return errors
