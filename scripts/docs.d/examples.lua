--- Running the examples of the reference, each in an environment of its own, in the working folder.
local la = require "latent"
local show = require "latent.repl.show"
local prose = require "latent.docs.prose"
local reference = require "reference"

local examples = {}

local MOST_LINES = 14

local print_options = la.get_print_options()
local threads = la.get_num_threads()

--- What an example may have changed is as it was at the start.
local function reset()
  la.set_default_dtype "float32"
  la.set_print_options(print_options)
  la.set_num_threads(threads)
  la.manual_seed(1)
end

--- An expression; or statements, the last line of which may be an expression.
local function compile(code, env)
  local f = load("return " .. code, "=example", "t", env)
  local head, last = code:match("^(.*\n)([^\n]*)$")
  f = f or head and load(head .. "return " .. last, "=example", "t", env)
  if f then return f end
  return load(code, "=example", "t", env)
end

local printer = show.printer(function(_, text) return text end, function() return 80 end)

local function shortened(text)
  local lines = {}
  for line in (text:gsub("%s+$", "") .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
  if #lines > MOST_LINES then
    lines[MOST_LINES] = "..."
    for i = #lines, MOST_LINES + 1, -1 do lines[i] = nil end
  end
  return table.concat(lines, "\n")
end

local function is_figure(value)
  local meta = type(value) == "table" and getmetatable(value)
  return type(meta) == "table" and meta.__name == "latent.plot.Figure"
end

local function run(code)
  local out = {}
  local env = setmetatable({ la = la }, { __index = _G })
  function env.print(...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = tostring(words[i]) end
    out[#out + 1] = table.concat(words, "\t") .. "\n"
  end
  env.io = setmetatable({ write = function(...) out[#out + 1] = table.concat { ... } end }, { __index = io })
  reset()
  local f, message = compile(code, env)
  if not f then return false, message end
  local values = table.pack(xpcall(f, debug.traceback))
  if not values[1] then return false, values[2] end
  local figure
  for i = 2, values.n do
    if is_figure(values[i]) then
      figure = values[i]
    elseif values[i] ~= nil then
      out[#out + 1] = printer(values[i]) .. "\n"
    end
  end
  return true, shortened(table.concat(out)), figure
end

local results = {}

--- Run an example, once: the pages share what it gave.
---@param code string
---@return boolean ok
---@return string output what it printed and the values it gave; or the error
---@return latent.plot.Figure|nil figure that it gave
function examples.run(code)
  results[code] = results[code] or table.pack(run(code))
  return table.unpack(results[code])
end

--- Every example of the reference and of the guide, with the name of where it stands.
---@return {name: string, code: string}[]
function examples.all()
  local list = {}
  local function add(name, codes)
    for i, code in ipairs(codes or {}) do
      list[#list + 1] = { name = #codes > 1 and ("%s (%d)"):format(name, i) or name, code = code }
    end
  end
  for _, guide in ipairs(reference.guides()) do
    local codes = {}
    for _, part in ipairs(prose.parts(guide.text)) do
      if part.kind == "code" and prose.is_lua(part.text) then codes[#codes + 1] = part.text end
    end
    add(guide.id, codes)
  end
  for _, section in ipairs(reference.sections()) do
    add(section.title, section.examples)
    for _, item in ipairs(section.items) do add(item.entry.path, item.examples) end
  end
  return list
end

return examples
