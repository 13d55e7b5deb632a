--- Text for a terminal: the prose, lists, tables and code of comments, laid out for a width.
local prose = require "latent.docs.prose"

local layout = {}

local LONG_TYPE, LEAST_CELL, LEAST_TEXT = 24, 8, 20

local function columns(text) return utf8.len(text) or #text end

local function padded(text, width) return text .. (" "):rep(width - columns(text)) end

--- Lines of at most `width` columns, broken at blanks. Words that are longer stay whole.
---@param text string
---@param width integer
---@return string[]
function layout.wrap(text, width)
  local lines, line = {}, ""
  for blanks, word in text:gmatch("(%s*)(%S+)") do
    if line ~= "" and columns(line) + #blanks + columns(word) > width then
      lines[#lines + 1], line = line, word
    else
      line = line == "" and word or line .. blanks .. word
    end
  end
  lines[#lines + 1] = line
  return lines
end

--- A text beside what stands before it, as one string: the text's lines all begin at column `indent`.
---@param before string
---@param text string
---@param indent integer
---@param width integer
---@return string
function layout.hanging(before, text, indent, width)
  local lines = layout.wrap(text, math.max(width - indent, LEAST_TEXT))
  for i, line in ipairs(lines) do lines[i] = padded(i == 1 and before or "", indent) .. line end
  return (table.concat(lines, "\n"):gsub("%s+$", ""))
end

--- Names, in lines that begin with two blanks.
---@param names string[]
---@param width integer
---@return string
function layout.names(names, width)
  return layout.hanging("", table.concat(names, " "), 2, width)
end

--- Widths of a table's columns: those of the widest cells, the widest columns cut until all fit.
local function column_widths(rows, width)
  local widths, total = {}, 0
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, columns(cell)) end
  end
  for _, w in ipairs(widths) do total = total + w + 2 end
  for _ = width + 1, total - 2 do
    local widest = 1
    for i, w in ipairs(widths) do widest = w > widths[widest] and i or widest end
    widths[widest] = math.max(widths[widest] - 1, LEAST_CELL)
  end
  return widths
end

--- One row, as many lines as its tallest cell.
local function row_text(row, widths)
  local cells, height, lines = {}, 0, {}
  for i, cell in ipairs(row) do
    cells[i] = columns(cell) <= widths[i] and { cell } or layout.wrap(cell, widths[i] - 2)
    for line = 2, #cells[i] do cells[i][line] = "  " .. cells[i][line] end
    height = math.max(height, #cells[i])
  end
  for line = 1, height do
    local texts = {}
    for i, cell in ipairs(cells) do texts[i] = padded(cell[line] or "", widths[i]) end
    lines[line] = table.concat(texts, "  "):gsub("%s+$", "")
  end
  return table.concat(lines, "\n")
end

local function table_text(rows, width)
  local widths, lines, rule = column_widths(rows, width), {}, {}
  for i, w in ipairs(widths) do rule[i] = ("-"):rep(w) end
  for i, row in ipairs(rows) do
    lines[#lines + 1] = row_text(row, widths)
    if i == 1 then lines[2] = table.concat(rule, "  ") end
  end
  return table.concat(lines, "\n")
end

--- Text of comments.
---@param lines string[]
---@param width integer
---@return string
function layout.prose(lines, width)
  local texts = {}
  for i, part in ipairs(prose.parts(lines)) do
    if part.kind == "text" then
      texts[i] = layout.hanging("", part.text, 0, width)
    elseif part.kind == "list" then
      local items = {}
      for j, item in ipairs(part.items) do items[j] = layout.hanging("- ", item, 2, width) end
      texts[i] = table.concat(items, "\n")
    elseif part.kind == "table" then
      texts[i] = table_text(part.rows, width)
    else
      texts[i] = layout.code(part.text)
    end
  end
  return table.concat(texts, "\n\n")
end

--- Code, which is never broken.
---@param code string
---@return string
function layout.code(code)
  return "  " .. code:gsub("\n", "\n  ")
end

--- Parameters, results or fields in columns: name, type, text. A long type has lines of its own.
---@param parts {name: string, type: string, text: string}[]
---@param width integer
---@return string
function layout.parts(parts, width)
  local names, types, lines = 0, 0, {}
  for _, part in ipairs(parts) do
    names = math.max(names, columns(part.name))
    types = columns(part.type) <= LONG_TYPE and math.max(types, columns(part.type)) or types
  end
  local second = names > 0 and names + 4 or 2
  local third = second + types + 2
  for i, part in ipairs(parts) do
    local before = padded("  " .. part.name, second)
    if columns(part.type) <= LONG_TYPE then
      lines[i] = layout.hanging(before .. part.type, part.text, third, width)
    else
      lines[i] = layout.hanging(before, part.type, second, width)
      if part.text ~= "" then lines[i] = lines[i] .. "\n" .. layout.hanging("", part.text, second + 2, width) end
    end
  end
  return table.concat(lines, "\n")
end

return layout
