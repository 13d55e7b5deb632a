--- A bar for a single engine call that takes long: a product, a sort, a file.
local core = require "latent.core"

local bar

core.host.watch(function(label, done, total)
  if done < 0 then
    if bar then bar:finish() end
    bar = nil
  else
    bar = bar or require("latent.progress").bar(total, { label = label, counts = false, leave = false })
    bar:update(done)
  end
end)
