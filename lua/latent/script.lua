--- Command lines of tutorial scripts: options with help, a folder for the pictures, the data.
---
---     local run = la.script.start("Train a thin autoencoder.", {
---       { "bottleneck", 2, "units of the code", min = 1 },
---       { "iters", 1000, "training steps", min = 1, fast = 50 },
---     })
---     run:save(fig, "loss.png")     -- run.bottleneck, run.iters, run.seed hold the options
---     run:finish()
---
--- Every script takes --out, --seed, --fast and --help besides its own options, and --data when it
--- says so. A bad command line ends the script with a message and exit code 2.
local core = require "latent.core"
local errors = require "latent.errors"

local script = {}

--- The run of a script: its options are fields.
--- Example: la.script.start("Do nothing.", {}).fast
---@class script.Run
---@field out string folder for what the script writes
---@field seed integer
---@field fast boolean small settings, for a quick look
local Run = {}
Run.__index = Run

local SOURCES = { "auto", "mnist", "digits" }

--- Options that every script has; `own` may hold a field `data`.
local function common_options(name, own)
  local list = {
    { "out", "out/" .. name, "folder for pictures" },
    { "seed", 1, "seed of the random numbers" },
    { "fast", false, "small settings, for a quick look" },
  }
  if own.data then
    list[#list + 1] = { "data", "auto", "MNIST, drawn digits, or MNIST where it is found", choices = SOURCES }
  end
  return list
end

--- Check and convert the text of an option: value, or nil and a message.
local function convert(option, text)
  local default, value = option[2], text
  if math.type(default) == "integer" then
    value = math.tointeger(tonumber(text))
    if not value then return nil, ("--%s needs an integer, not '%s'"):format(option[1], text) end
  elseif type(default) == "number" then
    value = tonumber(text)
    if not value or value ~= value then
      return nil, ("--%s needs a number, not '%s'"):format(option[1], text)
    end
  end
  if option.min and value < option.min then
    return nil, ("--%s must be at least %s, not %s"):format(option[1], option.min, text)
  elseif option.max and value > option.max then
    return nil, ("--%s must be at most %s, not %s"):format(option[1], option.max, text)
  end
  return value
end

local function add_option(parser, option)
  local name, default, help = option[1], option[2], option[3]
  if default == false then return parser:flag("--" .. name, help) end
  local shown = tostring(default) ~= "" and ("%s (default: %s)"):format(help, default) or help
  local o = parser:option("--" .. name, shown):convert(function(text) return convert(option, text) end)
  if option.choices then o:choices(option.choices) else o:argname("<" .. (math.type(default) or "text") .. ">") end
end

--- The arguments with negative numbers tied to their options, "--mu", "-3" to "--mu=-3": argparse takes
--- what begins with a minus for an option.
local function tie_negative(arguments)
  local tied = { [0] = arguments[0] }
  for _, word in ipairs(arguments) do
    local last = tied[#tied]
    if last and word:find "^%-%.?%d" and last:find "^%-%-[^=]+$" then
      tied[#tied] = last .. "=" .. word
    else
      tied[#tied + 1] = word
    end
  end
  return tied
end

local function load_argparse()
  local found, argparse = pcall(require, "argparse")
  if not found then errors.raise("options of scripts need the package lua-argparse: run scripts/setup") end
  return argparse
end

--- Read the command line (the global `arg`) and seed the random numbers.
--- Example:
---     local run = la.script.start("Draw a line.", {{"points", 50, "how many", min = 2}})
---     print(run.points, run.seed)
---@param summary string one sentence for --help
---@param own table list of {name, default, help, min =, max =, choices =, fast = value under --fast};
---  the default's type is the option's, false makes a flag; data = true adds --data
---@return script.Run run options as fields
function script.start(summary, own)
  local arguments = rawget(_G, "arg") or {}
  local name = (arguments[0] or "script"):match("([^/]+)%.lua$") or "script"
  local parser = load_argparse()(name .. ".lua", summary)
  parser.error = function(_, message)
    io.stderr:write(name, ".lua: ", message, "\n", parser:get_usage(), "\n")
    os.exit(2, true)
  end
  local list = common_options(name, own)
  table.move(own, 1, #own, #list + 1, list)
  for _, option in ipairs(list) do add_option(parser, option) end
  local given = parser:parse(tie_negative(arguments))
  local self = setmetatable({ pictures = {} }, Run)
  for _, option in ipairs(list) do
    local value = given[option[1]]
    if value == nil and given.fast then value = option.fast end
    if value == nil then value = option[2] end
    self[option[1]] = value
  end
  core.manual_seed(self.seed)
  return self
end

--- Handwritten digits as --data says: MNIST, or digits that the engine draws.
--- Example:
---     local run = la.script.start("Show digits.", {data = true})
---     print(run.data)
---@param split? "train"|"test"
---@return {name: string, images: tensor, labels: tensor} set images [n, 28, 28] uint8, labels [n]
---  int64, 0 to 9
function Run:digits(split)
  local handwritten = require "latent.data.handwritten"
  return handwritten { data = self.data ~= "auto" and self.data or nil, split = split }
end

--- Save a figure in the folder of --out.
--- Example:
---     local run = la.script.start("Draw a line.", {{"points", 50, "how many", min = 2}})
---     run.out = "pictures"
---     run:save(la.plot.figure():line(la.rand(run.points)), "line.png")
---@param figure table a la.plot figure
---@param name string file name; its ending chooses the format
function Run:save(figure, name)
  local made, reason = core.host.make_folder(self.out)
  if not made then errors.raise(("cannot make the folder '%s': %s"):format(self.out, reason)) end
  local path = self.out .. "/" .. name
  figure:save(path)
  self.pictures[#self.pictures + 1] = path
end

--- Say where the pictures are.
--- Example: la.script.start("Do nothing.", {}):finish()
function Run:finish()
  if #self.pictures > 0 then print("pictures: " .. table.concat(self.pictures, ", ")) end
end

return script
