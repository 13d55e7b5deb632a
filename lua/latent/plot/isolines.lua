--- Lines of equal height over a grid, by marching squares (Lorensen and Cline, 1987, in the plane).
local isolines = {}

--- The edges that a line joins in a cell, by which corners are above the level: bit 1 is corner
--- (i, j), then (i, j + 1), (i + 1, j + 1), (i + 1, j); edge 1 top, 2 right, 3 bottom, 4 left.
local CASES = { [0] = {}, { 4, 1 }, { 1, 2 }, { 4, 2 }, { 2, 3 }, { 4, 1, 2, 3 }, { 1, 3 }, { 4, 3 },
  { 3, 4 }, { 3, 1 }, { 1, 2, 3, 4 }, { 3, 2 }, { 2, 4 }, { 2, 1 }, { 1, 4 }, {} }
--- Saddles whose middle is above the level: there the high corners are joined.
local SADDLES = { [5] = CASES[10], [10] = CASES[5] }

--- Lowest and highest corner of each cell, [h - 1, w - 1]; NaN where one is missing.
local function cell_ranges(z)
  local a, b = z[{ { 1, -2 }, { 1, -2 } }], z[{ { 1, -2 }, { 2, -1 } }]
  local c, d = z[{ { 2, -1 }, { 1, -2 } }], z[{ { 2, -1 }, { 2, -1 } }]
  local hole = (a + b + c + d) * 0 -- 0, or NaN
  return a:minimum(b):minimum(c:minimum(d)) + hole, a:maximum(b):maximum(c:maximum(d)) + hole
end

--- Pairs of crossed edges in the given cells; an edge's number is twice its first corner's, plus one if
--- it goes down.
local function segments(rows, cells, w, level)
  local pairs_ = {}
  for _, cell in ipairs(cells) do
    local i, j = cell[1], cell[2]
    local upper, lower = rows[i], rows[i + 1]
    local a, b, c, d = upper[j], upper[j + 1], lower[j + 1], lower[j]
    local case = (a > level and 1 or 0) + (b > level and 2 or 0) + (c > level and 4 or 0) + (d > level and 8 or 0)
    local ends = a + b + c + d > 4 * level and SADDLES[case] or CASES[case]
    local here = ((i - 1) * w + j) * 2
    local edge = { here, here + 3, here + 2 * w, here + 1 }
    for k = 1, #ends, 2 do pairs_[#pairs_ + 1] = { edge[ends[k]], edge[ends[k + 1]] } end
  end
  return pairs_
end

--- Where a level crosses an edge.
local function crossing(edge, x, y, z, w, level)
  local corner, down = edge // 2 - 1, edge % 2 == 1
  local i, j = corner // w + 1, corner % w + 1
  local a = z[i][j]
  local b = down and z[i + 1][j] or not down and z[i][j + 1]
  local t = (level - a) / (b - a)
  if down then return x[j], y[i] + (y[i + 1] - y[i]) * t end
  return x[j] + (x[j + 1] - x[j]) * t, y[i]
end

--- Join pairs of edges to chains.
local function chains(pairs_)
  local at, used, list = {}, {}, {}
  for k, pair in ipairs(pairs_) do
    for _, edge in ipairs(pair) do
      at[edge] = at[edge] or {}
      table.insert(at[edge], k)
    end
  end
  local function walk(start, edge)
    local chain, k = { edge }, start
    while k do
      used[k] = true
      edge = pairs_[k][1] == edge and pairs_[k][2] or pairs_[k][1]
      chain[#chain + 1] = edge
      local following
      for _, other in ipairs(at[edge]) do if not used[other] then following = other end end
      k = following
    end
    return chain
  end
  for k, pair in ipairs(pairs_) do -- open chains from their ends first
    for _, edge in ipairs(pair) do
      if not used[k] and #at[edge] == 1 then list[#list + 1] = walk(k, edge) end
    end
  end
  for k, pair in ipairs(pairs_) do
    if not used[k] then list[#list + 1] = walk(k, pair[1]) end
  end
  return list
end

--- The lines of each level, as one path with gaps.
---@param x any float64 tensor [w]
---@param y any float64 tensor [h]
---@param z any float64 tensor [h, w]; cells with a NaN are left out
---@param levels number[]
---@return {x: number[], y: number[]}[] paths one for each level
function isolines.trace(x, y, z, levels)
  local xs, ys, rows, w = x:totable(), y:totable(), z:totable(), z.shape[2]
  local low, high = cell_ranges(z)
  local paths = {}
  for k, level in ipairs(levels) do
    local px, py = {}, {}
    local cells = low:le(level):logical_and(high:gt(level)):nonzero():totable()
    for _, chain in ipairs(chains(segments(rows, cells, w, level))) do
      for _, edge in ipairs(chain) do px[#px + 1], py[#py + 1] = crossing(edge, xs, ys, rows, w, level) end
      px[#px + 1], py[#py + 1] = 0 / 0, 0 / 0
    end
    paths[k] = { x = px, y = py }
  end
  return paths
end

return isolines
