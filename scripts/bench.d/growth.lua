--- How cost grows with the number of samples: see scripts/growth. Each fit runs in a process of its own, so
--- that the peak of its memory is its own; `latent growth.lua --fit NAME N` is such a process.
local la = require "latent"
local argparse = require "argparse"
local clock = require("latent.core").host.clock

warn "@off" -- the fits stop at a fixed number of iterations

local SIZES = { 1000, 3000, 10000, 30000, 100000, 300000, 1000000 }

--- Rows of ten columns around ten centres, float32.
local models = {
  { "k-means", "10 clusters, 20 steps", function(x)
    return la.models.KMeans { k = 10, init = "random", seed = 1, max_iter = 20, tol = 0 }:fit(x)
  end },
  { "mixture", "10 full covariances, 20 steps", function(x)
    return la.models.GaussianMixture { k = 10, init = "random", seed = 1, max_iter = 20, tol = 0 }:fit(x)
  end },
  { "t-SNE", "perplexity 30, 250 steps", function(x)
    return la.models.TSNE { seed = 1, max_iter = 250 }:fit(x)
  end },
}

--- Peak of this process' memory in bytes.
local function peak_memory()
  for line in io.lines "/proc/self/status" do
    local kib = line:match "^VmHWM:%s+(%d+) kB"
    if kib then return tonumber(kib) * 1024 end
  end
end

--- One fit: prints seconds and bytes.
local function fit(name, n)
  local x = la.data.blobs { n = n, centers = 10, dims = 10, std = 2, seed = 1 }
  for _, model in ipairs(models) do
    if model[1] == name then
      local start = clock()
      model[3](x)
      print(("%.6f %d"):format(clock() - start, peak_memory()))
    end
  end
end

local parser = argparse("scripts/growth", "Time and memory of models by the number of samples (10 columns each).")
parser:argument("names", "Models to measure: k-means, mixture, t-SNE (all of them)."):args("*")
parser:option("--limit", "Leave out fits that are likely to take longer, in seconds.", 300, tonumber)
parser:option("--most", "The largest number of samples.", SIZES[#SIZES], tonumber)
parser:option("--out", "Folder for the picture.", "out/growth")
parser:option("--fit", "Fit this model to the number of samples given as the name; prints seconds, bytes.")
local options = parser:parse()
if options.fit then return fit(options.fit, tonumber(options.names[1])) end

for _, name in ipairs(options.names) do
  local known = false
  for _, model in ipairs(models) do known = known or model[1] == name end
  if not known then parser:error(("no model '%s'; --help lists them"):format(name)) end
end

--- Seconds and bytes of a fit in a process of its own; nil where it fails.
local function measure(name, n)
  local pipe = assert(io.popen(("'%s' scripts/bench.d/growth.lua --fit '%s' %d 2>/dev/null"):format(arg[-1], name, n)))
  local text = pipe:read "a"
  pipe:close()
  local seconds, bytes = text:match "^(%S+) (%d+)"
  return tonumber(seconds), tonumber(bytes)
end

local function chosen(name)
  for _, wanted in ipairs(options.names) do
    if wanted == name then return true end
  end
  return #options.names == 0
end

--- Lists by size, shorter where the next fit would take too long; printed as they grow.
local function grow(name)
  local row = { n = {}, seconds = {}, mib = {} }
  for i, n in ipairs(SIZES) do
    local last = row.seconds[i - 1] or 0
    if n > options.most or last * n / (SIZES[i - 1] or n) > options.limit then break end
    io.stderr:write(("%s, %d samples\n"):format(name, n))
    local seconds, bytes = measure(name, n)
    if not seconds then break end
    row.n[i], row.seconds[i], row.mib[i] = n, seconds, bytes / 2 ^ 20
    print(("%-10s %10d %12.3f %12.0f"):format(name, n, seconds, row.mib[i]))
  end
  return row
end

--- Power of n by which the last tenfold of samples has raised a figure.
local function power(row, figures)
  local last = #row.n
  local first = math.max(1, last - 2)
  if first == last then return 0 / 0 end
  return math.log(figures[last] / figures[first]) / math.log(row.n[last] / row.n[first])
end

io.stdout:setvbuf "line"
local fig = la.plot.figure { panels = { 1, 2 }, width = 1050, height = 430 }
local time = fig:panel(1):title("time of a fit"):xlabel("samples"):ylabel("seconds"):xscale("log"):yscale("log")
local memory = fig:panel(2):title("peak of memory"):xlabel("samples"):ylabel("MiB"):xscale("log"):yscale("log")
print(("%-10s %10s %12s %12s"):format("model", "samples", "seconds", "peak MiB"))
for _, model in ipairs(models) do
  if chosen(model[1]) then
    local row = grow(model[1])
    if #row.n > 0 then
      print(("%-10s grows as n^%.2f in time, n^%.2f in memory (%s)"):format(model[1], power(row, row.seconds),
        power(row, row.mib), model[2]))
      time:line(row.n, row.seconds, { marker = "o", label = model[1] })
      memory:line(row.n, row.mib, { marker = "o", label = model[1] })
    end
  end
end
require("latent.core").host.make_folder(options.out)
fig:save(options.out .. "/growth.png")
print("picture: " .. options.out .. "/growth.png")
