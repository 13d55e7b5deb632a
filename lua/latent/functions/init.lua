--- Tensor functions composed of others: each is both `la.f(x, ...)` and `x:f(...)`.
---
--- What they are made of is recorded for autograd, and so are they.
local FILES = {
  "blend", "compare", "differences", "grids", "masks", "one_hot", "parts", "products", "quantile",
  "repeats", "sets", "statistics",
}

local functions = {}

for _, name in ipairs(FILES) do
  for key, f in pairs(require("latent.functions." .. name)) do functions[key] = f end
end

return functions
