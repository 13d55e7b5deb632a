--- Progress of long work: a bar with rate and time left on a terminal, sparse lines elsewhere.
---
---     for i, bar in la.progress(1000, {label = "training"}) do
---       local loss = step()
---       bar:note("loss %.4f", loss)
---     end
---
--- Bars nest: an inner one stands below the outer one and vanishes when it is done. What takes less
--- than a fifth of a second draws nothing; off a terminal, what takes less than two. A single
--- call of the engine (a product, a sort, a file) gets a bar too when it takes more than one second.
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"

local FRAME = 0.1      -- seconds between redraws on a terminal
local DELAY = 0.2      -- before the first
local LINE_DELAY = 2   -- before the first line elsewhere
local LINE_FRAME = 10  -- between lines
local WIDTH = 24       -- cells of the bar
local SMOOTHING = 0.3  -- weight of the latest stretch in the rate

--- Bars under way by number, outermost first. Weak: an abandoned bar must not count as outer.
local open = setmetatable({}, { __mode = "v" })
local count = 0

--- A progress bar, as `la.progress.bar` makes it and `la.progress` hands it to the loop.
--- Example: la.progress.bar(10).total
---@class progress.Bar
---@field total integer|nil
---@field done integer
local Bar = {}
Bar.__index = Bar

local function duration(seconds)
  seconds = math.ceil(math.min(seconds, 1e9))
  if seconds < 60 then return ("%d s"):format(seconds) end
  local minutes = seconds // 60
  if minutes < 60 then return ("%d:%02d"):format(minutes, seconds % 60) end
  return ("%d:%02d:%02d"):format(minutes // 60, minutes % 60, seconds % 60)
end

local function per_second(rate)
  if rate >= 100 then return ("%.0f/s"):format(rate) end
  if rate >= 1 then return ("%.1f/s"):format(rate) end
  return rate > 0 and ("%s each"):format(duration(1 / rate)) or "-/s"
end

--- A number of steps that was given, 1e3 as well as 1000, as an integer.
local function steps(given)
  local whole = math.type(given) and math.tointeger(given)
  return whole or errors.raise(("progress: the number of steps must be an integer, not %s"):format(tostring(given)))
end

--- Make a bar by hand, for loops that the iterator does not fit: `local bar <close> = ...`.
--- Example:
---     local bar <close> = la.progress.bar(1000, {label = "rows"})
---     for i = 1, 1000 do bar:update(i) end
---@param total integer|nil number of steps; nil when it is not known
---@param given? {label: string, counts: boolean, leave: boolean, quiet: boolean, output: file*,
---  columns: integer} counts (true) shows steps and rate; leave (true) keeps the outermost bar when it is done; columns
---  forces the terminal form, that wide
---@return progress.Bar
local function new_bar(total, given)
  local o = options.check("progress", given, {
    label = "", counts = true, leave = true, quiet = false, output = io.stderr, columns = options.NONE,
  })
  if total ~= nil then total = steps(total) end
  local now = core.host.clock()
  local columns = o.columns or (o.output == io.stderr and core.host.columns()) or nil
  local self = setmetatable({
    total = total, done = 0, label = o.label, output = o.output, quiet = o.quiet,
    counts = o.counts, leave = o.leave, columns = columns, start = now, begun = now, last = now, last_done = 0,
    drawn = false, values = {}, due = now + (columns and DELAY or LINE_DELAY),
  }, Bar)
  count = count + 1
  self.number, open[count] = count, self
  return self
end

--- Bars of the same output above this one.
local function depth_of(self)
  local depth = 0
  for number, bar in pairs(open) do
    if number < self.number and bar.output == self.output and bar.drawn then depth = depth + 1 end
  end
  return depth
end

local function measure(self, now)
  local stretch = now - self.last
  if stretch > 0 then
    local rate = (self.done - self.last_done) / stretch
    self.rate = self.rate and self.rate + SMOOTHING * (rate - self.rate) or rate
    self.last, self.last_done = now, self.done
  end
end

--- Count, rate, time and text, as both forms show them.
local function facts(self, now)
  local parts = {}
  local seconds = now - self.start
  if self.counts then
    parts[1] = self.total and ("%d/%d"):format(self.done, self.total) or tostring(self.done)
    parts[2] = per_second(self.finished and self.done / math.max(now - self.begun, 1e-9) or self.rate or 0)
  end
  if self.finished then
    parts[#parts + 1] = seconds < 60 and ("%.1f s"):format(seconds) or duration(seconds)
  elseif self.total and self.rate and self.rate > 0 then
    parts[#parts + 1] = duration((self.total - self.done) / self.rate) .. " left"
  end
  if self.format then
    parts[#parts + 1] = self.format:format(table.unpack(self.values, 1, 4))
  end
  return table.concat(parts, "  ")
end

local function bar_line(self, now)
  local line = facts(self, now)
  if self.total and self.total > 0 then
    local share = math.min(self.done / self.total, 1)
    local filled = math.floor(share * WIDTH)
    line = ("%3d%% [%s%s] %s"):format(math.floor(100 * share), ("#"):rep(filled), ("."):rep(WIDTH - filled), line)
  end
  if self.label ~= "" then line = self.label .. " " .. line end
  line = line:gsub("%c", " ")
  if not utf8.len(line) then return line:sub(1, self.columns - 1) end
  return line:sub(1, (utf8.offset(line, self.columns) or #line + 1) - 1)
end

local function draw(self, now)
  measure(self, now)
  if self.columns then
    local depth = depth_of(self)
    self.output:write(("\n"):rep(depth), "\r", bar_line(self, now), "\27[K", ("\27[A"):rep(depth))
    self.due = now + FRAME
  else
    self.output:write(self.label ~= "" and self.label .. ": " or "", facts(self, now), "\n")
    self.due = now + LINE_FRAME
  end
  self.output:flush()
  self.drawn = true
end

--- Say how far the work has come. Cheap: looks at the clock, and draws ten times a second at most.
--- Example:
---     local bar <close> = la.progress.bar(3)
---     for i = 1, 3 do bar:update(i, "loss %.3f", 1 / i) end
---@param done integer steps done; 0 says that what comes before the first is over, and starts the pace
---@param format? string text beside the bar, as note
---@param ... any values of the format
function Bar:update(done, format, ...)
  self.done = done
  if format then self:note(format, ...) end
  if self.quiet then return end
  local now = core.host.clock()
  if done == 0 then
    self.begun, self.last = now, now
  elseif now >= self.due then
    draw(self, now)
  end
end

--- The text beside the bar, as string.format with up to four values: the latest loss. It is put
--- together only when the bar is drawn.
--- Example:
---     local bar <close> = la.progress.bar(3)
---     bar:note("loss %.3f", 0.5)
---@param format string
---@param ... any up to four values
function Bar:note(format, ...)
  local values = self.values
  self.format = format
  values[1], values[2], values[3], values[4] = ...
end

--- The work is done (or given up): the bar shows the whole time and stays, an inner one vanishes, and
--- so does one that is not to be left.
--- Example:
---     local bar = la.progress.bar(3)
---     bar:update(3)
---     bar:finish()
function Bar:finish()
  if self.finished then return end
  self.finished = true
  local depth = depth_of(self)
  local now = core.host.clock()
  if self.drawn and self.columns and (depth > 0 or not self.leave) then
    self.output:write(("\n"):rep(depth), "\r\27[K", ("\27[A"):rep(depth))
  elseif self.drawn or (not self.quiet and not self.columns and now - self.start >= LINE_DELAY) then
    draw(self, now)
    if self.columns then self.output:write("\n") end
  end
  open[self.number] = nil
end

Bar.__close = Bar.finish

--- Iterate from 1 to n with a bar: for i, bar in la.progress(n) do ... end
--- Example:
---     local sum = 0
---     for i, bar in la.progress(1000, {label = "summing"}) do
---       sum = sum + i
---       bar:note("sum %d", sum)
---     end
---     return sum
---@param n integer
---@param given? table options as progress.bar
local function iterate(_, n, given)
  n = steps(n)
  local bar = new_bar(n, given)
  local function next_step(_, i)
    bar:update(i)
    if i < n then return i + 1, bar end
    bar:finish()
    return nil
  end
  return next_step, nil, 0, bar
end

return setmetatable({ bar = new_bar }, { __call = iterate })
