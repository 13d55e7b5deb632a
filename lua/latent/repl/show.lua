--- Values as the prompt prints them: strings quoted, tables opened to some depth, all abridged.
local docs = require "latent.docs"
local layout = require "latent.docs.layout"
local library = require "latent.docs.library"
local members = require "latent.repl.members"
local signature = require "latent.docs.signature"

local show = {}

local MAX_DEPTH, MAX_ITEMS, MAX_STRING, MAX_INNER_STRING = 3, 20, 2000, 60
local LEAST_WIDTH = 20

local keywords = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat "
             .. "return then true until while"):gmatch("%a+") do
  keywords[word] = true
end

local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"' }

local function quote(text, limit)
  local rest = #text - limit
  if rest > 0 then
    local cut = limit
    while cut > 0 and (text:byte(cut + 1) & 0xC0) == 0x80 do cut = cut - 1 end
    rest, text = #text - cut, text:sub(1, cut)
  end
  text = text:gsub('[%c\\"]', function(c) return escapes[c] or ("\\x%02x"):format(c:byte()) end)
  return rest > 0 and ('"%s"... (%d bytes more)'):format(text, rest) or '"' .. text .. '"'
end

local function is_tensor(value)
  local la = package.loaded.latent
  return la and la.is_tensor and la.is_tensor(value) or false
end

--- A tensor inside a table: one line, whatever its size.
local function tensor_summary(tensor)
  local shape = tensor.shape
  return ("tensor %s [%s]"):format(tensor.dtype, table.concat(shape, ", "))
end

--- A tensor whole, for a terminal that may be narrower than what la.set_print_options says.
local function tensor_text(tensor, width)
  local la = package.loaded.latent
  local given = la.get_print_options().width
  la.set_print_options { width = math.min(given, math.max(width, LEAST_WIDTH)) }
  local ok, text = pcall(tostring, tensor)
  la.set_print_options { width = given }
  return ok and text or error(text, 0)
end

local function key_text(key, inner)
  if type(key) == "string" and key:find("^[%a_][%w_]*$") and not keywords[key] then return key end
  return "[" .. inner(key) .. "]"
end

local function key_order(a, b)
  local ta, tb = math.type(a) or type(a), math.type(b) or type(b)
  if ta == tb and (ta == "string" or ta == "integer" or ta == "float") then return a < b end
  return ta < tb
end

--- Fields in order: the list part, then the other keys sorted. At most MAX_ITEMS of them.
local function fields(value)
  local n, keys = rawlen(value), {}
  for key in next, value do
    if not (math.type(key) == "integer" and key >= 1 and key <= n) then keys[#keys + 1] = key end
  end
  table.sort(keys, key_order)
  local total = n + #keys
  local list = {}
  for i = 1, math.min(n, MAX_ITEMS) do list[i] = { nil, rawget(value, i) } end
  for i = 1, math.min(#keys, MAX_ITEMS - #list) do
    list[#list + 1] = { keys[i], rawget(value, keys[i]) }
  end
  return list, total - #list
end

--- Are all fields of a list numbers, booleans or strings?
local function is_plain(list)
  for _, field in ipairs(list) do
    local kind = type(field[2])
    if field[1] ~= nil or kind ~= "number" and kind ~= "boolean" and kind ~= "string" then return false end
  end
  return true
end

--- Parts with commas between, as many in a line as fit.
local function filled(parts, widths, limit)
  local lines, line, used = {}, {}, 0
  for i, part in ipairs(parts) do
    if used > 0 and used + widths[i] + 1 > limit then
      lines[#lines + 1], line, used = table.concat(line, ", "), {}, 0
    end
    line[#line + 1], used = part, used + widths[i] + 2
  end
  lines[#lines + 1] = table.concat(line, ", ")
  return table.concat(lines, ",\n")
end

--- Does a value say itself how it looks?
local function speaks(value)
  local meta = debug.getmetatable(value)
  return type(meta) == "table" and (rawget(meta, "__tostring") or rawget(meta, "__name")) ~= nil
end

local function indent(text)
  return (text:gsub("\n", "\n  "))
end

--- Names that a module of the library holds, in lines; without the forms in place of others (exp_).
local function names_of(module, width)
  local found, names = members.of(module), {}
  for _, name in ipairs(members.names(found)) do
    if not name:find("^_") and found[name:match("^(.*)_$")] == nil then names[#names + 1] = name end
  end
  return layout.names(names, width)
end

--- A function by how it is called, if it is the library's, or by its place.
local function function_text(f)
  local path = library.path(f)
  if path then return "function " .. signature.call(path, docs.find(path, f)) end
  local info = debug.getinfo(f, "S")
  return info.what ~= "C" and ("function at %s:%d"):format(info.short_src, info.linedefined) or nil
end

--- "class Linear" or "module la.nn" for a table of the library; nil for other values.
local function table_name(value)
  if type(value) ~= "table" then return nil end
  local module = docs.module_name(value)
  if rawget(value, "__index") == value then
    local name = rawget(value, "__name")
    return (module or type(name) == "string") and ("class %s"):format(name or module) or nil
  end
  return module and "module " .. module:gsub("^latent", "la")
end

--- What stands alone: a function by its name, a module with the names in it; nil for other values.
local function alone(value, width)
  if type(value) == "function" then return function_text(value) end
  local name = table_name(value)
  if not name or name:find("^class") then return name end
  return ("module %s\n%s"):format(library.path(value) or name:match("%S+$"), names_of(value, width))
end

--- A printer of values.
---@param paint fun(kind: string, text: string): string
---@param columns fun(): integer width of the terminal
---@return fun(value: any): string
function show.printer(paint, columns)
  local describe

  local function describe_table(value, depth, parents)
    if parents[value] or depth > MAX_DEPTH then
      return next(value) == nil and "{}" or "{...}", 5
    end
    parents[value] = true
    local list, left = fields(value)
    local parts, widths, width = {}, {}, 0
    for i, field in ipairs(list) do
      local key, item = field[1], field[2]
      local text, item_width = describe(item, depth + 1, parents)
      if key ~= nil then
        local name = key_text(key, function(k) return (describe(k, MAX_DEPTH + 1, parents)) end)
        text, item_width = name .. " = " .. text, #name + 3 + item_width
      end
      parts[i], widths[i], width = text, item_width, width + item_width + 2
    end
    if left > 0 then
      parts[#parts + 1] = paint("faint", ("... %d more"):format(left))
      widths[#parts], width = 12, width + 14
    end
    parents[value] = nil
    local joined = table.concat(parts, ", ")
    if width + 2 * depth < columns() and not joined:find("\n") then return "{" .. joined .. "}", width end
    joined = is_plain(list) and filled(parts, widths, columns() - 2 * depth - 3) or table.concat(parts, ",\n")
    return "{\n  " .. indent(joined) .. "\n}", width
  end

  function describe(value, depth, parents)
    local kind = type(value)
    local text
    if kind == "string" then
      text = quote(value, depth == 0 and MAX_STRING or MAX_INNER_STRING)
    elseif is_tensor(value) then
      text = depth > 0 and tensor_summary(value) or tensor_text(value, columns())
    elseif depth > 0 and table_name(value) then
      text = table_name(value)
    elseif kind == "table" and not speaks(value) then
      return describe_table(value, depth, parents)
    else
      text = value ~= value and kind == "number" and "nan" or tostring(value) -- Lua's may be -nan
    end
    if kind == "boolean" or kind == "nil" then kind = "keyword" end
    local plain = kind ~= "number" and kind ~= "string" and kind ~= "keyword"
    return plain and text or paint(kind, text), utf8.len(text) or #text
  end

  return function(value)
    return alone(value, columns()) or (describe(value, 0, {}))
  end
end

return show
