-- Child processes as the plot modules use them.
require "latent"
local process = require("latent.core").process
local la = require "latent"

describe("a child process", function()
  it("gets its arguments as they are, without a shell", function()
    local child = process.spawn { "printf", "%s|", "a b", "$(id)", "`id`", "*", "'", "" }
    local code, out, err = child:finish()
    assert.same({ 0, "a b|$(id)|`id`|*|'||", "" }, { code, out, err })
  end)

  it("that does not exist is told with the reason", function()
    local child, reason = process.spawn { "/no/such/program" }
    assert.is_nil(child)
    assert.equal("No such file or directory", reason)
    assert.is_nil((process.spawn { "/tmp" }))
  end)

  it("reads and writes more than a pipe holds, both at once", function()
    local child = process.spawn({ "cat" }, 20)
    local data = ("0123456789abcdef"):rep(200000)
    assert.is_true(child:write(data))
    local _, out = child:finish()
    assert.equal(#data, #out)
    assert.is_true(out == data)
  end)

  it("takes tensors as their bytes", function()
    local t = la.tensor({ 1.5, -2, 1e300 }, { dtype = "float64" })
    local child = process.spawn { "cat" }
    child:write(t)
    child:write(la.tensor({ 1, 255 }, { dtype = "uint8" }))
    local _, out = child:finish()
    assert.equal(string.pack("<dddBB", 1.5, -2, 1e300, 1, 255), out)
    child = process.spawn { "cat" }
    assert.has_error(function() child:write(la.zeros(3, 2):t()) end)
    child:kill()
  end)

  it("gives its exit code, its complaints and its processor time", function()
    local code, out, err, cpu = process.spawn { "sh", "-c", "echo out; echo err >&2; exit 7" }:finish()
    assert.same({ 7, "out\n", "err\n" }, { code, out, err })
    assert.equal("float", math.type(cpu))
    assert.equal(128 + 15, (process.spawn { "sh", "-c", "kill $$" }:finish()))
  end)

  it("that stops reading is noticed, without a signal", function()
    local child = process.spawn({ "true" }, 10)
    local done, reason
    for _ = 1, 100 do
      done, reason = child:write(("x"):rep(100000))
      if not done then break end
    end
    assert.is_nil(done)
    assert.equal("closed", reason)
    assert.equal(0, (child:finish()))
  end)

  it("that hangs is ended in time, reading or not", function()
    local started = os.time()
    local child = process.spawn({ "sleep", "100" }, 0.3)
    assert.same({ nil, "timeout" }, { child:write(("x"):rep(1e7)) })
    child = process.spawn({ "sleep", "100" }, 0.3)
    assert.same({ nil, "timeout" }, { child:finish() })
    child = process.spawn({ "sh", "-c", "trap '' TERM; while :; do echo x; done" }, 0.3)
    assert.is_nil((child:finish()))
    assert.is_true(os.time() - started < 5)
  end)

  it("may leave a helper behind that holds its output open", function()
    local started = os.time()
    local code, out = process.spawn({ "sh", "-c", "sleep 20 & echo done" }, 30):finish()
    assert.same({ 0, "done\n" }, { code, out })
    assert.is_true(os.time() - started < 5)
  end)

  it("is polled without waiting", function()
    local child = process.spawn { "sh", "-c", "read x; echo got $x" }
    assert.is_false(child:poll())
    child:write "word\n"
    child:close_input()
    for _ = 1, 500 do
      if child:poll() then break end
      process.sleep(0.01)
    end
    assert.is_true(child:poll())
    assert.equal("got word\n", select(2, child:finish()))
  end)

  it("ends with its handle", function()
    local function pids()
      local pipe = io.popen "ps -o args= --ppid $PPID"
      local list = pipe:read "a"
      pipe:close()
      return list
    end
    do
      local child <close> = process.spawn { "sleep", "98761" }
      assert.is_truthy(child)
    end
    assert.is_nil(pids():find "98761")
    process.spawn { "sleep", "98762" }
    collectgarbage()
    collectgarbage()
    assert.is_nil(pids():find "98762")
  end)

  it("refuses what no program could take", function()
    assert.has_error(function() process.spawn {} end)
    assert.has_error(function() process.spawn { "a\0b" } end)
    assert.has_error(function() process.spawn { true } end)
    assert.has_error(function() process.spawn "ls" end)
  end)

  it("is not a terminal here, and sleeps as long as told", function()
    local pipe = process.spawn { os.getenv "LATENT_BUILD" .. "/latent", "-e",
      "require 'latent' print(require('latent.core').process.terminal(1))" }
    assert.equal("nil\n", (select(2, pipe:finish())):gsub("^\n", "nil\n"))
    local clock = require("latent.core").host.clock
    local before = clock()
    process.sleep(0.05)
    assert.is_true(clock() - before >= 0.05)
  end)
end)
