-- The reference: complete, with examples that run, as pages and as definitions for editors.
local support = dofile "spec/app/support.lua"

local build = support.latent:match("^(.*)/[^/]+$")
local folder

setup(function() folder = support.folder() end)
teardown(function() support.remove(folder) end)

--- Run scripts/docs: the pages draw dozens of pictures, which takes its time on a busy machine.
local function docs(arguments, environment)
  local out, err = folder .. "/out.txt", folder .. "/err.txt"
  local _, _, code = os.execute(("%s exec timeout -k 1 300 scripts/docs %s >%s 2>%s </dev/null"):format(
    environment or "", arguments, out, err))
  return { out = support.read(out), err = support.read(err), code = code }
end

describe("the documentation", function()
  it("tells of every public function, its parameters, and has an example of it", function()
    local done = docs("--missing " .. build)
    assert.equal("", done.out .. done.err)
    assert.equal(0, done.code)
  end)

  it("fails with a list where a function has none", function()
    local undocumented = [[LUA_INIT="require('latent').nothing = function(a, b) return a, b end"]]
    local done = docs("--missing " .. build, undocumented)
    assert.equal("la.nothing: no documentation\n", done.out)
    assert.equal(1, done.code)
    done = docs(build .. " " .. folder .. "/none", undocumented)
    assert.matches("la.nothing: no documentation", done.err, 1, true)
    assert.equal(1, done.code)
    assert.is_nil(io.open(folder .. "/none/reference.html"))
  end)
end)

describe("the examples", function()
  it("run, each by itself", function()
    local done = docs("--examples " .. build)
    local failed = {}
    for name, text in done.out:gmatch("failed\t([^\n]+)\n([^\n]*\n?[^\n]*)") do
      failed[#failed + 1] = name .. "\n" .. text
    end
    assert.equal("", table.concat(failed, "\n"))
    assert.equal(0, done.code)
    local _, count = done.out:gsub("ok\t", "")
    assert.is_true(count > 300, count .. " examples")
  end)
end)

describe("the pages #slow", function()
  local html, markdown

  setup(function()
    local done = docs(build .. " " .. folder .. "/pages")
    assert.equal(0, done.code, done.err)
    html = support.read(folder .. "/pages/reference.html")
    markdown = support.read(folder .. "/pages/reference.md")
  end)

  it("have an entry for each function, once, and no link without a target", function()
    for page, pattern in pairs { [html] = '<%a+ id="([^"]+)"', [markdown] = '<a id="([^"]+)">' } do
      local seen = {}
      for id in page:gmatch(pattern) do
        assert.is_nil(seen[id], id .. " twice")
        seen[id] = true
      end
      for _, id in ipairs { "la.randn", "la.exp", "la.nn.Linear", "la.nn.Module.parameters", "x.uniform_",
        "Figure.save", "la.linalg.svd", "guide.indexing" } do
        assert.is_true(seen[id], id)
      end
      for target in page:gmatch('href="#([^"]+)"') do assert.is_true(seen[target], target) end
      for target in page:gmatch("%]%(#([^)]+)%)") do assert.is_true(seen[target], target) end
    end
  end)

  it("show shapes, types, sources and what the examples give", function()
    local entry = html:match('<article id="la.nn.Linear".-</article>')
    assert.matches("la.nn.Linear(inputs, outputs, {bias =})", entry, 1, true)
    assert.matches("[outputs, inputs]", entry, 1, true)
    assert.matches("integer", entry, 1, true)
    assert.matches('<pre class="result"><code>tensor float32 [4, 2]', entry, 1, true)
    local exp = markdown:match('<a id="la.exp"></a>.-<a id')
    assert.matches("`x:exp_()`", exp, 1, true)
    assert.matches("Gradient: `g * y`", exp, 1, true)
    assert.matches("0.1353  0.3679  1.0000  2.7183  7.3891", exp, 1, true)
    assert.matches("(Kingma and Ba, 2015)", html:match('<article id="la.optim.Adam".-</article>'), 1, true)
  end)

  it("need nothing beside them: style, script and pictures are inside", function()
    assert.is_nil(html:find("<link", 1, true))
    assert.is_nil(html:find('src="http', 1, true))
    assert.matches("data:image/png;base64,iVBOR", html:match('<article id="Panel.line".-</article>'), 1, true)
    assert.matches('<input id="search"', html, 1, true)
  end)
end)

describe("the definitions for editors", function()
  local text

  setup(function()
    local done = docs("--definitions " .. build .. " " .. folder .. "/editor")
    assert.equal(0, done.code, done.err)
    text = support.read(folder .. "/editor/library/latent.lua")
  end)

  it("are Lua that declares each function once", function()
    assert(load(text, "=latent.lua"))
    local seen = {}
    for name in text:gmatch("\nfunction ([%w_.]+)%(") do
      assert.is_nil(seen[name], name .. " twice")
      seen[name] = true
    end
    assert.is_true(seen["la.linspace"] and seen["la.nn.mse_loss"] and seen["la.io.load"])
  end)

  it("know all methods of tensors, those of element-wise operations too", function()
    local x = require("latent").zeros(1)
    for _, name in ipairs { "exp", "exp_", "clamp", "reshape", "sum", "backward", "uniform_", "quantile" } do
      assert.is_function(x[name])
      local _, count = text:gsub("\nfunction Tensor:" .. name .. "%(", "")
      assert.equal(1, count, name)
    end
    local clamp = text:find("\nfunction Tensor:clamp(", 1, true)
    assert.matches("---@param min? number", text:sub(clamp - 400, clamp), 1, true)
  end)

  it("tell what calling a class gives", function()
    assert.matches("---@class nn.Linear : nn.Module", text, 1, true)
    assert.matches("---@type fun(inputs: integer, outputs: integer, options?: {bias?: boolean}): nn.Linear", text, 1,
      true)
  end)
end)
