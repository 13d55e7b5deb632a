--- Names that PyTorch, NumPy, scikit-learn, matplotlib and Python have for what goes by another name here:
--- what to write instead, with $ for the value that the name was looked for in.
local elsewhere = {}

local ONE_DEVICE = "left out: everything is on one device"

local function each(names, text)
  local list = {}
  for name in names:gmatch("%S+") do list[name] = text end
  return list
end

local function union(...)
  local all = {}
  for _, list in ipairs { ... } do
    for name, text in pairs(list) do all[name] = text end
  end
  return all
end

--- Functions that are methods of tensors and functions of `la`, under their names here.
local RENAMED = {
  absolute = "abs", amax = "max", amin = "min", arccos = "acos", arccosh = "acosh", arcsin = "asin",
  arcsinh = "asinh", arctan = "atan", arctan2 = "atan2", arctanh = "atanh", argwhere = "nonzero",
  broadcast_to = "expand", clip = "clamp", clip_ = "clamp_", copy = "clone", divide = "div", expand_dims = "unsqueeze",
  fix = "trunc", float_power = "pow", ger = "outer", greater = "gt", greater_equal = "ge", histc = "histogram",
  less = "lt", less_equal = "le", moveaxis = "movedim", multiply = "mul", negative = "neg", not_equal = "ne",
  power = "pow", ravel = "flatten", sgn = "sign", subtract = "sub", swapaxes = "transpose",
  swapdims = "transpose", take_along_dim = "gather", true_divide = "div", vdot = "dot", view_as = "view",
  reshape_as = "reshape", unflatten = "reshape",
}

local function renamed(mark)
  local list = {}
  for name, here in pairs(RENAMED) do list[name] = "$" .. mark .. here end
  return list
end

local TENSOR = union(renamed ":", each("cpu cuda device pin_memory is_cuda get_device", ONE_DEVICE),
  each("dim ndimension rank", "$.ndim"), each("H mT mH", "$:transpose(-1, -2)"),
  each("float single half", '$:to("float32")'), each("int long short char", '$:to("int64")'),
  each("astype type double cast", '$:to("float64")'), {
    T = "$:t()", bool = '$:to("bool")', byte = '$:to("uint8")', clamp_max = "$:minimum(limit)",
    clamp_min = "$:maximum(limit)", data = "$:detach()", dist = "($ - y):norm()", fliplr = "$:flip(2)",
    flipud = "$:flip(1)", grad_fn = "not shown; $.is_leaf says whether there is one",
    index_put_ = "an assignment: $[places] = values",
    inner = "$:dot(y)", inverse = "la.linalg.inv($)", len = "#$", logdet = "la.linalg.slogdet($)",
    nelement = "$:numel()", new_full = "la.full(shape, value, {dtype = $.dtype})",
    new_ones = "la.ones(shape, {dtype = $.dtype})", new_tensor = "la.tensor(values, {dtype = $.dtype})",
    new_zeros = "la.zeros(shape, {dtype = $.dtype})", numpy = '$:totable(), or a file: la.save("x.npy", $)',
    pinverse = "la.linalg.pinv($)", requires_grad_ = "$:requires_grad(true)", take = "$:flatten()[places]",
    tolist = "$:totable()", type_as = "$:to(y.dtype)",
  })

local LIBRARY = union(renamed ".", each("cuda device backends", ONE_DEVICE),
  each("array asarray as_tensor from_numpy Tensor FloatTensor DoubleTensor LongTensor", "$.tensor"),
  each("concatenate concat append vstack row_stack", "$.cat({a, b}, 1)"),
  each("hstack column_stack", "$.cat({a, b}, 2)"), each("inference_mode set_grad_enabled", "$.no_grad(f)"),
  each("float single half float16", "$.float32"), each("double", "$.float64"), each("byte", "$.uint8"),
  each("int32 int16 int8 int long short", "$.int64"), each("bool_", "$.bool"),
  each("around rint", "$.round"), each("inf Inf", "math.huge"), each("nan NaN", "0/0"),
  each("loadtxt genfromtxt", '$.load("file.csv")'), each("savez savez_compressed", '$.save("file.npz", {a = a})'), {
    array_equal = "$.equal", average = "$.mean", choice = "x[$.randint(1, #x, {n})]", empty = "$.zeros",
    empty_like = "$.zeros_like", fabs = "$.abs", functional = "la.relu, la.softmax, ... and the losses of la.nn",
    identity = "$.eye", in1d = "$.isin", inverse = "$.linalg.inv", logspace = "10 ^ $.linspace(a, b, n)",
    mod = "$.remainder", ndim = "x.ndim", newaxis = "x:unsqueeze(d)", percentile = "$.quantile(x, p / 100)",
    pi = "math.pi", product = "$.prod", range = "$.arange(from, to), which ends at `to`",
    savetxt = '$.save("file.csv", x)', seed = "$.manual_seed", shape = "x.shape", tensordot = "$.einsum",
    utils = "la.train and la.data", from_file = "$.load",
  })

local NN = {
  CrossEntropyLoss = "$.cross_entropy_loss(x, targets)", MSELoss = "$.mse_loss(x, y)",
  Parameter = "a field that holds x:requires_grad(true)", SmoothL1Loss = "$.huber_loss",
  binary_cross_entropy = "$.bce_loss", binary_cross_entropy_with_logits = "$.bce_with_logits_loss",
  cross_entropy = "$.cross_entropy_loss", functional = LIBRARY.functional, kl_div = "$.kl_div_loss",
  smooth_l1_loss = "$.huber_loss", utils = "$.clip_grad_norm_ and $.clip_grad_value_",
}

local MODEL = { cluster_centers_ = "$.centers", fit_transform = "$:fit(x):transform(x)", means_ = "$.means" }

local FIGURE = {
  add_subplot = "la.plot.figure{panels = {2, 2}}, and $[i] for panel i", axhline = "$:hline", axhspan = "$:hspan",
  axvline = "$:vline", axvspan = "$:vspan", imshow = "$:image", pcolormesh = "$:heatmap", plot = "$:line",
  plot_surface = "$:surface", savefig = "$:save", set_title = "$:title", set_xlabel = "$:xlabel",
  set_xlim = "$:xlim", set_xscale = "$:xscale", set_ylabel = "$:ylabel", set_ylim = "$:ylim",
  set_yscale = "$:yscale", tight_layout = "left out: panels do not overlap", violinplot = "$:violin",
}

local PLOT = union(each("imshow plot scatter hist bar show savefig", "a method of a figure: fig = $.figure()"),
  { subplots = "$.figure{panels = {2, 2}}" })

local GLOBAL = {
  F = LIBRARY.functional, False = "false", None = "nil", True = "true", len = "#x", np = "la", numpy = "la",
  plt = "la.plot", range = "for i = 1, n do ... end", sklearn = "la.models", str = "tostring", torch = "la",
}

--- What Python writes and Lua does not take: patterns, and what to write instead.
local SYNTAX = {
  { "^%s*import%s", 'not needed: la, nn and optim are there; other modules: name = require "name"' },
  { "^%s*from%s+[%w_.]+%s+import%s", 'not needed: la, nn and optim are there; other modules: name = require "name"' },
  { "^%s*for%s.*:%s*$", "for i = 1, n do ... end, or for i, v in ipairs(list) do ... end" },
  { "^%s*if%s.*:%s*$", "if ... then ... end" },
  { "^%s*while%s.*:%s*$", "while ... do ... end" },
  { "^%s*def%s", "function name(...) ... end" },
  { "^%s*with%s.*no_grad.*:%s*$", "la.no_grad(function() ... end)" },
  { "%f[%w]lambda%s", "function(x) return ... end" },
  { "^%s*#", "-- for a comment" },
  { "!=", "~= for \"not equal\"" },
  { "%*%*", "^ for powers" },
  { "[^%s]%s*([-+*/])=", "x = x %1 ..., as there is no %1=" },
  { "%w%s*@%s*%w", "a:mm(b) or a:matmul(b)" },
  { "%[[^%[%]{}]*%d*:[^%[%]{}]*%]", "x[{{from, to}}] for rows, x[{{}, k}] for column k; places count from 1" },
}

--- The names that may be looked for in a value, or nil.
local function names_in(value)
  local la = require "latent"
  if value == _G then return GLOBAL end
  if value == la then return LIBRARY end
  if value == la.nn then return NN end
  if value == la.plot then return PLOT end
  if la.is_tensor(value) then return TENSOR end
  local class = debug.getmetatable(value)
  if class == require "latent.plot.figure" or class == require "latent.plot.panel" then return FIGURE end
  return type(class) == "table" and rawget(class, "defaults") and MODEL or nil
end

--- What to write here for a name of another library, or nil.
---@param value any what it was looked for in: a tensor, `la`, `la.nn`, a figure, a model, _G
---@param path string how that was written
---@param name string
---@return string|nil
function elsewhere.of(value, path, name)
  local names = names_in(value)
  local text = names and names[name]
  return text and (text:gsub("%$", (path:gsub("%%", "%%%%"))))
end

--- What to write here for a line of Python that Lua does not take, or nil.
---@param text string
---@return string|nil
function elsewhere.of_line(text)
  for _, case in ipairs(SYNTAX) do
    local found, _, operator = text:find(case[1])
    if found then return (case[2]:gsub("%%1", operator or "")) end
  end
  return nil
end

return elsewhere
