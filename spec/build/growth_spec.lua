-- The scripts that measure models.
local BUILD = os.getenv "LATENT_BUILD" or "build"

local function lines_of(command)
  local pipe = io.popen(command .. " 2>&1")
  local lines = {}
  for line in pipe:lines() do lines[#lines + 1] = line end
  return lines, pipe:close()
end

describe("scripts/growth #slow", function()
  it("prints time and memory by the number of samples, and draws them", function()
    local out = os.tmpname()
    os.remove(out)
    local lines = lines_of(("BUILD='%s' scripts/growth --most 3000 --out '%s' k-means mixture"):format(BUILD, out))
    local text = table.concat(lines, "\n")
    assert.matches("k%-means +1000 +%d+%.%d+ +%d+", text)
    assert.matches("mixture +3000 +%d+%.%d+ +%d+", text)
    assert.matches("mixture +grows as n%^%-?[%d.]+ in time, n%^%-?[%d.]+ in memory", text)
    assert.is_nil(text:find("t-SNE", 1, true))
    local picture = assert(io.open(out .. "/growth.png", "rb"))
    assert.equal("\137PNG", picture:read(4))
    picture:close()
    os.execute(("rm -r '%s'"):format(out))
  end)

  it("refuses a model that it does not know", function()
    local _, ok = lines_of(("BUILD='%s' scripts/growth k-medians"):format(BUILD))
    assert.is_nil(ok)
  end)
end)

describe("scripts/bench #slow", function()
  it("measures models, with the figure that shows what they have found", function()
    local lines = lines_of(("LUA_PATH='scripts/bench.d/?.lua;;' '%s/latent' scripts/bench.d/ours.lua 0.01 gmm_1d "
      .. "meanshift_5k"):format(BUILD))
    assert.matches("^gmm_1d\t[%d.e-]+\t[%d.]+$", lines[1])
    assert.matches("^meanshift_5k\t[%d.e-]+\t%d+$", lines[2])
  end)
end)
