--- What the annotations of a block say: parameters, results, fields, options, classes.
local annotations = {}

--- Split "{bias: boolean} bias = false leaves b out" into the type and the rest: a type ends at the
--- first space outside of brackets, unless a | or : stands before it.
local function split_type(rest)
  local depth, i = 0, 1
  while i <= #rest do
    local c = rest:sub(i, i)
    if c:find("[%[({<]") then depth = depth + 1 end
    if c:find("[%])}>]") then depth = depth - 1 end
    if c == " " and depth <= 0 and not rest:sub(1, i - 1):find("[|:,]%s*$") then break end
    i = i + 1
  end
  return rest:sub(1, i - 1), rest:sub(i):match("^%s*(.-)%s*$")
end

--- Names that the sources give the table of options, which come last and may be left out.
local OPTIONS = { ["given?"] = true, ["opts?"] = true, given = true, opts = true }

--- The annotations of one kind, with their parts; without protected fields. A table of options is
--- called "options?" or "options" whatever the source calls it.
---@param block latent.docs.Block
---@param kind "param"|"return"|"field"
---@return {name: string, given: string|nil, type: string, text: string}[] given is the name in the source
function annotations.parts(block, kind)
  local list = {}
  for _, annotation in ipairs(block.annotations) do
    if annotation.kind == kind then
      local part = { name = "" }
      if kind == "return" then
        part.type, part.text = split_type(annotation.rest)
      else
        local name, rest = annotation.rest:match("^(%S+)%s*(.*)")
        part.name, part.given = name or "", name
        part.type, part.text = split_type(rest or "")
        if OPTIONS[part.name] and part.type:find("^[{t]") then part.name = part.name:gsub("^%a+", "options") end
      end
      if part.name ~= "protected" then list[#list + 1] = part end
    end
  end
  return list
end

--- The text of the first annotation of a kind, or nil.
---@param block latent.docs.Block
---@param kind string "class", "overload", "private"
---@return string|nil
function annotations.first(block, kind)
  for _, annotation in ipairs(block.annotations) do
    if annotation.kind == kind then return annotation.rest end
  end
  return nil
end

--- True for what users do not call.
---@param block latent.docs.Block
function annotations.is_private(block)
  return (annotations.first(block, "private") or annotations.first(block, "protected")) ~= nil
end

--- Names of the methods that classes define for the class above them and nobody else calls: fields
--- declared as `---@field protected draw fun(...)`.
---@param block latent.docs.Block of the class above
---@return table<string, true>
function annotations.hooks(block)
  local names = {}
  for _, annotation in ipairs(block.annotations) do
    local name = annotation.kind == "field" and annotation.rest:match("^protected%s+([%w_]+)")
    if name then names[name] = true end
  end
  return names
end

--- The name and the parent of the class that a block describes: "nn.Linear", "nn.Module".
---@param block latent.docs.Block
---@return string|nil name
---@return string|nil parent
function annotations.class(block)
  local rest = annotations.first(block, "class")
  if not rest then return nil end
  return rest:match("^([%w_.]+)%s*:?%s*([%w_.]*)")
end

--- Names of the options that a function takes: the fields of its last parameter of the form
--- `given? {bias: boolean, ...}`.
---@param block latent.docs.Block
---@return string[]
function annotations.options(block)
  local names = {}
  local parameters = annotations.parts(block, "param")
  local last = parameters[#parameters]
  local fields = last and last.type:match("^(%b{})") or (annotations.first(block, "overload") or ""):match("%b{}")
  for name in (fields or ""):gmatch("[{,]%s*([%a_][%w_]*)%??%s*:") do names[#names + 1] = name end
  return names
end

return annotations
