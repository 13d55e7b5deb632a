local support = require "build.support"

describe("scripts/run-specs", function()
  local folder

  --- Run a spec of this text; the exit status and the last line of the output.
  local function run(text, arguments)
    support.write(folder .. "/sample_spec.lua", text)
    local status, output = support.run(("scripts/run-specs '%s' %s '%s'"):format(
      os.getenv "LATENT_BUILD", arguments or "", folder .. "/sample_spec.lua"))
    return status, output:match "([^\n]*)\n$", output
  end

  before_each(function() folder = support.folder() end)
  after_each(function() support.remove(folder) end)

  it("ends with the counts of what passed, failed and was skipped", function()
    local status, last = run [[
      it("one", function() end)
      it("two", function() assert.equal(1, 2) end)
      it("three", function() error "broken" end)
      pending "four"]]
    assert.equal(1, status)
    assert.equal("1 passed, 2 failed, 1 skipped", last)
    status, last = run [[it("one", function() end) it("two", function() end)]]
    assert.equal(0, status)
    assert.equal("2 passed, 0 failed", last)
  end)

  it("runs specs in the interpreter of the build", function()
    local status = run [[it("x", function()
      assert.is_truthy(require("latent").tensor)
      assert.equal("Lua 5.4", _VERSION)
    end)]]
    assert.equal(0, status)
  end)

  it("hands its arguments on to busted", function()
    local _, last = run([[it("one", function() end) it("two #slow", function() end)]], "--exclude-tags=slow")
    assert.equal("1 passed, 0 failed", last)
  end)

  it("counts a run that dies as a failure", function()
    local status, last, output = run [[it("x", function() os.execute "kill -9 $PPID" end)]]
    assert.equal(1, status)
    assert.equal("0 passed, 1 failed", last)
    assert.matches("exit status 137", output)
  end)

  it("counts a file that does not parse as a failure", function()
    local status, last = run "it("
    assert.equal(1, status)
    assert.matches("^0 passed, 1 failed$", last)
  end)

  it("fails when no spec has run", function()
    assert.equal(1, (run ""))
  end)

  it("says what is missing in a folder without a build", function()
    local status, output = support.run(("scripts/run-specs '%s'"):format(folder))
    assert.equal(1, status)
    assert.matches("run 'make' first", output)
  end)
end)
