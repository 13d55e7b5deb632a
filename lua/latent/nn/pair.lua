--- Settings of image layers: one integer for both directions, or {vertical, horizontal}.
local errors = require "latent.errors"

--- Both as a pair.
---@param where string for messages: "nn.Conv2d"
---@param name string of the setting
---@param value integer|integer[]
---@param least integer smallest allowed
---@param n? integer 2, or 1 for a layer of one direction
---@return integer[] of length n
local function pair(where, name, value, least, n)
  n = n or 2
  local list = type(value) == "table" and value or {}
  if type(value) ~= "table" then for d = 1, n do list[d] = value end end
  local good = #list == n
  for d = 1, n do good = good and math.type(list[d]) == "integer" and list[d] >= least end
  if not good then
    local shown = type(value) == "table" and "{" .. table.concat(value, ", ") .. "}" or tostring(value)
    errors.raise(("%s: %s must be %s of at least %d, not %s"):format(where, name,
      n == 1 and "an integer" or "an integer or two", least, shown))
  end
  return table.move(list, 1, n, 1, {})
end

--- The shortest way to write one: 3 or {3, 2}.
local function show(list)
  for d = 2, #list do
    if list[d] ~= list[1] then return "{" .. table.concat(list, ", ") .. "}" end
  end
  return tostring(list[1])
end

return { check = pair, show = show }
