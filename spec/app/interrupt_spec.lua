-- Ctrl-C in the middle of one long call of the engine: it gives up, gives its memory back, and the script goes on.
local support = dofile "spec/app/support.lua"

local folder

setup(function() folder = support.folder() end)
teardown(function() support.remove(folder) end)

-- A call that may end before the signal comes is made again. A call that had gone on to its end would be
-- stopped by Lua after it: that error names no line, as it is raised while a C function returns.
local SCRIPT = [==[
local la = require "latent"
la.manual_seed(3)
local pipe = io.popen "echo $PPID"
local process = pipe:read "l"
pipe:close()
%s
collectgarbage() collectgarbage()
local before = la.memory()
os.execute("(sleep %g; kill -INT " .. process .. ") &")
local ok, message
repeat ok, message = pcall(call, subject, argument) until not ok
print(message)
collectgarbage() collectgarbage()
print(la.memory() - before)
print(la.ones(100000):sum())]==]

local CASES = {
  { "a sort", "local subject = la.rand(4000000, { dtype = 'float64' }) local call = subject.sort" },
  { "a sort of many rows", "local subject = la.rand(20000, 100) local call = subject.sort" },
  { "unique among many values", [[
    local subject = la.rand(3000000)
    local call, argument = subject.unique, { return_inverse = true, return_counts = true }]] },
  { "unique among few values", [[
    local subject = la.randint(1, 1000, { 10000000 })
    local call, argument = subject.unique, { return_inverse = true }]] },
}
for _, name in ipairs { "UMAP", "TSNE" } do
  for _, delay in ipairs { 0.02, 0.6 } do -- among the neighbours, and in the endless layout
    local code = ("local subject = la.models.%s { max_iter = 100000000 } local call = subject.fit "):format(name)
    table.insert(CASES, { ("a fit of %s after %g s"):format(name, delay),
      code .. "local argument = la.randn(4000, 30)", delay })
  end
end

describe("Ctrl-C in the engine stops", function()
  for _, case in ipairs(CASES) do
    local name, code, delay = table.unpack(case)
    it(name, function()
      support.write(folder .. "/work.lua", SCRIPT:format(code:gsub("%s*\n%s*", " "), delay or 0.15))
      local result = support.run(("cd %s && timeout --foreground 50 %s work.lua"):format(folder, support.latent))
      assert.matches("^[%w/]+%.lua:%d+: interrupted!\n0\n100000%.0\n$", result.out)
      assert.equal(0, result.code)
    end)
  end
end)
