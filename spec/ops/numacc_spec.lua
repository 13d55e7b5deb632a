-- NIST's Statistical Reference Datasets, univariate: NumAcc1 to NumAcc4, built from their definition.
-- Certified values are exact: the mean is the first element, the standard deviation (n - 1) is 1 or 0.1.
local la = require "latent"

--- first, then 500 times the value 0.1 below and the one 0.1 above it, as decimal numbers.
local function alternating(whole)
  local values = { whole + 0.2 }
  for i = 1, 500 do values[2 * i], values[2 * i + 1] = whole + 0.1, whole + 0.3 end
  return la.tensor(values, { dtype = "float64" })
end

local SETS = {
  { "NumAcc1", la.tensor({ 10000001, 10000003, 10000002 }, { dtype = "float64" }), 10000002, 1 },
  { "NumAcc2", alternating(1), 1.2, 0.1 },
  { "NumAcc3", alternating(1000000), 1000000.2, 0.1 },
  { "NumAcc4", alternating(10000000), 10000000.2, 0.1 },
}

--- Number of correct decimal digits.
local function digits(got, want)
  return got == want and 15 or math.min(15, -math.log(math.abs(got - want) / math.abs(want), 10))
end

describe("NIST StRD", function()
  for _, set in ipairs(SETS) do
    local name, x, mean, std = table.unpack(set)

    it(name .. ": mean to 9 digits", function()
      assert(digits(x:mean(), mean) >= 9)
      assert(digits(x:reshape(1, -1):mean(2):item(), mean) >= 9)
    end)

    -- The decimals of NumAcc4 do not fit float64: the exact deviation of what can be stored has 8 digits
    -- of the certified one. The next spec holds the engine to that exact value.
    it(name .. ": standard deviation to " .. (name == "NumAcc4" and 8 or 9) .. " digits", function()
      local got = x:std { correction = 1 }
      assert(digits(got, std) >= (name == "NumAcc4" and 8 or 9), ("std %.17g"):format(got))
    end)
  end

  it("NumAcc3 and 4: the deviation of the stored numbers to 14 digits", function()
    -- computed in rational arithmetic from the float64 numbers
    assert(digits(alternating(1000000):std { correction = 1 }, 0.10000000003492459655) >= 14)
    assert(digits(alternating(10000000):std { correction = 1 }, 0.10000000055879354477) >= 14)
  end)

  it("the same from strided and transposed views", function()
    local x = alternating(1000000)
    local column = la.stack({ x, -x, x * 3 }, 2)
    assert(digits(column:t():std(2, { correction = 1 })[1], 0.1) >= 9)
    assert(digits(column:std(1, { correction = 1 })[2], 0.1) >= 9)
    assert(digits(column[{ {}, 1 }]:mean(), 1000000.2) >= 9)
  end)

  it("means and variances of ten million float32 keep 6 digits", function()
    local x = la.full({ 10000000 }, 0.1)
    assert(digits(x:mean(), 0.1) >= 6)
    local y = la.arange(0, 9999999) % 2 + 1000
    assert(digits(y:mean(), 1000.5) >= 6)
    assert(digits(y:var(), 0.25) >= 6)
  end)
end)
