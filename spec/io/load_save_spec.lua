local la = require "latent"
local scratch = require "io.scratch"

local function fails(reason, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  assert.matches(reason, message, 1, true)
end

describe("la.load", function()
  it("says in the system's words that a file is missing", function()
    fails("cannot open /nowhere/a.npy: No such file or directory", la.load, "/nowhere/a.npy")
    fails("cannot open /nowhere/a.npz: No such file or directory", la.load, "/nowhere/a.npz")
    fails("cannot open /nowhere/a.idx: No such file or directory", la.load, "/nowhere/a.idx")
  end)

  it("lists the endings it knows when it meets another", function()
    fails("load: notes.docx has no known ending (known: .npy, .npz", la.load, "notes.docx")
    fails("no known ending", la.load, "npy")
    fails("no known ending", la.load, "folder.npy/file")
  end)

  it("points at the user's line", function()
    local ok, message = pcall(load('local la = ...\n\nla.load "missing.npy"', "=user.lua"), la)
    assert.is_false(ok)
    assert.matches("^user.lua:3: ", message)
    ok, message = pcall(load('local la = ...\n\nla.load "missing.docx"', "=user.lua"), la)
    assert.is_false(ok)
    assert.matches("^user.lua:3: ", message)
  end)

  it("refuses what is not a path", function()
    fails("the path must be a string, not a nil", la.load)
    fails("zero byte", la.load, "a\0b.npy")
  end)

  it("refuses folders, devices and pipes instead of waiting for them", function()
    local files = scratch.new()
    files:run "mkdir folder.npy && mkfifo pipe.npy && ln -s /dev/zero zero.npy"
    fails("Is a directory", la.load, files:path "folder.npy")
    fails("Not a regular file", la.load, files:path "pipe.npy")
    fails("Not a regular file", la.load, files:path "zero.npy")
    files:remove()
  end)
end)

describe("la.save", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  it("says in the system's words why a file cannot be written", function()
    fails("cannot write /nowhere/a.npy: No such file or directory", la.save, "/nowhere/a.npy", la.ones(3))
    fails("cannot write /nowhere/a.npz: No such file or directory", la.save, "/nowhere/a.npz", { a = la.ones(3) })
    files:run "mkdir folder.npy"
    fails("Is a directory", la.save, files:path "folder.npy", la.ones(3))
  end)

  it("lists the endings it can write when it meets another", function()
    fails("save: a.docx has no known ending (known: .npy, .npz", la.save, "a.docx", la.ones(3))
  end)

  it("replaces a file whole, keeps its permissions, and leaves nothing else behind", function()
    la.save(files:path "a.npy", la.ones(100))
    files:run "chmod 640 a.npy && ln -s a.npy link.npy"
    la.save(files:path "link.npy", la.zeros(2))
    assert.same({ 0, 0 }, la.load(files:path "a.npy"):totable())
    files:run "test -L link.npy && test $(stat -c %a a.npy) = 640"
    la.save(files:path "a.npz", { a = la.ones(3) })
    la.save(files:path "a.npz", { b = la.ones(3) })
    assert.is_nil(la.load(files:path "a.npz").a)
    local names = table.concat(files:list(), " ")
    assert.is_nil(names:find("%.a%."))
    assert.is_nil(names:find "XXXX")
  end)

  it("leaves the old file alone when writing fails", function()
    la.save(files:path "old.npy", la.ones(3))
    la.save(files:path "old.npz", { a = la.ones(3) })
    -- A limit on the size of files stands for a full disk.
    local function overwrite(name, value)
      local script = ("la = require 'latent'; la.save('%s', %s)"):format(name, value)
      files:run(("trap '' XFSZ; ulimit -f 100; ! '%s/latent' -e \"%s\" 2>err")
        :format(os.getenv "LATENT_BUILD", script))
      assert.matches("cannot write .*" .. name .. ": File too large", files:read "err")
    end
    overwrite("old.npy", "la.ones(1000000)")
    overwrite("old.npz", "{a = la.ones(1000000)}")
    assert.same({ 1, 1, 1 }, la.load(files:path "old.npy"):totable())
    assert.same({ 1, 1, 1 }, la.load(files:path "old.npz").a:totable())
    assert.is_nil(table.concat(files:list(), " "):find "%.old")
  end)
end)
