local la = require "latent"
local scratch = require "io.scratch"

-- A small set in MNIST's files: image i is filled with i, its label is i modulo 10.
local function fake(files, names, n)
  local images, labels = {}, {}
  for i = 1, n do
    images[i] = string.char(i):rep(28 * 28)
    labels[i] = string.char(i % 10)
  end
  files:run "mkdir -p mnist"
  local sizes = string.pack(">I4I4I4I4", 0x803, n, 28, 28)
  files:write("mnist/" .. names .. "-images-idx3-ubyte", sizes .. table.concat(images))
  files:write("mnist/" .. names .. "-labels-idx1-ubyte", string.pack(">I4I4", 0x801, n) .. table.concat(labels))
end

describe("la.data.mnist", function()
  local files
  setup(function()
    files = scratch.new()
    fake(files, "train", 12)
    fake(files, "t10k", 5)
    files:run "gzip mnist/t10k-*"
  end)
  teardown(function() files:remove() end)

  it("finds the files in its folder, packed or not", function()
    local train = la.data.mnist { root = files.folder }
    assert.same({ 12, 28, 28 }, train.images.shape)
    assert.equal("uint8", train.images.dtype)
    assert.equal(11, train.images[{ 11, 3, 4 }])
    assert.equal("int64", train.labels.dtype)
    assert.same({ 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2 }, train.labels:totable())
    local test = la.data.mnist { root = files.folder, split = "test" }
    assert.same({ 1, 2, 3, 4, 5 }, test.labels:totable())
  end)

  it("gives the first n images", function()
    local set = la.data.mnist { root = files.folder, n = 3 }
    assert.same({ 3, 28, 28 }, set.images.shape)
    assert.same({ 1, 2, 3 }, set.labels:totable())
    local ok, message = pcall(la.data.mnist, { root = files.folder, n = 13 })
    assert.is_false(ok)
    assert.matches("n is 13, but the set 'train' has 12 images", message, 1, true)
  end)

  it("looks into LATENT_DATA and the cache folder", function()
    local script = ("require('latent').data.mnist{split = 'test'}"):gsub("'", "\\'")
    local run = ("\"%s/latent\" -e $'assert(#%s.labels == 5)'"):format(os.getenv "LATENT_BUILD", script)
    local shell = "bash -c '%s'"
    local function try(environment)
      return os.execute(shell:format(("env %s %s 2>/dev/null"):format(environment, run):gsub("'", "'\\''")))
    end
    files:run "mkdir -p cache home/.cache && ln -sfn .. cache/latent && ln -sfn ../.. home/.cache/latent"
    assert.is_true(try(("LATENT_DATA=%s"):format(files.folder)))
    assert.is_true(try(("LATENT_DATA= XDG_CACHE_HOME=%s/cache"):format(files.folder)))
    assert.is_true(try(("LATENT_DATA= XDG_CACHE_HOME= HOME=%s/home"):format(files.folder)))
    assert.is_nil(try "LATENT_DATA= XDG_CACHE_HOME=/nowhere")
  end)

  it("says where it looked and how to get the set when it is missing", function()
    files:run "mkdir -p empty"
    local command = "cd '%s' && LATENT_DATA= XDG_CACHE_HOME=/nowhere '%s/latent' -e "
      .. "\"require('latent').data.mnist{root = 'empty'}\" 2>&1"
    local pipe = io.popen(command:format(files.folder, os.getenv "LATENT_BUILD"))
    local message = pipe:read "a"
    pipe:close()
    assert.matches("train-images-idx3-ubyte.gz", message, 1, true)
    assert.matches("empty, /nowhere/latent", message, 1, true)
    assert.matches("scripts/get-data mnist", message, 1, true)
  end)

  it("refuses files that do not belong together", function()
    local wrong = scratch.new()
    fake(wrong, "train", 4)
    wrong:write("mnist/train-labels-idx1-ubyte", string.pack(">I4I4", 0x801, 2) .. "ab")
    local ok, message = pcall(la.data.mnist, { root = wrong.folder })
    wrong:remove()
    assert.is_false(ok)
    assert.matches("does not hold a label for each of the 4 images", message, 1, true)
  end)

  it("reads the real set", function()
    local root = os.getenv "LATENT_DATA"
    if not root or not io.open(root .. "/mnist/train-images-idx3-ubyte.gz") then
      pending "MNIST is not installed here"
      return
    end
    local train, test = la.data.mnist(), la.data.mnist { split = "test" }
    assert.same({ 60000, 28, 28 }, train.images.shape)
    assert.same({ 10000, 28, 28 }, test.images.shape)
    assert.same({ 5, 0, 4, 1, 9 }, train.labels[{ { 1, 5 } }]:totable())
    assert.same({ 7, 2, 1, 0, 4 }, test.labels[{ { 1, 5 } }]:totable())
    local x = train.images:to "float64" / 255
    assert.is_near(0.1307, x:mean(), 1e-4)
    assert.is_near(0.3081, x:std(), 1e-4)
  end)
end)

describe("la.data.handwritten", function()
  it("gives MNIST where it is", function()
    local files = scratch.new()
    fake(files, "train", 4)
    local set = la.data.handwritten { root = files.folder }
    assert.equal("mnist", set.name)
    assert.equal(4, #set.labels)
    assert.equal(2, #la.data.handwritten({ root = files.folder, n = 2 }).labels)
    assert.equal("digits", la.data.handwritten({ root = files.folder, data = "digits", n = 3 }).name)
    files:remove()
  end)

  it("draws digits and says so where MNIST is missing", function()
    local command = "LATENT_DATA= XDG_CACHE_HOME=/nowhere '%s/latent' -e "
      .. "\"local s = require('latent').data.handwritten{n = 6, split = 'test'} print(s.name, #s.images)\""
    local pipe = io.popen(command:format(os.getenv "LATENT_BUILD"))
    local lines = { pipe:read("l", "l") }
    pipe:close()
    assert.matches("MNIST is not installed", lines[1])
    assert.equal("digits\t6", lines[2])
  end)

  it("fails where MNIST is asked for and missing, or something else is", function()
    assert.has_error(function() la.data.handwritten { data = "mnist", root = "/nowhere", split = "x" } end)
    local ok, message = pcall(la.data.handwritten, { data = "fashion" })
    assert.is_false(ok)
    assert.matches("data must be 'mnist' or 'digits', not fashion", message, 1, true)
  end)
end)
