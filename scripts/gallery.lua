--- The gallery: every kind of plot once, as pictures in out/gallery (or the folder given).
---
---     build/latent scripts/gallery.lua [folder]
local la = require "latent"

local folder = arg and arg[1] or "out/gallery"
la.manual_seed(3)

local function normal(x, mean, variance)
  return (-(x - mean):square() / (2 * variance)):exp() / math.sqrt(2 * math.pi * variance)
end

--- A small picture to draw: hills under a sky, [h, w, 3] in 0..1.
local function landscape(h, w)
  local y = la.linspace(0, 1, h):reshape(h, 1):expand(h, w)
  local x = la.linspace(0, 1, w):reshape(1, w):expand(h, w)
  local near = ((x * 9):sin() * 0.06 + 0.72):lt(y):to("float32")
  local far = ((x * 5 + 1):sin() * 0.09 + 0.55):lt(y):to("float32")
  local function layer(sky, hill, front)
    return (y * sky[2] + (y * -1 + 1) * sky[1]) * (far * -1 + 1) + far * (near * -1 + 1) * hill + near * front
  end
  return la.stack({ layer({ 0.45, 0.98 }, 0.35, 0.16), layer({ 0.65, 0.85 }, 0.5, 0.36),
    layer({ 0.9, 0.7 }, 0.45, 0.2) }, 3)
end

--- Three clouds of points and their classes.
local function clouds(n)
  local centers = { { 0, 0 }, { 4, 1 }, { 1, 4 } }
  local points, classes = {}, {}
  for k, c in ipairs(centers) do
    points[k] = la.randn(n, 2) * la.tensor { 1.0, 0.6 + 0.2 * k } + la.tensor(c)
    classes[k] = la.full({ n }, k, { dtype = "int64" })
  end
  return la.cat(points, 1), la.cat(classes, 1)
end

--- Two hills and a valley over a grid: x [w], y [h], z [h, w].
local function hills(n)
  local x, y = la.linspace(-3, 3, n), la.linspace(-3, 3, n)
  local X, Y = x:reshape(1, n):expand(n, n), y:reshape(n, 1):expand(n, n)
  local z = (-(X - 1):square() - Y:square()):exp() * 1.5 + (-(X + 1):square() - (Y - 1):square()):exp()
    - (-X:square() - (Y + 1.5):square()):exp()
  return x, y, z
end

local pictures = {}

function pictures.line()
  local x = la.linspace(-10, 10, 200)
  local y = x:sigmoid()
  return la.plot.figure { title = "Sigmoid activation and its gradient", xlabel = "x" }
    :line(x, y, { label = "$\\sigma(x)$" })
    :line(x, y * (-y + 1), { label = "$d\\sigma(x)/dx$" })
end

function pictures.line_styles()
  local fig = la.plot.figure { title = "Line styles and markers", legend = { ncol = 2 } }
  local x = la.linspace(0, 6, 13)
  for k, ls in ipairs { "-", "--", ":", "-." } do
    local marker = ({ "o", "s", "^", "D" })[k]
    fig:line(x, (x + k / 2):sin() + k, { linestyle = ls, marker = marker, label = "style " .. ls })
  end
  return fig
end

function pictures.log_scale()
  local step = la.arange(1, 500)
  local fig = la.plot.figure { title = "Training curve, $\\lambda$ = 0.003", xlabel = "step", ylabel = "loss",
    yscale = "log" }
  fig:line(step, (step * -0.02):exp() + 0.01 + la.rand(500) * 0.01, { label = "training" })
  return fig:line(step, (step * -0.015):exp() + 0.03 + la.rand(500) * 0.002, { label = "validation", linestyle = "--" })
end

function pictures.scatter()
  local points, classes = clouds(150)
  return la.plot.figure { title = "Three classes", xlabel = "$z_1$", ylabel = "$z_2$" }
    :scatter(points, { c = classes, alpha = 0.7, label = { "first", "second", "third" } })
end

function pictures.scatter_values()
  local points = la.randn(1500, 2)
  return la.plot.figure { title = "Points coloured by their distance from the centre", aspect = "equal",
    width = 560, height = 480 }
    :scatter(points, { c = points:square():sum(2):sqrt(), cmap = "viridis" })
end

--- A million points in two groups, a dense one within a wide one.
local function million()
  local wide, narrow = la.randn(900000, 2), la.randn(100000, 2) * 0.15
  return la.cat({ wide[{ {}, 1 }], narrow[{ {}, 1 }] + 1 }, 1),
    la.cat({ wide[{ {}, 1 }] * 0.5 + wide[{ {}, 2 }] * 0.5, narrow[{ {}, 2 }] - 0.5 }, 1)
end

function pictures.million_points()
  local x, y = million()
  return la.plot.figure { title = "A million points: the opacity shows how dense they are", xlabel = "x", ylabel = "y" }
    :scatter(x, y, { alpha = "auto", markersize = 2 })
end

function pictures.hist2d()
  local x, y = million()
  local fig = la.plot.figure { panels = { 1, 2 }, title = "A million points, counted", xlabel = "x", ylabel = "y",
    width = 1000, height = 400 }
  fig[1]:title("counts"):hist2d(x, y, { bins = 80, colorbar_label = "points" })
  fig[2]:title("their logarithm"):hist2d(x, y, { bins = 80, norm = "log", colorbar_label = "points" })
  return fig
end

function pictures.step()
  local x = la.arange(1, 10)
  local fig = la.plot.figure { title = "Steps", xlabel = "x" }
  for k, where in ipairs { "pre", "mid", "post" } do
    fig:step(x, x:sqrt() + k, { where = where, label = "where = " .. where })
  end
  return fig
end

function pictures.bar()
  return la.plot.figure { title = "Test accuracy with 100 labels", ylabel = "accuracy (%)", ylim = { 0, 100 } }
    :bar({ "from scratch", "frozen encoder", "refined" }, { 57, 65, 71 }, { color = la.plot.palette(3) })
end

function pictures.hist()
  local x = la.randn(1000) * 1.88 + 49.3
  local grid = la.linspace(x:min(), x:max(), 100)
  local fig = la.plot.figure { title = "Heights of newborn girls and the Gaussian fit", xlabel = "x (cm)",
    ylabel = "p(x)" }
  fig:hist(x, { bins = 20, density = true, label = "data" })
  return fig:line(grid, normal(grid, x:mean(), x:var()), { linewidth = 3, label = "fit" })
end

function pictures.hist_stepfilled()
  local parts, fig = {}, la.plot.figure { title = "Heights at different ages", xlabel = "height (cm)",
    ylabel = "probability density", legend = { ncol = 5 } }
  for k, age in ipairs { 0, 1, 5, 10, 80 } do
    parts[k] = la.randn(2000) * (1.5 + k) + 30 + 25 * k
    fig:hist(parts[k], { bins = 40, density = true, histtype = "stepfilled", alpha = 0.5, color = k, label = age })
  end
  return fig
end

function pictures.kmeans()
  local x = la.cat({ la.randn(600) * 3 + 50, la.randn(600) * 4 + 87, la.randn(600) * 5 + 109,
    la.randn(600) * 7 + 140 }, 1)
  local fig = la.plot.figure { title = "E-step: assigning responsibility", xlabel = "x (cm)", ylabel = "p(x)" }
  fig:hist(x, { bins = 200, density = true, histtype = "stepfilled", facecolor = ".9", edgecolor = ".3" })
  local edges = { 38, 68, 98, 124, 164 }
  for k = 1, 4 do
    fig:vspan(edges[k], edges[k + 1], { color = k, alpha = 0.2 })
    fig:vline((edges[k] + edges[k + 1]) / 2, { color = k, label = ("$\\mu_%d$"):format(k) })
  end
  return fig
end

function pictures.fill()
  local x = la.linspace(0, 10, 200)
  local mean = x:sin() * 2 + x
  local fig = la.plot.figure { title = "A curve, a band and a polygon" }
  fig:fill_between(x, mean - 1, mean + 1, { label = "$\\pm\\sigma$" })
  fig:line(x, mean, { color = "C0", label = "mean" })
  return fig:fill({ 6, 9, 7.5 }, { 0, 0, 3 }, { color = "C3", alpha = 0.6, label = "polygon" })
end

function pictures.lines_and_spans()
  return la.plot.figure { title = "vline, hline, vspan, hspan and text", xlim = { 0, 10 }, ylim = { -1, 1 } }
    :vspan(2, 4, { color = "C1" }):hspan(-0.25, 0.25, { color = "C2" })
    :vline({ 6, 8 }, { linestyle = "--" }):hline(0.5, { color = "C3" })
    :text(3, 0.7, "vspan", { ha = "center" }):text(9.8, 0, "hspan", { ha = "right" })
    :text(6.1, -0.7, "vline at $x_1 = 6$"):text(0.2, 0.56, "hline", { va = "bottom" })
end

function pictures.errorbar()
  local x = la.arange(1, 8)
  return la.plot.figure { title = "Accuracy over five seeds", xlabel = "labels per class", ylabel = "accuracy",
    xlim = { 0, 9 } }
    :errorbar(x, (x * -0.4):exp() * -0.5 + 0.95, { yerr = (x * -0.3):exp() * 0.12, label = "mean $\\pm$ sd" })
    :errorbar(x, (x * -0.25):exp() * -0.5 + 0.85,
      { yerr = 0.03, xerr = 0.2, linestyle = "--", marker = "s", label = "other" })
end

function pictures.contour()
  local x, y, z = hills(60)
  return la.plot.figure { title = "Contours", xlabel = "x", ylabel = "y", aspect = "equal", width = 560, height = 500 }
    :contour(x, y, z, { levels = 12, colorbar = true })
end

function pictures.surface()
  local x, y, z = hills(40)
  return la.plot.figure { title = "Surface", xlabel = "x", ylabel = "y", width = 640, height = 480 }
    :surface(x, y, z)
end

function pictures.image()
  local picture = landscape(120, 180)
  local fig = la.plot.figure { panels = { 1, 3 }, title = "Step 3", width = 1100, height = 330 }
  local classes = (picture[{ {}, {}, 1 }] * 6):floor() + 1
  fig[1]:image(classes, { cmap = "set1" }):title("E step: $z_n$"):axis(false)
  fig[2]:image(la.rand(1, 7, 3)):title("M step: $\\mu_k$"):axis(false)
  fig[3]:image(picture):title("Compressed image"):axis(false)
  return fig
end

function pictures.image_grid()
  local digits = la.data.digits { n = 100, seed = 1 }
  return la.plot.figure { title = "The first 100 digits", width = 560, height = 600 }
    :image_grid(digits.images, { cols = 10 })
end

function pictures.image_grid_titles()
  local digits = la.data.digits { n = 10, seed = 2 }
  local titles = {}
  for i = 1, 10 do titles[i] = ("label %d"):format(digits.labels[i]) end
  return la.plot.figure { width = 720, height = 360 }
    :image_grid(digits.images, { cols = 5, cmap = "binary", titles = titles })
end

function pictures.heatmap()
  local fig = la.plot.figure { panels = { 1, 2 }, width = 1000, height = 300 }
  local w = la.randn(5, 18)
  fig[1]:heatmap(w, { center = 0, cmap = "RdBu_r" }):title("Encoder weights"):ylabel("latent code id")
  fig[2]:heatmap(w:sigmoid(), { vmin = 0, vmax = 1, center = 0.5, cmap = "RdBu_r" }):title("Decoder weights")
  return fig
end

function pictures.heatmap_annotated()
  return la.plot.figure { title = "Confusion", xlabel = "predicted", ylabel = "true", width = 460, height = 400 }
    :heatmap({ { 50, 3, 0 }, { 4, 44, 6 }, { 0, 9, 41 } }, { annot = true, fmt = "%.0f", square = true,
      xticklabels = { "cat", "dog", "fox" }, yticklabels = { "cat", "dog", "fox" } })
end

local function groups()
  return { la.randn(200), la.randn(200) * 0.5 + 1, la.cat({ la.randn(100) * 0.4 - 1, la.randn(100) * 0.4 + 2 }, 1),
    la.randn(200):exp() }
end

function pictures.boxplot()
  return la.plot.figure { title = "Box plots", ylabel = "value" }
    :boxplot(groups(), { labels = { "normal", "narrow", "two peaks", "log-normal" } })
end

function pictures.violin()
  return la.plot.figure { title = "Violins", ylabel = "value" }
    :violin(groups(), { labels = { "normal", "narrow", "two peaks", "log-normal" } })
end

function pictures.panels()
  local x = la.linspace(-20, 20, 200)
  local p1, p2, prior = normal(x, 5.6, 10), normal(x, 10, 10), 0.37
  local joint1, joint2 = p1 * prior, p2 * (1 - prior)
  local marginal = joint1 + joint2
  local below = { loc = "outside bottom", ncol = 3 }
  local fig = la.plot.figure { panels = { 1, 3 }, width = 1200, height = 330, xlabel = "x (cm)", legend = below }
  fig[1]:title("Conditional p(x|z)"):line(x, p1, { linewidth = 3, label = "p(x|z=1)" })
    :line(x, p2, { linewidth = 3, label = "p(x|z=2)" })
  fig[2]:title("Joint p(x,z), marginal p(x)"):line(x, joint1, { linewidth = 3, label = "p(x,z=1)" })
    :line(x, joint2, { linewidth = 3, label = "p(x,z=2)" }):line(x, marginal, { linewidth = 3, label = "p(x)" })
  fig[3]:title("Conditional p(z|x)"):line(x, joint1 / marginal, { linewidth = 3, label = "p(z=1|x)" })
    :line(x, joint2 / marginal, { linewidth = 3, label = "p(z=2|x)" })
  return fig
end

function pictures.gaps()
  local x = la.linspace(0, 10, 200)
  local y = x:sin()
  y[{ { 60, 90 } }] = 0 / 0
  return la.plot.figure { title = "NaN leaves a gap; `quotes' \"and\" $(commands) are text",
    xlabel = "a_b^c {d} @e ~f & <g>" }
    :line(x, y, { label = "it's a \\label" })
end

function pictures.crowded_legend()
  local fig = la.plot.figure { title = "A legend that would cover data stands beside them" }
  for k = 1, 8 do fig:line(la.rand(60), { label = "series " .. k }) end
  return fig
end

local names = {}
for name in pairs(pictures) do names[#names + 1] = name end
table.sort(names)
assert(require("latent.core").host.make_folder(folder))
for _, name in ipairs(names) do
  pictures[name]():save(("%s/%s.png"):format(folder, name))
  print(("%s/%s.png"):format(folder, name))
end

local animation = la.plot.animate(20, function(fig, i)
  local x = la.linspace(0, 10, 200)
  fig:title(("Step %d"):format(i))
  fig:line(x, (x + i / 20 * 2 * math.pi):sin(), { label = "wave" }):vline(5, { color = "C1", alpha = 0.6 })
end, { fps = 10, width = 560, height = 320 })
for _, ending in ipairs { "gif", "html" } do
  local path = ("%s/animation.%s"):format(folder, ending)
  animation:save(path)
  print(path)
end
