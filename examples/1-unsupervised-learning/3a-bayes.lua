-- Tutorial 1, "Prior and posterior beliefs": which of two sources made a sample?
--
-- A prior pi_z says how often each source z is at work, a likelihood p(x|z) what it makes. Bayes: the
-- posterior p(z|x) is the joint p(x, z) = pi_z p(x|z), divided by the marginal p(x), its sum over z.
--
-- What to see: panels.png: left, what each source makes, p(x|z); middle, the same weighted with the priors,
-- and their sum; right, the posterior. It is 1/2 where the joint curves cross, not where the densities
-- do. With equal variances it is a sigmoid of x, and the source that lies to the right wins at
-- the right; with unequal ones (--var1 40) the wider source wins at both ends. The posterior is of use where it
-- is near 0 or 1, that is where one joint curve is much below the other. With --pi1 0 it is 0 for
-- source 1 everywhere, whatever is seen: no data can revive what the prior rules out.
-- centres.png: the centres come together. At equal priors and variances the two peaks of the marginal become
-- one when they are two standard deviations s apart; from there on a histogram does not show that there are
-- two sources. variances.png: source 1 gets wider, and its posterior turns from a bump into a dip.
local la = require "latent"

local run = la.script.start("Conditional, joint and marginal distributions of two sources.", {
  { "pi1", 0.3695, "prior of source 1", min = 0, max = 1 },
  { "mu1", 5.6, "centre of source 1" },
  { "mu2", 10.0, "centre of source 2" },
  { "var1", 10.0, "variance of source 1", min = 0.01 },
  { "var2", 10.0, "variance of source 2", min = 0.01 },
})
local float64 = { dtype = "float64" }

-- The task: p(x|1) = 0.3, p(x|2) = 0.01, and source 2 makes a hundred times as much as source 1. The
-- tutorial prints a marginal of .13; it is a tenth of that. Its posterior is right.
local priors, likelihoods = la.tensor({ 1 / 101, 100 / 101 }, float64), la.tensor({ 0.3, 0.01 }, float64)
local joint = priors * likelihoods
local marginal = joint:sum()
local posterior = joint / marginal
print(("priors      p(z):    %.4f and %.4f"):format(priors[1], priors[2]))
print(("joint       p(x, z): %.5f and %.5f"):format(joint[1], joint[2]))
print(("marginal    p(x):    %.5f"):format(marginal))
print(("posterior   p(z|x):  %.4f and %.4f, that is 3/13 and 10/13: source 2, though it makes such an x rarely"):format(
  posterior[1], posterior[2]))

--- Conditionals [2, n], joint [2, n], marginal [n] and posteriors [2, n] at the places x [n]. All in
--- logarithms, as far from both centres both densities are zero, and 0 / 0 is no posterior.
local function two_sources(x, pi1, mu, variances)
  local log_conditional = la.stack({
    la.distributions.Normal { mean = mu[1], variance = variances[1] }:log_prob(x),
    la.distributions.Normal { mean = mu[2], variance = variances[2] }:log_prob(x),
  }, 1)
  local log_joint = log_conditional + la.tensor({ pi1, 1 - pi1 }, float64):log():reshape(2, 1)
  local log_marginal = log_joint:logsumexp(1)
  return { conditional = log_conditional:exp(), joint = log_joint:exp(), marginal = log_marginal:exp(),
    posterior = (log_joint - log_marginal):exp() }
end

local x = la.linspace(-20, 20, 401, float64)
local p = two_sources(x, run.pi1, { run.mu1, run.mu2 }, { run.var1, run.var2 })
-- Where the posterior passes 1/2, to the step of x.
local ahead = p.posterior[1]:gt(0.5)
local turns = x[{ { 2, #x } }][ahead[{ { 2, #x } }]:ne(ahead[{ { 1, #x - 1 } }])]
print(("priors %.4f and %.4f: the posterior passes 1/2 %s"):format(run.pi1, 1 - run.pi1,
  #turns > 0 and "near x = " .. table.concat(turns:totable(), ", ") or "nowhere"))

local fig = la.plot.figure { panels = { 1, 3 }, width = 1300, height = 430 }
fig[1]:title("Conditional p(x|z)"):ylim(0, 1.1 * p.conditional:max())
fig[2]:title("Joint p(x, z), marginal p(x)"):ylim(0, 1.1 * p.conditional:max())
fig[3]:title("Posterior p(z|x)"):ylim(-0.03, 1.03)
for z = 1, 2 do
  fig[1]:line(x, p.conditional[z], { lw = 3, label = ("p(x|z=%d)"):format(z) })
  fig[2]:line(x, p.joint[z], { lw = 3, label = ("p(x,z=%d)"):format(z) })
  fig[3]:line(x, p.posterior[z], { lw = 3, label = ("p(z=%d|x)"):format(z) })
end
fig[2]:line(x, p.marginal, { lw = 3, label = "p(x)" })
for i = 1, 3 do fig[i]:xlabel("x (cm)"):legend { loc = "outside bottom", ncol = 3 } end
run:save(fig, "panels.png")

-- The centres come together: 4, 2 and 1 standard deviations apart, at equal priors.
fig = la.plot.figure { panels = { 1, 3 }, width = 1300, height = 380, sharey = true,
  xlabel = "x (cm)", ylabel = "p(x)" }
local deviation = run.var2 ^ 0.5
for i, apart in ipairs { 4, 2, 1 } do
  local q = two_sources(x, 0.5, { run.mu2 - apart * deviation, run.mu2 }, { run.var2, run.var2 })
  fig[i]:title(("Distance of the centres: %d s"):format(apart))
  for z = 1, 2 do fig[i]:line(x, q.joint[z], { lw = 2, linestyle = "--" }) end
  fig[i]:line(x, q.marginal, { lw = 3 })
end
run:save(fig, "centres.png")

-- Source 1 gets wider: joint curves, and the posterior of source 1 under them.
fig = la.plot.figure { panels = { 2, 3 }, width = 1300, height = 600, xlabel = "x (cm)", sharex = true }
local highest = two_sources(x, run.pi1, { run.mu1, run.mu2 }, { 0.25 * run.var2, run.var2 }).joint:max()
for i, factor in ipairs { 0.25, 1, 4 } do
  local q = two_sources(x, run.pi1, { run.mu1, run.mu2 }, { factor * run.var2, run.var2 })
  fig:panel(1, i):title(("Variances %g and %g"):format(factor * run.var2, run.var2)):ylabel(i == 1 and "p(x, z)" or "")
    :ylim(0, 1.4 * highest)
  for z = 1, 2 do fig:panel(1, i):line(x, q.joint[z], { lw = 3, label = "z = " .. z }) end
  fig:panel(2, i):ylabel(i == 1 and "p(z=1 | x)" or ""):ylim(-0.03, 1.03):line(x, q.posterior[1], { lw = 3 })
end
run:save(fig, "variances.png")
run:finish()

return { task = { prior = priors, joint = joint, marginal = marginal, posterior = posterior }, x = x, curves = p,
  turns = turns:totable() }
