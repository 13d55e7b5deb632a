--- Where the time of a training step goes: matrix products, gathering the batch, the rest.
---
--- usage: latent scripts/bench.d/share.lua SECONDS NAME...
--- Each training loop among the names is measured for about so long, on one thread, so that times add up.
local la = require "latent"
local host = require("latent.core").host
local training = require "training"

local seconds = tonumber(arg[1])
la.set_num_threads(1)

--- Seconds per call, and seconds of it in matrix products.
local function measure(call)
  for _ = 1, 5 do call() end
  local n, start = 0, host.clock()
  host.product_time(true)
  repeat
    for _ = 1, 20 do call() end
    n = n + 20
    local spent = host.clock() - start
  until spent > seconds
  return (host.clock() - start) / n, host.product_time(false) / n
end

local function show(name, make)
  la.manual_seed(1)
  local step, take = make()
  local whole, products = measure(step)
  local gathering = measure(take)
  local function share(part) return 100 * part / whole end
  print(("%-10s %9.3f ms %14.1f %% %17.2f %% %7.1f %%"):format(name, 1e3 * whole, share(products),
    share(gathering), share(whole - products - gathering)))
end

print(("%-10s %12s %16s %19s %9s"):format("loop", "step", "matrix products", "gathering a batch", "the rest"))
local shown = {} -- two rows of the table may be one loop of ours
for i = 2, #arg do
  local make = training[arg[i]]
  if make and not shown[make] then
    show(arg[i], make)
    shown[make] = true
    collectgarbage()
  end
end
