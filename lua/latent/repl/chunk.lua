--- From what was typed to a function that runs it.
local chunk = {}

local NAME = "=stdin"

--- Begins each chunk. A function with a variable to close makes no tail calls, so that the chunk stays on
--- the stack while what it calls runs: an error has a line to point at.
local NO_TAIL_CALL = "local no_tail_call <close> = nil; "

--- Called at the end of a chunk: its local variables become globals, so that `local x = 1` lives on
--- at the prompt as it does in a script. Returns what the chunk returns.
local function keep_locals(...)
  local i = 2 -- the first one is ours
  local name, value = debug.getlocal(2, i)
  while name do
    if not name:find("^%(") then rawset(_G, name, value) end
    i = i + 1
    name, value = debug.getlocal(2, i)
  end
  return ...
end

--- A block of lines whose last ones are an expression, with a `return` of its values; nil for others.
local function with_last_value(text)
  local at = text:find("\n[^\n]*$")
  while at do
    local last = text:sub(at + 1)
    if load("return nil, " .. last, NAME, "t") then
      return ("%s\nreturn (...)(%s\n)"):format(text:sub(1, at - 1), last)
    end
    local is_empty = load("return " .. last, NAME, "t") ~= nil -- blanks or a comment
    if not is_empty and load(last, NAME, "t") then return nil end
    at = text:sub(1, at - 1):find("\n[^\n]*$")
  end
  return nil
end

--- May more lines complete a text? A string in quotes ends with its line, unless by a backslash.
local function is_beginning(text, message)
  if message:find("unfinished string near", 1, true) then return text:find("\\$") ~= nil end
  return message:find("<eof>$") ~= nil
end

--- Compile an expression or statements.
---@param text string one or more lines
---@return function|nil run returns the expression's values
---@return string|nil message why it does not compile
---@return boolean|nil incomplete the text may be the beginning of something
function chunk.compile(text)
  local expression = text:match("^%s*=(.*)") or text
  local run, why_not = load(NO_TAIL_CALL .. "return " .. expression, NAME, "t")
  if run then return run end
  local block = with_last_value(text)
  local keeping = block and load(NO_TAIL_CALL .. block, NAME, "t")
    or load(NO_TAIL_CALL .. text .. "\n;(...)()", NAME, "t")
  if keeping then return function() return keeping(keep_locals) end end
  -- After a `return` nothing may follow: such a chunk keeps its locals to itself.
  local statements, message = load(NO_TAIL_CALL .. text, NAME, "t")
  if statements then return statements end
  return nil, message, is_beginning(text, message) or is_beginning(text, why_not)
end

return chunk
