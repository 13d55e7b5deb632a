--- step: a line that goes in stairs.
local data = require "latent.plot.data"
local line = require "latent.plot.kinds.line"
local options = require "latent.options"
local style = require "latent.plot.style"

local OPTIONS = { where = "pre", color = options.NONE, linewidth = 2, linestyle = "-", alpha = 1,
  label = options.NONE }

--- Corners of the stairs: the riser before ("post"), at ("pre") or between ("mid") the points.
local function stairs(x, y, where)
  local n = #x
  local sx, sy = {}, {}
  local function add(a, b) sx[#sx + 1], sy[#sy + 1] = a, b end
  for i = 1, n do
    if where == "mid" then
      local before = i > 1 and (x[i - 1] + x[i]) / 2 or x[i]
      local after = i < n and (x[i] + x[i + 1]) / 2 or x[i]
      add(before, y[i])
      add(after, y[i])
    else
      if i > 1 and where == "pre" then add(x[i - 1], y[i]) end
      if i > 1 and where == "post" then add(x[i], y[i - 1]) end
      add(x[i], y[i])
    end
  end
  return data.from_list(sx), data.from_list(sy)
end

--- Draw stairs through points.
--- Example:
---     local x = la.arange(1, 10)
---     la.plot.figure():step(x, x:sqrt(), {where = "mid"})
---@param x number[]|any tensor [n]
---@param y number[]|any tensor [n]
---@param opts? {where: string, color: any, linewidth: number, linestyle: string, alpha: number, label: string}
---  where "pre" (the value holds up to its x), "post" (from its x on) or "mid" (around its x)
---@return latent.plot.Panel self
return function(panel, x, y, opts)
  local o = style.options("plot.step", opts, OPTIONS)
  local where = style.word("plot.step", "where", o.where, { "pre", "post", "mid" })
  x, y = data.pair("plot.step", x, y)
  local sx, sy = stairs(x:totable(), y:totable(), where)
  o.where = nil
  return line(panel, sx, sy, o)
end
