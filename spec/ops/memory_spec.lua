-- Memory: temporaries that nobody collects, training loops, running out of memory. Each in a process of
-- its own, whose peak is read from /proc.
local la = require "latent"
local support = require "app.support"

local function read_status() return support.read("/proc/self/status") end

local on_linux = pcall(read_status)

--- Run Lua code in a fresh interpreter, under an optional shell command; what it prints.
local function run(code, before)
  local path = support.write(os.tmpname(), [[
    local la = require "latent"
    local function status(name)
      for line in io.lines "/proc/self/status" do
        local value = line:match("^" .. name .. ":%s+(%d+)")
        if value then return tonumber(value) / 1024 end
      end
    end
  ]] .. code)
  local result = support.run(("%s exec %s %s"):format(before or "", support.quote(support.latent), path))
  os.remove(path)
  assert(result.code == 0, ("exit %d: %s"):format(result.code, result.err))
  return result.out
end

local it_on_linux = on_linux and it or pending

-- The footprint of a process means nothing under AddressSanitizer: its runs leave these out by the tag.
describe("memory #footprint", function()
  -- LATENT_BIG=1 makes them 10,000: the peak is the same
  local count = os.getenv("LATENT_BIG") and 10000 or 2500

  it_on_linux(("%d temporaries of 8 MB stay below 300 MB"):format(count), function()
    local peak = tonumber(run(([[
      for _ = 1, %d do local _ = la.zeros(2000000) end
      print(status "VmHWM")
    ]]):format(count)))
    assert(peak < 300, ("peak of %.0f MB"):format(peak))
  end)

  it_on_linux("expressions of many steps stay below 300 MB too", function()
    local peak = tonumber(run [[
      local x = la.rand(2000000)
      for _ = 1, 40 do x = (x * 2 - x + 1) / 2 end
      for _ = 1, 5 do local _ = x:sort(); local _ = x:reshape(1000, 2000):softmax(1) end
      print(status "VmHWM")
    ]])
    assert(peak < 300, ("peak of %.0f MB"):format(peak))
  end)

  it_on_linux("large temporaries find their memory again after work with many small ones", function()
    local faults = tonumber(run [[
      local function faults()
        local line <close> = io.open "/proc/self/stat"
        return tonumber(line:read("a"):match "^.*%) %S+ %S+ %S+ %S+ %S+ %S+ %S+ (%d+)")
      end
      local small = {}
      for i = 1, 3000 do small[i] = la.zeros(12000) end
      small = nil
      collectgarbage()
      local x, y = la.ones(10000000), la.ones(10000000)
      for _ = 1, 20 do local _ = x + y end
      local before = faults()
      for _ = 1, 20 do local _ = x + y end
      print(faults() - before)
    ]])
    assert(faults < 100, ("%d page faults"):format(faults))
  end)

  it_on_linux("a thousand training steps do not grow the process", function()
    local growth = tonumber(run [[
      local nn, optim = la.nn, la.optim
      local net = nn.Sequential(nn.Linear(20, 64), nn.Tanh(), nn.Linear(64, 5))
      local adam = optim.Adam(net:parameters(), { lr = 1e-3 })
      local x, y = la.randn(200, 20), la.randn(200, 5)
      local function steps(n)
        for _ = 1, n do
          local batch = la.randint(1, 200, { 32 })
          local loss = nn.mse_loss(net(x[batch]):softmax(2):cumsum(2), y[batch])
          adam:zero_grad()
          loss:backward()
          adam:step()
        end
        collectgarbage()
        return status "VmRSS"
      end
      local before = steps(300)
      print(steps(1000) - before)
    ]])
    assert(growth < 8, ("grew by %.1f MB"):format(growth))
  end)

  it_on_linux("a thousand graphs that are never walked do not grow it either", function()
    local growth = tonumber(run [[
      local w = la.randn(1000, 100):requires_grad(true)
      local function steps(n)
        for _ = 1, n do local _ = (w * 2):sort(2):sum() end
        collectgarbage()
        return status "VmRSS"
      end
      local before = steps(200)
      print(steps(1000) - before)
    ]])
    assert(growth < 16, ("grew by %.1f MB"):format(growth))
  end)

  it("running out of it is an error, and the session lives", function()
    local out = run([[
      local failed, message = 0, nil
      local kept = {}
      for _ = 1, 4000 do
        local ok, result = pcall(la.ones, 1000000)
        if not ok then
          failed, message = failed + 1, result
          break
        end
        kept[#kept + 1] = result
      end
      print(failed, message:match("out of memory") )
      local x = kept[1]
      for name, f in pairs {
        sort = function() return la.ones(100000000):sort() end,
        cat = function() return la.cat(kept) end,
        outer = function() return la.outer(la.ones(30000), la.ones(30000)) end,
        expand = function() return x:expand(3000, 1000000):clone() end,
        zeros = function() return la.zeros(1 << 50) end,
        histogram = function() return x:histogram { bins = 2000000000 } end,
        tile = function() return x:tile(5000) end,
        one_hot = function() return la.one_hot(x:to("int64"), { classes = 100000 }) end,
      } do
        local ok, problem = pcall(f)
        print(name, not ok and (problem:match("out of memory") or problem))
      end
      kept = nil
      print(la.ones(1000000):sum())
    ]], "ulimit -v 3000000;")
    local lines = {}
    for line in out:gmatch("[^\n]+") do lines[#lines + 1] = line end
    assert.equal("1\tout of memory", lines[1])
    for i = 2, #lines - 1 do assert.matches("out of memory", lines[i]) end
    assert.equal("1000000.0", lines[#lines])
  end)
end)

-- Small tensors own nothing outside of Lua until somebody takes a view of them or puts them on a graph.
describe("small tensors that are viewed late", function()
  local function settled()
    collectgarbage()
    collectgarbage()
    return (la.memory())
  end

  local function thousand()
    local list = {}
    for i = 1, 1000 do list[i] = la.full({ 3 }, i) end
    return list
  end

  it("are given back with their views, and not before", function()
    local before = settled()
    local list, views = thousand(), {}
    for i, x in ipairs(list) do views[i] = x:unsqueeze(1) end
    for _, x in ipairs(list) do x:narrow(1, 1, 1):fill_(0) end
    assert(settled() > before)
    list = nil -- luacheck: ignore
    assert(settled() > before)
    for i, view in ipairs(views) do assert.same({ { 0, i, i } }, view:totable()) end
    views = nil -- luacheck: ignore
    assert.equal(before, settled())
  end)

  it("live on without their views, and as parameters", function()
    local before = settled()
    local list = thousand()
    for _, x in ipairs(list) do
      assert.same({ 3, 1 }, x:reshape(3, 1).shape)
      x:requires_grad(true)
    end
    settled()
    for i, x in ipairs(list) do
      x:sum():backward()
      assert.same({ i, i, i }, x:totable())
      assert.same({ 1, 1, 1 }, x.grad:totable())
    end
    list = nil -- luacheck: ignore
    assert.equal(before, settled())
  end)

  it("make stacks, files and graphs by the thousand", function()
    local list = thousand()
    assert.equal(3 * 500500, la.stack(list):sum())
    local split = la.stack(list):unbind(1)
    assert.equal(1000, #split)
    assert.same({ 7, 7, 7 }, split[7]:totable())
  end)
end)
