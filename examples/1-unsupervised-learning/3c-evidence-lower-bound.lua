-- Tutorial 1, "EM as a special case of variational EM": the evidence and a bound below it.
--
-- The evidence is log p(D), minus the loss. For any distribution Q over the clusters of each height,
--   ELBO(Q) = <log p(D, Z)>_Q - <log Q>_Q = log p(D) - KL[Q || p(Z|D)]
-- and as the divergence is never negative, the ELBO is never above the evidence. The E step maximises it over Q:
-- Q becomes the posterior, the divergence zero. The M step maximises it over the parameters: the bound rises,
-- and pushes the evidence up at least as far. So EM never lowers the evidence. (The tutorial writes the
-- divergence the other way round, as KL[p(Z|D) || Q], but expands the one above; and calls it a distance,
-- though it is not symmetric. In its comparison with EM, log p(Z|D) should be log p(D, Z).)
--
-- What to see: bound.png: evidence and ELBO over half a round each, from a Q that knows nothing. At every E
-- step the bound jumps to the evidence and meets it, at every M step both rise, the evidence more.
-- gap.png: what remains after each M step is the divergence between the old posterior and the new one: it
-- shrinks as the parameters settle, and is never negative. other-q.png: with the parameters as they are in the
-- end, any other Q is worse: the posterior raised to a power, from 0 (all clusters alike) over 1 (the
-- posterior: the maximum, equal to the evidence) to sharper ones. Beyond all powers lies the hard choice
-- of one cluster, which is K-means's.
local la = require "latent"

local run = la.script.start("The evidence of a mixture and its lower bound, through the steps of EM.", {
  { "samples", 10000, "heights to draw", min = 100, fast = 2000 },
  { "clusters", 10, "clusters", min = 2, max = 10 },
  { "variance", 30.0, "variance of each cluster at the start", min = 1e-3 },
  { "steps", 20, "rounds of E and M step", min = 2, fast = 8 },
})
local K = run.clusters
local float64 = { dtype = "float64" }
local x = la.data.heights({ n = run.samples, seed = run.seed }).heights -- [N], cm
local N = #x

--- log p(x_n, z_n = k), [N, K]; parameters are one tensor [3, K]: means, variances, priors.
local function log_joint(parameters)
  local mu, sigma2, pi = parameters[1], parameters[2], parameters[3]
  return pi:log() - (2 * math.pi * sigma2):log() / 2 - (x:reshape(-1, 1) - mu):square() / (2 * sigma2)
end

--- sum of q log(q / p), where q is not zero; q and log p are [N, K].
local function sum_q(q, log_p)
  return la.where(q:gt(0), q * (q:log() - log_p), la.zeros_like(q)):sum()
end

local function evidence(parameters) return log_joint(parameters):logsumexp(2):sum() end
local function elbo(q, parameters) return -sum_q(q, log_joint(parameters)) end
local function log_posterior(parameters)
  local joint = log_joint(parameters)
  return joint - joint:logsumexp(2, { keepdim = true })
end
local function divergence(q, parameters) return sum_q(q, log_posterior(parameters)) end

local function m_step(q)
  local n = q:sum(1)
  local mu = q:t():mv(x) / n
  return la.stack({ mu, (q * (x:reshape(-1, 1) - mu):square()):sum(1) / n, n / N }, 1)
end

-- Half steps: the start, then E and M in turns.
local parameters = la.stack({
  la.linspace(x:min(), x:max(), K, float64), la.full({ K }, run.variance, float64), la.full({ K }, 1 / K, float64),
}, 1)
local q = la.full({ N, K }, 1 / K, float64)
local rows = {}
local function note(name)
  local row = { name = name, evidence = evidence(parameters), elbo = elbo(q, parameters),
    divergence = divergence(q, parameters) }
  rows[#rows + 1] = row
  local difference = row.evidence - row.elbo
  if math.abs(difference) < 1e-6 then difference = 0 end              -- what rounding leaves
  if #rows <= 7 then
    print(("%-8s evidence %10.2f   ELBO %10.2f   difference %9.3f   KL %9.3f"):format(name, row.evidence, row.elbo,
      difference, row.divergence))
  end
end
note "start"
for t = 1, run.steps do
  q = log_posterior(parameters):exp()
  note("E " .. t)
  parameters = m_step(q)
  note("M " .. t)
end

-- The library's mixture has the bound as a method: for any q, and for the posterior by default.
local model = la.models.GaussianMixture { k = K, covariance = "spherical", max_iter = 0, floor = 0,
  init = { means = parameters[1]:reshape(-1, 1), covariances = parameters[2], weights = parameters[3] } }
  :fit(x:reshape(-1, 1))
local last = rows[#rows]
print(("GaussianMixture:elbo gives %.2f for the last Q and %.2f for the posterior"):format(
  model:elbo(x:reshape(-1, 1), q), model:elbo(x:reshape(-1, 1))))

local function column(name)
  local list = {}
  for i, row in ipairs(rows) do list[i] = row[name] / N end
  return la.tensor(list, float64)
end
local evidences, bounds, divergences = column "evidence", column "elbo", column "divergence"

-- The first three rounds, then the rest on a scale of their own: later steps are smaller by far.
local fig = la.plot.figure { panels = { 1, 2 }, width = 1200, height = 480 }
local shown = { { 1, math.min(7, #rows) }, { 3, math.min(15, #rows) } }
for i, range in ipairs(shown) do
  local places, names = {}, {}
  for k = range[1], range[2] do places[#places + 1], names[#names + 1] = k, rows[k].name end
  local half = la.arange(range[1], range[2])
  fig[i]:title(i == 1 and "Evidence and ELBO per height" or "The same from the first M step on"):xlabel("half step")
    :xticks(places, names)
  fig[i]:line(half, evidences[{ range }], { marker = "o", label = "evidence" })
  fig[i]:line(half, bounds[{ range }], { marker = ".", linestyle = "--", label = "ELBO" })
  fig[i]:legend { loc = "lower right" }
end
run:save(fig, "bound.png")

local rounds = la.arange(1, run.steps)
local after_m = divergences[{ { 3, -1, 2 } }]
fig = la.plot.figure { title = "Evidence above the ELBO after each M step", xlabel = "round", ylabel = "KL per height",
  yscale = "log" }
fig:line(rounds, after_m, { marker = "o" })
run:save(fig, "gap.png")

-- Any other Q: powers of the posterior, rescaled so that each height's sum is 1.
local powers = la.linspace(0, 3, 31, float64)
local by_power, log_p = {}, log_posterior(parameters)
for i = 1, #powers do
  local raised = log_p * powers[i]
  by_power[i] = elbo((raised - raised:logsumexp(2, { keepdim = true })):exp(), parameters) / N
end
local hard = elbo(la.eye(K, float64)[log_p:argmax(2)], parameters) / N
print(("per height: evidence %.4f, ELBO of all clusters alike %.4f, of the one likeliest cluster %.4f"):format(
  last.evidence / N, by_power[1], hard))
fig = la.plot.figure { title = "Other distributions over the clusters", xlabel = "power of the posterior",
  ylabel = "ELBO per height", ylim = { 2 * hard - last.evidence / N, last.evidence / N + 0.05 } }
fig:hline(last.evidence / N, { color = ".4", linestyle = "--", label = "evidence" })
fig:line(powers, by_power, { lw = 3, label = "ELBO" })
fig:hline(hard, { color = "C2", linestyle = ":", label = "ELBO of the likeliest cluster alone" })
run:save(fig, "other-q.png")
run:finish()

return { rows = rows, powers = powers, by_power = by_power, hard = hard, evidence = last.evidence / N }
