-- Tutorial 1, "Compression": a picture in K colours.
--
-- Each pixel is a sample of three numbers. K-means finds K colours that stand for all of them, and a pixel
-- becomes the number of its colour: ceil(log2 K) bits in place of three numbers. This is also called vector
-- quantisation.
--
-- What to see:
--   - steps.png, a row a step: to which colour the pixels go (E step), the mean colours (M step, under the
--     colours of the map beside them), and the picture made of them. The first colours are random; one step
--     turns them into colours of the picture, the next ones change little. What is small goes without a
--     colour of its own: the balloon's blue and yellow have few pixels, and each pixel counts the same.
--   - empty.png: random first colours that no pixel is near stay without pixels. Left alone, their mean is
--     0 / 0 and they are gone for good (the crosses). The tutorial here makes them black, which may or may not
--     be near a pixel (it is in a photograph of the night). Put where the error is largest, all are of use.
--   - ladder.png and error.png: the picture and its error for K from 2 to 64. Were the colours spread in all
--     three dimensions, the width of what a colour stands for would shrink as K^(-1/3); the error falls nearly
--     as K^(-1/2), as the colours of a picture lie close to a surface: light and shade of few hues.
--   - files.png: sizes of files that were really written. The bits follow the formula but for two headers of
--     128 bytes, in stairs, as 5 to 8 colours all take 3 bits. PNG packs the same numbers further, as
--     neighbours often have the same one.
--
-- The tutorial says that 4 colours save a factor of 32 a dimension. That counts 64 bits for each number
-- of the original, where a picture has 8: against those they save a factor of 12.
local la = require "latent"

local run = la.script.start("Compress a picture into K colours by k-means.", {
  { "image", "", "PNG or JPEG file (default: a picture that the engine draws)" },
  { "k", 7, "colours shown step by step", min = 1, max = 64 },
  { "steps", 5, "steps of k-means shown", min = 1, max = 10 },
  { "width", 480, "width of the drawn picture", min = 30, max = 4096, fast = 150 },
  { "sample", 50000, "pixels on which the palettes of the curve are fitted", min = 100, fast = 5000 },
})
local COLOURS = run.fast and { 2, 4, 8, 16, 32 } or { 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64 }

local image = run.image == "" and la.data.picture { width = run.width, height = run.width * 2 // 3 }
  or la.load(run.image)
if image.ndim == 2 then image = la.stack({ image, image, image }, 3) end
local h, w = image.shape[1], image.shape[2]
local n = h * w
if n < COLOURS[#COLOURS] then error(("a picture of %d pixels needs no palette"):format(n), 0) end
local pixels = image:reshape(n, 3):to "float32" / 255 -- [n, 3], 0 to 1
print(("picture of %d x %d pixels"):format(w, h))

--- Number of the nearest colour of each pixel [n]; a colour that is NaN is nearest to none.
local function e_step(centers)
  local distance = la.cdist(pixels, centers) -- [n, k]
  distance[distance:isnan()] = math.huge
  return distance:argmin(2)
end

--- A picture [h, w, 3] from numbers [n] and colours [k, 3].
local function paint(labels, centers)
  return centers[labels]:reshape(h, w, 3)
end

--- Root of the mean squared error of a channel, in the 256 levels of a byte.
local function error_of(labels, centers)
  return 255 * (centers[labels] - pixels):square():mean() ^ 0.5
end

-- 1. Step by step, from random colours. Colours without pixels are made black, as in the tutorial.
local start = la.rand(run.k, 3)
local km = la.models.KMeans { k = run.k, init = start, empty = "zero", max_iter = run.steps, tol = 0, trace = true }
km:fit(pixels)
local shown = math.min(run.steps, km.n_iter)
local step_errors = {}
local map_colours = {} -- of the assignment map, [k, 3]
for i, hex in ipairs(la.plot.palette(run.k, run.k <= 9 and "set1" or "viridis")) do
  local code = tonumber(hex:sub(2), 16)
  map_colours[i] = { (code >> 16) / 255, (code >> 8 & 255) / 255, (code & 255) / 255 }
end
map_colours = la.tensor(map_colours)
local fig = la.plot.figure { panels = { shown + 1, 3 }, widths = { 4, 3, 4 }, width = 1100,
  height = (shown + 1) * 270 }
local first = e_step(start)
fig:panel(1, 1):title("picture"):axis(false):image(image)
fig:panel(1, 2):title("first colours, random"):axis(false):image(la.stack({ map_colours, start }, 1))
fig:panel(1, 3):title(("picture in them, error %.1f"):format(error_of(first, start))):axis(false)
  :image(paint(first, start))
for t = 1, shown do
  local labels, centers = e_step(km.trace[t].centers), km.trace[t + 1].centers
  step_errors[t] = error_of(labels, centers)
  print(("step %d: error %.1f levels"):format(t, step_errors[t]))
  fig:panel(t + 1, 1):title(("step %d, E: $z_n$"):format(t)):axis(false):image(paint(labels, map_colours))
  fig:panel(t + 1, 2):title("M: $\\mu_k$"):axis(false):image(la.stack({ map_colours, centers }, 1))
  fig:panel(t + 1, 3):title(("picture, error %.1f"):format(step_errors[t])):axis(false):image(paint(labels, centers))
end
run:save(fig, "steps.png")

-- 2. Colours that no pixel is near: three ways to treat them, from the same random colours.
local many = 16
start = la.rand(many, 3)
local WAYS = {
  { "keep", "left alone: NaN" }, { "zero", "made black" }, { "relocate", "put where the error is largest" },
}
local kept = {}
fig = la.plot.figure { panels = { 2, 3 }, heights = { 1, 5 }, width = 1200, height = 420 }
for i, way in ipairs(WAYS) do
  local fitted = la.models.KMeans { k = many, init = start, empty = way[1] }:fit(pixels)
  local labels, centers = fitted.labels, fitted.centers
  local used = #labels:unique()
  kept[way[1]] = { used = used, error = error_of(labels, centers), centers = centers }
  print(("colours without pixels %s: %d of %d in use, error %.1f levels"):format(way[2], used, many,
    kept[way[1]].error))
  local gone = centers[{ {}, 1 }]:isnan()
  local strip = centers:clone()
  strip[strip:isnan()] = 1
  local panel = fig:panel(1, i):title(("%s: %d of %d in use"):format(way[2], used, many)):axis(false)
  panel:image(strip:reshape(1, many, 3))
  for k = 1, many do
    if gone[k] then panel:text(k, 1, "x", { ha = "center", color = "0.3" }) end
  end
  fig:panel(2, i):title(("error %.1f"):format(kept[way[1]].error)):axis(false):image(paint(labels, centers))
end
run:save(fig, "empty.png")

-- 3. Error against K. The palettes are fitted on a sample of the pixels: a million of them say no more
-- about 64 colours than 50,000 do. The error is that of the whole picture.
local sample = pixels[la.randperm(n)[{ { 1, math.min(n, run.sample) } }]]
local palettes, labels_of, errors = {}, {}, {}
for i in la.progress(#COLOURS, { label = "palettes" }) do
  local k = COLOURS[i]
  local fitted = la.models.KMeans { k = k }:fit(sample)
  -- Bytes are what a palette in a file holds.
  palettes[i] = (fitted.centers * 255):round() / 255
  labels_of[i] = fitted:predict(pixels)
  errors[i] = error_of(labels_of[i], palettes[i])
end

-- The slope of the curve between logarithmic axes, by least squares.
local log_k, log_error = la.tensor(COLOURS):to("float64"):log(), la.tensor(errors, { dtype = "float64" }):log()
local centred = log_k - log_k:mean()
local slope = (centred * log_error):sum() / centred:square():sum()
print(("the error falls as K^%.2f"):format(slope))

fig = la.plot.figure { title = "Error of a picture in K colours", xlabel = "colours K", xscale = "log", yscale = "log",
  ylabel = "error (levels of 256)", xticks = COLOURS, yticks = { 1, 2, 4, 8, 16, 32, 64 } }
fig:line(COLOURS, errors, { marker = "o", label = "k-means" })
for d = 2, 3 do
  local law = (la.tensor(COLOURS):to "float32" / COLOURS[1]):pow(-1 / d) * errors[1]
  fig:line(COLOURS, law, { linestyle = d == 2 and "--" or ":", color = "0.5", label = ("$K^{-1/%d}$"):format(d) })
end
run:save(fig, "error.png")

-- 4. Files. ceil(log2 k) bits a pixel, packed into bytes, most significant bit first.
local function bits_of(k) return math.ceil(math.log(k, 2)) end

local function pack(labels, bits)
  local rest, digits = labels - 1, {}
  for b = bits, 1, -1 do
    digits[b] = rest:remainder(2)
    rest = rest:floor_divide(2)
  end
  local stream = la.stack(digits, 2):reshape(-1)
  stream = la.cat({ stream, la.zeros(-(n * bits) % 8, { dtype = "int64" }) }, 1)
  local places = la.tensor({ 128, 64, 32, 16, 8, 4, 2, 1 }, { dtype = "int64" })
  return (stream:reshape(-1, 8) * places):sum(2):to "uint8"
end

local function unpack_bits(bytes, bits)
  local rest, digits = bytes:to "int64", {}
  for b = 8, 1, -1 do
    digits[b] = rest:remainder(2)
    rest = rest:floor_divide(2)
  end
  local stream = la.stack(digits, 2):reshape(-1)[{ { 1, n * bits } }]:reshape(n, bits)
  local labels = la.ones(n, { dtype = "int64" })
  for b = 1, bits do labels = labels + stream[{ {}, b }] * 2 ^ (bits - b) end
  return labels:to "int64"
end

local function write(name, value)
  local path = run.out .. "/" .. name
  la.save(path, value)
  local file <close> = assert(io.open(path, "rb"))
  return file:seek "end"
end

local sizes = { raw = write("original.npy", image), png = write("original.png", image) }
print(("original: %d bytes of numbers, %d as .npy, %d as .png"):format(3 * n, sizes.raw, sizes.png))
print "K    error   bits: formula (bytes)   .npy   saved against bytes   against 64-bit numbers   numbers as .png"
for i, k in ipairs(COLOURS) do
  local bits, labels = bits_of(k), labels_of[i]
  local formula = math.ceil(n * bits / 8) + 3 * k
  local name = ("k%02d"):format(k)
  local codes = write(name .. "-codes.npy", pack(labels, bits))
  local palette = write(name .. "-palette.npy", (palettes[i] * 255):to "uint8")
  local png = write(name .. "-codes.png", (labels - 1):reshape(h, w):to "uint8")
  sizes[i] = { k = k, formula = formula, file = codes + palette, png = png + palette }
  print(("%-4d %5.1f   %22d %7d   %18.1f   %21.1f   %12d"):format(k, errors[i], formula, sizes[i].file,
    24 * n / (n * bits + 24 * k), 192 * n / (n * bits + 192 * k), sizes[i].png))
  local back = unpack_bits(la.load(("%s/%s-codes.npy"):format(run.out, name)), bits)
  assert(back:eq(labels):all(), "the file does not give the picture back")
end

fig = la.plot.figure { title = "Bytes of a picture in K colours", xlabel = "colours K", ylabel = "kB",
  xscale = "log", yscale = "log", xticks = COLOURS, legend = { loc = "outside right" } }
local function curve(field)
  local y = {}
  for i = 1, #COLOURS do y[i] = sizes[i][field] / 1000 end
  return la.tensor(y)
end
fig:hline(3 * n / 1000, { color = "0.5", label = "original, bytes" })
fig:hline(sizes.png / 1000, { color = "0.5", linestyle = "--", label = "original as .png" })
fig:line(COLOURS, curve "file", { marker = "o", label = "bits in .npy" })
fig:line(COLOURS, curve "formula", { linestyle = "--", color = "black", label = "formula" })
fig:line(COLOURS, curve "png", { marker = "s", label = "numbers as .png" })
run:save(fig, "files.png")

local pictures, titles = {}, {}
for i, k in ipairs(COLOURS) do
  if math.log(k, 2) % 1 == 0 and k <= 32 then
    pictures[#pictures + 1] = (paint(labels_of[i], palettes[i]) * 255):round():to "uint8"
    titles[#titles + 1] = ("K = %d, error %.1f"):format(k, errors[i])
  end
end
pictures[#pictures + 1], titles[#titles + 1] = image, "original"
local columns = w > 1.2 * h and 2 or 3
fig = la.plot.figure { width = 1000, height = math.ceil(#pictures / columns) * math.floor(1000 / columns * h / w + 30) }
fig:axis(false):image_grid(la.stack(pictures, 1), { cols = columns, titles = titles, padding = math.max(8, h // 12) })
run:save(fig, "ladder.png")
run:finish()

return {
  steps = step_errors, kept = kept, colours = COLOURS, errors = errors, slope = slope, sizes = sizes, pixels = n,
}
