-- The session on a terminal: keys, colours, Ctrl-C, history.
local support = dofile "spec/app/support.lua"

local folder

setup(function()
  folder = support.folder()
  support.compile_terminal(folder)
  support.write(folder .. "/sample file.lua", "")
  support.write(folder .. "/sample.txt", "")
end)
teardown(function() support.remove(folder) end)

after_each(function() os.execute(("rm -rf %s/state %s/.editrc"):format(folder, folder)) end)

local PROMPT, MORE = "prompt 2004h> ", "prompt 2004h>> "
local UP, DOWN, TAB, CTRL_C, CTRL_D, CTRL_R = "\\e[A", "\\e[B", "\\t", "\\x03", "\\x04", "\\x12"

--- Type the steps into a session: see terminal.c.
local function type_in(steps, environment)
  local environment_text = "TERM=xterm XDG_STATE_HOME=" .. folder .. "/state NO_COLOR=1 HOME=" .. folder
  local result = support.run(("cd %s && env %s %s ./terminal %s"):format(folder, environment_text, environment or "",
    support.latent), table.concat(steps, "\n") .. "\n")
  assert.equal("", result.err)
  return result
end

local function enter(text) return "send " .. text .. "\\r" end
local LEAVE = "send " .. CTRL_D

describe("a session on a terminal", function()
  it("greets, prompts, prints and leaves at Ctrl-D", function()
    local result = type_in { PROMPT, enter "6 * 7", "wait 42", PROMPT, LEAVE }
    assert.matches("^latent %d+%.%d+%.%d+, Lua 5%.4 ", result.out)
    assert.equal(0, result.code)
  end)

  it("asks for more lines with another prompt", function()
    type_in { PROMPT, enter "for i = 1, 2 do", MORE, enter "print(i * 111)", MORE, enter "end", "wait 222", PROMPT,
      LEAVE }
  end)

  it("drops the line at Ctrl-C", function()
    local result = type_in { PROMPT, "send print('never' .. 'run')" .. CTRL_C, PROMPT, enter "'al' .. 'ive'",
      "wait \"alive\"", PROMPT, enter "if true then", MORE, "send x" .. CTRL_C, PROMPT, LEAVE }
    assert.is_nil(result.out:find("neverrun", 1, true))
  end)

  it("stops a Lua loop at Ctrl-C and lives on", function()
    type_in { PROMPT, enter "while true do end", "pause 150", "send " .. CTRL_C, "wait stdin:1: interrupted!", PROMPT,
      enter "'al' .. 'ive'", "wait \"alive\"", PROMPT, LEAVE }
  end)

  it("stops a loop in a coroutine", function()
    type_in { PROMPT, enter "coroutine.wrap(function() while true do end end)()", "pause 150", "send " .. CTRL_C,
      "wait interrupted!", PROMPT, enter "coroutine.wrap(function() return 'al' .. 'ive' end)()", "wait \"alive\"",
      PROMPT, LEAVE }
  end)

  it("shows how far a long call of the engine is, and clears that away", function()
    local result = type_in { PROMPT, enter "x = la.zeros(12000, 3000)", PROMPT, enter "y = la.cdist(x, x)",
      "wait computing ", "wait %", "send " .. CTRL_C, "wait interrupted!", PROMPT, LEAVE }
    assert.matches("computing +%d+%% %[#*%.*%] %d+ s left", result.out)
    assert.matches("\r\27%[K[^#]*interrupted!", result.out)
  end)

  it("stops the engine in the middle of its work, which then computes on", function()
    -- One sum over a view of 10^12 elements that needs no memory: many minutes.
    type_in { PROMPT, enter "la.ones(1):expand(1000000000000):sum()", "pause 300", "send " .. CTRL_C,
      "wait stdin:1: interrupted!", PROMPT, enter "la.ones(1000):sum() + 1", "wait 1001", PROMPT, LEAVE }
  end)

  it("is not killed by an impatient second Ctrl-C", function()
    type_in { PROMPT, enter "pcall(function() while true do end end) while true do end", "pause 150",
      "send " .. CTRL_C, "pause 50", "send " .. CTRL_C, "pause 1100", "send " .. CTRL_C }
  end)

  it("keeps the line when the terminal changes its size or comes back", function()
    type_in { PROMPT, "send 'al' ..", "wait 'al' ..", "signal 28", "pause 50", "signal 18", "pause 50",
      "send  'ive'\\r", "wait \"alive\"", PROMPT, LEAVE }
  end)

  it("prints tensors and help as wide as the terminal is", function()
    local result = type_in { PROMPT, "columns 50", "pause 50", enter "la.arange(101, 110)", "wait 110", PROMPT,
      enter "help(nn.LSTM)", "wait Methods", PROMPT, LEAVE }
    assert.matches("\n  101%.  102%..-  108%.\r?\n  109%.  110%.\r?\n", result.out)
    assert.matches("Long short%-term memory %(Hochreiter and\r?\n", result.out)
  end)

  it("works on a dumb terminal", function()
    local result = type_in({ "wait > ", enter "6 * 7", "wait 42", "wait > ", enter "1 +", "wait >> ", enter "1",
      "wait 2", "wait > ", enter "while true do end", "pause 150", "send " .. CTRL_C, "wait interrupted!", "wait > ",
      "send dropped" .. CTRL_C, "wait > ", "send " .. CTRL_D }, "TERM=dumb")
    assert.equal(0, result.code)
    assert.is_nil(result.out:find("\27", 1, true))
  end)
end)

describe("colours", function()
  it("are there", function()
    type_in({ PROMPT, enter "6 * 7", "wait \\e[36m42\\e[0m", PROMPT, LEAVE }, "NO_COLOR=")
  end)

  it("are absent with NO_COLOR, on a dumb terminal and in a pipe", function()
    assert.is_nil(type_in({ PROMPT, enter "6 * 7", PROMPT, LEAVE }, "NO_COLOR=1").out:find("\27[36m", 1, true))
    local dumb = type_in({ "wait > ", enter "6 * 7", "wait 42", "wait > ", LEAVE }, "NO_COLOR= TERM=dumb")
    assert.is_nil(dumb.out:find("\27[36m", 1, true))
    assert.equal("42\n", support.run(support.latent .. " -i", "6 * 7\n").out)
  end)
end)

describe("history", function()
  it("is recalled, in this session and in the next", function()
    type_in { PROMPT, enter "'fi' .. 'rst'", "wait \"first\"", PROMPT, enter "'sec' .. 'ond'", "wait \"second\"",
      PROMPT, "send " .. UP .. UP .. "\\r", "wait \"first\"", PROMPT, LEAVE }
    type_in { PROMPT, "send " .. UP .. UP .. UP .. DOWN .. "\\r", "wait \"second\"", PROMPT, LEAVE }
  end)

  it("keeps a block in one piece", function()
    type_in { PROMPT, enter "for i = 1, 2 do", MORE, enter "print('n' .. i)", MORE, enter "end", "wait n2", PROMPT,
      LEAVE }
    type_in { PROMPT, "send " .. UP .. "\\r", "wait n1", "wait n2", PROMPT, LEAVE }
    assert.equal("for i = 1, 2 do\\nprint('n' .. i)\\nend\n", support.read(folder .. "/state/latent/history"))
  end)

  it("is searched with Ctrl-R", function()
    type_in { PROMPT, enter "'need' .. 'le'", "wait \"needle\"", PROMPT, enter "1", PROMPT, enter "2", PROMPT,
      "send " .. CTRL_R .. "need", "wait need", "send \\r", "wait \"needle\"", PROMPT, LEAVE }
  end)

  it("is searched while the text is typed: older entries, mistakes, and back to what was there", function()
    type_in { PROMPT, enter "'need' .. 'le'", "wait \"needle\"", PROMPT, enter "'needles' .. 1", "wait needles1",
      PROMPT, "send " .. CTRL_R .. "need" .. CTRL_R .. "\\r", "wait \"needle\"", PROMPT,
      "send 'al' " .. CTRL_R .. "needq", "wait not in ", "send \\x7f\\x07.. 'ive'\\r", "wait \"alive\"", PROMPT, LEAVE }
  end)

  it("gives a line that arrow keys go on to edit, and Escape leaves as it is", function()
    type_in { PROMPT, enter "'fi' .. 'rst'", "wait \"first\"", PROMPT, "send " .. CTRL_R .. "fi\\e[Dx\\r",
      "wait \"firstx\"", PROMPT, "send " .. CTRL_R .. "fi\\e", "pause 100", "send  .. 'y'\\r", "wait \"firstxy\"",
      PROMPT, "send " .. CTRL_R .. "fi" .. CTRL_C, PROMPT, LEAVE }
  end)

  it("has the entry that ended the session", function()
    type_in { PROMPT, enter "os.exit(0)" }
    assert.equal("os.exit(0)\n", support.read(folder .. "/state/latent/history"))
  end)

  it("belongs to the user alone", function()
    type_in { PROMPT, enter "1", PROMPT, LEAVE }
    assert.equal("600\n", support.run(("stat -c %%a %s/state/latent/history"):format(folder)).out)
    assert.equal("700\n", support.run(("stat -c %%a %s/state/latent"):format(folder)).out)
  end)

  it("does without a file where it cannot have one", function()
    for _, place in ipairs { "/proc/nowhere", "/dev/null", folder .. "/terminal" } do
      local result = type_in({ PROMPT, enter "'fi' .. 'ne'", "wait \"fine\"", PROMPT, "send " .. UP .. "\\r",
        "wait \"fine\"", PROMPT, LEAVE }, "XDG_STATE_HOME=" .. place)
      assert.equal(0, result.code)
    end
  end)

  it("is cut when it has grown long", function()
    os.execute("mkdir -p " .. folder .. "/state/latent")
    local lines = {}
    for i = 1, 2500 do lines[i] = "entry" .. i end
    support.write(folder .. "/state/latent/history", table.concat(lines, "\n") .. "\n")
    type_in { PROMPT, LEAVE }
    local kept = support.read(folder .. "/state/latent/history")
    assert.matches("^entry1501\n", kept)
    assert.matches("\nentry2500\n$", kept)
  end)
end)

describe("Tab", function()
  it("completes globals, fields and methods", function()
    type_in { PROMPT, "send coro" .. TAB, "wait utine", "send .ru" .. TAB, "wait nning", "send ())\\x15", -- ^U
      enter "x = la.zeros(2, 3)", PROMPT, "send x:resh" .. TAB, "wait ape", "send (-1):num" .. TAB, "send \\x15",
      "send nn.Lin" .. TAB, "wait ear", "send (2, 1)\\r", PROMPT, LEAVE }
  end)

  it("offers fields after a dot only", function()
    local result = type_in { PROMPT, enter "x = la.zeros(2)", PROMPT, "send x.shap" .. TAB, "wait e", "send \\r",
      "wait {2}", PROMPT, "send x:shap" .. TAB .. "\\r", "wait stdin:1", PROMPT, LEAVE }
    assert.is_nil(result.out:find("x:shape", 1, true))
  end)

  it("lists what there is when it cannot decide", function()
    type_in { PROMPT, "send string.re" .. TAB .. TAB, "wait rep      reverse", "wait string.re",
      "send p('ab', 2)\\r", "wait \"abab\"", PROMPT, LEAVE }
  end)

  it("completes paths inside of strings, and in %run", function()
    type_in { PROMPT, "send #'sam" .. TAB, "wait ple", "send .t" .. TAB, "wait xt", "send '\\r", "wait 10", PROMPT,
      "send %run ./sample" .. TAB, "wait sample file.lua", "send " .. CTRL_C, PROMPT, LEAVE }
  end)

  it("completes options of a call", function()
    type_in { PROMPT, "send nn.Linear(2, 3, {bi" .. TAB, "wait as =", "send  false})\\r", PROMPT,
      enter "x = la.zeros(2)", PROMPT, "send x:normal_(0, 1, {gen" .. TAB, "wait erator =", "send  nil})\\r", PROMPT,
      LEAVE }
  end)

  it("completes options of models, optimisers and pictures, and hides inner methods", function()
    local result = type_in { PROMPT, "send la.models.KMeans{ma" .. TAB, "wait x_iter =", "send  9}:\x15",
      "send optim.Adam(p, {wei" .. TAB, "wait ght_decay =", "send \x15", enter "fig = la.plot.figure()", PROMPT,
      "send fig:scatter(x, y, {markers" .. TAB, "wait ize =", "send \x15", enter "m = la.models.PCA{}", PROMPT,
      "send m:" .. TAB, "wait inverse_transform", "send " .. CTRL_C, PROMPT, LEAVE }
    assert.is_nil(result.out:find("check_rows", 1, true))
  end)

  it("shows forms in place of la only where they are asked for", function()
    local result = type_in { PROMPT, "send la.asin" .. TAB .. TAB, "wait asinh", "send (0)\\r", PROMPT,
      "send la.asinh_" .. TAB, "send (la.zeros(1))\\r", "wait tensor", PROMPT, LEAVE }
    assert.is_nil(result.out:find("asin_", 1, true))
    type_in { PROMPT, "send la.copy" .. TAB, "wait _", "send (la.zeros(1), 2)\\r", PROMPT, LEAVE }
  end)

  it("completes commands, dtypes and module names", function()
    type_in { PROMPT, "send %ti" .. TAB, "wait me", "send  1\\r", PROMPT, "send la.zeros(2):to('float3" .. TAB,
      "wait 2", "send ')\\r", PROMPT, "send require 'latent.sugg" .. TAB, "wait est", "send '\\r", PROMPT, LEAVE }
  end)

  it("works in vi mode, too", function()
    support.write(folder .. "/.editrc", "bind -v\n")
    type_in { PROMPT, "send coro" .. TAB, "wait utine", "send .running()\\r", "wait true", PROMPT, LEAVE }
  end)

  it("runs nothing of the user's", function()
    local result = type_in { PROMPT, enter "t = setmetatable({}, {__index = function() print('r' .. 'an') end})",
      PROMPT, "send t.abc" .. TAB .. TAB .. "t.x." .. TAB .. CTRL_C, PROMPT, LEAVE }
    assert.is_nil(result.out:find("ran", 1, true))
  end)
end)

describe("a pasted block", function()
  local function paste(text) return "send \\e[200~" .. text .. "\\e[201~" end

  it("is edited as a whole and run by Enter", function()
    type_in { PROMPT, paste "local function f(n)\\r\\treturn n * 111\\rend\\rprint(f(3))\\r", "send \\r", "wait 333",
      PROMPT, LEAVE }
  end)

  it("prints the value of its last expression, and its local variables stay", function()
    type_in { PROMPT, paste "local function f(n)\\r\\treturn n * 111\\rend\\rf(3)\\r-- three times\\r", "send \\r",
      "wait 333", PROMPT, enter "f(4)", "wait 444", PROMPT, LEAVE }
  end)

  it("may end in a name, and hold calls that go on in the next line", function()
    type_in { PROMPT, paste "local x = 111\\rx", "send \\r", "wait 111", PROMPT, "send " .. UP .. "\\r", "wait 111",
      PROMPT, paste "x\\rlocal y = la.ones(3)\\r  :mul(37)\\r  :sum()\\ry", "send \\r", "wait 111",
      "wait 111", PROMPT, LEAVE }
    assert.matches("local x = 111\\nx\n", support.read(folder .. "/state/latent/history"), 1, true)
  end)

  it("may hold expressions and commands", function()
    type_in { PROMPT, paste "x = 5\\rx * 111\\r%time x * 2\\r", "send \\r", "wait 555", "wait 10", PROMPT, LEAVE }
  end)

  it("may come without brackets, line by line", function()
    type_in { PROMPT, "send y = 3\\rfor i = 1, 2 do\\r  y = y * 10\\rend\\ry + 0\\r", "wait 300", PROMPT, LEAVE }
  end)

  it("may be UTF-8", function()
    type_in { PROMPT, paste "'größe' .. 'µ'", "send \\r", "wait \"größeµ\"", PROMPT, LEAVE }
    type_in({ PROMPT, paste "'größe' .. 'µ'", "send \\r", "wait \"größeµ\"", PROMPT, LEAVE }, "LC_ALL=C")
  end)
end)
