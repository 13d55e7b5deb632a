--- Documentation comments of a source text.
---
--- A block is a run of `---` lines and the definition under it. Lines after the text are LuaCATS
--- annotations: `@param name type text`, `@return type name text`, `@field name type text`; a line
--- that begins with further blanks goes on with the annotation above it. `Example:` is followed by an
--- expression or statements, on the same line or on the lines below it, indented:
---
---     --- Example: la.arange(1, 5):sum()
---
--- A line `-- ---- Title ----` begins a section.

---@class latent.docs.Block
---@field name string|nil what is defined: "Linear:forward", "la.zeros"
---@field parameters string|nil "x, given" of a function
---@field line integer|nil of the definition
---@field first integer line where the comment begins; that of the definition if there is none
---@field text string[] prose
---@field annotations {kind: string, rest: string}[]
---@field examples string[] Lua code
---@field section string|nil title of the section that it is in

--- "function a.b:c(x, y)", "local function f(x)", "a.b = value", "local a = value" -> name, parameters
local function definition(line)
  local name, parameters = line:match("^%s*function%s+([%w_.:]+)%s*%((.-)%)")
  if not name then name, parameters = line:match("^%s*local%s+function%s+([%w_]+)%s*%((.-)%)") end
  if not name then name, parameters = line:match("^%s*([%w_.]+)%s*=%s*function%s*%((.-)%)") end
  if not name then parameters = line:match("^%s*return%s+function%s*%((.-)%)") end
  if not name and not parameters then
    name = line:match("^%s*([%w_.]+)%s*=[^=]") or line:match("^%s*local%s+([%w_]+)%s*=")
  end
  return name, parameters
end

local function new_block(first)
  return { first = first, text = {}, annotations = {}, examples = {} }
end

--- Take one line of a comment into a block; `open` says what the line above it was part of.
local function take(block, open, comment)
  local kind, rest = comment:match("^@(%a+)%s*(.*)")
  if kind then
    block.annotations[#block.annotations + 1] = { kind = kind, rest = rest }
    return "annotation"
  end
  local code = comment:match("^Example:%s*(.*)")
  if code then
    block.examples[#block.examples + 1] = code
    return "example"
  end
  if open == "example" and (comment == "" or comment:find("^%s")) then
    block.examples[#block.examples] = block.examples[#block.examples] .. "\n" .. comment
    return "example"
  end
  if open == "annotation" and comment:find("^%s+%S") then
    local last = block.annotations[#block.annotations]
    last.rest = last.rest .. comment:gsub("^%s+", " ")
    return "annotation"
  end
  block.text[#block.text + 1] = comment
  return "text"
end

--- Code without the blanks that all its lines begin with, and without empty lines around it.
local function unindented(code)
  local least
  code = code:gsub("%s+$", "")
  for blanks in ("\n" .. code):gmatch("\n( *)%f[^ \n]") do least = math.min(least or #blanks, #blanks) end
  local shifted = ("\n" .. code):gsub("\n" .. (" "):rep(least or 0), "\n")
  return (shifted:gsub("^\n+", ""))
end

local function finish(block, number, line)
  for i, code in ipairs(block.examples) do block.examples[i] = unindented(code) end
  while block.text[#block.text] == "" do block.text[#block.text] = nil end
  block.line = number
  if block.first > 1 or not line:find("require") then block.name, block.parameters = definition(line) end
  return block
end

--- The blocks of a source text, in order. Functions without a comment have empty ones.
---@param text string
---@return latent.docs.Block[]
return function(text)
  local blocks, current, open, section, number = {}, nil, nil, nil, 0
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    local comment = line:match("^%s*%-%-%- ?(.*)")
    if comment then
      current = current or new_block(number)
      open = take(current, open, comment)
    else
      section = line:match("^%-%- %-%-%-%- (.-) %-%-%-%-$") or section
      if current or line:find("^function ") then
        local block = finish(current or new_block(number), number, line)
        block.section = section
        blocks[#blocks + 1], current, open = block, nil, nil
      end
    end
  end
  return blocks
end
