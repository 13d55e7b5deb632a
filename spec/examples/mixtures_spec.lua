-- Tutorial 1, mixtures: the numbers that its scripts print and draw.
local la = require "latent"
local examples = require "examples.support"

local function run(name, options)
  local result, text, out = examples.run("1-unsupervised-learning/" .. name, options)
  for picture in text:match("pictures: (.*)$"):gmatch "[^, ]+" do examples.check_picture(picture) end
  examples.remove(out)
  return result, text
end

describe("3a-bayes", function()
  it("solves the task: a marginal of .013 and a posterior of 3 to 10", function()
    local got, text = run("3a-bayes", {})
    assert.is_near(1.3 / 101, got.task.marginal, 1e-12)
    assert.is_near(3 / 13, got.task.posterior[1], 1e-12)
    assert.is_near(10 / 13, got.task.posterior[2], 1e-12)
    assert.matches("0.01287", text, 1, true)
    -- Where the joint curves cross: (mu1 + mu2) / 2 + var log(pi1 / pi2) / (mu2 - mu1).
    assert.equal(1, #got.turns)
    assert.is_near(7.8 + 10 * math.log(0.3695 / 0.6305) / 4.4, got.turns[1], 0.1)
    assert.is_near(0, (got.curves.posterior:sum(1) - 1):abs():max(), 1e-12)
    assert.is_near(0, (got.curves.joint:sum(1) - got.curves.marginal):abs():max(), 1e-12)
  end)

  it("takes priors, centres and variances from the command line, negative ones too", function()
    local none = run("3a-bayes", { "--pi1", "0" })
    assert.equal(0, none.curves.posterior[1]:max())
    assert.same({}, none.turns)
    local wide = run("3a-bayes", { "--mu1", "-3", "--mu2", "2.5", "--var1", "40", "--var2", "4" })
    assert.equal(2, #wide.turns)                                    -- the wider source wins at both ends
    assert.is_near(-3, wide.x[wide.curves.conditional[1]:argmax()], 0.06)
  end)
end)

describe("3b-mixture-of-gaussians", function()
  it("follows twenty rounds of the recorded run to 1e-6", function()
    local want = la.load "spec/vectors/models.npz"
    local got = run("3b-mixture-of-gaussians", { "--heights", "spec/vectors/models.npz", "--steps", "20",
      "--movie", "none" })
    assert.is_true(((got.trace - want.heights_trace):abs() / want.heights_trace):max() < 1e-6)
    for t = 1, 20 do assert.is_near(want.heights_loss[t], got.losses[t], 1e-9 * want.heights_loss[t]) end
    assert.is_true(got.gap < 1e-6)
  end)

  it("lowers the loss in every round, further than with forgotten priors", function()
    local got = run("3b-mixture-of-gaussians", { "--fast", "--clusters", "4", "--movie", "gif" })
    assert.equal(9, #got.losses)
    for t = 2, 9 do assert.is_true(got.losses[t] <= got.losses[t - 1] + 1e-9) end
    assert.is_true(got.losses[9] < got.forgetful[9])
    assert.is_near(0, (got.responsibilities:sum(2) - 1):abs():max(), 1e-12)
  end)
end)

describe("3c-evidence-lower-bound", function()
  it("finds the bound at the evidence after each E step, and the divergence below it elsewhere", function()
    local got, text = run("3c-evidence-lower-bound", { "--fast" })
    assert.equal(17, #got.rows)
    for i, row in ipairs(got.rows) do
      assert.is_near(row.evidence - row.elbo, row.divergence, 1e-6)
      if row.name:find "^E" then
        assert.is_near(row.evidence, row.elbo, 1e-6)
      else
        assert.is_true(row.elbo < row.evidence)
      end
      if i > 1 then
        assert.is_true(row.evidence >= got.rows[i - 1].evidence - 1e-6)
        assert.is_true(row.elbo >= got.rows[i - 1].elbo - 1e-6)
      end
    end
    local last = got.rows[17]
    assert.matches(("elbo gives %.2f for the last Q and %.2f"):format(last.elbo, last.evidence), text, 1, true)
  end)

  it("finds every other distribution over the clusters worse than the posterior", function()
    local got = run("3c-evidence-lower-bound", { "--fast", "--clusters", "5" })
    for i = 1, #got.powers do
      if got.powers[i] == 1 then
        assert.is_near(got.evidence, got.by_power[i], 1e-9)
      else
        assert.is_true(got.by_power[i] < got.evidence)
      end
    end
    assert.is_true(got.hard < got.by_power[#got.powers])
  end)
end)

describe("3d-number-of-clusters", function()
  it("chooses as many clusters as the data can tell apart", function()
    local got = run("3d-number-of-clusters", { "--fast", "--most", "7" })
    assert.equal(5, got.chosen)                                     -- with 2000 heights; 10000 tell six apart
    assert.is_near(2 * 2000 * got.losses[5] + 14 * math.log(2000), got.bic[5], 1e-6 * got.bic[5])
    assert.is_near(2 * 2000 * got.losses[5] + 28, got.aic[5], 1e-6 * got.aic[5])
    for k = 2, 5 do assert.is_true(got.losses[k] < got.losses[k - 1]) end
    assert.is_true(got.difference < 0.15)
  end)
end)
