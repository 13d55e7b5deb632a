--- Tab: what the text before the cursor can go on to.
local core = require "latent.core"
local annotations = require "latent.docs.annotations"
local docs = require "latent.docs"
local library = require "latent.docs.library"
local members = require "latent.repl.members"

local complete = {}

local MAX_SHOWN = 200

local keywords = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat "
             .. "return then true until while"):gmatch("%a+") do
  keywords[word] = false
end

local DTYPES = { float32 = false, float64 = false, int64 = false, uint8 = false, bool = false }

--- The string that the text ends in: what it holds so far and what stands before it; nil outside of one.
local function open_string(text)
  local i, quote, start = 1, nil, nil
  while i <= #text do
    local c = text:sub(i, i)
    if quote then
      if c == "\\" then i = i + 1 elseif c == quote then quote = nil end
    elseif c == '"' or c == "'" then
      quote, start = c, i + 1
    elseif text:sub(i, i + 1) == "--" then
      return nil
    end
    i = i + 1
  end
  if not quote then return nil end
  return text:sub(start), text:sub(1, start - 2)
end

--- The value of a path like `net.layers[1].weight`, followed without running code.
local function resolve(path)
  local value, first = nil, true
  for name, index in path:gmatch("([%a_]?[%w_]*)%[?(%d*)%]?[.:]?") do
    if name ~= "" then
      if first then value = rawget(_G, name) else value = members.get(value, name) end
      first = false
    end
    if index ~= "" and type(value) == "table" then value = rawget(value, math.tointeger(index)) end
    if value == nil then return nil end
  end
  return value
end

--- Paths that go on from what is typed; folders end in a slash.
local function path_candidates(typed, host)
  local folder, prefix = typed:match("^(.*/)([^/]*)$")
  if not folder then folder, prefix = "", typed end
  local found = {}
  for _, name in ipairs(host.list(folder == "" and "." or folder)) do
    if not name:find("^%.") or prefix:find("^%.") then found[name] = false end
  end
  return found, prefix
end

--- Inside of a string: a dtype, a module's name, or a path.
local function in_string(typed, before, host)
  if before:find(":to%s*%(?%s*$") or before:find("dtype%s*[(=]?%s*$") then return DTYPES, typed end
  if before:find("require%s*%(?%s*$") then
    local found = {}
    for _, name in ipairs(core.embedded_names()) do found[name] = false end
    return found, typed
  end
  return path_candidates(typed, host)
end

--- Settings of a class of models or optimisers, with their defaults.
local function settings_of(class)
  local defaults = rawget(class, "defaults")
  return type(defaults) == "table" and defaults or {}
end

--- Names of the options, where the text is inside of a call's option table: after `f(x, {` or `f{`.
local function options(text)
  local before = text:match("^(.*){[^{}]*$")
  local key = text:match("[{,]%s*([%a_][%w_]*)$") or text:match("[{,]%s*()$") and ""
  if not before or not key then return nil end
  local name = before:match("([%a_][%w_.:%[%]]*)%s*$")
  if not name then
    -- the innermost open parenthesis belongs to the call
    local open = before:gsub("%b()", function(group) return (" "):rep(#group) end)
    name = open:match("([%a_][%w_.:%[%]]*)%s*%([^(]*$")
  end
  local f = name and resolve(name)
  local found = {}
  if type(f) == "table" then
    for option in pairs(settings_of(f)) do found[option .. " ="] = false end
    f = members.get(f, "init")
  end
  local block = type(f) == "function" and docs.find(library.path(f) or name, f) or nil
  for _, option in ipairs(block and annotations.options(block) or {}) do found[option .. " ="] = false end
  return next(found) and found, key
end

--- What may follow: candidates by name, and the part of them that is typed already.
local function candidates(text, host, commands)
  local command = text:match("^%s*%%(%a*)$")
  if command then
    local found = {}
    for _, name in ipairs(commands()) do found[name] = false end
    return found, command
  end
  local file = text:match("^%s*%%run%s+(%S*)$")
  if file then return path_candidates(file, host) end
  local typed, before = open_string(text)
  if typed then return in_string(typed, before, host) end
  local found, key = options(text)
  if found then return found, key end
  local path, mark, prefix = text:match("([%a_][%w_.:%[%]]*)([.:])([%a_]?[%w_]*)$")
  if path then
    local value = resolve(path)
    if value == nil then return {}, prefix end
    local found_members = {}
    for name, member in pairs(members.of(value)) do
      local fits = mark == "." or type(member) == "function"
      if fits and not docs.is_private(member) then found_members[name] = member end
    end
    return found_members, prefix
  end
  prefix = text:match("([%a_][%w_]*)$") or ""
  local globals = setmetatable({}, nil)
  for name in pairs(members.of(_G)) do globals[name] = false end
  for word in pairs(keywords) do globals[word] = false end
  return globals, prefix
end

--- Names without the forms in place of `la` (la.exp_), which are methods first (x:exp_). They stay where
--- the text ends in "_", or where nothing else fits.
local function without_in_place(names, prefix)
  if prefix:find("_$") then return names end
  local kept = {}
  for _, name in ipairs(names) do
    if not name:find("_$") then kept[#kept + 1] = name end
  end
  return #kept > 0 and kept or names
end

local function common_prefix(names)
  local first, last = names[1], names[#names] -- sorted: these two differ most
  local n = 0
  while n < #first and first:byte(n + 1) == last:byte(n + 1) do n = n + 1 end
  return first:sub(1, n)
end

--- Names in columns, down and then across.
local function in_columns(names, width)
  local longest, shown = 0, math.min(#names, MAX_SHOWN)
  for i = 1, shown do longest = math.max(longest, utf8.len(names[i]) or #names[i]) end
  local columns = math.max(1, width // (longest + 2))
  local rows = (shown + columns - 1) // columns
  local lines = {}
  for row = 1, rows do
    local cells = {}
    for i = row, shown, rows do
      local pad = longest - (utf8.len(names[i]) or #names[i])
      cells[#cells + 1] = names[i] .. (i + rows <= shown and (" "):rep(pad + 2) or "")
    end
    lines[row] = table.concat(cells)
  end
  if shown < #names then lines[#lines + 1] = ("... %d more"):format(#names - shown) end
  return table.concat(lines, "\n")
end

--- A completer for the line editor.
---@param host table
---@param commands fun(): string[] names of the session's commands
---@return fun(before: string): string|nil, string|nil insert what goes in at the cursor; what to show
function complete.completer(host, commands)
  return function(before)
    local found, prefix = candidates(before, host, commands)
    local names = {}
    for _, name in ipairs(members.names(found, prefix)) do
      if prefix:find("^_") or not name:find("^_") then names[#names + 1] = name end
    end
    if #names == 0 then return nil end
    if before:find("%f[%w_]la%.[%w_]*$") then names = without_in_place(names, prefix) end
    local insert = common_prefix(names):sub(#prefix + 1)
    if insert ~= "" or #names == 1 then return insert end
    return nil, in_columns(names, host.columns())
  end
end

return complete
