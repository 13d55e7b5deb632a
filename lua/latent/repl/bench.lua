--- Timing for %time and %bench.
local bench = {}

local BATCH, TOTAL, MIN_BATCHES, MAX_BATCHES = 2e-3, 1.0, 5, 200

--- A duration with three digits: "12.3 ms".
---@param seconds number
---@return string
function bench.duration(seconds)
  for _, unit in ipairs { { 1, "s" }, { 1e-3, "ms" }, { 1e-6, "µs" }, { 1e-9, "ns" } } do
    local scaled = seconds / unit[1]
    -- 0.9995 rounds up to 1.00 of this unit
    if scaled >= 0.9995 or unit[2] == "ns" then
      local digits = scaled < 9.995 and 2 or scaled < 99.95 and 1 or 0
      return ("%." .. digits .. "f %s"):format(scaled, unit[2])
    end
  end
end

local function quantile(sorted, q)
  local at = 1 + q * (#sorted - 1)
  local low = math.floor(at)
  local high = math.min(low + 1, #sorted)
  return sorted[low] + (at - low) * (sorted[high] - sorted[low])
end

--- Call a function again and again for about a second, in batches long enough for the clock.
---@param f function
---@param clock fun(): number seconds
---@return {median: number, low: number, high: number, calls: integer, batches: integer} per call
function bench.measure(f, clock)
  local function batch(calls)
    local start = clock()
    for _ = 1, calls do f() end
    return clock() - start
  end
  local calls, elapsed = 1, batch(1)
  local spent = elapsed
  while elapsed < BATCH do
    calls = elapsed > BATCH / 100 and math.ceil(calls * BATCH / elapsed) or calls * 10
    elapsed = batch(calls)
    spent = spent + elapsed
  end
  local times = {}
  while #times < MIN_BATCHES or spent < TOTAL and #times < MAX_BATCHES do
    elapsed = batch(calls)
    spent = spent + elapsed
    times[#times + 1] = elapsed / calls
  end
  table.sort(times)
  return {
    median = quantile(times, 0.5), low = quantile(times, 0.25), high = quantile(times, 0.75),
    calls = calls, batches = #times,
  }
end

--- One line for a measurement.
function bench.report(m)
  return ("median %s, middle half %s to %s (%d x %d calls)"):format(bench.duration(m.median),
    bench.duration(m.low), bench.duration(m.high), m.batches, m.calls)
end

return bench
