--- The session: read, run, print. src/app/repl.h says what `host` offers.
local chunk = require "latent.repl.chunk"
local commands = require "latent.repl.commands"
local complete = require "latent.repl.complete"
local failure = require "latent.repl.failure"
local hint = require "latent.hint"
local members = require "latent.repl.members"
local show = require "latent.repl.show"
local strict = require "latent.strict"
local style = require "latent.repl.style"

local repl = {}

local Session = {}
Session.__index = Session

--- A line of output, whatever the user made of `print` and io.output.
function Session.say(_, text)
  io.stdout:write(text, "\n")
end

--- Columns for texts: those of the terminal, within reason.
function Session:width()
  return math.max(40, math.min(self.host.columns(), 100))
end

--- Results of a call, printed: simple values side by side, others one below the other.
function Session:print(results)
  local texts, wide = {}, false
  for i = 1, results.n do
    texts[i] = self.show(results[i])
    wide = wide or texts[i]:find("\n") ~= nil
  end
  self:say(table.concat(texts, wide and "\n" or "\t"))
end

--- A hint below a result or an error; nil for none.
function Session.advise(_, advice)
  io.stdout:flush()
  if advice then io.stderr:write(advice, "\n") end
  io.stderr:flush()
end

--- An error in one or two lines; the traceback is kept for %tb.
function Session:complain(message, advice)
  io.stdout:flush()
  io.stderr:write(self.paint("error", message), "\n")
  self:advise(advice)
end

--- After a script that called os.exit.
---@param code integer|boolean
---@return boolean ok
---@return table results
function Session:left(code)
  local ok = code == true or code == 0
  if not ok then self:complain(("the script left with exit code %s"):format(code or 1)) end
  return ok, {}
end

--- Call a function so that Ctrl-C stops it and errors are reported.
---@param typed string the text it comes from
---@return boolean ok
---@return table results packed
function Session:call(typed, f, ...)
  local results = table.pack(self.host.call(failure.handler(typed), f, ...))
  if not results[1] then
    local problem = results[2]
    if type(problem) ~= "table" then problem = { message = tostring(problem) } end
    if problem.exit ~= nil then return self:left(problem.exit) end
    self.failure = problem
    self:complain(problem.message, problem.hint)
    return false, {}
  end
  return true, table.pack(table.unpack(results, 2, results.n))
end

--- Run a compiled text: its values are printed, the first one is kept in `_`.
function Session:evaluate(typed, f)
  local ok, results = self:call(typed, f)
  if ok and results.n > 0 then
    if results[1] ~= nil then rawset(_G, "_", results[1]) end
    self:call(typed, self.print, self, results)
    self:advise(results.n == 1 and results[1] == nil and hint.of_nil(typed))
  end
  return ok
end

--- Take a line that is not Lua: a command, `x?`, `?x`, `help x`, a bare `help`, or a word to leave.
---@return boolean taken
---@return boolean|nil ok
function Session:special(text)
  local name, rest = text:match("^%s*%%(%a+)%s*(.-)%s*$")
  if name then return true, commands.run(self, name, rest) end
  local asked = text:match("^%s*([%a_][%w_.:]*)%s*%?+%s*$") or text:match("^%s*%?+%s*([%a_][%w_.:]*)%s*$")
    or text:match("^%s*help%s+([%a_][%w_.:]*)%s*$")
  if asked then return true, commands.run(self, "doc", asked) end
  local word = text:match("^%s*(%a+)%s*$") or text:match("^%s*(%a+)%s*%(%s*%)%s*$")
  if (word == "exit" or word == "quit") and rawget(_G, word) == nil then
    self.over = true
    return true, true
  end
  if word == "help" and rawget(_G, word) == self.help then return true, commands.run(self, "help", "") end
  return false
end

--- Run a text if it is complete.
---@return boolean|string ok "more" if lines are missing
function Session:take(text)
  local taken, ok = self:special(text)
  if taken then return ok end
  local f, message, incomplete = chunk.compile(text)
  if f then return self:evaluate(text, f) end
  if incomplete and not hint.is_whole(text) then return "more" end
  return self:refuse(message, hint.of_syntax(text))
end

--- Say why a text cannot be run.
function Session:refuse(message, advice)
  self.failure = { message = message, traceback = message }
  self:complain(message, advice)
  return false
end

--- A pasted block that is not one chunk (it has expressions, commands) is taken line by line, up to
--- the first error. A line that begins with a method goes on with the one above it.
---@return string|nil pending the lines at its end that want more
function Session:take_block(text)
  local pending = nil
  for line, next_line in (text .. "\n"):gmatch("(.-)\n()") do
    local whole = pending and pending .. "\n" .. line or line
    local goes_on = text:find("^%s*[:.]%a", next_line) ~= nil
    local ok = goes_on and "more" or not whole:find("%S") or self:take(whole)
    if not ok or self.over then return nil end
    pending = ok == "more" and whole or nil
  end
  return pending
end

--- Take what was entered. It goes to the history before it runs, as it may end the session.
---@param text string
---@param pasted boolean several lines came at once
---@return string|nil pending the text, or its last lines, if more must follow
function Session:enter(text, pasted)
  local f, _, incomplete = chunk.compile(text)
  if incomplete and not hint.is_whole(text) then return text end
  self.host.remember(text)
  if pasted and not f then return self:take_block(text) end
  self:take(text)
  return nil
end

--- Global names for comfort, where the user has not taken them.
local function set_globals(session)
  local la = require "latent"
  local globals = { la = la }
  for _, name in ipairs { "nn", "optim", "plot" } do globals[name] = members.get(la, name) end
  globals.help = session.help
  for name, value in pairs(globals) do
    if rawget(_G, name) == nil then rawset(_G, name, value) end
  end
end

local function new_session(host)
  local session = setmetatable({ host = host, over = false }, Session)
  session.paint = style.painter(host.colour)
  session.show = show.printer(session.paint, host.columns)
  session.help = function(...) commands.help(session, ...) end
  set_globals(session)
  session.kept = {}
  for name in next, _G do session.kept[name] = true end
  host.complete = complete.completer(host, commands.names)
  return session
end

--- As with `lua`, the globals _PROMPT and _PROMPT2 change the prompts.
local function prompt(pending)
  local own = rawget(_G, pending and "_PROMPT2" or "_PROMPT")
  return type(own) == "string" and own or pending and ">> " or "> "
end

--- Run a session until the user leaves or the input ends.
---@param host table
function repl.run(host)
  strict.disable()
  local session = new_session(host)
  if host.terminal then
    session:say(("latent %s, %s   %%help for help, Ctrl-D to leave"):format(host.version, _VERSION))
  end
  local pending = nil
  while not session.over do
    local line, why = host.read(prompt(pending))
    if line and (pending or line:find("%S")) then
      local text = pending and pending .. "\n" .. line or line
      local ok, result = pcall(session.enter, session, text, line:find("\n") ~= nil)
      if not ok then session:complain(tostring(result)) end
      pending = ok and result or nil
    elseif why == "interrupt" then
      pending = nil
    elseif why == "end" then
      if pending then session:refuse((select(2, chunk.compile(pending)))) end
      break
    end
  end
end

return repl
