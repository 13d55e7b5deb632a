--- Helpers of the specs of pictures: rendering to pixels, looking at colours, scripts of their own.
local png = require "plot.png"

local support = {}

--- A figure as pixels.
function support.pixels(figure) return png.decode(figure:render "png") end

--- Is the pixel near the colour 0xRRGGBB?
function support.is(picture, x, y, rgb, slack)
  local r, g, b = picture:at(math.floor(x), math.floor(y))
  slack = slack or 40
  return math.abs(r - (rgb >> 16 & 255)) <= slack and math.abs(g - (rgb >> 8 & 255)) <= slack
    and math.abs(b - (rgb & 255)) <= slack
end

--- Is there a pixel of the colour within `reach` pixels of a place?
function support.near(picture, x, y, rgb, reach, slack)
  for dy = -reach, reach do
    for dx = -reach, reach do
      local px, py = math.floor(x) + dx, math.floor(y) + dy
      if px >= 0 and py >= 0 and px < picture.width and py < picture.height
        and support.is(picture, px, py, rgb, slack) then
        return true
      end
    end
  end
  return false
end

--- How many pixels of a rectangle have the colour.
function support.count(picture, rgb, x1, x2, y1, y2, slack)
  local n = 0
  for y = math.floor(y1 or 0), math.floor(y2 or picture.height - 1) do
    for x = math.floor(x1 or 0), math.floor(x2 or picture.width - 1) do
      if support.is(picture, x, y, rgb, slack) then n = n + 1 end
    end
  end
  return n
end

--- The words of a picture and where they stand.
function support.words(figure)
  local list = {}
  local pattern = '<g transform="translate%(([%d.-]+),([%d.-]+)%)[^>]*>%s*<text>(.-)</text>'
  for x, y, inner in figure:render("svg"):gmatch(pattern) do
    local said = inner:gsub("<.->", ""):gsub("^%s+", ""):gsub("%s+$", "")
    list[#list + 1] = { x = tonumber(x), y = tonumber(y), words = said }
  end
  return list
end

--- What a call prints to standard error.
function support.stderr(call)
  local said, real = {}, io.stderr
  local function write(self, ...)
    for _, s in ipairs { ... } do said[#said + 1] = s end
    return self
  end
  io.stderr = { write = write } -- luacheck: ignore 122
  local ok, message = pcall(call)
  io.stderr = real -- luacheck: ignore 122
  assert(ok, message)
  return table.concat(said)
end

--- Run Lua text in an interpreter of its own, in a folder, with an environment such as
--- "LATENT_PLOT=text". Returns what it printed on both streams, and its exit code.
function support.run(folder, environment, code)
  local path = folder .. "/script.lua"
  local file = assert(io.open(path, "w"))
  file:write(code)
  file:close()
  local command = ("cd '%s' && env -u DISPLAY -u WAYLAND_DISPLAY -u LATENT_PLOT %s '%s/latent' script.lua"
    .. " 2>&1 </dev/null; echo \"exit $?\""):format(folder, environment, os.getenv "LATENT_BUILD")
  local pipe = assert(io.popen(command))
  local out = pipe:read "a"
  pipe:close()
  return out:gsub("exit (%d+)\n$", ""), tonumber(out:match "exit (%d+)\n$")
end

return support
