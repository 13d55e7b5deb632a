--- Live plots of training: a curve that redraws itself while a loop runs.
local Figure = require "latent.plot.figure"
local core = require "latent.core"
local errors = require "latent.errors"
local file = require "latent.plot.file"
local gnuplot = require "latent.plot.gnuplot"
local metrics = require "latent.plot.metrics"
local scene = require "latent.plot.scene"
local show = require "latent.plot.show"

--- A live plot, as la.plot.live makes it.
--- Example:
---     local live <close> = la.plot.live{path = "live.png"}
---     live:add(0.5)
---@class latent.plot.Live
local Live = {}
Live.__index = Live

local SHORTEST = 0.5 -- seconds between redraws
local SHARE = 0.015  -- of the time gone by that redrawing may have taken
local MOST = 2000    -- points of one curve; beyond, neighbours are averaged

--- Seconds of processor time that the first redraw will take, guessed; then it is measured.
local GUESS = { text = 0.01, file = 0.12, kitty = 0.15, sixel = 0.2, qt = 0.05, x11 = 0.05 }

local OWN = { path = false, every = false, smooth = false }

--- Make a live plot. Feed it with `add`; end it with `close`, or declare it `<close>`.
---
--- It redraws itself at most twice a second, and less often if that would take more than two
--- hundredths of the loop's time. It appears where figures appear with `show`; with `path`, or in a
--- script without a terminal, the picture is a file that is written over and over.
--- Example:
---     local live <close> = la.plot.live{path = "loss.png", smooth = 0.9}
---     for i = 1, 20 do live:add{train = 1 / i, test = 1.2 / i} end
---@param opts? table path (a file), every (seconds between redraws, 0.5 at least), smooth (0 to 1: draw a moving average with this weight of the past too), and the options of la.plot.figure
---@return latent.plot.Live
local function new(opts)
  if opts ~= nil and type(opts) ~= "table" then errors.raise("plot.live: options must be a table") end
  local own, given = {}, {}
  for name, value in pairs(opts or {}) do
    if OWN[name] ~= nil then own[name] = value else given[name] = value end
  end
  if given.xlabel == nil then given.xlabel = "iteration" end
  if given.ylabel == nil then given.ylabel = "loss" end
  for name, most in pairs { every = 3600, smooth = 0.9999 } do
    local v = own[name]
    if v ~= nil and (type(v) ~= "number" or not (v >= 0 and v <= most)) then
      errors.raise(("plot.live: %s must be a number from 0 to %g, got %s"):format(name, most, tostring(v)))
    end
  end
  local target = own.path and "file" or show.target()
  local path = target == "file" and (own.path or show.numbered "png") or nil
  if path then file.format("plot.live", path, { "png", "svg", "pdf" }) end
  if target ~= "text" and target ~= "none" then gnuplot.start("plot.live"):kill() end -- is it there?
  local now = core.host.clock()
  return setmetatable({
    figure = Figure.new(given), target = target, path = path, numbered = path ~= own.path, smooth = own.smooth,
    every = math.max(SHORTEST, own.every or 0), next_draw = now + SHORTEST,
    names = {}, curves = {}, count = 0, height = 0, spent = 0, cost = GUESS[target] or 0, started = now,
  }, Live)
end

--- One more point of a curve: neighbours are joined when there are too many.
local function append(curve, x, y)
  curve.sum, curve.xsum, curve.held = curve.sum + y, curve.xsum + x, curve.held + 1
  if curve.held < curve.group then return end
  local n = #curve.y + 1
  curve.x[n], curve.y[n] = curve.xsum / curve.held, curve.sum / curve.held
  curve.sum, curve.xsum, curve.held = 0, 0, 0
  if n < MOST then return end
  for k = 1, n // 2 do
    curve.x[k] = (curve.x[2 * k - 1] + curve.x[2 * k]) / 2
    curve.y[k] = (curve.y[2 * k - 1] + curve.y[2 * k]) / 2
  end
  for k = n, n // 2 + 1, -1 do curve.x[k], curve.y[k] = nil, nil end
  curve.group = curve.group * 2
end

local function add_value(self, name, value)
  local curve = self.curves[name]
  if not curve then
    curve = { x = {}, y = {}, group = 1, sum = 0, xsum = 0, held = 0 }
    self.curves[name] = curve
    self.names[#self.names + 1] = name
  end
  append(curve, self.count, value)
end

local function number_of(value)
  if type(value) == "number" then return value end
  if core.is_tensor(value) then return value:item() end
  errors.raise(("plot.live: expected a number, got %s"):format(type(value)))
end

--- Add the values of one iteration: live:add(loss), or live:add{train = loss, test = other}.
--- Example:
---     local live <close> = la.plot.live{path = "loss.png"}
---     live:add(0.5)
---     live:add(la.tensor(0.25))
---@param values number|table|any a number, a tensor of one element, or a table of them by name
---@return latent.plot.Live self
function Live:add(values)
  self.count = self.count + 1
  if type(values) == "table" then
    for name, value in pairs(values) do add_value(self, name, number_of(value)) end
  else
    add_value(self, "loss", number_of(values))
  end
  local now = core.host.clock()
  if now >= self.next_draw then self:tick(now) end
  return self
end

local function moving_average(y, weight)
  local out, mean, correction = {}, 0, 1
  for i = 1, #y do
    mean, correction = weight * mean + (1 - weight) * y[i], correction * weight
    out[i] = mean / (1 - correction)
  end
  return out
end

local function draw_curves(self)
  local figure = self.figure:clear()
  table.sort(self.names)
  for k, name in ipairs(self.names) do
    local curve = self.curves[name]
    local label = #self.names > 1 and name or nil
    if #curve.y > 0 then
      if self.smooth then
        figure:line(curve.x, curve.y, { color = k, alpha = 0.3, linewidth = 1 })
        figure:line(curve.x, moving_average(curve.y, self.smooth), { color = k, label = label })
      else
        figure:line(curve.x, curve.y, { color = k, label = label })
      end
    end
  end
  return figure
end

--- Take up what a gnuplot that was left running has done; its picture becomes the file.
local function collect(self, wait)
  local child = self.child
  if not child or not (wait or child:poll()) then return end
  self.child = nil
  local code, out, _, cpu = child:finish()
  if code == 0 and out ~= "" then
    self.spent, self.cost = self.spent + cpu, self.cost + cpu
    file.write("plot.live", self.path, function() return out end)
  end
end

--- gnuplot draws the file beside the loop; the picture is taken up at the next redraw.
local function draw_file(self)
  local figure = draw_curves(self)
  local built = scene.build(figure, metrics, figure.width, figure.height)
  local format = file.format("plot.live", self.path, { "png", "svg", "pdf" })
  self.child = gnuplot.start("plot.live")
  gnuplot.feed(self.child, gnuplot.script(format, { built }))
  self.child:close_input()
end

local function draw_text(self)
  self.height = show.print(show.lines(draw_curves(self)), self.height)
end

local function draw_graphics(self)
  if self.height > 0 then io.stdout:write "\0278" else io.stdout:write "\0277" end
  self.height = 1
  show.figure(draw_curves(self))
end

local function draw_window(self)
  local figure = draw_curves(self)
  local built = scene.build(figure, metrics, figure.width, figure.height)
  self.child = self.child or gnuplot.start("plot.live", nil, self.target)
  self.child:deadline(gnuplot.timeout)
  if not gnuplot.feed(self.child, gnuplot.script(self.target, { built })) then
    error("the window has gone", 0)
  end
end

local DRAW = { text = draw_text, kitty = draw_graphics, sixel = draw_graphics, qt = draw_window, x11 = draw_window }

--- Redraw, whatever the time.
--- Example:
---     local live = la.plot.live{path = "loss.png"}
---     live:add(0.5)
---     live:draw()
---     live:close()
---@return latent.plot.Live self
function Live:draw()
  local before = core.host.clock()
  if self.target == "file" then
    if not self.child then draw_file(self) end
  elseif DRAW[self.target] then
    DRAW[self.target](self)
  end
  self.cost = core.host.clock() - before
  self.spent = self.spent + self.cost
  return self
end

--- Redraw if the time spent so far allows it, and say when to look again.
---@private
function Live:tick(now)
  local allowed = self.started + (self.spent + self.cost) / SHARE
  local ok, message = pcall(function()
    if self.target == "file" then collect(self) end
    if now >= allowed then self:draw() end
  end)
  if not ok then -- no reason to end a training, unless the user wants it to end
    if tostring(message):find "interrupted!" then error(message, 0) end
    self.target = "none"
    io.stderr:write(("plot.live: no more pictures: %s\n"):format(message))
  end
  self.next_draw = math.max(core.host.clock() + self.every, allowed)
end

--- Draw the last state and end. The path of a numbered file is printed.
--- Example:
---     local live = la.plot.live{path = "loss.png"}
---     live:add(0.5)
---     live:close()
function Live:close()
  if self.target == "none" or self.closed then return end
  self.closed = true
  if self.target == "file" then
    collect(self, true)
    file.write("plot.live", self.path, function()
      return draw_curves(self):render(file.format("plot.live", self.path, { "png", "svg", "pdf" }))
    end)
    if self.numbered then print(self.path) end
  else
    self:draw()
    if self.child then
      self.child:deadline(gnuplot.timeout)
      self.child:finish()
    end
  end
end

Live.__close = Live.close

return new
