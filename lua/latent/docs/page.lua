--- A page of help: a title and paragraphs below it, for lines of a width.
local classes = require "latent.docs.classes"
local docs = require "latent.docs"
local layout = require "latent.docs.layout"
local members = require "latent.repl.members"

local Page = {}
Page.__index = Page

--- One paragraph more; none for an empty text.
function Page:add(text)
  if text ~= "" then self[#self + 1] = text end
end

function Page:prose(lines)
  self:add(layout.prose(lines, self.width))
end

--- The parameters, results or fields that a block tells of, under a title.
function Page:parts(title, parts)
  if #parts > 0 then self:add(title .. "\n" .. layout.parts(parts, self.width)) end
end

function Page:examples(block)
  for _, code in ipairs(block.examples) do self:add("Example\n" .. layout.code(code)) end
end

--- Names of what a value holds; of one type only if `kind` is given.
function Page:names(title, value, kind)
  local class = kind and type(value) == "table" and value or nil
  local names = {}
  for _, name in ipairs(members.names(members.of(value))) do
    local member = members.get(value, name)
    local fits = not kind or type(member) == kind and not docs.is_private(member)
    if fits and not name:find("^_") and not classes.is_hook(class, name) then names[#names + 1] = name end
  end
  if #names > 0 then self:add(title .. "\n" .. layout.names(names, self.width)) end
end

function Page:text()
  return table.concat(self, "\n\n")
end

--- Where two ways to call a function do not fit into a line, each gets its own.
---@param title string
---@param width integer
return function(title, width)
  if #title > width then title = title:gsub("  or  ", "\nor ") end
  local lines = {}
  for line in title:gmatch("[^\n]+") do lines[#lines + 1] = layout.hanging("", line, 0, width) end
  return setmetatable({ width = width, table.concat(lines, "\n") }, Page)
end
