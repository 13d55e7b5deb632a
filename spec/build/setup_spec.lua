local support = require "build.support"

describe("scripts/setup", function()
  local folder

  --- A folder for PATH that has these commands and those given with their text.
  local function path_with(commands, made)
    for _, name in ipairs(commands) do
      os.execute(("ln -s \"$(command -v %s)\" '%s/%s'"):format(name, folder, name))
    end
    for name, text in pairs(made or {}) do support.write(folder .. "/" .. name, "#!/bin/sh\n" .. text, true) end
  end

  local function setup()
    return support.run(("env -i PATH='%s' HOME=/tmp /bin/sh scripts/setup"):format(folder))
  end

  local BUILD = { "gcc", "make", "pkg-config", "lua5.4", "gnuplot" }
  local TOOLS = { "luacheck", "clang-format", "env" }

  --- apt-get that notes its arguments, and "installs" gnuplot as a command that exists.
  local function apt_get(more)
    return ("echo \"$@\" >> '%s/calls'\n%s"):format(folder, more or "")
  end
  local function installs(name) return ("case \"$*\" in *install*) : > '%s/%s'; /bin/chmod +x '%s/%s';; esac"):format(
    folder, name, folder, name) end

  before_each(function() folder = support.folder() end)
  after_each(function() support.remove(folder) end)

  it("says nothing and calls nothing when all is there, at once", function()
    path_with(BUILD, { ["apt-get"] = apt_get() })
    path_with(TOOLS)
    local start = os.time()
    local status, output = setup()
    assert.equal(0, status)
    assert.equal("", output)
    assert.is_nil(support.read(folder .. "/calls"))
    assert.is_true(os.time() - start <= 1)
  end)

  it("installs what is missing, announced, without questions", function()
    path_with({ "gcc", "make", "pkg-config", "lua5.4" }, {
      ["apt-get"] = apt_get(installs "gnuplot"), id = "echo 0" })
    path_with(TOOLS)
    local status, output = setup()
    assert.equal(0, status)
    assert.matches("setup: installing gnuplot%-nox\n", output)
    local calls = support.read(folder .. "/calls")
    assert.matches("^%-y .*install %-%-no%-install%-recommends gnuplot%-nox\n$", calls)
  end)

  it("refreshes the package lists only when installing fails", function()
    path_with({ "gcc", "make", "pkg-config", "lua5.4" }, { id = "echo 0", ["apt-get"] = apt_get(
      ("case \"$*\" in *update*) : > '%s/fresh';; esac\n[ -e '%s/fresh' ] || exit 100\n%s"):format(
        folder, folder, installs "gnuplot")) })
    path_with(TOOLS)
    assert.equal(0, (setup()))
    local order = {}
    for word in support.read(folder .. "/calls"):gmatch "%f[%w]%l+%f[%s]" do
      if word == "install" or word == "update" then order[#order + 1] = word end
    end
    assert.same({ "install", "update", "install" }, order)
  end)

  it("says what to install where there is no apt-get", function()
    path_with({ "gcc", "make", "pkg-config", "lua5.4" })
    path_with(TOOLS)
    local status, output = setup()
    assert.equal(1, status)
    assert.matches("no apt%-get", output)
    assert.matches("apt%-get install %-%-no%-install%-recommends gnuplot%-nox\n", output)
  end)

  it("says so when it has no right to install", function()
    path_with({ "gcc", "make", "pkg-config", "lua5.4" }, { ["apt-get"] = apt_get(), id = "echo 1000" })
    path_with(TOOLS)
    local status, output = setup()
    assert.equal(1, status)
    assert.matches("needs root, and there is no sudo", output)
    path_with({}, { sudo = "exit 1" })
    status, output = setup()
    assert.equal(1, status)
    assert.matches("sudo asks for a password", output)
    assert.is_nil(support.read(folder .. "/calls"))
  end)

  it("installs through sudo where that needs no password", function()
    path_with({ "gcc", "make", "pkg-config", "lua5.4" }, {
      ["apt-get"] = apt_get(installs "gnuplot"), id = "echo 1000", sudo = "shift\nexec \"$@\"", ["true"] = "" })
    path_with(TOOLS)
    assert.equal(0, (setup()))
    assert.matches("gnuplot%-nox", support.read(folder .. "/calls"))
  end)

  it("lets the build go on without the tools of the tests", function()
    path_with(BUILD)
    path_with { "env" }
    local status, output = setup()
    assert.equal(0, status)
    assert.matches("lua%-check clang%-format", output)
    assert.matches("only 'make test' and 'make lint' need them", output)
  end)

  it("fails when installing has not helped", function()
    path_with({ "gcc", "make", "pkg-config", "lua5.4" }, { ["apt-get"] = apt_get(), id = "echo 0" })
    path_with(TOOLS)
    local status, output = setup()
    assert.equal(1, status)
    assert.matches("still missing", output)
  end)
end)
