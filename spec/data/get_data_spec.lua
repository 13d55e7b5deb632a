local scratch = require "io.scratch"

describe("scripts/get-data", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  -- Runs it with a mirror in our folder; other mirrors are out of reach behind a dead proxy.
  local function get_data(arguments)
    local pipe = io.popen(("https_proxy=http://127.0.0.1:9 scripts/get-data %s 2>&1"):format(arguments))
    local words = pipe:read "a"
    return pipe:close(), words
  end

  it("refuses a file with a wrong checksum and says what to do", function()
    files:run "mkdir -p mirror && echo wrong | gzip >mirror/train-images-idx3-ubyte.gz"
    local arguments = ("mnist --root '%s/root' --mirror 'file://%s/mirror'"):format(files.folder, files.folder)
    local ok, words = get_data(arguments)
    assert.is_nil(ok)
    assert.matches("wrong checksum", words)
    assert.matches("no mirror gave train%-images%-idx3%-ubyte.gz", words)
    files:run "test -d root/mnist && test -z \"$(ls -A root/mnist)\""
  end)

  it("lists the data sets and options it knows", function()
    local ok, words = get_data "imagenet"
    assert.is_nil(ok)
    assert.matches("unknown data set 'imagenet' %(known: mnist%)", words)
    ok, words = get_data "mnist --folder x"
    assert.is_nil(ok)
    assert.matches("unknown option %-%-folder", words)
    ok, words = get_data "--help"
    assert.is_true(ok)
    assert.matches("usage: scripts/get%-data mnist", words)
  end)

  it("puts the four files into the folder once", function()
    local root = os.getenv "LATENT_DATA"
    if not root or not io.open(root .. "/mnist/train-images-idx3-ubyte.gz") then
      pending "MNIST is not installed here"
      return
    end
    local arguments = ("mnist --root '%s/whole' --mirror 'file://%s/mnist'"):format(files.folder, root)
    assert.is_true((get_data(arguments)))
    files:run "test \"$(ls -A whole/mnist | wc -l)\" = 4"
    files:run "echo damaged >whole/mnist/t10k-labels-idx1-ubyte.gz"
    local ok, words = get_data(arguments)
    assert.is_true(ok)
    assert.matches("train%-images%-idx3%-ubyte.gz is there", words)
    assert.is_nil(words:find("t10k-labels-idx1-ubyte.gz is there", 1, true))
  end)
end)
