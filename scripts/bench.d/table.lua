--- Runs the benchmark: ours, NumPy, PyTorch and scikit-learn take turns, each in processes of its own,
--- for some rounds; the table shows medians. Models take turns row by row, since some take long, and start
--- from data that scikit-learn's side has written. See scripts/bench.
local rows = require "rows"
local argparse = require "argparse"

local parser = argparse("scripts/bench", "Measures latent beside NumPy, PyTorch and scikit-learn.")
parser:argument("names", "Rows to measure (all of them):"):args("*")
parser:flag("--quick", "A tenth of the time for each row, and one round unless told.")
parser:option("--rounds", "How often everything is measured (3).", nil, tonumber)
parser:flag("--share", "In place of the table: where the time of our training loops' steps goes, on one thread.")
local names = {}
for i, row in ipairs(rows) do names[i] = ("  %-14s %s"):format(row[1], row[2]) end
parser:epilog("Rows:\n" .. table.concat(names, "\n"))
local options = parser:parse()

local PEERS = "/usr/bin/python3 scripts/bench.d/peers.py"
local OURS = ("'%s' scripts/bench.d/ours.lua"):format(arg[-1])

local function rounds_wanted()
  return options.rounds or options.quick and 1 or 3
end

--- Lines that a command prints.
local function output(command)
  local pipe = assert(io.popen(command))
  local lines = {}
  for line in pipe:lines() do lines[#lines + 1] = line end
  pipe:close()
  return lines
end

--- The rows asked for.
local function choose()
  local known, chosen = {}, {}
  for _, row in ipairs(rows) do known[row[1]] = row end
  for _, name in ipairs(options.names) do
    if not known[name] then parser:error(("no row '%s'; --help lists them"):format(name)) end
    chosen[#chosen + 1] = known[name]
  end
  return #chosen > 0 and chosen or rows
end

--- Who takes part: commands by column.
local function competitors()
  local list = { { "latent", OURS } }
  local has = output(PEERS .. " has 2>/dev/null")[1] or ""
  if has:find "numpy" then list[#list + 1] = { "NumPy", PEERS .. " numpy" } end
  if has:find "torch" then list[#list + 1] = { "PyTorch", PEERS .. " torch" } end
  if has:find "sklearn" then list[#list + 1] = { "scikit-learn", PEERS .. " sklearn" } end
  return list
end

--- Run some rows with one competitor: times[row name] grows by a value, figures[row name] is set.
local function run(command, wanted, times, figures)
  local arguments = ("%g %s"):format(options.quick and 0.05 or 0.5, table.concat(wanted, " "))
  for _, line in ipairs(output(command .. " " .. arguments)) do
    local name, value, figure = line:match "^(%S+)%s+(%S+)%s*(%S*)$"
    times[name] = times[name] or {}
    table.insert(times[name], tonumber(value))
    figures[name] = tonumber(figure)
  end
end

--- Names of the rows that one process measures: the single operations together, each model alone.
local function turns(chosen)
  local singles, list = {}, {}
  for _, row in ipairs(chosen) do
    if row.figure then list[#list + 1] = { row[1], model = true } else singles[#singles + 1] = row[1] end
  end
  if #singles > 0 then table.insert(list, 1, singles) end
  return list
end

--- times[column][row name] = list of seconds, one a round; figures[column][row name].
local function measure(list, chosen, folder)
  local rounds = rounds_wanted()
  local times, figures = {}, {}
  for _, who in ipairs(list) do times[who[1]], figures[who[1]] = {}, {} end
  for round = 1, rounds do
    for _, wanted in ipairs(turns(chosen)) do
      for _, who in ipairs(list) do
        local idle = wanted.model and who[1] == "PyTorch" or not wanted.model and who[1] == "scikit-learn"
        if not idle then
          io.stderr:write(("round %d of %d: %s%s\n"):format(round, rounds, who[1],
            wanted.model and ", " .. wanted[1] or ""))
          local environment = wanted.model and ("BENCH_DATA='%s' "):format(folder) or ""
          run(environment .. who[2], wanted, times[who[1]], figures[who[1]])
        end
      end
    end
  end
  return times, figures
end

local function median(list)
  if not list then return nil end
  table.sort(list)
  local middle = (#list + 1) // 2
  return #list % 2 == 1 and list[middle] or (list[middle] + list[middle + 1]) / 2
end

--- Seconds as a person reads them: "12.3 ms", or "840 it/s" for a rate.
local function show(row, value)
  if not value then return "-" end
  if row.rate then return ("%.0f %s"):format(1 / value, row.rate) end
  if value >= 1 then return ("%.2f s"):format(value) end
  if value >= 1e-3 then return ("%.2f ms"):format(value * 1e3) end
  return ("%.2f us"):format(value * 1e6)
end

local function ratio(ours, theirs)
  return ours and theirs and ("%.1f x"):format(theirs / ours) or "-"
end

local function print_table(list, chosen, times)
  local format = "%-16s" .. ("%15s"):rep(#list) .. ("%15s"):rep(#list - 1)
  local head = { "" }
  for i = 1, #list do head[#head + 1] = list[i][1] end
  for i = 2, #list do head[#head + 1] = "/ " .. list[i][1] end
  print(format:format(table.unpack(head)))
  for _, row in ipairs(chosen) do
    local cells, ours = { row[1] }, median(times.latent[row[1]])
    for i = 1, #list do cells[#cells + 1] = show(row, median(times[list[i][1]][row[1]])) end
    for i = 2, #list do cells[#cells + 1] = ratio(ours, median(times[list[i][1]][row[1]])) end
    print(format:format(table.unpack(cells)))
  end
  print(("\nx: how many times as fast as that library. %s."):format(
    rounds_wanted() == 1 and "One round" or ("Medians of %d rounds, taken in turns"):format(rounds_wanted())))
end

--- The shares of the training loops among the rows asked for.
local function print_shares(chosen)
  local wanted = {}
  for i, row in ipairs(chosen) do wanted[i] = row[1] end
  local command = "'%s' scripts/bench.d/share.lua %g %s"
  os.execute(command:format(arg[-1], options.quick and 0.2 or 2, table.concat(wanted, " ")))
end

if options.share then return print_shares(choose()) end

--- What the models have found, side by side.
local function print_figures(list, chosen, figures)
  local format = "%-16s" .. ("%15s"):rep(#list) .. "  %s"
  for _, row in ipairs(chosen) do
    if row.figure then
      local cells = { row[1] }
      for i = 1, #list do
        local figure = figures[list[i][1]][row[1]]
        cells[#cells + 1] = figure and ("%.8g"):format(figure) or "-"
      end
      cells[#cells + 1] = row.figure
      print(format:format(table.unpack(cells)))
    end
  end
end

--- A folder with the data of the models, where a peer can write it, or "".
local function make_data(list, chosen)
  local has_models = false
  for _, row in ipairs(chosen) do has_models = has_models or row.figure ~= nil end
  if not has_models or list[#list][1] ~= "scikit-learn" then return "" end
  local folder = output("mktemp -d")[1]
  io.stderr:write("writing the data of the models to ", folder, "\n")
  output(("%s data '%s'"):format(PEERS, folder))
  return folder
end

local list, chosen = competitors(), choose()
local folder = make_data(list, chosen)
local times, figures = measure(list, chosen, folder)
if folder ~= "" then os.execute(("rm -r '%s'"):format(folder)) end
print_table(list, chosen, times)
print_figures(list, chosen, figures)
