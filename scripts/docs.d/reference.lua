--- The reference as data: sections of items, each item a function, class or method with all that is
--- said about it, and a list of what is missing.
local annotations = require "latent.docs.annotations"
local classes = require "latent.docs.classes"
local docs = require "latent.docs"
local library = require "latent.docs.library"
local operations = require "latent.docs.operations"
local core = require "latent.core"
local sections = require "sections"
local signature = require "latent.docs.signature"

local reference = {}

---@class docs.Item
---@field id string anchor
---@field entry latent.docs.Entry
---@field forms string[] ways to call it
---@field aliases string[] other names, without those among the forms
---@field text string[]
---@field params {name: string, type: string, text: string}[]
---@field returns {name: string, type: string, text: string}[]
---@field fields {name: string, type: string, text: string}[]
---@field call docs.Item|nil what calling an object of the class takes and returns
---@field examples string[]
---@field group string|nil subheading within the section

local function append(list, more)
  for _, value in ipairs(more or {}) do list[#list + 1] = value end
end

local function class_item(item, entry, known)
  local told = classes.describe(entry, known)
  for _, block in ipairs(told.blocks) do
    if #item.text > 0 and #block.text > 0 then item.text[#item.text + 1] = "" end
    append(item.text, block.text)
    append(item.examples, block.examples)
  end
  item.fields, item.made, item.about = told.fields, told.made, told.about
  if told.made then item.params = annotations.parts(told.made, "param") end
  item.forms = { entry.value and entry.owner and signature.call(entry.path, told.made) or entry.path }
  if told.call then
    item.call = { params = annotations.parts(told.call, "param"), returns = annotations.parts(told.call, "return") }
  end
end

local function new_item(entry, known)
  local item = { id = entry.path:gsub(":", "."), entry = entry, forms = {}, aliases = {}, text = {}, params = {},
    returns = {}, fields = {}, examples = {} }
  if entry.kind == "class" then
    class_item(item, entry, known)
  else
    local block = entry.block
    item.forms = signature.forms(entry)
    if block then
      append(item.text, block.text)
      append(item.examples, block.examples)
      item.params, item.returns = annotations.parts(block, "param"), annotations.parts(block, "return")
      item.group = block.section
    end
  end
  for _, alias in ipairs(entry.aliases) do
    if not alias:find("^x:") and not alias:find("^la%.[%w_]+_$") then item.aliases[#item.aliases + 1] = alias end
  end
  return item
end

--- The section that a module's functions stand in.
local function section_of(module, path)
  local part = path:match("^la%.([%w_]+)%.")
  module = module or part and "latent." .. part or "latent.meta.elements"
  local best, length
  for _, section in ipairs(sections) do
    for _, prefix in ipairs(section.modules) do
      local covers = module == prefix or prefix ~= "latent" and module:find(prefix .. ".", 1, true) == 1
      if covers and (not length or #prefix > length) then best, length = section, #prefix end
    end
  end
  return best or error(("%s: no section for the module %s: name it in sections.lua"):format(path, module), 0)
end

--- Where a name is first given a value in a part's own source: parts list their members in a
--- meaningful order.
local function place_in_part(entry)
  local name = entry.path:match("([%w_]+)$")
  local owner = entry.owner and entry.owner.kind == "part" and entry.owner.module
  local source = owner and core.embedded_source(owner)
  local place = source and source:find("%f[%w_]" .. name .. "%f[^%w_]%s*=")
  return place or 1e6
end

--- Which of a section's modules a module belongs to.
local function rank_of(module, section)
  for i, prefix in ipairs(section.modules) do
    if module:find(prefix, 1, true) == 1 then return i end
  end
  return #section.modules + 1
end

--- Sort key of an item: its module's place in the section; its part; its place, or its class's, in the
--- source of the part; its module and line; for a method its line in the class.
local function sort_key(item, section)
  local entry = item.entry
  local top = entry.kind == "method" and entry.owner or entry
  local module = top.module or ""
  local rank, line = rank_of(module, section), top.block and top.block.line or 1e6
  if module == "operations" then line = core.operations[entry.path:match("[%w_]+$")].place end
  if module:find("^latent%.meta%.") then
    return { rank, "", 0, module, entry.block and entry.block.line or 0, 0, entry.path }
  end
  local owner = top.owner and top.owner.path ~= "la" and top.owner.path or ""
  if top.kind == "class" and not top.owner then owner = "~" end -- what functions make comes after them
  local inner = entry == top and 0 or entry.block and entry.block.line or 1e6
  return { rank, owner, place_in_part(top), module, line, inner, entry.path }
end

local function before(a, b)
  for i = 1, #a.key do
    if a.key[i] ~= b.key[i] then return a.key[i] < b.key[i] end
  end
  return false
end

--- The subheading of an entry: a part within a part.
local function group_of(entry)
  local owner = entry.owner
  return owner and owner.kind == "part" and owner.path:find("^la%..*%.") and owner.path or nil
end

--- Sections with their items. Parts of the library give sections their text.
---@return {id: string, title: string, text: string[], items: docs.Item[]}[]
function reference.sections()
  local found, list = {}, {}
  for _, section in ipairs(sections) do
    local copy = { id = section.id, title = section.title, text = section.text or {}, items = {},
      modules = section.modules }
    found[section], list[#list + 1] = copy, copy
    for _, module in ipairs(section.modules) do
      local head = module ~= "latent" and docs.head_block(module)
      if head and #copy.text == 0 then copy.text, copy.examples = head.text, head.examples end
    end
  end
  local entries, known = library.entries()
  for _, entry in ipairs(entries) do
    if entry.kind ~= "part" then
      local section = found[section_of(entry.module, entry.path)]
      local item = new_item(entry, known)
      item.key = sort_key(item, section)
      item.group = item.group or group_of(entry)
      section.items[#section.items + 1] = item
    end
  end
  local kept = {}
  for _, section in ipairs(list) do
    table.sort(section.items, before)
    if #section.items > 0 then kept[#kept + 1] = section end
  end
  return kept
end

--- Guide pages, in the order of reading.
---@return {id: string, title: string, text: string[], examples: string[]}[]
function reference.guides()
  local list = {}
  for _, name in ipairs(docs.guides()) do
    local block = docs.head_block("latent.guide." .. name)
    local rank, title = block.text[1]:match("^(%d+)%. (.*)$")
    list[#list + 1] = { id = "guide." .. name, rank = tonumber(rank) or 99, title = title or block.text[1],
      text = table.move(block.text, 2, #block.text, 1, {}), examples = block.examples }
  end
  table.sort(list, function(a, b) return a.rank < b.rank end)
  return list
end

-- ---- What is missing ----

--- Names in a function's parameter list.
local function names_of(parameters)
  local names = {}
  for name in (parameters or ""):gmatch("[^,%s]+") do names[#names + 1] = name end
  return names
end

--- Parameters against their annotations. The first one of a method may be the object.
local function check_params(block, complain, is_method)
  local told, known = {}, {}
  for _, part in ipairs(annotations.parts(block, "param")) do told[part.given:gsub("%?$", "")] = true end
  for i, name in ipairs(names_of(block.parameters)) do
    known[name] = true
    local is_object = i == 1 and is_method and not (block.name or ""):find(":")
    if not told[name] and not is_object and name:sub(1, 1) ~= "_" then
      complain(("parameter '%s' is not documented"):format(name))
    end
  end
  for name in pairs(block.parameters and told or {}) do
    if not known[name] then complain(("there is no parameter '%s'"):format(name)) end
  end
end

local function check_item(item, complain)
  local entry = item.entry
  if #item.text == 0 or item.text[1] == "" then return complain "no documentation" end
  if #item.examples == 0 then complain "no example" end
  local block = entry.kind == "class" and item.made or entry.block
  if block and entry.module ~= "operations" then
    check_params(block, complain, entry.kind == "method")
  end
end

--- What stands at "la.linalg.svd" or "x:sum"; nil for another beginning.
local function defined_value(name)
  local la = require "latent"
  local root, rest = name:match("^(%a+)[.:](.+)$")
  if root ~= "la" and root ~= "x" then return true end
  local value = root == "la" and la or la.zeros(1)
  for key in rest:gmatch("[%w_]+") do value = value and value[key] end
  return value, rest
end

--- Definitions of what is not there, or twice there.
local function check_definitions(complain)
  local seen = {}
  for _, module in ipairs(docs.definition_files()) do
    for _, block in ipairs(docs.blocks(module)) do
      local name = block.parameters and block.name or ""
      local value, rest = defined_value(name)
      if value == nil then
        complain(module .. ": " .. name, "documented, but not there")
      elseif rest and seen[rest] then
        complain(module .. ": " .. name, "documented twice: also in " .. seen[rest])
      end
      seen[rest or ""] = module
    end
  end
end

--- What is missing in the documentation, as lines "path: what".
---@return string[]
function reference.missing()
  local lines = {}
  local function complain(path, what) lines[#lines + 1] = ("%s: %s"):format(path, what) end
  for _, section in ipairs(reference.sections()) do
    for _, item in ipairs(section.items) do
      check_item(item, function(what) complain(item.entry.path, what) end)
    end
  end
  check_definitions(complain)
  for _, name in ipairs(operations.names()) do
    if not operations.block(name) then complain(name, "element-wise operation without documentation") end
  end
  table.sort(lines)
  return lines
end

return reference
