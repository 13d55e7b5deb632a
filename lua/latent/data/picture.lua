local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

-- Lengths are in heights of the picture, colours from 0 to 255. A place is x [1, w], y [h, 1]; a layer has
-- a colour [h, w, 3] (or what broadcasts to it) and a cover [h, w] from 0 to 1.
local HORIZON, FOOT = 0.66, 0.95 -- of the sky, of the firs
local SUN = { x = 1.31, y = 0.52 }
local FIRS = { { 0.06, 0.44 }, { 0.155, 0.34 }, { 0.24, 0.24 }, { 1.45, 0.3 }, { 1.385, 0.2 } }

local function rgb(r, g, b) return core.tensor({ r, g, b }, { dtype = "float32" }) end

--- Put a layer over the picture.
local function over(picture, colour, cover)
  return picture + (colour - picture) * cover:reshape(cover.shape[1], cover.shape[2], 1)
end

--- Draw into the part of the picture where something stands: a box {left, right, top, bottom}.
local function part(at, picture, box, draw)
  local h, w = picture.shape[1], picture.shape[2]
  local function range(from, to, step, size)
    return { math.max(1, math.min(size, from // step)), math.max(1, math.min(size, to // step + 2)) }
  end
  local columns, rows = range(box[1], box[2], 1.5 / w, w), range(box[3], box[4], 1 / h, h)
  local there = { pixel = at.pixel, x = at.x[{ {}, columns }], y = at.y[{ rows, {} }] }
  picture[{ rows, columns }] = draw(there, picture[{ rows, columns }])
end

--- Colours along stops {place, colour}, straight in between: t [h, w] gives [h, w, 3].
local function gradient(t, stops)
  t = t:reshape(t.shape[1], t.shape[2], 1)
  local colour = stops[1][2]
  for i = 2, #stops do
    local from, to = stops[i - 1], stops[i]
    colour = colour + (to[2] - from[2]) * ((t - from[1]) / (to[1] - from[1])):clamp(0, 1)
  end
  return colour
end

--- Sum of sines of x and y, from waves {amplitude, x frequency, y frequency, phase}.
local function ripple(at, waves)
  local sum = 0
  for _, w in ipairs(waves) do sum = sum + (at.x * w[2] + at.y * w[3] + w[4]):sin() * w[1] end
  return sum
end

--- Cover of the side where `distance` is positive, with an edge one pixel wide.
local function inside(at, distance) return (distance / at.pixel + 0.5):clamp(0, 1) end

local function sky(at)
  local t = at.y / HORIZON + at.x * 0
  local picture = gradient(t, {
    { 0, rgb(34, 48, 96) }, { 0.3, rgb(86, 80, 142) }, { 0.55, rgb(196, 104, 126) },
    { 0.78, rgb(246, 158, 96) }, { 1, rgb(255, 222, 148) },
  })
  local distance = ((at.x - SUN.x):square() + (at.y - SUN.y):square()):sqrt()
  picture = over(picture, rgb(255, 214, 130), (distance:square() * -14):exp() * 0.7)
  local bands = ripple(at, {
    { 1, 3.1, 21, 0.4 }, { 0.8, 7.3, -34, 2.1 }, { 0.6, 12.7, 47, 4.4 }, { 0.4, 23.9, -71, 1.3 }, { 0.25, 43, 112, 3 },
  })
  local window = ((at.y - 0.3):square() * -26):exp()
  picture = over(picture, gradient(t, { { 0, rgb(120, 104, 160) }, { 0.4, rgb(232, 150, 150) },
    { 1, rgb(255, 226, 190) } }), ((bands - 0.35) * 0.45):clamp(0, 0.75) * window)
  return over(picture, rgb(255, 246, 214), inside(at, 0.05 - distance))
end

--- A ridge: pointed peaks, lit on the side of the sun, and haze at its foot.
local function ridge(at, picture, r)
  local line = 0
  for _, w in ipairs(r.waves) do line = line + (1 - (at.x * w[2] + w[3]):sin():abs()) * w[1] end
  local top = r.base - line -- [1, w]
  local further = core.cat({ top[{ {}, { 2, -1 } }], top[{ {}, { -1, -1 } }] }, 2)
  local facing = ((further - top) / at.pixel * 2):sigmoid()
  local depth = ((at.y - top) / 0.2):clamp(0, 1)
  -- Folds of the rock turn the light on and off down the slope.
  local down = at.x * r.folds + (at.y - top) * 90 + (at.x * 17):sin() * 3
  local folds = down:sin() * (at.y * 61 + at.x * 23):sin() * 0.22
  local light = (facing + folds):clamp(0, 1) * (1 - depth)
  local colour = over(gradient(depth, { { 0, r.rock }, { 1, r.haze } }), r.lit, light)
  return over(picture, colour, inside(at, at.y - top))
end

local function mountains(at, picture)
  picture = ridge(at, picture, {
    base = 0.6, waves = { { 0.16, 2.7, 0.5 }, { 0.07, 7.9, 1.1 }, { 0.02, 23, 0.2 } }, folds = 60,
    rock = rgb(128, 100, 150), lit = rgb(244, 188, 170), haze = rgb(214, 150, 150),
  })
  return ridge(at, picture, {
    base = 0.66, waves = { { 0.11, 3.9, 2.4 }, { 0.05, 11.3, 0.3 }, { 0.015, 37, 0.8 } }, folds = 90,
    rock = rgb(62, 58, 104), lit = rgb(188, 110, 112), haze = rgb(120, 92, 132),
  })
end

--- The lake mirrors what is above the horizon, in ripples that grow towards the shore.
local function lake(at, picture)
  local h, w = picture.shape[1], picture.shape[2]
  local below = at.y - HORIZON
  local wobble = ripple(at, { { 0.5, 19, 260, 0 }, { 0.5, -31, 170, 1.7 }, { 0.3, 53, 410, 0.6 } })
  local mirrored = HORIZON - below * 1.35 + wobble * (below * 0.16 + 0.002)
  local row = (mirrored / at.pixel):floor():clamp(0, h - 1):to "int64"
  local column = core.arange(1, w, { dtype = "int64" }):reshape(1, w)
  local image = picture:reshape(h * w, 3)[(row * w + column):reshape(-1)]:reshape(h, w, 3)
  image = over(image, rgb(30, 62, 98), (below * 0.9 + 0.22):clamp(0, 0.6) + at.x * 0)
  -- Glitter where the waves throw the sun towards the eye.
  local street = ((at.x - SUN.x):square() * -90 / (below:clamp(0, 1) * 6 + 0.4)):exp()
  image = over(image, rgb(255, 224, 150), street * (wobble * 1.4):clamp(0, 1) * 0.8)
  return over(picture, image, inside(at, below + at.x * 0))
end

local function meadow(at, picture)
  local line = 0.93 - (at.x * 2.1 + 0.6):sin() * 0.05 - (at.x * 9.7):sin() * 0.006
  local grass = (at.x * 331 + at.y * 97):sin() * (at.x * 71 - at.y * 413):sin()
  local colour = over(gradient((at.y - line) / 0.12, {
    { 0, rgb(150, 150, 66) }, { 0.35, rgb(70, 104, 58) }, { 1, rgb(22, 52, 46) },
  }), rgb(188, 168, 84), (grass * 0.35):clamp(0, 1))
  return over(picture, colour, inside(at, at.y - line))
end

--- A fir {x, height} whose boughs hang in layers.
local function fir(at, picture, f)
  local down = (at.y - FOOT + f[2]) / f[2] -- 0 at the tip, 1 at the foot
  local bough = (down * 9):remainder(1)
  local edge = (down * 0.17 + bough * 0.05) * f[2] - (at.x - f[1]):abs()
  local cover = inside(at, edge) * down:gt(0):to "float32" * down:lt(1):to "float32"
  local lit = ((at.x - f[1]) / f[2] * 5 + 0.3):clamp(0, 1) * bough
  return over(picture, over(rgb(16, 38, 44) + at.x:reshape(1, -1, 1) * 0, rgb(72, 92, 62), lit), cover)
end

--- A balloon: {x, y, radius, colours of its gores}.
local function balloon(at, picture, b)
  local u, v = (at.x - b.x) / b.radius, (at.y - b.y) / b.radius
  local upper = (1 - v:square()):clamp(0, 1):sqrt()
  local lower = 1 - (v / 1.35):clamp(0, 1):pow(1.7) * 0.8
  local half = core.where(v:lt(0), upper, lower) -- half its width at each height
  local cover = inside(at, (half - u:abs()) * b.radius) * v:ge(-1):to "float32" * v:le(1.35):to "float32"
  local side = (u / half:clamp(0.05, 1)):clamp(-1, 1)
  local gore = ((side:asin() / math.pi + 0.5) * 9):floor():clamp(0, 8):to "int64"
  local colour = core.stack(b.colours, 1)[gore:remainder(#b.colours) + 1]
  local light = (side * 0.42 + v * 0.16 + 0.68):clamp(0.3, 1) + ((side - 0.45):square() * -12):exp() * 0.12
  colour = (colour * light:reshape(light.shape[1], light.shape[2], 1)):clamp(0, 255)
  local ropes = ((u:abs() - 0.19 + (v - 1.35) * 0.14):abs() * -60):exp() * v:gt(1.35):to "float32" *
    v:lt(1.7):to "float32"
  local basket = u:abs():lt(0.15):to "float32" * v:gt(1.66):to "float32" * v:lt(1.9):to "float32"
  local weave = gradient(u * 2 + 0.5 + v * 0, { { 0, rgb(70, 42, 30) }, { 1, rgb(166, 104, 60) } })
  picture = over(picture, rgb(60, 44, 48), ropes)
  return over(over(picture, colour, cover), weave, basket)
end

--- A picture that the engine draws: balloons over a lake among mountains, at sunset. It has smooth ramps
--- of many colours, fine texture and small things of rare colours: what is hard for a palette. It is the same
--- each time. Options: `width` (480), `height` (320); sizes not in the ratio 3 : 2 stretch it.
--- Example: la.plot.figure{width = 480, height = 340}:image(la.data.picture()):axis(false)
---@param given? { width: integer, height: integer }
---@return tensor image [height, width, 3] uint8
return function(given)
  local o = options.check("data.picture", given, { width = 480, height = 320 })
  for _, name in ipairs { "width", "height" } do
    if math.type(o[name]) ~= "integer" or o[name] < 1 or o[name] > 8192 then
      errors.raise(("data.picture: %s must be an integer from 1 to 8192, not %s"):format(name, tostring(o[name])))
    end
  end
  local pixel = 1 / o.height
  local at = {
    pixel = pixel,
    x = ((core.arange(1, o.width):to "float32" - 0.5) * (1.5 / o.width)):reshape(1, -1),
    y = ((core.arange(1, o.height):to "float32" - 0.5) * pixel):reshape(-1, 1),
  }
  local picture = mountains(at, sky(at))
  local function put(draw, thing, left, right, top, bottom)
    part(at, picture, { left, right, top, bottom }, function(there, piece) return draw(there, piece, thing) end)
  end
  local function put_balloon(b)
    put(balloon, b, b.x - 1.1 * b.radius, b.x + 1.1 * b.radius, b.y - 1.1 * b.radius, b.y + 2 * b.radius)
  end
  put_balloon { x = 1.16, y = 0.2, radius = 0.04, colours = { rgb(70, 170, 168), rgb(236, 232, 214) } }
  picture = lake(at, picture)
  put(meadow, nil, 0, 1.5, 0.85, 1)
  for _, f in ipairs(FIRS) do put(fir, f, f[1] - 0.25 * f[2], f[1] + 0.25 * f[2], FOOT - f[2], FOOT) end
  put_balloon { x = 0.5, y = 0.26, radius = 0.15, colours = {
    rgb(214, 40, 48), rgb(250, 196, 62), rgb(48, 112, 190) } }
  return picture:clamp(0, 255):round():to "uint8"
end
