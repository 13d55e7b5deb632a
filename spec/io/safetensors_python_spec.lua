-- .safetensors files between latent and Python: a second implementation writes what we read, and reads
-- what we write.
local la = require "latent"
local scratch = require "io.scratch"

local PYTHON <const> = "/usr/bin/python3"

--- Output of a command, with its errors.
local function output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "a"
  pipe:close()
  return text
end

describe(".safetensors and Python", function()
  if output(PYTHON .. " -c 'import numpy; print(1)'") ~= "1\n" then
    return pending("needs NumPy for " .. PYTHON)
  end
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  local function python(action, name)
    local command = ("%s spec/io/safetensors_python.py %s '%s'"):format(PYTHON, action, files:path(name))
    assert.equal("done\n", output(command))
  end

  --- The arrays that have a dtype of ours.
  local function ours()
    local counted = la.arange(0, 23):reshape(2, 3, 4) % 5
    return {
      BOOL = counted:to "bool", U8 = counted:to "uint8", I64 = counted:to "int64", F32 = counted:to "float32",
      F64 = counted:to "float64",
      ['strange ü " name'] = la.linspace(-1, 1, 5, { dtype = "float64" }),
      empty = la.zeros(0, 7),
      number = la.tensor(2.5),
    }
  end

  it("go from there to here", function()
    python("write", "theirs.safetensors")
    local found, metadata = la.load(files:path "theirs.safetensors")
    assert.same({ format = "pt", note = "größe" }, metadata)
    local want = ours()
    for _, name in ipairs { "I8", "I16", "U16", "I32", "U32" } do want[name] = want.I64 end
    want.F16 = want.F32
    for name, tensor in pairs(want) do
      assert.equal(tensor.dtype, found[name].dtype, name)
      assert.same(tensor.shape, found[name].shape, name)
      assert.is_true(la.equal(tensor, found[name]), name)
      found[name] = nil
    end
    assert.is_nil(next(found))
  end)

  it("go from here to there", function()
    la.save(files:path "ours.safetensors", ours(), { metadata = { format = "pt", note = "größe" } })
    python("check", "ours.safetensors")
  end)
end)
