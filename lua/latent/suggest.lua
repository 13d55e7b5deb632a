--- The right name for a near miss: `zeroes` -> `zeros`.
local suggest = {}

--- Number of edits (insert, delete, replace, swap neighbours) that turn `a` into `b`: the
--- optimal string alignment distance, stopped early once it must exceed `limit`.
local function distance(a, b, limit)
  if math.abs(#a - #b) > limit then return limit + 1 end
  local before, previous = nil, {}
  for j = 0, #b do previous[j] = j end
  for i = 1, #a do
    local current, best = { [0] = i }, i
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      local d = math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        d = math.min(d, before[j - 2] + 1)
      end
      current[j], best = d, math.min(best, d)
    end
    if best > limit then return limit + 1 end
    before, previous = previous, current
  end
  return previous[#b]
end

--- The name that was probably meant.
---@param name string what was written
---@param names string[] what there is
---@return string|nil nearest nil if nothing is near: more than a third of the letters differ
function suggest.nearest(name, names)
  local limit = math.max(1, #name // 3)
  local plain = name:lower():gsub("_", "")
  local best, best_distance = nil, limit + 1
  for _, candidate in ipairs(names) do
    if candidate ~= name then
      local d = distance(name, candidate, limit)
      if candidate:lower():gsub("_", "") == plain then d = math.min(d, 0.5) end
      if d >= math.max(#name, #candidate) then d = limit + 1 end -- no letter in common
      if d < best_distance or d == best_distance and best and candidate < best then
        best, best_distance = candidate, d
      end
    end
  end
  return best
end

return suggest
