-- Every expression of spec/vectors/ops.lua, computed by NumPy and SciPy, must come out the same here.
local la = require "latent"

local cases = dofile "spec/vectors/ops.lua"
local arrays = la.load "spec/vectors/ops.npz"

--- Largest |got - want| / (1 + |want|); NaN matches NaN, infinities match themselves.
local function deviation(got, want)
  if type(got) == "boolean" then return got == want and 0 or math.huge end
  if type(got) == "number" then
    if got ~= got and want ~= want or got == want then return 0 end
    return math.abs(got - want) / (1 + math.abs(want))
  end
  local g, w = got:to("float64"):flatten(), want:to("float64"):flatten()
  local same = g:eq(w) | (g:isnan() & w:isnan())
  local distance = la.where(same, 0.0, (g - w):abs() / (w:abs() + 1))
  if distance:numel() == 0 then return 0 end
  return distance:isnan():any() and math.huge or distance:max()
end

local function scope_of(case)
  local scope = { la = la, select = select }
  for name, key in pairs(case.inputs) do scope[name] = arrays[key] end
  return scope
end

describe("the reference expressions", function()
  for i, case in ipairs(cases) do
    it(("%03d: %s"):format(i, case.expr), function()
      local got = assert(load("return " .. case.expr, "=case", "t", scope_of(case)))()
      local want = case.expect
      if type(want) == "string" then
        want = arrays[want]
        assert.same(want.shape, got.shape)
      end
      local d = deviation(got, want)
      assert(d <= case.tol, ("deviates by %g, tolerance %g"):format(d, case.tol))
    end)
  end
end)
