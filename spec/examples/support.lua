--- Running example scripts from specs.
local la = require "latent"

local support = {}

local BUILD = os.getenv "LATENT_BUILD" or "build"

--- Run a script of examples/ inside this process; returns what it returns and what it printed.
---@param name string "3-autoencoder-tasks/2-thin-autoencoder"
---@param options string[]
function support.run(name, options)
  local out = os.tmpname()
  os.remove(out)
  local printed, real_print, real_arg = {}, print, arg
  _G.print = function(...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = tostring(words[i]) end
    printed[#printed + 1] = table.concat(words, "\t")
  end
  _G.arg = { [0] = name .. ".lua", "--out", out, table.unpack(options) }
  local ok, result = pcall(dofile, "examples/" .. name .. ".lua")
  _G.print, _G.arg = real_print, real_arg
  assert(ok, result)
  return result, table.concat(printed, "\n"), out
end

--- Run a script in an interpreter of its own; returns its output (both streams) and exit code.
function support.spawn(name, options)
  local words = { ("'%s/latent'"):format(BUILD), ("'examples/%s.lua'"):format(name) }
  for _, option in ipairs(options) do words[#words + 1] = ("'%s'"):format(option) end
  local pipe = assert(io.popen(table.concat(words, " ") .. " 2>&1"))
  local text = pipe:read "a"
  local _, _, code = pipe:close()
  return text, code
end

--- Remove a folder that a script has written.
function support.remove(folder)
  os.execute(("rm -r '%s'"):format(folder))
end

--- First bytes of a file: "\137PNG" and so on.
function support.head(path, n)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read(n)
  file:close()
  return bytes
end

--- Check that a picture has been drawn: a PNG of which a part is neither white nor of one colour, or
--- a GIF or HTML with some kilobytes.
function support.check_picture(path)
  if not path:find "%.png$" then
    return assert(#support.head(path, 2000) == 2000, path .. " has nothing in it")
  end
  local image = la.load(path)                                      -- [h, w, 3 or 4] uint8
  local ink = image:min(3):lt(250):to("float32"):mean()
  assert(ink > 0.01 and image:to("float32"):std() > 5, ("%s: only %.4f of it is drawn on"):format(path, ink))
end

return support
