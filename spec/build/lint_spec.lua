local support = require "build.support"

describe("scripts/lint", function()
  local folder

  before_each(function()
    folder = support.folder()
    for _, file in ipairs { "scripts/lint", ".clang-format", ".luacheckrc" } do
      support.write(folder .. "/" .. file, support.read(file), true)
    end
    for _, name in ipairs { "lua", "spec", "examples", ".ci" } do os.execute(("mkdir '%s/%s'"):format(folder, name)) end
    support.write(folder .. "/lua/a.lua", "return 1\n")
    support.write(folder .. "/src/kernels/a.h", "/* a.h - a header that says what it is for. */\n")
  end)
  after_each(function() support.remove(folder) end)

  local function lint() return support.run(("'%s/scripts/lint'"):format(folder)) end

  it("is content with clean sources", function()
    local status, output = lint()
    assert.equal(0, status, output)
    assert.matches("1 C and 1 Lua files", output)
  end)

  it("finds includes of a layer above, and Lua below the binding", function()
    support.write(folder .. "/src/kernels/b.c", '#include "ops/c.h"\n\n#include <lua.h>\n')
    support.write(folder .. "/src/ops/c.c", '#include "kernels/a.h"\n#include "ops/ops.def"\n')
    support.write(folder .. "/src/binding/d.c", '#include <lua.h>\n\n#include "app/e.h"\n')
    local status, output = lint()
    assert.equal(1, status)
    assert.matches("src/kernels/b.c:1: includes ops/c.h of a layer above", output, 1, true)
    assert.matches("src/kernels/b.c:3: includes lua.h of a layer above", output, 1, true)
    assert.matches("src/binding/d.c:3: includes app/e.h of a layer above", output, 1, true)
    assert.is_nil(output:find("src/ops/c.c", 1, true))
    assert.is_nil(output:find("src/binding/d.c:1", 1, true))
  end)

  it("finds headers that do not say what they are for", function()
    support.write(folder .. "/src/ops/b.h", "#ifndef B_H\n#define B_H\n#endif\n")
    local status, output = lint()
    assert.equal(1, status)
    assert.matches("src/ops/b.h: begin with", output, 1, true)
  end)

  it("finds C that is laid out otherwise, and Lua that warns", function()
    support.write(folder .. "/src/ops/b.c", "int  f( void ){return 1;}\n")
    support.write(folder .. "/lua/b.lua", "global = 1\n")
    local status, output = lint()
    assert.equal(1, status)
    assert.matches("src/ops/b.c:1", output, 1, true)
    assert.matches("global", output)
  end)

  it("finds shell scripts that do not parse", function()
    support.write(folder .. "/scripts/broken", "#!/bin/sh\nif true\n", true)
    local status, output = lint()
    assert.equal(1, status)
    assert.matches("scripts/broken", output, 1, true)
  end)
end)
