-- `latent` in the place of `lua`: the same invocation gives the same output, messages and exit code.
local support = dofile "spec/app/support.lua"

local folder

setup(function()
  folder = support.folder()
  support.write(folder .. "/args.lua", [[
    print(...)
    local low = 0
    while arg[low - 1] do low = low - 1 end
    for i = low + 1, #arg do print(i, arg[i]) end]])
  support.write(folder .. "/fail.lua", "local function f() error 'no luck' end\nlocal function g() f() end\ng()\n")
  support.write(folder .. "/syntax.lua", "x = = 1\n")
  support.write(folder .. "/hash.lua", "#!/usr/bin/env lua\nprint('past the first line')\n")
  support.write(folder .. "/table.lua", "error(setmetatable({}, {__tostring = function() return 'I speak' end}))")
  support.write(folder .. "/mod.lua", "return {name = ..., value = 42}")
  support.write(folder .. "/-dash.lua", "print 'dash'")
end)

teardown(function() support.remove(folder) end)

--- Run in the folder; the interpreter is called `lua` in both cases, so that messages compare.
local function invoke(interpreter, case)
  local command = ("cd %s && %s exec -a lua %s %s"):format(support.quote(folder), case.env or "",
    interpreter, case[1])
  return support.run("bash -c " .. support.quote(command), case.input)
end

local cases = {
  { "-e 'print(1 + 1)'" },
  { "-e'print(2)' -e 'print(3)'" },
  { "-e 'x = 1' -e 'print(x)' args.lua a b" },
  { "args.lua" },
  { "args.lua one 'two words' -e" },
  { "-E -W args.lua -x" },
  { "-- args.lua -v" },
  { "-- -dash.lua" },
  { "./-dash.lua" },
  { "-", input = "print('from stdin', ...)" },
  { "- a b", input = "print(arg[0], ...)" },
  { "-- -" },
  { "", input = "print('piped', arg[0] ~= nil, arg[1])" },
  { "", input = "error 'piped'" },
  { "-", input = "error 'dash'" },
  { "", input = "x = = 1" },
  { "-e ''", input = "print 'not read'" },
  { "fail.lua" },
  { "syntax.lua" },
  { "hash.lua" },
  { "table.lua" },
  { "missing.lua" },
  { "-e 'error({})'" },
  { "-e 'error()'" },
  { "-e 'error(42)'" },
  { "-e 'error(\"no place\", 0)'" },
  { "-e 'x = = 1'" },
  { "-e 'local t = nil; t.x = 1'" },
  { "-l mod -e 'print(mod.name, mod.value)'" },
  { "-lmod -e 'print(mod.name)'" },
  { "-l m=mod -e 'print(m.name, mod)'" },
  { "-l nosuch" },
  { "-e 'print(1)' -l nosuch -e 'print(2)'" },
  { "-e" },
  { "-e -v" },
  { "-l" },
  { "-vv", usage = true },
  { "-x", usage = true },
  { "--version", usage = true },
  { "-i2", usage = true },
  { "-W2", usage = true },
  { "-E1", usage = true },
  { "-e 'os.exit(3)'" },
  { "-e 'os.exit(true, true)'" },
  { "-e 'os.exit(false)'" },
  { "-e 'warn(\"@on\") warn(\"careful\")'" },
  { "-e 'warn(\"unheard\")'" },
  { "-W -e 'warn(\"heard\", \" twice\")'" },
  { "-e 'warn(\"@off\")' -W -e 'warn(\"later\")'" },
  { "-e 'print(1)' args.lua", env = "LUA_INIT='print(\"init\")'" },
  { "-e ''", env = "LUA_INIT='print(1)' LUA_INIT_5_4='print(54)'" },
  { "-e ''", env = "LUA_INIT=@hash.lua" },
  { "-e ''", env = "LUA_INIT=@missing.lua" },
  { "-e 'print(1)'", env = "LUA_INIT='error(1)'" },
  { "-e 'print(1)'", env = "LUA_INIT_5_4='x = = 1'" },
  { "-E -e 'print(1)'", env = "LUA_INIT='print(0)'" },
  { "-e 'print(package.path)'", env = "LUA_PATH='here/?.lua;;'" },
  { "-e 'print(package.path, package.cpath)'", env = "LUA_PATH_5_4=a LUA_PATH=b LUA_CPATH='c/?.so;;'" },
  { "-E -e 'print(package.path)'", env = "LUA_PATH='here/?.lua'" },
  { "-e 'print(package.path, package.cpath, _VERSION)'", env = "env -u LUA_PATH" },
  { "-e 'arg = 5' args.lua" },
  { "-e 'arg = {7, 8}' args.lua 9" },
  { "-e 'print(collectgarbage(\"incremental\"))'" },
  { "-e 'io.write(\"no newline\")'" },
  { "-e 'io.stderr:write(\"x\") io.stdout:write(\"y\") os.exit(5, true)'" },
  { "-e 'print(io.read(\"n\", \"l\", \"a\"))'", input = "12 rest\nmore\n" },
  { "-e 'setmetatable({}, {__gc = function() print(\"closed\") end})'" },
  { "-e 'local c <close> = setmetatable({}, {__close = function() print(\"close\") end}) error(1)'" },
  { "-e 'os.setlocale(\"C\") print((\"\\xe9\"):upper() == \"\\xe9\", os.setlocale())'" },
  { "-e 'print(pcall(string.rep))' -e 'print(select(\"#\", load(\"x =\")))'" },
}

describe("latent in the place of lua", function()
  for _, case in ipairs(cases) do
    local name = ("lua %s %s"):format(case[1], case.env or "")
    it("does as " .. name .. (case.input and (" < %q"):format(case.input) or ""), function()
      if not support.lua then return pending("no lua5.4 to compare with") end
      local theirs, ours = invoke(support.lua, case), invoke(support.latent, case)
      assert.equal(theirs.out, ours.out)
      assert.equal(theirs.code, ours.code)
      if theirs.err:find("usage:") then -- each has its own list of options
        assert.equal(theirs.err:match("^[^\n]*\n[^[]*"), ours.err:match("^[^\n]*\n[^[]*"))
      else
        assert.equal(theirs.err, ours.err)
      end
    end)
  end

  it("says both versions", function()
    local result = support.run(support.latent .. " -v")
    assert.matches("^Lua 5%.4[^\n]*\nlatent %d+%.%d+%.%d+\n$", result.out)
    assert.equal(0, result.code)
  end)

  it("explains itself", function()
    for _, option in ipairs { "-h", "--help" } do
      local result = support.run(support.latent .. " " .. option)
      assert.matches("^usage: .*%-strict", result.out)
      assert.equal("", result.err)
      assert.equal(0, result.code)
    end
  end)

  it("runs busted", function()
    support.write(folder .. "/one_spec.lua", [[
      it("works", function() assert.equal(3, require("latent").tensor({1, 2}):sum()) end)]])
    local result = support.run(("cd %s && env -u LUA_PATH busted --lua=%s one_spec.lua"):format(folder,
      support.latent))
    assert.equal(0, result.code)
    assert.matches("1 success", result.out)
  end)

  it("loads the engine only when it is asked for", function()
    local code = [[local n = 0 for k in pairs(package.loaded) do n = n + (k:find("^latent") and 1 or 0) end
      print(n, la, package.preload.latent ~= nil)]]
    local result = support.run(support.latent .. " -e " .. support.quote(code))
    assert.equal("0\tnil\ttrue\n", result.out)
  end)
end)

describe("latent -strict", function()
  local function strict(code)
    support.write(folder .. "/strict.lua", code)
    return support.run(("cd %s && %s -strict strict.lua"):format(folder, support.latent))
  end

  it("refuses to read a global that nobody declared", function()
    local result = strict "local n = 1\nprint(prnt)"
    assert.equal(1, result.code)
    assert.matches("strict.lua:2: undeclared global 'prnt'", result.err, 1, true)
    assert.matches("did you mean 'print'?", result.err, 1, true)
  end)

  it("refuses to assign one, in functions and in the main chunk", function()
    assert.matches("strict.lua:1: assignment to undeclared global 'cuont'", strict("cuont = 1").err, 1, true)
    assert.matches("strict.lua:1: assignment to undeclared global 'b'",
      strict("local function f() b = 1 end f()").err, 1, true)
  end)

  it("lets declared ones be used", function()
    local result = strict "rawset(_G, 'count', 1) count = count + 1 print(count)"
    assert.equal("2\n", result.out)
    assert.equal(0, result.code)
  end)

  it("leaves libraries alone", function()
    local result = strict "local stringx = require 'pl.stringx' print(stringx.strip '  x ')"
    assert.equal("", result.err)
    assert.equal("x\n", result.out)
  end)

  it("holds for -e as well, and not without the option", function()
    assert.equal(1, support.run(support.latent .. " -strict -e 'print(x)'").code)
    assert.equal(0, support.run(support.latent .. " -e 'print(x)'").code)
  end)
end)

describe("Ctrl-C in a script", function()
  local function interrupted(code)
    support.write(folder .. "/loop.lua", code)
    -- the shell's background jobs ignore SIGINT: `timeout` sends it to a foreground one
    return support.run(("cd %s && timeout --foreground -s INT 0.3 %s loop.lua"):format(folder, support.latent))
  end

  it("ends a loop with a traceback", function()
    local result = interrupted "while true do end"
    assert.matches("loop.lua:1: interrupted!\nstack traceback:", result.err, 1, true)
    assert.equal(124, result.code) -- timeout's own way to say that it had to
  end)

  it("reaches coroutines", function()
    local result = interrupted [[
      coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)()]]
    assert.matches("interrupted!", result.err, 1, true)
  end)

  it("can be caught once", function()
    local result = interrupted [[
      print(pcall(function() while true do end end))
      local co = coroutine.create(function() return 1 end)
      print(coroutine.resume(co))]]
    assert.equal("false\tloop.lua:1: interrupted!\ntrue\t1\n", result.out)
  end)

  it("kills at the second time", function()
    support.write(folder .. "/deaf.lua", "while true do pcall(function() while true do end end) end")
    local command = ("cd %s; %s deaf.lua & p=$!; sleep 0.2; kill -INT $p; sleep 0.2; kill -INT $p; wait $p")
    local result = support.run("bash -c " .. support.quote(command:format(folder, support.latent)))
    assert.equal(130, result.code)
  end)
end)
