--- From what was typed to a function that runs it.
local chunk = {}

local NAME = "=stdin"

--- Called at the end of a chunk: its local variables become globals, so that `local x = 1` lives on
--- at the prompt as it does in a script.
local function keep_locals()
  local i = 1
  local name, value = debug.getlocal(2, i)
  while name do
    if not name:find("^%(") then rawset(_G, name, value) end
    i = i + 1
    name, value = debug.getlocal(2, i)
  end
end

--- Compile an expression or statements.
---@param text string one or more lines
---@return function|nil run returns the expression's values
---@return string|nil message why it does not compile
---@return boolean|nil incomplete the text may be the beginning of something
function chunk.compile(text)
  local expression = text:match("^%s*=(.*)") or text
  local run, why_not = load("return " .. expression, NAME, "t")
  if run then return run end
  local statements, message = load(text, NAME, "t")
  if not statements then
    return nil, message, (message:find("<eof>$") or why_not:find("<eof>$")) ~= nil
  end
  -- After a `return` nothing may follow: such a chunk keeps its locals to itself.
  local keeping = load(text .. "\n;(...)()", NAME, "t")
  if not keeping then return statements end
  return function() return keeping(keep_locals) end
end

return chunk
