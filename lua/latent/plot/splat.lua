--- Very many points as an image: what they would look like drawn one by one.
local color = require "latent.plot.color"
local data = require "latent.plot.data"

--- How much of each pixel around its centre a disc covers, from 4 x 4 places in each pixel.
local function footprint(size)
  local r = math.max(size, 1) / 2
  local reach = math.ceil(r - 0.5)
  local list = {}
  for dy = -reach, reach do
    for dx = -reach, reach do
      local inside = 0
      for i = -3, 3, 2 do
        for j = -3, 3, 2 do
          if (dx + i / 8) ^ 2 + (dy + j / 8) ^ 2 <= r * r then inside = inside + 1 end
        end
      end
      if inside > 0 then list[#list + 1] = { dx, dy, inside / 16 } end
    end
  end
  return list, reach
end

--- Sums of the points' red, green and blue in each pixel.
local function color_sums(colors, cells, n)
  local rgbs, red, green, blue = colors:totable(), {}, {}, {}
  for i = 1, n do red[i], green[i], blue[i] = 0, 0, 0 end
  for i = 1, #cells do
    local cell = cells[i]
    if cell > 0 then
      local r, g, b = color.split(math.tointeger(rgbs[i]))
      red[cell], green[cell], blue[cell] = red[cell] + r, green[cell] + g, blue[cell] + b
    end
  end
  return { red, green, blue }
end

--- Spread sums per pixel over the discs of the points.
local function spread(list, w, h, discs, reach)
  local source = data.from_list(list):reshape(h, w)
  local out = data.zeros(h + 2 * reach, w + 2 * reach)
  for _, part in ipairs(discs) do
    local dx, dy, weight = part[1], part[2], part[3]
    local rows, cols = { reach + dy + 1, reach + dy + h }, { reach + dx + 1, reach + dx + w }
    out[{ rows, cols }]:add_(source * weight)
  end
  return out[{ { reach + 1, reach + h }, { reach + 1, reach + w } }]
end

--- Opacity of each pixel as transparent points one over the other have it.
local function stacked(cover, alpha)
  return (cover * math.log(1 - math.min(alpha, 0.996))):exp() * -1 + 1
end

--- Opacity by the logarithm of how many points lie over a pixel, from that of one point to nearly 1.
local function by_density(cover, alpha)
  local most = math.log(1 + math.max(cover:max(), 1))
  local shade = (cover + 1):log() * ((0.97 - alpha) / most) + alpha
  return shade * cover:clamp(0, 1)
end

--- The image of a points mark.
---@param mark table points
---@param axes latent.plot.Axes
---@param counts integer[] of the points in each pixel, from thin.count
---@param cells integer[] of each point
---@param w integer size of the panel in pixels
---@param h integer
---@return table mark an image with transparency over the whole panel
return function(mark, axes, counts, cells, w, h)
  local discs, reach = footprint(mark.marker.size)
  local cover = spread(counts, w, h, discs, reach)
  local opacity = mark.density and by_density or stacked
  local planes
  if mark.colors then
    local weight = cover:clamp(1e-9, math.huge)
    planes = {}
    for k, sums in ipairs(color_sums(mark.colors, cells, w * h)) do
      planes[k] = spread(sums, w, h, discs, reach) / weight
    end
  else
    local r, g, b = color.split(mark.marker.color)
    planes = { cover * 0 + r, cover * 0 + g, cover * 0 + b }
  end
  planes[4] = opacity(cover, mark.marker.alpha) * 255
  return { kind = "image", rgb = data.planes(planes), x1 = axes.xlim[1], x2 = axes.xlim[2],
    y1 = axes.ylim[2], y2 = axes.ylim[1] }
end
