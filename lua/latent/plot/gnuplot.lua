--- The gnuplot backend: a scene to a script with binary data, and a child process that draws it.
---
--- gnuplot is started without a shell and never sees a path: it writes the picture to its standard
--- output. All text of the user goes through text.gnuplot().
local color = require "latent.plot.color"
local core = require "latent.core"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local glyphs = require "latent.plot.glyphs"
local text = require "latent.plot.text"

local gnuplot = {
  program = "gnuplot",
  timeout = 60, -- seconds that a picture may take
}

local SECONDS_A_SCENE = 2 -- more for each further scene of an animation
local NUMBERS_A_SECOND = 20000 -- and for many numbers

local MESH_FULL, MESH_SMALLEST = 4, 1 -- pixels that cells are apart whose borders are drawn in full, and at all

local FONT = "DejaVu Sans"

--- For each terminal: its name and options, and how its units of text, lines, points and dashes relate
--- to pixels (as measured). round: lines have round ends. plain_minus: its fonts lack the true one.
--- cairo: draws with the fonts of this machine, and badly what they lack.
local TERMINALS = {
  png = { "pngcairo rounded size %d,%d background '#ffffff'", text = 0.75, line = 1, point = 1 / 6.1,
    dash = 4, round = true, cairo = true },
  svg = { "svg rounded size %d,%d dynamic background '#ffffff'", text = 1, line = 1, point = 1 / 9,
    dash = 2, round = true, font_size = 12 },
  pdf = { "pdfcairo rounded size %.4fin,%.4fin linewidth 1.5", text = 0.75, line = 1, point = 1 / 8,
    dash = 2.42, round = true, inches = true, cairo = true },
  sixel = { "sixelgd truecolor size %d,%d background '#ffffff'", text = 0.75, line = 1, point = 1 / 6, dash = 2 },
  qt = { "qt size %d,%d persist", text = 0.75, line = 1, point = 1 / 6, dash = 2 },
  x11 = { "x11 size %d,%d persist", plain_minus = true, text = 0.75, line = 1, point = 1 / 6, dash = 2 },
}

local MARKERS = { o = 7, ["."] = 7, s = 5, ["^"] = 9, v = 11, D = 13, x = 2, ["+"] = 1, ["*"] = 3, p = 15 }

-- ---- writing scripts ----

local Script = {}
Script.__index = Script

local function new_script(terminal)
  return setmetatable({ chunks = {}, terminal = terminal }, Script)
end

--- A line of commands.
function Script:add(format, ...)
  local line = select("#", ...) > 0 and format:format(...) or format
  self.chunks[#self.chunks + 1] = line .. "\n"
end

--- A number for gnuplot, whatever the locale.
local function num(v) return (("%.15g"):format(v):gsub(",", ".")) end

local function argb(rgb, alpha)
  return ("'#%02X%06X'"):format(math.floor((1 - (alpha or 1)) * 255 + 0.5), rgb)
end

function Script:pen(pen)
  local t = self.terminal
  local s = ("lw %s lc rgb %s"):format(num(pen.width * t.line), argb(pen.color, pen.alpha))
  if pen.dash then
    local lengths = {}
    local width = math.max(pen.width, 1)
    for i, length in ipairs(pen.dash) do
      -- Round ends make a dash longer by the width, and the gap shorter.
      if t.round then length = math.max(length + (i % 2 == 1 and -width or width), 0.02 * width) end
      lengths[i] = num(length / width * t.dash)
    end
    s = s .. " dt (" .. table.concat(lengths, ",") .. ")"
  else
    s = s .. " dt solid"
  end
  return s
end

local function record(columns)
  return ("'-' binary record=(%d) format='%s' using %s"):format(columns[1]:numel(),
    ("%float64"):rep(#columns), ({ "1", "1:2", "1:2:3", "1:2:3:4", "1:2:3:4:5", "1:2:3:4:5:6",
      "1:2:3:4:5:6:7" })[#columns])
end

--- One element of a plot command for each primitive mark: the words, and the tensor that follows.
local element = {}

function element.path(script, mark)
  local columns = { mark.x, mark.y }
  return record(columns) .. " with lines " .. script:pen(mark.pen), data.pack(columns)
end

function element.points(script, mark)
  local marker = mark.marker
  local size = marker.size * script.terminal.point
  if marker.shape == "." then size = size / 2 end
  local look = (" with points pt %d ps %s lw %s lc rgb "):format(MARKERS[marker.shape], num(size),
    num(math.max(1, marker.size / 5) * script.terminal.line))
  if not mark.colors then
    local columns = { mark.x, mark.y }
    return record(columns) .. look .. argb(marker.color, marker.alpha), data.pack(columns)
  end
  local opaque = math.floor((1 - marker.alpha) * 255 + 0.5) << 24
  local columns = { mark.x, mark.y, mark.colors + opaque }
  return record(columns) .. look .. "variable", data.pack(columns)
end

function element.area(_, mark)
  local columns = { mark.x, mark.y1, mark.y2 }
  return record(columns) .. " with filledcurves fs solid 1 noborder lc rgb " .. argb(mark.fill.color, mark.fill.alpha),
    data.pack(columns)
end

function element.polygon(_, mark)
  local columns = { mark.x, mark.y }
  return record(columns) .. " with filledcurves closed fs solid 1 noborder lc rgb "
    .. argb(mark.fill.color, mark.fill.alpha), data.pack(columns)
end

function element.boxes(script, mark)
  local fill = mark.fill
  local columns = { mark.x1, mark.y1, mark.x1, mark.x2, mark.y1, mark.y2 }
  local look = " with boxxyerror fs solid 1 "
  if fill.edge and fill.edgewidth > 0 then
    look = look .. ("border lc rgb %s lw %s"):format(argb(fill.edge, 1), num(fill.edgewidth * script.terminal.line))
  else
    look = look .. "noborder"
  end
  if not mark.colors then
    return record(columns) .. look .. " lc rgb " .. argb(fill.color, fill.alpha), data.pack(columns)
  end
  columns[7] = mark.colors + (math.floor((1 - fill.alpha) * 255 + 0.5) << 24)
  return record(columns) .. look .. " lc rgb variable", data.pack(columns)
end

function element.image(_, mark)
  local h, w, depth = mark.rgb.shape[1], mark.rgb.shape[2], mark.rgb.shape[3]
  local dx, dy = (mark.x2 - mark.x1) / w, (mark.y2 - mark.y1) / h
  local low = math.min(mark.y1, mark.y2) + math.abs(dy) / 2
  return ("'-' binary array=(%d,%d) %sorigin=(%s,%s) dx=%s dy=%s format='%s' using %s")
    :format(w, h, dy < 0 and "flipy " or "", num(mark.x1 + dx / 2), num(low), num(dx), num(math.abs(dy)),
      ("%uchar"):rep(depth), depth == 4 and "1:2:3:4 with rgbalpha" or "1:2:3 with rgbimage"), mark.rgb
end

function Script:plot(marks)
  local words, tensors = {}, {}
  for _, mark in ipairs(marks) do
    local count = mark.x and mark.x:numel() or mark.x1 and type(mark.x1) ~= "number" and mark.x1:numel() or 1
    if count > 0 then words[#words + 1], tensors[#tensors + 1] = element[mark.kind](self, mark) end
  end
  if #words == 0 then
    self:add "plot NaN notitle"
    return
  end
  self:add("plot " .. table.concat(words, ", "))
  for _, t in ipairs(tensors) do self.chunks[#self.chunks + 1] = t end
end

function Script:range(axis, lim, log)
  self:add("%s logscale %s", log and "set" or "unset", axis)
  self:add("set %srange [%s:%s]", axis, num(lim[1]), num(lim[2]))
end

function Script:margins(x, y, w, h)
  local W, H = self.width, self.height
  self:add("set lmargin at screen %s; set rmargin at screen %s; set bmargin at screen %s; set tmargin at screen %s",
    num(x / W), num((x + w) / W), num(1 - (y + h) / H), num(1 - y / H))
end

--- Shapes in pixels of the picture.
function Script:canvas(marks)
  self:margins(0, 0, self.width, self.height)
  self:range("x", { 0, self.width })
  self:range("y", { self.height, 0 })
  self:plot(marks)
end

function Script:labels(texts)
  for i, t in ipairs(texts) do
    local words = text.gnuplot(self.terminal.cairo and glyphs.replace(t.words) or t.words)
    if self.terminal.plain_minus then words = words:gsub("−", "-") end
    self:add("set label %d %s at screen %s,%s %s rotate by %s font ',%s' textcolor rgb '%s' front", i,
      words, num(t.x / self.width), num(1 - t.y / self.height), t.ha, num(t.rotation),
      num(t.size * self.terminal.text), color.hex(t.color))
  end
end

--- How the cells of a surface are bordered: the fainter the smaller they are, in pixels.
function Script:mesh(width, cell)
  if width == 0 or cell < MESH_SMALLEST then return "noborder" end
  return ("border lc rgb %s lw %s"):format(argb(0x404040, math.min(1, cell / MESH_FULL)),
    num(width * self.terminal.line))
end

--- A surface, as the box of its panel has turned it: seen from above, with its depth as height.
function Script:surface(view)
  local s = view.axes.hints.space
  local h, w = s.z.shape[1], s.z.shape[2]
  self:margins(view.x, view.y, view.w, view.h)
  self:range("x", { view.x, view.x + view.w })
  self:range("y", { view.y + view.h, view.y })
  self:range("z", { -100, 100 })
  self:add("set cbrange [%s:%s]", num(s.lo), num(s.hi > s.lo and s.hi or s.lo + 1))
  local stops = {}
  for i = 1, #s.colors, 5 do stops[#stops + 1] = ("%d '%s'"):format(i, color.hex(s.colors[i])) end
  self:add("set palette defined (%s)", table.concat(stops, ", "))
  local cell = view.axes.box.scale / (math.max(h, w) - 1)
  self:add("set view map; unset colorbox; set pm3d depthorder %s", self:mesh(s.mesh, cell))
  self:add("splot '-' binary record=(%d,%d) format='%s' using 1:2:(-$3):4 with pm3d", w, h, ("%float64"):rep(4))
  self.chunks[#self.chunks + 1] = view.axes.box:points()
end

--- The commands of one scene.
function Script:scene(scene)
  self.width, self.height = scene.width, scene.height
  self:add "set multiplot"
  self:add "unset label"
  if #scene.under > 0 then self:canvas(scene.under) end
  for _, view in ipairs(scene.views) do
    if view.axes.hints.space then
      self:surface(view)
    else
      self:margins(view.x, view.y, view.w, view.h)
      self:range("x", view.xlim, view.xlog)
      self:range("y", view.ylim, view.ylog)
      self:plot(view.marks)
    end
  end
  self:labels(scene.texts)
  self:canvas(scene.over)
  self:add "unset multiplot"
end

local function header(script, width, height, extra)
  local t = script.terminal
  script:add "set encoding utf8; set minussign"
  local size = t.inches and t[1]:format(width / 96 + 1e-5, height / 96 + 1e-5) or t[1]:format(width, height)
  script:add("set term %s enhanced font '%s,%s' %s", size, FONT, num(t.font_size or 10), extra or "")
  script:add "unset key; unset tics; unset border; unset title; set clip one; set clip two"
end

--- The script of scenes, one after another, for a terminal.
---@param name string "png", "svg", "pdf", "sixel", "qt" or "x11"
---@param scenes table[]
---@param extra? string more options of the terminal
---@param after? string a command after each scene
---@return table chunks strings and contiguous tensors, to be written in this order
function gnuplot.script(name, scenes, extra, after)
  local script = new_script(TERMINALS[name])
  header(script, scenes[1].width, scenes[1].height, extra)
  for _, scene in ipairs(scenes) do
    script:scene(scene)
    if after then script:add(after) end
  end
  return script.chunks
end

-- ---- running ----

--- Start gnuplot. While its x11 terminal looks for mouse events it takes the script byte by byte past
--- what inline data have left in the buffer, and loses pieces of it: there the script comes through cat.
---@param where string for error messages
---@param seconds? number it may take in all
---@param terminal? string the terminal that the script is for
---@return table child
function gnuplot.start(where, seconds, terminal)
  local words = { gnuplot.program, "--default-settings" }
  if terminal == "x11" then table.move({ "-e", "load '< cat'" }, 1, 2, 3, words) end
  local child, reason = core.process.spawn(words, seconds or gnuplot.timeout)
  if child then return child end
  if reason == "No such file or directory" then
    errors.raise(("%s: gnuplot is not installed: on Debian and Ubuntu `sudo apt-get install gnuplot-nox`, "
      .. "or gnuplot-qt for windows"):format(where))
  end
  errors.raise(("%s: gnuplot cannot be started: %s"):format(where, reason))
end

--- Write a script to a running gnuplot, with strings gathered to large pieces.
---@param child table
---@param chunks table
---@return boolean|nil done, string|nil reason "closed" or "timeout"
function gnuplot.feed(child, chunks)
  local strings = {}
  local function flush()
    if #strings == 0 then return true end
    local piece = table.concat(strings)
    strings = {}
    return child:write(piece)
  end
  for _, chunk in ipairs(chunks) do
    if type(chunk) == "string" then
      strings[#strings + 1] = chunk
    else
      local done, reason = flush()
      if done then done, reason = child:write(chunk) end
      if not done then return nil, reason end
    end
  end
  return flush()
end

local function complain(where, code, words)
  local said = words:gsub("^%s+", ""):gsub("%s+$", "")
  if #said > 600 then said = "… " .. said:sub(-600) end
  errors.raise(("%s: gnuplot failed (exit code %d)%s"):format(where, code, said ~= "" and ": " .. said or ""))
end

--- An SVG that finds a font on other machines too, has pixels and not blurs for images, and no tool
--- tips. In the user's text every "<" is escaped: it holds none of these elements.
local function polish_svg(svg)
  return (svg:gsub('(<%a+[^<>]-font%-family=)"DejaVu Sans"', '%1"DejaVu Sans, Verdana, Arial, sans-serif"')
    :gsub("<title>[^<]*</title>", ""):gsub("<image ", "<image style='image-rendering:pixelated' "))
end

--- Draw scenes and return the picture, or the pictures one after another, as bytes.
---@param where string for error messages
---@param format string "png", "svg", "pdf" or "sixel"
---@param scenes table[]
---@param extra? string more options of the terminal
---@return string picture
function gnuplot.draw(where, format, scenes, extra)
  local chunks, numbers = gnuplot.script(format, scenes, extra), 0
  for _, chunk in ipairs(chunks) do
    if type(chunk) ~= "string" then numbers = numbers + chunk:numel() end
  end
  local out, _, said = gnuplot.run(where, chunks,
    gnuplot.timeout + SECONDS_A_SCENE * (#scenes - 1) + numbers // NUMBERS_A_SECOND)
  if out == "" then errors.raise(("%s: gnuplot drew nothing: %s"):format(where, said)) end
  return format == "svg" and polish_svg(out) or out
end

--- Run a script and return what gnuplot wrote to standard output.
---@param where string
---@param chunks table
---@param seconds? number it may take in all
---@param terminal? string the terminal that the script is for
---@return string out
---@return number cpu seconds of processor time
---@return string err what it wrote to standard error
function gnuplot.run(where, chunks, seconds, terminal)
  local child <close> = gnuplot.start(where, seconds, terminal)
  local done, reason = gnuplot.feed(child, chunks)
  local code, out, err, cpu
  if done or reason == "closed" then code, out, err, cpu = child:finish() end
  if not code then
    errors.raise(out == "too much output" and where .. ": gnuplot printed without end"
      or ("%s: gnuplot did not finish within %g seconds"):format(where, seconds or gnuplot.timeout))
  end
  if code ~= 0 or not done then complain(where, code, err) end
  return out, cpu, err
end

return gnuplot
