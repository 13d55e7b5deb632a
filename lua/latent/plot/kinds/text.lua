--- text: words at a place.
local color = require "latent.plot.color"
local errors = require "latent.errors"
local options = require "latent.options"
local style = require "latent.plot.style"

local OPTIONS = { color = options.NONE, size = 13, ha = "left", va = "center", rotation = 0,
  coords = "data" }

--- Write at a place; $..$ is markup.
--- Example: la.plot.figure():line({0, 1, 4}):text(2, 1.3, "$x_2 = 1$", {ha = "center"})
---@param x number
---@param y number
---@param words string
---@param opts? {color: any, size: number, ha: string, va: string, rotation: number, coords: string}
---  size in pixels; ha "left", "center" or "right" and va "top", "center" or "bottom" say which part of
---  the text stands at the place; rotation in degrees; coords "axes" counts x and y from 0 to 1 over
---  the panel
---@return latent.plot.Panel self
return function(panel, x, y, words, opts)
  local where = "plot.text"
  local o = style.options(where, opts, OPTIONS)
  style.place(where, "x", x)
  style.place(where, "y", y)
  if words == nil then errors.raise(where .. ": no words given") end
  local inside = o.coords == "data" and x - x == 0 and y - y == 0
  panel:add { kind = "text", at = { x, y }, words = tostring(words), xs = inside and { x } or {},
    ys = inside and { y } or {}, coords = style.word(where, "coords", o.coords, { "data", "axes" }),
    color = o.color and color.parse(where, o.color) or style.TEXT,
    size = style.number(where, "size", o.size, 1, 500),
    ha = style.word(where, "ha", o.ha, { "left", "center", "right" }),
    va = style.word(where, "va", o.va, { "top", "center", "bottom" }),
    rotation = style.number(where, "rotation", o.rotation, -360, 360) }
  return panel
end
