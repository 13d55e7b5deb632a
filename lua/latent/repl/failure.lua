--- What is kept of an error: its message, a hint, its traceback.
local errors = require "latent.errors"
local hints = require "latent.hint"

local failure = {}

--- Drop what the session itself adds at the bottom of a traceback.
local function trim(traceback)
  local cut = traceback:find("\n\t%[C%]: in [^\n]*\n\tlatent/repl/")
  return cut and traceback:sub(1, cut - 1) or traceback
end

--- What os.exit does while the session runs a script: the script ends, not the session.
---@param code? integer|boolean
function failure.exit(code)
  error(setmetatable({ exit = code == nil and true or code }, failure), 0)
end

--- Message handler of the session's calls.
---@param typed string the text that is run
---@return fun(message: any): {message: string, hint: string|nil, traceback: string, exit: integer|boolean|nil}
function failure.handler(typed)
  return function(message)
    if debug.getmetatable(message) == failure then return message end
    local hint = hints.of(message, 2, typed)
    if type(message) ~= "string" then
      local meta = debug.getmetatable(message)
      local speaks = type(meta) == "table" and rawget(meta, "__tostring")
      message = speaks and tostring(message)
        or type(message) == "number" and tostring(message)
        or ("(error object is a %s value)"):format(type(message))
    end
    message = message:gsub("^latent/repl/[^:]*:%d+: (interrupted!)$", "%1")
    if message:find("^latent/[%w_/]+%.lua:%d+: ") then message = errors.caller(2) .. message end
    return { message = message, hint = hint, traceback = trim(debug.traceback(message, 2)) }
  end
end

return failure
