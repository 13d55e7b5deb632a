-- The session, with lines from a pipe: what is printed, without prompts and colours.
local support = dofile "spec/app/support.lua"

local folder

setup(function() folder = support.folder() end)
teardown(function() support.remove(folder) end)

local function session(input, options)
  return support.run(("cd %s && HOME=%s %s -i %s"):format(folder, folder, support.latent, options or ""), input)
end

local function out(input) return session(input).out end
local function err(input) return session(input).err end

describe("a session", function()
  it("prints values and no banner or prompt", function()
    assert.equal("2\n1\t2\n", out "1 + 1\nx = 5\n1, 2\n")
  end)

  it("prints nil, false and nothing where there is nothing", function()
    assert.equal("nil\nfalse\n", out "nil\nfalse\n(function() end)()\n\n   \n")
  end)

  it("runs after the script of -i, which leaves its globals", function()
    support.write(folder .. "/script.lua", "greeting = 'hello ' .. ...")
    assert.equal('"hello you"\n', session("greeting\n", "script.lua you").out)
  end)

  it("takes input over several lines", function()
    assert.equal("1\n2\n", out "for i = 1, 2 do\nprint(i)\nend\n")
    assert.equal("6\n", out "1 + 2 +\n\n3\n")
    assert.equal('"a\\nb"\n', out '[[a\nb]]\n')
    assert.equal('"a\\nb"\n', out '"a\\\nb"\n')
    assert.equal("stdin:1: unfinished string near <eof>\n", err 's = "abc\n1\n')
  end)

  it("says what is wrong with input that ends too early", function()
    local result = session "function f("
    assert.matches("^stdin:1: .*near <eof>\n$", result.err)
    assert.equal(0, result.code)
  end)

  it("keeps the last value in _", function()
    assert.equal("3\n9\n9\n", out "3\n_ * _\nx = 1\n_\n")
  end)

  it("keeps local variables from one line to the next", function()
    assert.equal("7\n", out "local a = 3\nlocal b <const> = a\nlocal function f(x) return x + a end\nf(4)\n")
  end)

  it("has the library at hand", function()
    assert.equal("tensor\ntrue\n", out "print(la.zeros(2) and 'tensor')\nnn == la.nn and optim == la.optim\n")
  end)

  it("quotes strings, opens tables, abridges what is long", function()
    assert.equal('"a\\tb\\"c\\"\\x01"\n', out [["a\tb\"c\"\1"]])
    assert.equal('{1, 2, {["end"] = {}, x = 1}, [10] = true, name = "n"}\n',
      out [[{1, 2, {x = 1, ["end"] = {}}, [10] = true, name = "n"}]])
    assert.matches("^{1, 2, .*, 20, %.%.%. 980 more}\n$",
      (out "t = {} for i = 1, 1000 do t[i] = i end\nt\n":gsub("\n  ", " "):gsub("{ ", "{"):gsub("\n}", "}")))
    assert.equal("{\n  " .. ("123456789, "):rep(6) .. "123456789,\n  " .. ("123456789, "):rep(2) .. "123456789\n}\n",
      out "t = {} for i = 1, 10 do t[i] = 123456789 end\nt\n")
    assert.equal("nan\t{nan}\n", out "0/0, {-(0/0)}\n")
    assert.matches('"... (7999 bytes more)', out "('é'):rep(5000)\n":gsub("8000", "7999"), 1, true)
    assert.equal("{1, {...}}\n", out "t = {1} t[2] = t\nt\n")
  end)

  it("shows a tensor whole, and as one line inside of a table", function()
    assert.equal("{w = tensor float32 [2, 3]}\n", out "{w = la.zeros(2, 3)}\n")
    assert.equal(support.run(support.latent .. " -e 'print(require(\"latent\").eye(2))'").out, out "la.eye(2)\n")
  end)

  it("indents what has several lines once for each table it is in", function()
    assert.equal("{\n  a = Sequential(\n    (0): Tanh()\n  ),\n"
      .. "  b = {\n    c = Sequential(\n      (0): ReLU()\n    )\n  }\n}\n",
      out "{a = nn.Sequential(nn.Tanh()), b = {c = nn.Sequential(nn.ReLU())}}\n")
  end)

  it("reports an error in a line, goes on, and has the traceback", function()
    local result = session "local function f() error 'boo' end function g() f() end\ng()\n1\n%tb\n"
    assert.equal("stdin:1: boo\n", result.err)
    assert.matches("^1\nstdin:1: boo\nstack traceback:\n.*in function 'g'\n", result.out)
    assert.is_nil(result.out:find("latent/repl", 1, true))
    assert.equal(0, result.code)
  end)

  it("says where, however the error was reached", function()
    assert.equal("stdin:1: Linear(5, 2): takes an input [.., 5], was given [4, 3]\n",
      err "nn.Linear(5, 2)(la.ones(4, 3))\n")
    assert.matches("^stdin:1: reshape: ", err "return la.ones(4):reshape(3)\n")
    assert.matches("^stdin:2: ", err "for i = 1, 2 do\nreturn nn.Linear(5, 2)(la.ones(4, 3))\nend\n")
    assert.equal("1\t2\tnil\n5\n", out "(function(...) return ... end)(1, 2, nil)\nreturn 5\n")
  end)

  it("reports errors that are not strings", function()
    assert.equal("(error object is a table value)\n", err "error {}\n")
    assert.equal("I speak\n", err "error(setmetatable({}, {__tostring = function() return 'I speak' end}))\n")
    assert.equal("nil\n", (err "error(nil)\n":gsub("%(error object is a nil value%)", "nil")))
  end)

  it("survives values that cannot be printed", function()
    local result = session "setmetatable({}, {__tostring = function() error 'shy' end})\n2\n"
    assert.matches("shy", result.err)
    assert.equal("2\n", result.out)
  end)

  it("survives what the user does to its tools", function()
    assert.equal("1\n2\n", out "print = nil\n_PROMPT = 5\nlocal o = io.output('/dev/null')\n1\n%nosuch\n2\n")
  end)

  it("leaves at exit, quit and the end of the input", function()
    for _, word in ipairs { "exit", "quit", "exit()", " quit() " } do
      assert.equal("1\n", out("1\n" .. word .. "\n2\n"))
    end
    assert.equal("5\n", out "exit = 5\nexit\n")
    assert.equal(7, session("os.exit(7)\n").code)
  end)
end)

describe("the library's own tables", function()
  it("print as names, not as addresses", function()
    assert.equal("function la.exp(x)\nfunction at stdin:1\n", out "la.exp\nfunction f() end\nf\n")
    assert.matches("^module la%.nn%.init\n  calculate_gain constant_ ", out "nn.init\n")
    assert.equal("{class Linear, module la.nn}\n", out "{nn.Linear, nn}\n")
    assert.matches("^module la%.nn\n  AvgPool2d .* Linear ", out "nn\n")
    assert.equal("class KMeans\n", out "la.models.KMeans\n")
    assert.equal("Adam(amsgrad = false, betas = {0.9, 0.999}, eps = 1e-08, lr = 0.5, weight_decay = 0; 1 parameter)\n",
      out "optim.Adam({la.ones(2):requires_grad(true)}, {lr = 0.5})\n")
  end)
end)

describe("a warning", function()
  it("is seen without being asked for, and can be switched off", function()
    local code = "la.models.KMeans{k = 4, max_iter = 1, tol = 0, seed = 1}:fit(la.arange(1, 99):reshape(-1, 1))\n"
    assert.matches("^Lua warning: KMeans: stopped at max_iter = 1 before it settled: ", err(code))
    assert.equal("", err("warn '@off'\n" .. code))
  end)
end)

describe("a wrong name", function()
  local function hint(code) return err(code .. "\n"):match("did you mean (.-)%?\n") end

  it("gets the right one suggested where its value is asked for", function()
    assert.equal("x.shape", hint "x = la.ones(4)\nx.shpe")
    assert.equal("la.models.KMeans", hint "la.models.Kmeans")
    assert.equal("print", hint "prnit")
    assert.equal("nil\n", out "x = {shape = 1}\nx.colour\n")
    assert.is_nil(hint "x = {shape = 1}\nx.colour\nx.shape")
    assert.is_nil(hint "nothing.at.all")
  end)

  it("gets the right one suggested", function()
    assert.equal("print", hint "prnit(1)")
    assert.equal("la.zeros", hint "la.zeroes(2)")
    assert.equal("la.zeros", hint "local x = la.ones(2) + la.zeroes(2)")
    assert.equal("string.format", hint "string.formt('x')")
    assert.equal("x:reshape", hint "x = la.ones(4) x:reshap(2, 2)")
    assert.equal("la.nn.Linear", hint "la.nn.linear(2, 2)")
    assert.equal("config.width", hint "local config = {width = 1} print(config.widht + 1)")
    assert.equal("la.nn", hint "la.n.Linear(1, 2)")
  end)

  --- Type lines into one session: cases of a line and what its hint must be.
  local function check(setting, pattern, cases)
    local lines, wanted, found = { setting }, {}, {}
    for i, case in ipairs(cases) do lines[i + 1], wanted[i] = case[1], case[2] end
    for text in err(table.concat(lines, "\n") .. "\n"):gmatch(pattern) do found[#found + 1] = text end
    assert.same(wanted, found)
  end

  it("is found in the part of the library where it stands, and on what a call gave", function()
    check("", "did you mean (.-)%?\n", {
      { "la.svd(la.eye(2))", "la.linalg.svd" }, { "la.eye(2):det()", "la.linalg.det" },
      { "la.Linear(2, 3)", "la.nn.Linear" }, { "optim.StepLR()", "la.optim.lr_scheduler.StepLR" },
      { "nn.relu(la.ones(2))", "la.relu" }, { "zeros(2)", "la.zeros" }, { "Adam {}", "la.optim.Adam" },
      { "la.ones(2):unsqueez(1)", "x:unsqueeze" },
    })
  end)

  it("that is a field is not to be called, and a method is", function()
    check("x = la.ones(2)", "did you mean (.-)%?\n", {
      { "x:shape()", "x.shape, without a call" }, { "x.ndim()", "x.ndim, without a call" },
      { "x:sum", "x:sum()" }, { "x:shape", "x.shape" }, { "x:summ", "x:sum" }, { "x:shpe()", "x.shape" },
    })
  end)

  it("is not the trouble where a colon is missing", function()
    check("x = la.ones(2)\nnet = nn.Linear(2, 2)", "did you mean (.-)%?\n", {
      { "x.sum()", "x:sum, with a colon" }, { "local y = 1 + x.reshape(1, 2)", "x:reshape, with a colon" },
      { "optim.Adam(net.parameters())", "net:parameters, with a colon" },
    })
    assert.matches("^stdin:1: latent/nn/module.lua:%d+: attempt to index a nil value %(local 'self'%)\n",
      err "nn.Linear(2, 2).parameters()\n")
  end)

  it("is not the trouble where places begin at 1", function()
    assert.equal("places count from 1\n", err "x = la.ones(2)\nx.shape[0]\n")
  end)

  it("of another library is told in latent's words", function()
    check("x = la.ones(2, 3) fig = la.plot.figure() km = la.models.KMeans {}", "in latent that is (.-)\n", {
      { "x:dim()", "x.ndim" }, { "x:numpy()", 'x:totable(), or a file: la.save("x.npy", x)' }, { "x.T", "x:t()" },
      { "x.T:mm(x)", "x:t()" }, { "x:astype('int64')", 'x:to("float64")' }, { "x:float()", 'x:to("float32")' },
      { "x:cuda()", "left out: everything is on one device" }, { "x:clip(0, 1)", "x:clamp" }, { "len(x)", "#x" },
      { "la.array {1}", "la.tensor" }, { "la.concatenate {x, x}", "la.cat({a, b}, 1)" }, { "la.pi + 1", "math.pi" },
      { "la.nn.functional.relu(x)", "la.relu, la.softmax, ... and the losses of la.nn" }, { "np.zeros(3)", "la" },
      { "nn.cross_entropy(x, x)", "nn.cross_entropy_loss" }, { "fig:imshow(x)", "fig:image" },
      { "km.cluster_centers_", "km.centers" }, { "torch.ones(2)", "la" }, { "plt.plot(x)", "la.plot" },
      { "la.ones(2):dim()", "x.ndim" }, { "la.plot.subplots(2, 2)", "la.plot.figure{panels = {2, 2}}" },
    })
  end)

  it("is told what Lua writes where Python was typed", function()
    check("x = 1", "in latent that is (.-)\n", {
      { "import torch", 'not needed: la, nn and optim are there; other modules: name = require "name"' },
      { "for i in range(3):", "for i = 1, n do ... end, or for i, v in ipairs(list) do ... end" },
      { "if x == 1:", "if ... then ... end" }, { "x += 1", "x = x + ..., as there is no +=" },
      { "def f(x):", "function name(...) ... end" }, { "y = x ** 2", "^ for powers" },
      { "if x != 1 then end", '~= for "not equal"' }, { "x @ x", "a:mm(b) or a:matmul(b)" },
      { "x[1:3]", "x[{{from, to}}] for rows, x[{{}, k}] for column k; places count from 1" },
    })
  end)

  it("of a dtype may be a string or a field of la", function()
    assert.equal('"float64"\n', out "la.zeros(2, {dtype = la.float64}).dtype\n")
  end)

  it("gets none when nothing is near", function()
    assert.is_nil(hint "frobnicate()")
    assert.is_nil(hint "t = {}\nx.y()")
    assert.is_nil(hint "la.frobnicate()")
  end)

  it("is told how to load the library, in a script that has not", function()
    support.write(folder .. "/bare.lua", "local x = la.zeros(2)\n")
    assert.matches("bare.lua:1: attempt to index a nil value (global 'la')\n"
      .. 'a script begins with: local la = require "latent"\n',
      support.run(("cd %s && %s bare.lua"):format(folder, support.latent)).err, 1, true)
  end)

  it("gets one in a script as well", function()
    support.write(folder .. "/wrong.lua", 'local la = require "latent"\nlocal x = la.zeroes(2)\n')
    local result = support.run(("cd %s && %s wrong.lua"):format(folder, support.latent))
    assert.matches("wrong.lua:2: attempt to call a nil value (field 'zeroes')\ndid you mean la.zeros?\nstack",
      result.err, 1, true)
  end)
end)

describe("a command", function()
  it("is listed by %help", function()
    for _, name in ipairs { "bench", "doc", "help", "reset", "run", "tb", "time" } do
      assert.matches("%" .. name, out "%help\n", 1, true)
    end
    assert.matches("did you mean %time?", err "%tiem 1\n", 1, true)
  end)

  it("%time gives the value and how long it took", function()
    assert.matches("^500500\n[%d.]+ m?µ?n?s\n$",
      out "%time (function() local s = 0 for i = 1, 1000 do s = s + i end return s end)()\n")
    assert.matches("usage: %time code", err "%time\n", 1, true)
    assert.matches("unexpected symbol", err "%time = = 1\n")
    assert.matches("stdin:1: slow", err "%time error 'slow'\n")
  end)

  it("%bench gives the median and the spread", function()
    assert.matches("^median [%d.]+ %S+, middle half [%d.]+ %S+ to [%d.]+ %S+ %(%d+ x %d+ calls%)\n$",
      out "%bench 1 + 1\n")
  end)

  it("%run runs a script with arguments", function()
    support.write(folder .. "/run.lua", "print(arg[0], arg[1], ...) made = 1")
    assert.equal("run.lua\ttwo words\ttwo words\tthree\n1\n\"-i\"\n",
      out '%run run.lua "two words" three\nmade\narg[1]\n')
    assert.matches("cannot open nosuch.lua", err "%run nosuch.lua\n")
    support.write(folder .. "/bad.lua", "\nerror 'bad'")
    assert.equal("bad.lua:2: bad\n", err "%run bad.lua\n")
  end)

  it("%run ends a script that calls os.exit, not the session", function()
    support.write(folder .. "/exit.lua", "print 'in' os.exit(... and tonumber(...)) print 'never'")
    local result = session "%run exit.lua 0\n%run exit.lua 3\n%run exit.lua\n1 + 1\n"
    assert.equal("in\nin\nin\n2\n", result.out)
    assert.equal("the script left with exit code 3\n", result.err)
    assert.equal(5, session("os.exit(5)\n").code)
  end)

  it("%reset forgets what was made", function()
    assert.equal("1\nnil\nnil\ntrue\n", out "mine = 1\nmine\n%reset\nmine\n_\nla ~= nil\n")
  end)

  it("%tb without an error says so", function()
    assert.equal("there was no error yet\n", out "%tb\n")
  end)
end)

describe("help", function()
  it("prints the comment over a Lua function", function()
    local text = out "help(la.nn.Module.state_dict)\n"
    assert.matches("^la%.nn%.Module:state_dict%(%)\n\nParameters and buffers by name", text)
    assert.matches("table<string, tensor>", text, 1, true)
    assert.equal(text, out "%doc la.nn.Module.state_dict\n")
    assert.equal(text, out "la.nn.Module.state_dict?\n")
    assert.equal(text .. text, out "?la.nn.Module.state_dict\nhelp la.nn.Module.state_dict\n")
  end)

  it("prints parameters with their types", function()
    assert.matches("inputs    integer          size of the last dimension of x", out "help(nn.Linear)\n", 1, true)
  end)

  it("describes classes, modules, tensors and plain values", function()
    assert.matches("^la%.nn%.Linear%(inputs, outputs, {bias =}%)\n\nAffine map.*weight.*Methods.* parameters",
      out "help(nn.Linear)\n")
    assert.matches("^la%.nn\n\nNeural networks.*Linear", out "help(nn)\n")
    assert.matches("^Panel:line%(x, y.*linewidth", out "help(la.plot.figure().line)\n")
    assert.matches("^a tensor of dtype float32 and shape %[2, 3%].*ndim +integer +number of dimensions.*reshape",
      out "help(la.zeros(2, 3))\n")
    assert.equal("a number: 5\n", out "help(5)\n")
    assert.matches('^nil: no value, .* help "name" looks a name up', out "help(nil)\n")
    assert.matches("^la%.softmax%(x, dim%)  or  x:softmax%(dim%)\n\nexp%(x%) over its sum", out "help 'softmax'\n")
    assert.equal("a string: no such\n", out "help 'no such'\n")
    local kmeans = out "help(la.models.KMeans)\n"
    assert.matches("^la%.models%.KMeans{k =, %.%.}\n.*Options: `k` clusters.*\nMethods\n  extend fit ", kmeans)
    assert.is_nil(kmeans:find("check_rows", 1, true)) -- not for users
  end)

  it("knows the element-wise operations", function()
    assert.matches("^la%.exp%(x%)\n\ne to the power of each element%.\n.*Gradient: `g %* y`", out "help(la.exp)\n")
    assert.matches("^la%.clamp%(x, min, max%).*`x:clamp_` does the same in%s+place", out "la.clamp_?\n")
  end)

  it("shows examples, of C functions too, and the pages of the guide", function()
    assert.matches("\nExample\n  la%.linspace%(%-2, 2, 5%):exp%(%)\n$", out "help(la.exp)\n")
    assert.matches("^la%.nn%.mse_loss%(x, y, {reduction =}%).*Mean squared error", out "help(nn.mse_loss)\n")
    assert.matches("x%[{i, j}%]", out "%doc indexing\n")
  end)

  it("tells how a class is made, with its defaults, and what its objects take and return", function()
    local adam = out "help(optim.Adam)\n"
    assert.matches("^la%.optim%.Adam%(params, {lr =, %.%.}%)\n", adam)
    assert.matches("\nParameters\n  params    tensor%[%]  what is trained, such as net:parameters%(%)\n", adam)
    assert.matches("by default amsgrad = false, betas = {0.9, 0.999}, eps = 1e-08", adam, 1, true)
    local lstm = out "help(nn.LSTM)\n"
    assert.matches("\nCalling it takes\n  x +tensor  %[batch, time, inputs%]\n", lstm)
    assert.matches("\nand returns\n  tensor  output %[batch, time, hidden %* directions%]\n  tensor  h last", lstm)
    assert.matches("\n  running_mean +tensor|nil  %[channels%]", out "help(nn.BatchNorm2d)\n") -- from the class above it
    assert.matches("whose learning rate it sets.*by default gamma = 0%.1", out "optim.lr_scheduler.StepLR?\n")
  end)

  it("tells of a field what it is and what it holds", function()
    local text = out "x = la.ones(2, 3)\nx.shape?\nl = nn.Linear(5, 2)\nl.weight?\nx.grad?\n"
    assert.matches("^x%.shape  integer%[%]  sizes of the dimensions\n\nnow {2, 3}\n", text)
    assert.matches("l%.weight  tensor  %[outputs, inputs%]\n\nnow a tensor of dtype float32 and shape %[2, 5%]\n", text)
    assert.matches("now nil\n$", text)
    assert.matches("^la%.models%.KMeans%.centers  tensor  %[k, d%]\n$", out "la.models.KMeans.centers?\n")
  end)

  it("by itself says what to do", function()
    assert.matches("^help%(la%.randn%) +what a function, a class or a value is; la%.randn%? does", out "help\n")
    assert.equal(out "%help\n%help\n", out "help\nhelp()\n")
    assert.equal("5\n", out "help = 5\nhelp\n")
  end)

  it("fits the terminal: no line but of code is longer, tables and lists stay aligned", function()
    local names = { "la.train.fit", "nn.LSTM", "nn.Conv2d", "optim.SGD", "la.plot.figure", "la.models.UMAP", "la.sum",
      "la.models.KMeans", "la.load", "la.einsum", "pytorch", "environment" }
    local long, code = {}, false
    for line in out("%doc " .. table.concat(names, "\n'end'\n%doc ") .. "\n"):gmatch("([^\n]*)\n") do
      code = line == "Example" or code and line ~= "" and line ~= '"end"'
      if not code and utf8.len(line) > 80 then long[#long + 1] = line end
    end
    assert.same({}, long)
    assert.matches("\nhere +in PyTorch\n%-+  %-+\n`x%[1%]`, .-  `x%[0%]`", "\n" .. out "%doc pytorch\n")
  end)

  it("points at Lua's manual for Lua's own functions", function()
    assert.matches("manual.html#pdf-string.format", out "string.format?\n", 1, true)
    assert.matches("manual.html#pdf-print", out "help(print)\n", 1, true)
    assert.equal("a function defined at stdin:1\n", out "function mine() end\nhelp(mine)\n")
  end)

  it("finds parts of the library by their last name, and near names", function()
    assert.matches("^la%.nn%.Linear", out "%doc nn.Linear\n")
    assert.matches("^la%.zeros", out "zeros?\n")
    assert.equal("there is nothing called la.zeroes\ndid you mean la.zeros?\n", err "la.zeroes?\n")
    assert.equal("there is nothing called a.b.c\n", err "d = 1\na.b.c?\n")
  end)
end)
