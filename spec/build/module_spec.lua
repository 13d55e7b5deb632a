-- Runs in `latent` with the other specs, and by itself in a stock lua5.4 on latent.so.
describe('require "latent"', function()
  local la = require "latent"

  it("computes", function()
    local a, b = la.tensor { { 1, 2 }, { 3, 4 } }, la.tensor { { 5.5 }, { 6 } }
    assert.same({ { 17.5 }, { 40.5 } }, a:mm(b):totable())
    assert.equal(10, a:sum())
  end)

  it("differentiates", function()
    local x = la.tensor { 1, 2, 3 }:requires_grad(true)
    local y = (x * x):sum()
    y:backward()
    assert.same({ 2, 4, 6 }, x.grad:totable())
  end)

  it("brings its Lua modules along", function()
    assert.equal(la, require "latent")
    assert.is_function(require("latent.options").check)
    local layer = la.nn.Linear(3, 2)
    assert.same({ 5, 2 }, layer(la.zeros(5, 3)).shape)
  end)

  it("raises errors that a script can catch", function()
    local ok, message = pcall(function() return la.zeros(2, 3):mm(la.zeros(2, 3)) end)
    assert.is_false(ok)
    assert.matches("%[2, 3%]", message)
  end)

  it("gives memory back without being asked to collect", function()
    local before, most = la.memory(), 0
    for _ = 1, 200 do -- 4 MiB each, 800 in all
      la.zeros(1024, 1024)
      most = math.max(most, (la.memory()))
    end
    assert.is_true(most < 2 * before + 150e6)
  end)
end)
