--- .csv: tables of numbers and texts.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

local csv = { endings = ".csv" }

function csv.matches(name)
  return name:find("%.csv$")
end

-- What could be a part of a number, a quote or a blank cannot stand between fields.
local function check_delimiter(where, delimiter)
  if type(delimiter) ~= "string" or not delimiter:find("^[\t!#$%%&'*/:;<=>?@^_`{|}~,]$") then
    errors.raise(("%s: delimiter must be one character such as , ; | or a tab, not %s"):format(where,
      type(delimiter) == "string" and ("%q"):format(delimiter) or tostring(delimiter)))
  end
  return delimiter
end

local function check_reading(where, given, defaults)
  defaults.delimiter, defaults.header, defaults.dtype = ",", options.NONE, "float64"
  local o = options.check(where, given, defaults)
  check_delimiter(where, o.delimiter)
  if o.header ~= nil and type(o.header) ~= "boolean" then
    errors.raise(("%s: header must be true or false, not %s"):format(where, tostring(o.header)))
  end
  if o.dtype ~= "float64" and o.dtype ~= "float32" then
    errors.raise(("%s: dtype must be 'float64' or 'float32', not %s"):format(where, tostring(o.dtype)))
  end
  return o
end

--- All numbers of a table [rows, columns], and the header's names if there is a header.
function csv.load(path, given)
  local o = check_reading("load .csv", given, {})
  return core.files.load_csv(path, o.delimiter, o.header, o.dtype)
end

local function check_names(where, names, n)
  if type(names) ~= "table" or #names ~= n then
    errors.raise(("%s: names must be a list of %d strings, one a column"):format(where, n))
  end
  local seen = {}
  for _, name in ipairs(names) do
    if type(name) ~= "string" then
      errors.raise(("%s: the name of a column must be a string, not %s"):format(where, tostring(name)))
    end
    if seen[name] then
      errors.raise(("%s: two columns are named '%s'; the option names can give others"):format(where, name))
    end
    seen[name] = true
  end
  return names
end

local function numbered(n)
  local names = {}
  for i = 1, n do names[i] = i end
  return names
end

--- Read the named columns of a CSV file: numbers as a tensor [rows], missing values as NaN; texts as
--- a list of strings. A column with a field that is neither number nor missing is one of texts.
---
--- The first record is the header if it has a field that is neither number nor missing. Without a
--- header the columns have the names 1, 2, ... A field is missing if it is empty, NA, N/A, null or nan.
--- Options: `header` true or false says whether there is one; `names` gives other names; `delimiter`
--- (default ","); `dtype` of the numbers, "float64" (default) or "float32".
--- Example:
---     la.save("points.csv", la.tensor{{1, 2}, {3, 4}}, {names = {"x", "y"}})
---     local columns, names = la.io.csv("points.csv")
---     return names[2], columns.y
---@param path string
---@param given? { header: boolean, names: string[], delimiter: string, dtype: string }
---@return table<string|integer, latent.Tensor|string[]> columns by name
---@return (string|integer)[] names in the order of the file
function csv.read(path, given)
  local where = "io.csv"
  local o = check_reading(where, given, { names = options.NONE })
  if type(path) ~= "string" then
    errors.raise(("%s: the path must be a string, not a %s"):format(where, type(path)))
  end
  local list, header = core.files.load_csv_columns(path, o.delimiter, o.header, o.dtype)
  local names = o.names or header
  names = names and check_names(where .. ": " .. path, names, #list) or numbered(#list)
  local columns = {}
  for i, name in ipairs(names) do columns[name] = list[i] end
  return columns, names
end

local function sorted_names(where, value)
  local names = {}
  for name in pairs(value) do
    if type(name) ~= "string" then
      errors.raise(("%s: the name of a column must be a string, not %s"):format(where, tostring(name)))
    end
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

-- A tensor [rows], or a list of strings, or a list of numbers made a tensor.
local function check_column(where, name, column)
  if core.is_tensor(column) then
    if column.ndim == 1 then return column end
    errors.raise(("%s: column '%s' must have one dimension, not %d"):format(where, name, column.ndim))
  end
  if type(column) ~= "table" then
    errors.raise(("%s: column '%s' must be a tensor or a list, not %s"):format(where, name, type(column)))
  end
  local kind = type(column[1])
  for _, value in ipairs(column) do
    if type(value) ~= kind or (kind ~= "string" and kind ~= "number") then
      errors.raise(("%s: column '%s' must hold numbers alone or strings alone"):format(where, name))
    end
  end
  return kind == "string" and column or core.tensor(column, { dtype = "float64" })
end

local function save_columns(path, value, names, delimiter)
  local where = "save .csv"
  local columns, rows = {}, nil
  if #names == 0 then errors.raise(where .. ": the table has no columns") end
  for i, name in ipairs(names) do
    if value[name] == nil then errors.raise(("%s: there is no column '%s'"):format(where, name)) end
    columns[i] = check_column(where, name, value[name])
    rows = rows or #columns[i]
    if #columns[i] ~= rows then
      errors.raise(("%s: column '%s' has %d rows, '%s' has %d"):format(where, names[1], rows, name, #columns[i]))
    end
  end
  core.files.save_csv_columns(path, columns, names, delimiter, rows)
end

--- A tensor [rows, columns] or [rows], or a table of columns by name.
function csv.save(path, value, given)
  local where = "save .csv"
  local o = options.check(where, given, { names = options.NONE, delimiter = "," })
  check_delimiter(where, o.delimiter)
  if core.is_tensor(value) then
    if value.ndim < 1 or value.ndim > 2 then
      errors.raise(("%s: a table has one or two dimensions, not %d"):format(where, value.ndim))
    end
    local n = value.ndim == 2 and value:size(2) or 1
    core.files.save_csv(path, value, o.names and check_names(where, o.names, n), o.delimiter)
  elseif type(value) == "table" then
    local names = o.names and check_names(where, o.names, #o.names) or sorted_names(where, value)
    save_columns(path, value, names, o.delimiter)
  else
    errors.raise(("%s: a tensor or a table of columns is needed, not a %s"):format(where, type(value)))
  end
end

return csv
