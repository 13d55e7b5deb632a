--- The reference as one HTML file that needs nothing beside it: style, search and pictures are inside.
local examples = require "examples"
local prose = require "latent.docs.prose"
local reference = require "reference"

local html = {}

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function escape(text) return (text:gsub('[&<>"]', ENTITIES)) end

local BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(bytes)
  local out = {}
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local bits = a << 16 | (b or 0) << 8 | (c or 0)
    for k = 0, 3 do
      local index = bits >> (18 - 6 * k) & 63
      out[#out + 1] = (k == 2 and not b or k == 3 and not c) and "=" or BASE64:sub(index + 1, index + 1)
    end
  end
  return table.concat(out)
end

local Page = {}
Page.__index = Page

--- Code in the text, as a link where it names an entry.
function Page:code(text, own)
  local id = self.anchors[(text:gsub("[({].*$", ""))]
  local code = "<code>" .. escape(text) .. "</code>"
  return id and id ~= own and ('<a href="#%s">%s</a>'):format(id, code) or code
end

function Page:inline(text, own)
  local out, position = {}, 1
  for before, code, after in text:gmatch("(.-)`([^`]+)`()") do
    out[#out + 1] = escape(before) .. self:code(code, own)
    position = after
  end
  return table.concat(out) .. escape(text:sub(position))
end

local function pre(code, class)
  return ("<pre%s><code>%s</code></pre>\n"):format(class and (' class="%s"'):format(class) or "", escape(code))
end

--- Run an example: the code, what it prints, its picture.
local function example(code)
  local ok, output, figure = examples.run(code)
  if not ok then error("an example fails:\n" .. code .. "\n" .. output, 0) end
  local out = pre(code)
  if output ~= "" then out = out .. pre(output, "result") end
  if figure then
    local picture = base64(figure:render "png")
    out = out .. ('<figure><img alt="the figure" loading="lazy" src="data:image/png;base64,%s"></figure>\n')
      :format(picture)
  end
  return out
end

--- Text of comments; with `runs`, its code is run.
function Page:text(lines, runs, own)
  local out = {}
  for _, part in ipairs(prose.parts(lines)) do
    if part.kind == "text" then
      out[#out + 1] = ("<p>%s</p>\n"):format(self:inline(part.text, own))
    elseif part.kind == "list" then
      out[#out + 1] = "<ul>\n"
      for _, item in ipairs(part.items) do out[#out + 1] = ("<li>%s</li>\n"):format(self:inline(item, own)) end
      out[#out + 1] = "</ul>\n"
    elseif part.kind == "table" then
      out[#out + 1] = "<table>\n"
      for i, row in ipairs(part.rows) do
        local tag = i == 1 and "th" or "td"
        out[#out + 1] = "<tr>"
        for _, cell in ipairs(row) do out[#out + 1] = ("<%s>%s</%s>"):format(tag, self:inline(cell, own), tag) end
        out[#out + 1] = "</tr>\n"
      end
      out[#out + 1] = "</table>\n"
    else
      out[#out + 1] = runs and prose.is_lua(part.text) and example(part.text) or pre(part.text)
    end
  end
  return table.concat(out)
end

function Page:parts(title, list, own)
  if #list == 0 then return "" end
  local out = { ('<p class="label">%s</p>\n<dl>\n'):format(title) }
  for i, part in ipairs(list) do
    local name = part.name ~= "" and part.name or #list > 1 and tostring(i) or ""
    out[#out + 1] = ('<dt>%s</dt><dd><code class="type">%s</code> %s</dd>\n'):format(
      name ~= "" and "<code>" .. escape(name) .. "</code>" or "", escape(part.type), self:inline(part.text, own))
  end
  return table.concat(out) .. "</dl>\n"
end

function Page:item(item)
  local method = item.entry.kind == "method" and not item.entry.path:find("^x:")
  local out = { ('<article id="%s"%s>\n'):format(item.id, method and ' class="method"' or "") }
  out[#out + 1] = ('<p class="forms"><a href="#%s">%s</a></p>\n'):format(item.id, escape(item.forms[1]))
  local others = {}
  for i = 2, #item.forms do others[#others + 1] = "<code>" .. escape(item.forms[i]) .. "</code>" end
  for _, alias in ipairs(item.aliases) do others[#others + 1] = "<code>" .. escape(alias) .. "</code>" end
  if #others > 0 then out[#out + 1] = ('<p class="also">also %s</p>\n'):format(table.concat(others, ", ")) end
  out[#out + 1] = self:text(item.text, false, item.id)
  out[#out + 1] = self:parts("Parameters", item.params, item.id)
  out[#out + 1] = self:parts("Returns", item.returns, item.id)
  out[#out + 1] = self:parts("Fields", item.fields, item.id)
  if item.call then
    out[#out + 1] = self:parts("Called with", item.call.params, item.id)
    out[#out + 1] = self:parts("Gives", item.call.returns, item.id)
  end
  if #item.examples > 0 then out[#out + 1] = '<p class="label">Example</p>\n' end
  for _, code in ipairs(item.examples) do out[#out + 1] = example(code) end
  return table.concat(out) .. "</article>\n"
end

function Page:section(section)
  local out = { ('<section id="%s">\n<h2>%s</h2>\n<div class="intro">\n'):format(section.id, escape(section.title)) }
  out[#out + 1] = self:text(section.text)
  for _, code in ipairs(section.examples or {}) do out[#out + 1] = example(code) end
  out[#out + 1] = "</div>\n"
  local group
  for _, item in ipairs(section.items) do
    if item.group ~= group then
      group = item.group
      if group then out[#out + 1] = ("<h3>%s</h3>\n"):format(escape(group)) end
    end
    out[#out + 1] = self:item(item)
  end
  return table.concat(out) .. "</section>\n"
end

local function navigation(guides, sections)
  local out = { '<details open data-open="true"><summary>Guide</summary><ul>\n' }
  for _, guide in ipairs(guides) do
    out[#out + 1] = ('<li><a href="#%s">%s</a></li>\n'):format(guide.id, escape(guide.title))
  end
  out[#out + 1] = "</ul></details>\n"
  for _, section in ipairs(sections) do
    out[#out + 1] = ('<details data-open="false"><summary><a href="#%s">%s</a></summary><ul>\n')
      :format(section.id, escape(section.title))
    for _, item in ipairs(section.items) do
      local path = item.entry.path
      local method = item.entry.kind == "method" and not path:find("^x:")
      out[#out + 1] = ('<li%s><a href="#%s">%s</a></li>\n'):format(method and ' class="method"' or "", item.id,
        escape(method and path:match("[:.][%w_]+$") or path:gsub("^la%.", "")))
    end
    out[#out + 1] = "</ul></details>\n"
  end
  return table.concat(out)
end

--- Anchors by every name that an entry has.
local function anchors(sections)
  local found = {}
  for _, section in ipairs(sections) do
    for _, item in ipairs(section.items) do
      for path in pairs(item.entry.names) do found[path] = item.id end
    end
  end
  return found
end

--- The page.
---@param style string the text of style.css
---@param script string the text of search.js
---@return string
function html.page(style, script)
  local guides, sections = reference.guides(), reference.sections()
  local page = setmetatable({ anchors = anchors(sections) }, Page)
  local version = require("latent").version
  local out = {
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    ("<title>latent %s: reference</title>\n<style>\n%s</style>\n</head>\n<body>\n"):format(version, style),
    ("<nav>\n<h1>latent <small>%s</small></h1>\n"):format(version),
    '<input id="search" type="search" placeholder="Search ( / )" aria-label="Search" autocomplete="off">\n',
    '<p class="none">Nothing found.</p>\n', navigation(guides, sections), "</nav>\n<main>\n",
  }
  for _, guide in ipairs(guides) do
    out[#out + 1] = ('<section id="%s" class="guide">\n<h2>%s</h2>\n%s</section>\n'):format(guide.id,
      escape(guide.title), page:text(guide.text, true))
  end
  for _, section in ipairs(sections) do out[#out + 1] = page:section(section) end
  out[#out + 1] = ("</main>\n<script>\n%s</script>\n</body>\n</html>\n"):format(script)
  return table.concat(out)
end

return html
