--- Running programs for the specs of the interpreter.
local support = {}

local function first_argument()
  local i = 0
  while arg and arg[i - 1] do i = i - 1 end
  return arg and arg[i]
end

local function absolute(path)
  if not path:find("/") or path:find("^/") then return path end
  local pipe <close> = assert(io.popen("pwd"))
  return pipe:read("l") .. "/" .. path
end

--- The interpreter that runs the specs.
local build = os.getenv("LATENT_BUILD")
support.latent = build and build .. "/latent" or absolute(first_argument() or "build/latent")

--- The stock interpreter to compare with, or nil.
support.lua = os.execute("command -v lua5.4 >/dev/null 2>&1") and "lua5.4" or nil

function support.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

function support.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

--- A fresh folder; every spec file removes its own.
function support.folder()
  local pipe <close> = assert(io.popen("mktemp -d"))
  return pipe:read("l")
end

function support.remove(folder)
  os.execute("rm -rf " .. support.quote(folder))
end

function support.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Run a shell command, for a minute at most; standard input is empty unless `input` is given.
---@return {out: string, err: string, code: integer} code is 128 + the signal that killed it
function support.run(command, input)
  local stdin, stdout, stderr = os.tmpname(), os.tmpname(), os.tmpname()
  support.write(stdin, input or "")
  local limited = "exec timeout --foreground -k 1 60 sh -c " .. support.quote(command)
  local _, kind, code = os.execute(("%s <%s >%s 2>%s"):format(limited, stdin, stdout, stderr))
  local result = {
    out = support.read(stdout), err = support.read(stderr), code = kind == "signal" and 128 + code or code,
  }
  for _, path in ipairs { stdin, stdout, stderr } do os.remove(path) end
  return result
end

--- Compile the program that types into a pseudo-terminal (terminal.c) to `folder`/terminal.
function support.compile_terminal(folder)
  local source = "spec/app/terminal.c"
  local done = support.run(("cc -std=c11 -D_GNU_SOURCE -O1 -o %s/terminal %s -lutil"):format(folder, source))
  assert(done.code == 0, done.err)
end

return support
