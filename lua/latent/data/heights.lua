local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local splits = require "latent.data.splits"

-- Women and girls first, men and boys second. The means and deviations are those of growth charts
-- (tall.life); the shares are those of the "unsupervised learning" tutorial (DeepMind, 2021), which
-- hands the larger share of the boys, up to the age of 10, to the girls.
local NAMES = {
  "girls, 0 years", "boys, 0 years", "girls, 2 years", "boys, 2 years", "girls, 5 years", "boys, 5 years",
  "girls, 10 years", "boys, 10 years", "women, 80 years", "men, 80 years",
}
local MEANS = { 49.3, 50, 86.2, 87.6, 108.1, 109.4, 139.1, 138, 155.9, 170.7 }
local DEVIATIONS = { 1.88, 1.87, 3.24, 3.08, 4.91, 4.61, 6.97, 6.88, 6.32, 6.63 }
local SHARES = { 0.514, 0.486, 0.513, 0.487, 0.512, 0.488, 0.514, 0.486, 0.55, 0.45 }

local float64 = { dtype = "float64" }

--- Heights, in cm, of people of ten groups: five ages, both sexes. Each group is normal, so the whole
--- is a mixture of ten Gaussians of which many overlap: data for density estimation and clustering.
--- Options: `n` (default 10000); `group` 1 to 10 for the heights of one group alone; `seed` (default 0).
--- Besides heights [n] float64 and groups [n] int64, 1 to 10, the set tells what made them: names, means,
--- deviations and shares, a list or tensor [10] each.
--- Example:
---     local set = la.data.heights{n = 1000, group = 1}
---     print(set.names[1], set.heights:mean(), set.heights:std())
---@param given? { n: integer, group: integer, seed: integer }
---@return { name: "heights", heights: latent.Tensor, groups: latent.Tensor, names: string[], means: latent.Tensor, deviations: latent.Tensor, shares: latent.Tensor } set
return function(given)
  local where = "data.heights"
  local o = options.check(where, given, { n = 10000, group = options.NONE, seed = 0 })
  splits.check_count(where, o.n)
  if math.type(o.seed) ~= "integer" then
    errors.raise(("%s: seed must be an integer, not %s"):format(where, tostring(o.seed)))
  end
  if o.group ~= nil and (math.type(o.group) ~= "integer" or o.group < 1 or o.group > #NAMES) then
    errors.raise(("%s: group must be an integer from 1 to %d, not %s"):format(where, #NAMES, tostring(o.group)))
  end
  local means, deviations = core.tensor(MEANS, float64), core.tensor(DEVIATIONS, float64)
  local shares = core.tensor(SHARES, float64)
  shares = shares / shares:sum()
  local generator = core.Generator(o.seed)
  local groups = o.group and core.full({ o.n }, o.group, { dtype = "int64" })
    or core.multinomial(shares, o.n, { replacement = true, generator = generator })
  local noise = core.randn(o.n, { dtype = "float64", generator = generator })
  return {
    name = "heights", heights = means[groups] + deviations[groups] * noise, groups = groups,
    names = table.move(NAMES, 1, #NAMES, 1, {}), means = means, deviations = deviations, shares = shares,
  }
end
