local la = require "latent"
local scratch = require "io.scratch"

-- The corpus of spec/fuzz: whole and damaged files of each format. spec/fuzz/run makes more of them.
local FORMATS = { "idx", "npy", "npz", "safetensors", "csv", "png", "jpeg" }

describe("a damaged file", function()
  local files
  setup(function() files = scratch.new() end)
  teardown(function() files:remove() end)

  local function corpus(format)
    local list = {}
    for path in io.popen("ls spec/fuzz/corpus/" .. format .. "/*"):lines() do
      local file = assert(io.open(path, "rb"))
      list[path] = file:read "a"
      file:close()
    end
    return list
  end

  for _, format in ipairs(FORMATS) do
    it(("of format %s gives a value or an error that names it, with any byte changed"):format(format), function()
      local name = "damaged." .. format
      for path, bytes in pairs(corpus(format)) do
        for at = 1, math.min(#bytes, 400), 3 do
          local damaged = bytes:sub(1, at - 1) .. string.char(bytes:byte(at) ~ 0xff) .. bytes:sub(at + 1)
          local ok, message = pcall(la.load, files:write(name, damaged))
          assert.is_true(ok or message:find(name, 1, true) ~= nil, path .. ": " .. tostring(message))
        end
      end
    end)
  end
end)
