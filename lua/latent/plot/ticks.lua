--- Where an axis has its ticks, and how their labels read.
local ticks = {}

local MINUS = "−"
local SUPERSCRIPT = { ["0"] = "⁰", ["1"] = "¹", ["2"] = "²", ["3"] = "³", ["4"] = "⁴", ["5"] = "⁵",
  ["6"] = "⁶", ["7"] = "⁷", ["8"] = "⁸", ["9"] = "⁹", ["-"] = "⁻" }

local function power(exponent)
  return "10" .. tostring(exponent):gsub("[%d-]", SUPERSCRIPT)
end

local function trim_zeros(s)
  return s:find("%.") and s:gsub("0+$", ""):gsub("%.$", "") or s
end

--- A number as a label: few digits, a true minus sign, a power of ten where it is very large or
--- very small.
---@param value number
---@param scientific? boolean a power of ten in any case
---@return string
function ticks.format(value, scientific)
  if value ~= value then return "NaN" end
  if value == 0 then return "0" end
  local size = math.abs(value)
  if size == math.huge then return value < 0 and MINUS .. "∞" or "∞" end
  local s
  if scientific or size >= 1e6 or size < 1e-4 then
    local mantissa, exponent = ("%.5e"):format(size):match "^(.-)e(.*)$"
    mantissa, exponent = trim_zeros(mantissa), math.tointeger(tonumber(exponent))
    s = mantissa == "1" and power(exponent) or mantissa .. "×" .. power(exponent)
  else
    s = trim_zeros(("%.6g"):format(size))
  end
  return value < 0 and MINUS .. s or s
end

--- Labels of evenly spaced ticks, all with the same number of decimals.
local function format_even(values, step)
  local largest = 0
  for _, v in ipairs(values) do largest = math.max(largest, math.abs(v)) end
  local labels = {}
  local close = step < 1e-4 * largest -- many digits are needed to tell neighbours apart
  if largest < 1e-3 or largest >= 1e6 and not (close and largest < 1e15) then
    for i, v in ipairs(values) do labels[i] = ticks.format(v, true) end
    return labels
  end
  local decimals = 0 -- as few as show the step
  while decimals < 12 and math.abs(step * 10 ^ decimals - math.floor(step * 10 ^ decimals + 0.5)) > 1e-6 do
    decimals = decimals + 1
  end
  for i, v in ipairs(values) do
    local s = ("%." .. decimals .. "f"):format(math.abs(v))
    labels[i] = v < 0 and tonumber(s) ~= 0 and MINUS .. s or s
  end
  return labels
end

--- Ticks of a linear axis at multiples of 1, 2, 2.5 or 5 times a power of ten.
---@param lo number
---@param hi number greater than lo
---@param most integer how many there is room for
---@return number[] values, string[] labels
function ticks.linear(lo, hi, most)
  local raw = (hi - lo) / math.max(1, most)
  if raw < 1e-300 then return {}, {} end
  local unit = 10 ^ math.floor(math.log(raw, 10) + 1e-9)
  local step = 10 * unit
  for _, factor in ipairs { 1, 2, 2.5, 5 } do
    if factor * unit >= raw * (1 - 1e-9) then
      step = factor * unit
      break
    end
  end
  local values = {}
  local first, last = math.ceil(lo / step - 1e-6), math.floor(hi / step + 1e-6)
  for k = 0, math.max(-1, math.min(last - first, 100)) do values[#values + 1] = (first + k) * step end
  return values, format_even(values, step)
end

--- Ticks of a linear axis at whole numbers only, for rows, columns and categories.
---@param lo number
---@param hi number
---@param most integer
---@return number[] values, string[] labels
function ticks.whole(lo, hi, most)
  local values, labels = ticks.linear(lo, hi, most)
  if #values > 1 and values[2] - values[1] < 1 then
    values, labels = {}, {}
    for v = math.ceil(lo), math.floor(hi) do
      values[#values + 1], labels[#labels + 1] = v, tostring(v)
    end
  end
  return values, labels
end

--- Ticks of a logarithmic axis: powers of ten, some of them where there are many; within one or two
--- decades also their multiples by 2 and 5.
---@param lo number positive
---@param hi number greater than lo
---@param most integer how many there is room for
---@return number[] values, string[] labels
function ticks.log(lo, hi, most)
  local first, last = math.log(lo, 10), math.log(hi, 10)
  local values, labels = {}, {}
  local function add(v, label)
    if v >= lo * (1 - 1e-9) and v <= hi * (1 + 1e-9) then
      values[#values + 1], labels[#labels + 1] = v, label
    end
  end
  local decades = math.floor(last + 1e-9) - math.ceil(first - 1e-9) + 1
  if decades >= 3 then
    local stride = math.max(1, math.ceil(decades / math.max(1, most)))
    for k = math.ceil(first - 1e-9), math.floor(last + 1e-9), stride do add(10.0 ^ k, power(k)) end
  elseif last - first > 0.5 then
    for k = math.floor(first), math.ceil(last) do
      for _, factor in ipairs { 1, 2, 5 } do add(factor * 10.0 ^ k, ticks.format(factor * 10.0 ^ k)) end
    end
  else
    return ticks.linear(lo, hi, most)
  end
  return values, labels
end

return ticks
