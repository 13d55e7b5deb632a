--- The reference as one page of Markdown.
local examples = require "examples"
local prose = require "latent.docs.prose"
local reference = require "reference"

local markdown = {}

local function anchor(id) return ('<a id="%s"></a>'):format(id) end

local function code_block(code, language) return ("```%s\n%s\n```\n"):format(language or "lua", code) end

local function run(code)
  local ok, output = examples.run(code)
  if not ok then error("an example fails:\n" .. code .. "\n" .. output, 0) end
  return output ~= "" and "\n" .. code_block(output, "text") or ""
end

--- Text of comments; with `runs`, its code is run and followed by what it gives.
local function text(lines, runs)
  local out = {}
  for _, part in ipairs(prose.parts(lines)) do
    if part.kind == "text" then
      out[#out + 1] = part.text .. "\n"
    elseif part.kind == "list" then
      out[#out + 1] = "- " .. table.concat(part.items, "\n- ") .. "\n"
    elseif part.kind == "table" then
      for i, row in ipairs(part.rows) do
        out[#out + 1] = "| " .. table.concat(row, " | ") .. " |"
        if i == 1 then out[#out + 1] = ("|---"):rep(#row) .. "|" end
      end
      out[#out + 1] = ""
    else
      local is_lua = prose.is_lua(part.text)
      out[#out + 1] = code_block(part.text, is_lua and "lua" or "text") .. (runs and is_lua and run(part.text) or "")
    end
  end
  return table.concat(out, "\n")
end

local function parts(title, list)
  if #list == 0 then return "" end
  local out = { ("**%s**\n"):format(title) }
  for _, part in ipairs(list) do
    local name = part.name ~= "" and ("`%s` "):format(part.name) or ""
    local rest = part.text ~= "" and ": " .. part.text or ""
    out[#out + 1] = ("- %s`%s`%s"):format(name, part.type, rest)
  end
  return table.concat(out, "\n") .. "\n\n"
end

local function item_text(item)
  local out = { anchor(item.id), ("\n#### `%s`\n\n"):format(item.forms[1]) }
  local others = {}
  for i = 2, #item.forms do others[#others + 1] = ("`%s`"):format(item.forms[i]) end
  for _, alias in ipairs(item.aliases) do others[#others + 1] = ("`%s`"):format(alias) end
  if #others > 0 then out[#out + 1] = "also " .. table.concat(others, ", ") .. "\n\n" end
  out[#out + 1] = text(item.text) .. "\n"
  out[#out + 1] = parts("Parameters", item.params)
  out[#out + 1] = parts("Returns", item.returns)
  out[#out + 1] = parts("Fields", item.fields)
  if item.call then
    out[#out + 1] = parts("Called with", item.call.params) .. parts("Gives", item.call.returns)
  end
  for _, code in ipairs(item.examples) do out[#out + 1] = code_block(code) .. run(code) .. "\n" end
  return table.concat(out)
end

local function contents(guides, sections)
  local out = { "**Guide**\n" }
  for _, guide in ipairs(guides) do out[#out + 1] = ("- [%s](#%s)"):format(guide.title, guide.id) end
  out[#out + 1] = "\n**Functions**\n"
  for _, section in ipairs(sections) do
    local names = {}
    for _, item in ipairs(section.items) do
      if item.entry.kind ~= "method" or item.entry.path:find("^x:") then
        names[#names + 1] = ("[%s](#%s)"):format(item.entry.path:match("[%w_]+$"), item.id)
      end
    end
    out[#out + 1] = ("- [%s](#%s): %s"):format(section.title, section.id, table.concat(names, ", "))
  end
  return table.concat(out, "\n") .. "\n\n"
end

--- The page.
---@return string
function markdown.page()
  local guides, sections = reference.guides(), reference.sections()
  local out = { ("# latent %s: reference\n\n"):format(require("latent").version), contents(guides, sections) }
  for _, guide in ipairs(guides) do
    out[#out + 1] = ("%s\n## %s\n\n%s\n"):format(anchor(guide.id), guide.title, text(guide.text, true))
  end
  for _, section in ipairs(sections) do
    out[#out + 1] = ("%s\n## %s\n\n%s\n"):format(anchor(section.id), section.title, text(section.text))
    for _, code in ipairs(section.examples or {}) do out[#out + 1] = code_block(code) .. run(code) .. "\n" end
    local group
    for _, item in ipairs(section.items) do
      if item.group ~= group then
        group = item.group
        if group then out[#out + 1] = ("### %s\n\n"):format(group) end
      end
      out[#out + 1] = item_text(item)
    end
  end
  return table.concat(out)
end

return markdown
