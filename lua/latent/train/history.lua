--- What a training run has measured, epoch by epoch.
--- Example:
---     local history = la.train.History.new()
---     history:add({epoch = 1, loss = 0.5}, {"epoch", "loss"})
---     print(#history, history)
local errors = require "latent.errors"

---@class train.History
---@field columns string[] names in order of first appearance: "epoch", "loss", "val_loss", ...
local History = {}
History.__index = History

--- An empty history.
--- Example: la.train.History.new().columns
---@return train.History
function History.new()
  return setmetatable({ columns = {}, rows = {} }, History)
end

--- Add an epoch.
--- Example:
---     local history = la.train.History.new()
---     history:add({epoch = 1, loss = 0.5}, {"epoch", "loss"})
---     return history
---@param row table<string, number>
---@param order string[] its names, in order
function History:add(row, order)
  for _, name in ipairs(order) do
    if not self:has(name) then self.columns[#self.columns + 1] = name end
  end
  self.rows[#self.rows + 1] = row
end

--- True if there is a column of that name.
--- Example:
---     local history = la.train.History.new()
---     history:add({epoch = 1, loss = 0.5}, {"epoch", "loss"})
---     history:has("val_loss")
---@param name string
---@return boolean
function History:has(name)
  for _, known in ipairs(self.columns) do
    if known == name then return true end
  end
  return false
end

--- The values of a column, one an epoch.
--- Example:
---     local history = la.train.History.new()
---     history:add({epoch = 1, loss = 0.5}, {"epoch", "loss"})
---     history:column("loss")
---@param name string
---@return number[]
function History:column(name)
  if not self:has(name) then
    errors.raise(("history: there is no column '%s' (there are: %s)"):format(tostring(name),
      table.concat(self.columns, ", ")))
  end
  local values = {}
  for i, row in ipairs(self.rows) do values[i] = row[name] or 0 / 0 end
  return values
end

--- The last value of a column.
--- Example:
---     local history = la.train.History.new()
---     history:add({epoch = 1, loss = 0.5}, {"epoch", "loss"})
---     history:last("loss")
---@param name string
---@return number
function History:last(name)
  return self:column(name)[#self.rows]
end

function History:__len()
  return #self.rows
end

--- Write a CSV file with a header, whole or not at all.
--- Example:
---     local history = la.train.History.new()
---     history:add({epoch = 1, loss = 0.5}, {"epoch", "loss"})
---     history:save("history.csv")
---     la.io.csv("history.csv").loss
---@param path string
function History:save(path)
  local lines = { table.concat(self.columns, ",") }
  for _, row in ipairs(self.rows) do
    local cells = {}
    for i, name in ipairs(self.columns) do
      local value = row[name]
      cells[i] = value == nil and "" or math.type(value) == "integer" and tostring(value) or ("%.17g"):format(value)
    end
    lines[#lines + 1] = table.concat(cells, ",")
  end
  local temporary = path .. ".tmp"
  local file, reason = io.open(temporary, "w")
  if not file then errors.raise(("history: cannot write '%s': %s"):format(path, reason)) end
  local written = file:write(table.concat(lines, "\n"), "\n") and file:close()
  if not written or not os.rename(temporary, path) then
    os.remove(temporary)
    errors.raise(("history: cannot write '%s'"):format(path))
  end
end

--- The last epoch in words: "epoch 3  loss 0.1234  val_loss 0.1300".
function History:__tostring()
  local row, words = self.rows[#self.rows] or {}, {}
  for i, name in ipairs(self.columns) do
    local value = row[name]
    if value then
      words[i] = name .. " " .. (math.type(value) == "integer" and tostring(value) or ("%.5g"):format(value))
    end
  end
  return table.concat(words, "  ")
end

return History
