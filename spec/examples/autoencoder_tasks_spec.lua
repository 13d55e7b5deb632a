local examples = require "examples.support"

describe("1-random-batches", function()
  it("prints shapes and ranges and draws the digits and two batches", function()
    local _, text, out = examples.run("3-autoencoder-tasks/1-random-batches", { "--data", "digits", "--batch", "8" })
    assert.matches("[60000, 28, 28]", text, 1, true)
    assert.matches("from %-1.0 to 1.0", text)
    assert.matches("one%-hot", text)
    assert.equal("\137PNG", examples.head(out .. "/digits.png", 4))
    assert.equal("\137PNG", examples.head(out .. "/batches.png", 4))
    examples.remove(out)
  end)
end)

describe("2-thin-autoencoder", function()
  local options = { "--data", "digits", "--fast", "--seed", "3" }

  it("learns, and draws its loss and reconstructions", function()
    local result, text, out = examples.run("3-autoencoder-tasks/2-thin-autoencoder", options)
    assert.equal(100, #result.losses)
    assert.equal(2, result.units)
    assert.is_true(result.loss < 0.5 * result.losses[1])
    assert.matches("Linear(784, 256)", text, 1, true)
    assert.equal("\137PNG", examples.head(out .. "/loss.png", 4))
    assert.equal("\137PNG", examples.head(out .. "/reconstructions.png", 4))
    assert.matches("pictures: .*loss.png", text)
    examples.remove(out)
  end)

  it("says which units of the tutorial's code are dead", function()
    local result, text, out = examples.run("3-autoencoder-tasks/2-thin-autoencoder",
      { "--data", "digits", "--activation", "relu", "--bottleneck", "20", "--iters", "30", "--lr", "0.3" })
    assert.is_true(result.units < 20)
    assert.matches(("only %d of the 20 units"):format(result.units), text, 1, true)
    examples.remove(out)
  end)

  it("takes the width of the bottleneck and other numbers from the command line", function()
    local result, _, out = examples.run("3-autoencoder-tasks/2-thin-autoencoder",
      { "--data", "digits", "--bottleneck", "5", "--iters", "3", "--batch", "2", "--lr", "0.1" })
    assert.same({ 5, 256 }, result.net:state_dict()["0.2.weight"].shape)
    assert.equal(3, #result.losses)
    examples.remove(out)
  end)

  it("ends between 0.18 and 0.28 after 1000 steps on MNIST", function()
    if not require("latent.data.mnist").find "train" then return pending "MNIST is not here: set LATENT_DATA" end
    local result, _, out = examples.run("3-autoencoder-tasks/2-thin-autoencoder", { "--data", "mnist" })
    assert.is_true(result.loss > 0.18 and result.loss < 0.28, "loss " .. result.loss)
    examples.remove(out)
  end)
end)

describe("A script's command line", function()
  local name = "3-autoencoder-tasks/2-thin-autoencoder"

  it("explains itself with --help", function()
    local text, code = examples.spawn(name, { "--help" })
    assert.equal(0, code)
    for _, option in ipairs { "bottleneck", "iters", "batch", "lr", "seed", "data", "out", "fast" } do
      assert.matches("--" .. option, text, 1, true)
    end
    assert.matches("default: 1000", text, 1, true)
  end)

  it("refuses bad values with a message and exit code 2", function()
    for pattern, options in pairs {
      ["%-%-iters needs an integer, not 'many'"] = { "--iters", "many" },
      ["%-%-iters must be at least 1, not 0"] = { "--iters", "0" },
      ["%-%-lr needs a number, not 'x'"] = { "--lr", "x" },
      ["must be one of 'auto', 'mnist', 'digits'"] = { "--data", "cifar" },
      ["unknown option '%-%-iter'"] = { "--iter", "3" },
      ["too many arguments"] = { "stray" },
    } do
      local text, code = examples.spawn(name, options)
      assert.equal(2, code)
      assert.matches(pattern, text)
      assert.not_matches("traceback", text)
    end
  end)

  it("says so when the folder for pictures cannot be made", function()
    local text, code = examples.spawn(name, { "--data", "digits", "--iters", "1", "--out", "/dev/null/x" })
    assert.equal(1, code)
    assert.matches("cannot make the folder '/dev/null/x'", text, 1, true)
  end)
end)
