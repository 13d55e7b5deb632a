--- The commands of the session: lines that begin with %.
local bench = require "latent.repl.bench"
local chunk = require "latent.repl.chunk"
local docs = require "latent.docs"
local failure = require "latent.repl.failure"
local help = require "latent.help"
local layout = require "latent.docs.layout"
local members = require "latent.repl.members"
local suggest = require "latent.suggest"

local commands = {}

---@class latent.repl.Command
---@field usage string
---@field text string what it does
---@field run fun(session: table, rest: string): boolean|nil false after an error
local list = {}

--- Split "a 'b c' \"d\"" into its words.
local function words(text)
  local result, at = {}, 1
  while true do
    local quote, from = text:match("^%s*(['\"])()", at)
    local word, next_at
    if quote then
      word, next_at = text:match("^([^" .. quote .. "]*)" .. quote .. "?()", from)
    else
      word, next_at = text:match("^%s*(%S+)()", at)
    end
    if not word then return result end
    result[#result + 1], at = word, next_at
  end
end

--- Compile the rest of a command line, or complain.
local function compile(session, name, text)
  if text == "" then return session:refuse(("usage: %s"):format(list[name].usage)) end
  local f, message = chunk.compile(text)
  if not f then return session:refuse(message) end
  return f
end

--- Two columns, the first one strong.
local function say_rows(session, rows)
  local indent = 0
  for _, row in ipairs(rows) do indent = math.max(indent, #row[1] + 3) end
  for _, row in ipairs(rows) do
    local text = layout.hanging(row[1], row[2], indent, session:width())
    session:say(session.paint("strong", row[1]) .. text:sub(#row[1] + 1))
  end
end

list.help = {
  usage = "%help", text = "this list; so do help and help()",
  run = function(session)
    local rows = {
      { "help(la.randn)", "what a function, a class or a value is; la.randn? does the same" },
      { 'help "start"', "first steps; other pages: " .. table.concat(docs.guides(), ", ") },
      { "la, nn, optim", "what there is; Tab after la. or x: completes names, options, paths in strings" },
      { "_", "the last value" },
      { "Ctrl-R", "searches the history" },
      { "Ctrl-C, Ctrl-D", "stop what runs or drop the line; leave" },
    }
    for _, name in ipairs(members.names(list)) do rows[#rows + 1] = { list[name].usage, list[name].text } end
    say_rows(session, rows)
  end,
}

list.doc = {
  usage = "%doc name", text = "documentation of a function, module or value",
  run = function(session, rest)
    if rest == "" then return session:refuse("usage: " .. list.doc.usage) end
    return commands.help_name(session, rest)
  end,
}

list.time = {
  usage = "%time code", text = "run it once and say how long it took",
  run = function(session, rest)
    local f = compile(session, "time", rest)
    if not f then return false end
    local clock, elapsed = session.host.clock, nil
    local ok = session:evaluate(rest, function()
      local start = clock()
      local results = table.pack(f())
      elapsed = clock() - start
      return table.unpack(results, 1, results.n)
    end)
    if ok then session:say(session.paint("faint", bench.duration(elapsed))) end
    return ok
  end,
}

list.bench = {
  usage = "%bench code", text = "run it many times: median time and spread",
  run = function(session, rest)
    local f = compile(session, "bench", rest)
    if not f then return false end
    local ok, results = session:call(rest, bench.measure, f, session.host.clock)
    if ok then session:say(bench.report(results[1])) end
    return ok
  end,
}

list.reset = {
  usage = "%reset", text = "forget every global made in this session",
  run = function(session)
    for name in next, _G do
      if not session.kept[name] then rawset(_G, name, nil) end
    end
    session.failure = nil
    collectgarbage()
  end,
}

list.run = {
  usage = "%run file [arguments]", text = "run a script; its globals stay, os.exit ends it alone",
  run = function(session, rest)
    local arguments = words(rest)
    local path = table.remove(arguments, 1)
    if not path then return session:refuse("usage: " .. list.run.usage) end
    local f, message = loadfile(path)
    if not f then return session:refuse(message) end
    local saved, exit = rawget(_G, "arg"), os.exit
    arguments[0] = path
    rawset(_G, "arg", arguments)
    rawset(os, "exit", failure.exit)
    local ok = session:call("", f, table.unpack(arguments))
    rawset(os, "exit", exit)
    rawset(_G, "arg", saved)
    return ok
  end,
}

list.tb = {
  usage = "%tb", text = "traceback of the last error",
  run = function(session)
    session:say(session.failure and session.failure.traceback or "there was no error yet")
  end,
}

--- Run a command by name.
---@param session table
---@param name string
---@param rest string what follows the name
---@return boolean ok
function commands.run(session, name, rest)
  local command = list[name]
  if command then return command.run(session, rest) ~= false end
  local nearest = suggest.nearest(name, members.names(list))
  session:complain(("no command %%%s (%%help lists them)"):format(name),
    nearest and ("did you mean %%%s?"):format(nearest))
  return false
end

--- Names of all commands.
---@return string[]
function commands.names()
  return members.names(list)
end

--- `help(x)`: documentation of a value; `help "la.sum"`: of what a string names; `help()`: the commands.
function commands.help(session, ...)
  if select("#", ...) == 0 or ... == session.help then return list.help.run(session) end
  local value, width = ..., session:width()
  session:say(type(value) == "string" and help.named(value, width) or help.of(value, width))
end

--- `%doc la.zeros`: documentation by name. The name is looked up without running code.
function commands.help_name(session, name)
  local text, nearest = help.named(name, session:width())
  if text then
    session:say(text)
    return true
  end
  session:complain(("there is nothing called %s"):format(name),
    nearest and ("did you mean %s?"):format(nearest))
  return false
end

return commands
