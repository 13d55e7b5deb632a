-- The benchmark says where the time of a training step goes.
local BUILD = os.getenv "LATENT_BUILD" or "build"

describe("scripts/bench --share #slow", function()
  it("parts a step into matrix products, gathering and the rest", function()
    local pipe = io.popen(("BUILD='%s' scripts/bench --share --quick ae_tasks ae_linear add_10"):format(BUILD))
    local head, row, none = pipe:read("l", "l", "l")
    pipe:close()
    assert.matches("matrix products +gathering a batch +the rest", head)
    local products, gathering, rest = row:match "^ae_tasks +[%d.]+ ms +([%d.]+) %% +([%d.]+) %% +([%d.]+) %%$"
    assert.near(100, products + gathering + rest, 0.2)
    assert.is_true(tonumber(products) > 5 and tonumber(gathering) > 0, row)
    assert.is_nil(none)
  end)
end)
