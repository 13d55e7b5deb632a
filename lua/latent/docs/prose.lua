--- The text of comments taken apart: paragraphs, lists, tables and code, as Markdown writes them.
local prose = {}

--- What a line begins: "code" (four blanks), "item" ("- "), "row" ("| "), "more" of an item, or "text".
local function kind_of(line, open)
  if line:find("^    ") and open ~= "item" and open ~= "text" then return "code" end
  if line:find("^%s*%- ") then return "item" end
  if line:find("^|") then return "row" end
  if open == "item" and line:find("^%s+%S") then return "more" end
  return "text"
end

--- The cells of a table's row; nil for the line under the head.
local function cells(line)
  if line:find("^[|%s:-]+$") then return nil end
  local list = {}
  for cell in line:gmatch("|%s*([^|]-)%s*%f[|]") do list[#list + 1] = cell end
  return list
end

--- Take apart.
---@param lines string[]
---@return {kind: "text"|"code"|"list"|"table", text: string|nil, items: string[]|nil, rows: string[][]|nil}[]
function prose.parts(lines)
  local parts, open = {}, nil
  local function last() return parts[#parts] end
  for _, line in ipairs(lines) do
    local kind = line:find("%S") and kind_of(line, open) or nil
    if not kind then
      if open == "code" then last().text = last().text .. "\n" else open = nil end
    elseif kind == "code" then
      if open ~= "code" then parts[#parts + 1] = { kind = "code", text = "" } end
      last().text = last().text .. line:sub(5) .. "\n"
    elseif kind == "item" then
      local goes_on = last() and last().kind == "list"
      if not goes_on then parts[#parts + 1] = { kind = "list", items = {} } end
      table.insert(last().items, (line:gsub("^%s*%- ", "")))
    elseif kind == "more" then
      last().items[#last().items] = last().items[#last().items] .. " " .. line:match("^%s*(.*)")
      kind = "item"
    elseif kind == "row" then
      if open ~= "row" then parts[#parts + 1] = { kind = "table", rows = {} } end
      table.insert(last().rows, cells(line))
    elseif open == "text" then
      last().text = last().text .. " " .. line:match("^%s*(.*)")
    else
      parts[#parts + 1] = { kind = "text", text = line:match("^%s*(.*)") }
    end
    if kind then open = kind end
  end
  for _, part in ipairs(parts) do
    if part.kind == "code" then part.text = part.text:gsub("%s+$", "") end
  end
  return parts
end

--- The first sentence, for the index.
---@param lines string[]
---@return string
function prose.summary(lines)
  local first = prose.parts(lines)[1]
  local text = first and first.text or ""
  return text:match("^(.-[.:])%s+%u") or text
end

--- True for the code of a guide page that is Lua; the others are commands ("$ ...") and JSON.
---@param code string
function prose.is_lua(code)
  return not code:find("^[${]")
end

return prose
