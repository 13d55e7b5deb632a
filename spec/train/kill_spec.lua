-- Training that is killed, at any moment, goes on as if nothing had happened.
local BUILD = os.getenv "LATENT_BUILD" or "build"

--- Twenty runs, each killed some milliseconds after it has written a checkpoint, then one to the end.
--- Prints how many were killed; it stops early where a run ends before its time.
local SCRIPT = [[
cd '%s'
moment() { stat -c %%y run.safetensors 2>/dev/null; }
killed=0
for delay in 000 003 001 017 002 009 025 000 004 013 001 006 021 002 011 000 005 030 003 008; do
  before=$(moment)
  '%s' '%s' end.safetensors run.safetensors 1 2>log.txt & run=$!
  while [ "$(moment)" = "$before" ] && kill -0 $run 2>/dev/null; do :; done
  sleep 0.$delay
  kill -KILL $run 2>/dev/null && killed=$((killed + 1))
  wait $run 2>/dev/null
done
echo $killed
exec '%s' '%s' end.safetensors run.safetensors
]]

describe("Training #slow", function()
  it("that SIGKILL ends twenty times comes to the bits of one that runs through", function()
    local pipe = io.popen "pwd"
    local here = pipe:read "l"
    pipe:close()
    local latent = BUILD:sub(1, 1) == "/" and BUILD .. "/latent" or here .. "/" .. BUILD .. "/latent"
    local program, folder = here .. "/spec/train/killed.lua", os.tmpname()
    os.remove(folder)
    assert(os.execute(("mkdir '%s'"):format(folder)))
    assert(os.execute(("'%s' '%s' '%s/whole.safetensors'"):format(latent, program, folder)))
    local script = folder .. "/kill.sh"
    local file = assert(io.open(script, "w"))
    file:write(SCRIPT:format(folder, latent, program, latent, program))
    file:close()
    pipe = io.popen(("sh '%s'"):format(script))
    local killed = pipe:read "n"
    assert.is_true(pipe:close(), "the last run failed")
    local function bytes(name)
      local handle = assert(io.open(folder .. "/" .. name, "rb"))
      local text = handle:read "a"
      handle:close()
      return text
    end
    assert.is_true(bytes "whole.safetensors" == bytes "end.safetensors", "other bits")
    assert.equal(20, killed)
    os.execute(("rm -r '%s'"):format(folder))
  end)
end)
