--- Where `show` puts a picture: a window, the terminal's own graphics, text, or a numbered file.
local core = require "latent.core"
local errors = require "latent.errors"
local file = require "latent.plot.file"
local gnuplot = require "latent.plot.gnuplot"
local metrics = require "latent.plot.metrics"
local scene = require "latent.plot.scene"
local terminal = require "latent.plot.terminal"

local show = {}

local TARGETS = { window = true, qt = true, x11 = true, sixel = true, kitty = true, text = true, file = true,
  none = true }

local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

local windows -- the window terminal that this gnuplot has: a name, or false

--- "qt" or "x11", if there is a display and gnuplot can open windows on it.
local function window()
  if not (environment "DISPLAY" or environment "WAYLAND_DISPLAY") then return nil end
  if windows == nil then
    windows = false
    local _, _, said = gnuplot.run("plot.show", { "print GPVAL_TERMINALS\n" })
    for _, name in ipairs { "qt", "x11" } do
      if not windows and (" " .. said:gsub("%s", " ") .. " "):find(" " .. name .. " ", 1, true) then windows = name end
    end
  end
  return windows or nil
end

local function kitty()
  return environment "KITTY_WINDOW_ID" or (environment "TERM" or ""):find "kitty"
    or (environment "TERM" or ""):find "ghostty" or environment "TERM_PROGRAM" == "WezTerm"
end

local function sixel()
  local term = environment "TERM" or ""
  return term:find "sixel" or term:find "^foot" or term:find "^mlterm" or term:find "^contour"
    or environment "TERM_PROGRAM" == "iTerm.app"
end

--- Where pictures go: $LATENT_PLOT, or what suits the surroundings.
---@return string target "qt", "x11", "sixel", "kitty", "text", "file" or "none"
function show.target()
  local wish = environment "LATENT_PLOT"
  if wish and not TARGETS[wish] then
    errors.raise(("plot.show: LATENT_PLOT is '%s': it must be window, qt, x11, sixel, kitty, text, file or none")
      :format(wish))
  end
  if wish == "window" then
    local name = window()
    if name then return name end
    errors.raise("plot.show: no window: there is no display, or gnuplot has neither qt nor x11 "
      .. "(on Debian and Ubuntu `sudo apt-get install gnuplot-qt`)")
  end
  if wish then return wish end
  local name = window()
  if name then return name end
  if not core.process.terminal(1) then return "file" end
  return kitty() and "kitty" or sixel() and "sixel" or "text"
end

-- ---- text ----

--- A figure as lines that fit the terminal.
---@param figure latent.plot.Figure
---@return string[] lines
function show.lines(figure)
  local columns, rows = core.process.terminal(1)
  columns, rows = columns or 80, rows or 24
  columns = math.max(20, math.min(columns - 1, 120))
  local wanted = math.floor(columns * figure.height / figure.width / 2 + 0.5)
  rows = math.max(8, math.min(wanted, rows - 3))
  return terminal.render(figure, terminal.style(columns, rows))
end

--- Print lines, over those printed before where the terminal can.
---@param lines string[]
---@param above integer how many were printed before
---@return integer how many now
function show.print(lines, above)
  if core.process.terminal(1) and environment "TERM" ~= "dumb" then
    if above > 0 then io.stdout:write(("\27[%dA"):format(above)) end
    for _, line in ipairs(lines) do io.stdout:write("\r", line, "\27[K\n") end
  else
    io.stdout:write(table.concat(lines, "\n"), "\n")
  end
  io.stdout:flush()
  return #lines
end

-- ---- graphics in the terminal ----

local BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local DIGIT = {}
for i = 0, 4095 do
  DIGIT[i] = BASE64:sub((i >> 6) + 1, (i >> 6) + 1) .. BASE64:sub((i & 63) + 1, (i & 63) + 1)
end

--- Bytes as base64 (RFC 4648).
---@param s string
---@return string
function show.base64(s)
  local out, n = {}, 0
  local whole = #s - #s % 3
  for i = 1, whole, 3 do
    local a, b, c = s:byte(i, i + 2)
    local v = a << 16 | b << 8 | c
    n = n + 1
    out[n] = DIGIT[v >> 12] .. DIGIT[v & 4095]
  end
  if whole < #s then
    local a, b = s:byte(whole + 1, whole + 2)
    local v = a << 16 | (b or 0) << 8
    out[n + 1] = DIGIT[v >> 12] .. (b and DIGIT[v & 4095]:sub(1, 1) or "=") .. "="
  end
  return table.concat(out)
end

--- A PNG picture in kitty's protocol, in pieces of 4096 characters.
function show.kitty(picture)
  local coded = show.base64(picture)
  local parts = {}
  for at = 1, #coded, 4096 do
    local more = at + 4096 <= #coded and 1 or 0
    local head = at == 1 and "f=100,a=T," or ""
    parts[#parts + 1] = ("\27_G%sm=%d;%s\27\\"):format(head, more, coded:sub(at, at + 4095))
  end
  return table.concat(parts) .. "\n"
end

-- ---- files ----

local numbers = {}

--- The next numbered path of this run: figure-1.png, figure-2.png, ...
---@param ending string
---@return string
function show.numbered(ending)
  numbers[ending] = (numbers[ending] or 0) + 1
  return ("figure-%d.%s"):format(numbers[ending], ending)
end

--- Show a figure.
---@param figure latent.plot.Figure
function show.figure(figure)
  local target = show.target()
  if target == "none" then return end
  if target == "text" then
    io.stdout:write(table.concat(show.lines(figure), "\n"), "\n")
  elseif target == "kitty" then
    io.stdout:write(show.kitty(figure:render "png"))
  elseif target == "file" then
    local path = show.numbered "png"
    file.write("plot.show", path, function() return figure:render "png" end)
    print(path)
  else
    local built = scene.build(figure, metrics, figure.width, figure.height)
    if target == "sixel" then
      io.stdout:write(gnuplot.draw("plot.show", target, { built }), "\n")
    else
      gnuplot.run("plot.show", gnuplot.script(target, { built }), nil, target)
    end
  end
  io.stdout:flush()
end

return show
