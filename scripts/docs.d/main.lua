--- Writes the reference; see scripts/docs. The working folder is one for what the examples write.
require "latent" -- opens the library's modules
local reference = require "reference"

local mode, root, out = table.unpack(arg)
rawset(_G, "arg", { [0] = "example.lua" }) -- examples of scripts see a command line of their own

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function write(path, text)
  local file <close> = assert(io.open(path .. ".new", "wb"))
  assert(file:write(text))
  file:close()
  assert(os.rename(path .. ".new", path))
  print(path)
end

local modes = {}

--- The definitions for editors.
function modes.definitions()
  write(out .. "/library/latent.lua", require("definitions").file())
end

--- What lacks documentation, a line each.
function modes.missing()
  local lines = reference.missing()
  for _, line in ipairs(lines) do print(line) end
  return #lines == 0
end

--- Run the examples: "ok" or "failed", the name, and after a failure what it said, indented.
function modes.examples()
  local examples = require "examples"
  local good = true
  for _, example in ipairs(examples.all()) do
    local ok, output = examples.run(example.code)
    print((ok and "ok\t" or "failed\t") .. example.name)
    if not ok then print("  " .. (example.code .. "\n" .. output):gsub("\n", "\n  ")) end
    good = good and ok
  end
  return good
end

--- The pages; what is missing is an error.
function modes.pages()
  local lines = reference.missing()
  if #lines > 0 then
    io.stderr:write("docs: missing:\n  ", table.concat(lines, "\n  "), "\n")
    return false
  end
  local folder = root .. "/scripts/docs.d/"
  write(out .. "/reference.md", require("markdown").page())
  write(out .. "/reference.html", require("html").page(read(folder .. "style.css"), read(folder .. "search.js")))
  modes.definitions()
end

os.exit(modes[mode]() ~= false, true)
