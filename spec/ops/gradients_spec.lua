-- Every differentiable operation against central differences in float64: the element-wise ones from the
-- engine's own table of operations, the others from the lists below; on contiguous, transposed, strided
-- and expanded inputs.
local la = require "latent"
local core = require "latent.core"
local differences = require "ops.differences"

la.manual_seed(20260101)

local double = { dtype = "float64" }

local function uniform(low, high, ...) return la.rand(..., double) * (high - low) + low end

local function integers(values) return la.tensor(values, { dtype = "int64" }) end

--- The shapes that an input comes in: from a dense [4, 3] tensor.
local LAYOUTS = {
  { "dense", function(x) return x end },
  { "transposed", function(x) return x:t() end },
  { "strided", function(x) return x[{ { 1, 4, 2 }, { 2, 3 } }] end },
  { "expanded", function(x) return x:narrow(1, 2, 1):unsqueeze(1):expand(2, 3, 3) end },
  { "one element", function(x) return x:narrow(1, 2, 1):narrow(2, 3, 1):reshape {} end },
}

-- ---- Element-wise ----

--- Where an operation is smooth, if not on [0.6, 2]: ranges of a and b.
local DOMAINS = {
  remainder = { { 2.2, 2.4 }, { 0.9, 1.0 } },
  floor_divide = { { 2.2, 2.4 }, { 0.9, 1.0 } },
  maximum = { { 0, 1 }, { 0, 1 } },
  minimum = { { 0, 1 }, { 0, 1 } },
}
local PARAMETERS = { clamp = { -0.5, 0.4 }, softplus = { 2 }, elu = { 0.7 }, leaky_relu = { 0.2 } }

local names = {}
for name, operation in pairs(core.operations) do
  if operation.derivative then names[#names + 1] = name end
end
table.sort(names)

local function unary_cases(name, operation)
  for _, layout in ipairs(LAYOUTS) do
    it(("%s, %s"):format(name, layout[1]), function()
      local x = uniform(operation.low, operation.high, { 4, 3 })
      differences.check(function(v) return la[name](layout[2](v), table.unpack(PARAMETERS[name] or {})) end, { x })
    end)
  end
end

local PAIRS = {
  { "same shape", { 4, 3 }, { 4, 3 } },
  { "a row", { 4, 3 }, { 3 } },
  { "column and row", { 4, 1 }, { 1, 3 } },
  { "more dimensions on the right", { 3 }, { 2, 1, 3 } },
  { "one element", { 4, 3 }, {} },
}

local function binary_cases(name)
  local domain = DOMAINS[name] or { { 0.6, 2 }, { 0.6, 2 } }
  local function operand(side, shape) return uniform(domain[side][1], domain[side][2], shape) end
  for _, pair in ipairs(PAIRS) do
    it(("%s, %s"):format(name, pair[1]), function()
      differences.check(la[name], { operand(1, pair[2]), operand(2, pair[3]) })
    end)
  end
  it(name .. ", transposed and strided", function()
    differences.check(function(a, b) return la[name](a:t(), b[{ { 1, 5, 2 }, {} }]) end,
      { operand(1, { 4, 3 }), operand(2, { 5, 4 }) })
  end)
  it(name .. ", a number on either side", function()
    differences.check(function(a) return la[name](a, 0.95) end, { operand(1, { 4, 3 }) })
    differences.check(function(b) return la[name](2.3, b) end, { operand(2, { 4, 3 }) })
  end)
  if not DOMAINS[name] then
    it(name .. ", the same tensor twice", function()
      differences.check(function(a) return la[name](a, a * 1) end, { operand(1, { 4, 3 }) })
    end)
  end
end

describe("gradients of element-wise operations", function()
  for _, name in ipairs(names) do
    local operation = core.operations[name]
    if operation.operands == 1 then unary_cases(name, operation) else binary_cases(name) end
  end
end)

-- ---- Reductions ----

local function wide_apart()
  -- distinct values, so that differences do not change their order
  return la.randperm(24):to("float64"):reshape(2, 4, 3) / 10
end

describe("gradients of reductions", function()
  for _, name in ipairs { "sum", "mean", "prod", "logsumexp", "max", "min", "var", "std", "nansum", "nanmean" } do
    local extreme = name == "max" or name == "min"
    local input = extreme and wide_apart or function() return uniform(0.5, 2, { 2, 4, 3 }) end
    for _, dims in ipairs { false, 1, 2, -1, { 1, 3 }, { 1, 2, 3 } } do
      local text = type(dims) == "table" and "{" .. table.concat(dims, ", ") .. "}" or tostring(dims or "all")
      it(("%s over %s"):format(name, text), function()
        local function f(x) return (x[name](x, dims or nil)) end
        differences.check(f, { input() })
        differences.check(function(x) return f(x:permute(3, 1, 2)) end, { input() })
        differences.check(function(x) return f(x[{ {}, { 1, 4, 2 }, {} }]) end, { input() })
        differences.check(function(x) return f(x:narrow(1, 1, 1):expand(3, 4, 3)) end, { input() })
        differences.check(function(x) return (x[name](x, dims or nil, { keepdim = true })) end, { input() })
      end)
    end
  end

  it("var and std with a correction", function()
    differences.check(function(x) return x:var(2, { correction = 1 }), x:std({ correction = 1 }) end,
      { uniform(-1, 1, { 3, 4 }) })
  end)

  it("prod with zeros", function()
    differences.check(function(x)
      return x:prod(2), x:prod()
    end, { la.tensor({ { 2, 0, 3 }, { 0, 5, 0 }, { 1, 2, 3 } }, double) })
  end)

  for _, order in ipairs { 0.5, 1, 2, 3, math.huge, -math.huge } do
    it("norm of order " .. order, function()
      local x = wide_apart() + 0.05
      differences.check(function(v)
        return v:norm(order), v:norm(order, { dim = 2 }), v:norm(order, { dim = { 1, 3 }, keepdim = true })
      end, { x })
      differences.check(function(v) return v:permute(2, 3, 1):norm(order, { dim = 1 }) end, { -x })
    end)
  end

  it("norm is not NaN at 0", function()
    local x = la.zeros(3, { dtype = "float64", requires_grad = true })
    x:norm():backward()
    assert.same({ 0, 0, 0 }, x.grad:totable())
  end)
end)

-- ---- Everything else: name, shapes of the inputs, function ----

local OTHERS = {
  { "reshape, flatten, view", { { 2, 3, 2 } }, function(x)
    return x:reshape(3, 4), x:flatten(1, 2), x:permute(2, 1, 3):reshape(-1), x:view(12)
  end },
  { "permute, transpose, t, movedim", { { 2, 3, 2 } }, function(x)
    return x:permute(3, 1, 2), x:transpose(1, 3), x[1]:t(), x:movedim(1, 3)
  end },
  { "expand, expand_as", { { 1, 3 } }, function(x)
    return x:expand(4, 3), x:expand(2, 4, 3), x:expand_as(la.zeros(2, 3))
  end },
  { "narrow, select, slices", { { 4, 5 } }, function(x)
    return x:narrow(2, 2, 3), x:select(1, 3), x[{ { 1, 4, 3 }, { 2, -1, 2 } }], x[-1], x[{ 2, 3 }]
  end },
  { "squeeze, unsqueeze", { { 1, 3, 1 } }, function(x)
    return x:squeeze(), x:squeeze(1), x:squeeze { 1, 3 }, x:unsqueeze(-1)
  end },
  { "split, chunk, unbind", { { 5, 3 } }, function(x)
    local parts = x:split(2)
    local chunks = x:chunk(2, 2)
    return parts[1], parts[3] * 2, chunks[2], x:unbind()[4], x:split({ 1, 4 })[2]
  end },
  { "clone, contiguous, to", { { 3, 4 } }, function(x) return x:clone(), x:t():contiguous(), x:to("float64") end },
  { "cat, stack", { { 2, 3 }, { 2, 3 } }, function(a, b)
    return la.cat({ a, b, a }, 1), la.cat({ a:t(), b:t() }, 2), la.stack({ a, b }, 2)
  end },
  { "where, masked_fill", { { 2, 3 }, { 3 } }, function(a, b)
    local mask = la.tensor { { true, false, true }, { false, false, true } }
    return la.where(mask, a, b), la.where(mask, 2, b), la.masked_fill(a, mask, 7), a:masked_scatter(mask, b:tile(2))
  end },
  { "index_select, gather, masks, indices", { { 4, 3 } }, function(x)
    return x:index_select(2, integers { 3, 1, 1 }), x:t():index_select(1, integers { 2, 2 }),
      x:gather(1, integers { { 1, 2, -1 }, { 1, 1, 4 } }), x:t():gather(2, integers { { 4, 4, 1 } }),
      x[la.tensor { true, false, true, true }], x[integers { 2, 2, 4 }], x[{ integers { 1, 3 }, 2 }],
      x[{ integers { 1, 3 }, integers { 2, 2 } }], x:masked_select(la.tensor { { true, false, true } }:expand(4, 3))
  end },
  { "scatter, scatter_add", { { 4, 3 }, { 2, 3 } }, function(x, source)
    local index = integers { { 1, 2, 4 }, { 3, 1, 1 } }
    local same = integers { { 1, 2, 4 }, { 1, 2, 4 } }
    return x:scatter(1, index, source), x:scatter_add(1, same, source), x:scatter(1, index, 5),
      x:t():scatter_add(2, index:t(), source:t())
  end },
  { "index_add, index_copy, index_fill", { { 4, 3 }, { 2, 3 }, { 3 } }, function(x, source, row)
    return x:index_add(1, integers { 2, 2 }, source), x:index_copy(1, integers { 4, 1 }, source),
      x:index_fill(2, integers { 3 }, 1.5), x:t():index_add(1, integers { 3, 1 }, source:narrow(2, 1, 1)),
      x:index_add(1, integers { 1, 3 }, row)
  end },
  { "mm, matmul, bmm, dot, mv, outer", { { 3, 4 }, { 4, 2 }, { 4 }, { 2, 3, 4 } }, function(a, b, v, batch)
    return a:mm(b), b:t():mm(a:t()), a:matmul(v), v:matmul(b), v:dot(v), a:mv(v), batch:bmm(batch:transpose(2, 3)),
      batch:matmul(b), a:matmul(batch:transpose(2, 3)), batch:matmul(v), la.outer(v, a[1])
  end },
  { "gammainc, betainc", { { 3, 1 } }, function(v)
    local x, shapes = v:sigmoid(), la.tensor({ 0.5, 2, 30 }, { dtype = "float64" })
    return la.gammainc(shapes, x * 10), la.betainc(shapes, 3, x), la.betainc(0.7, shapes, x)
  end },
  { "addmm, addmv", { { 3, 2 }, { 3, 4 }, { 4, 2 }, { 3 }, { 4 } }, function(c, a, b, u, v)
    return la.addmm(c, a, b, { beta = 0.5, alpha = 2 }), la.addmv(u, a, v), la.addmm(c[1], a, b)
  end },
  { "softmax, log_softmax", { { 3, 4, 2 } }, function(x)
    return x:softmax(1), x:softmax(2), x:softmax(-1), x:log_softmax(1), x:log_softmax(2), x:log_softmax(3),
      x:permute(3, 1, 2):softmax(3),
      x[{ {}, { 1, 4, 3 }, {} }]:log_softmax(2)
  end },
  { "cumsum, cumprod, logcumsumexp", { { 3, 4, 2 } }, function(x)
    return x:cumsum(1), x:cumsum(3), x:cumprod(2), x:permute(3, 1, 2):cumprod(2), x:logcumsumexp(2), x:logcumsumexp(-1)
  end },
  { "diff", { { 3, 4 } }, function(x) return x:diff(), x:diff(2), x:diff(1, 1) end },
  { "diag, diagonal, diag_embed", { { 3, 4 }, { 3 } }, function(x, v)
    return x:diag(), x:diag(1), x:diagonal(-1), x:t():diagonal(-2), v:diag(), v:diag(-1), v:diag_embed(2),
      x:diag_embed(),
      x:reshape(2, 3, 2):diagonal(0, 1, 3), x:narrow(2, 1, 3):trace()
  end },
  { "tril, triu, flip, roll", { { 3, 4 } }, function(x)
    return x:tril(), x:triu(1), x:t():tril(-1), x:flip(2), x:flip(), x:t():flip { 1, 2 }, x:roll(1, 2), x:roll(-5),
      x:roll({ 1, 2 }, { 1, 2 })
  end },
  { "tile, repeat_interleave", { { 2, 3 } }, function(x)
    return x:tile(2, 1), x:tile(2, 1, 3), x:tile(2), x:repeat_interleave(2), x:repeat_interleave(3, 2),
      x:repeat_interleave(integers { 2, 0, 1 }, 2)
  end },
  { "pad", { { 3, 4 } }, function(x)
    return x:pad { 1, 2 }, x:pad({ 1, 0, 2, 1 }, { value = 3 }), x:pad { -1, 1 },
      x:pad({ 2, 1, 1, 1 }, { mode = "reflect" }),
      x:pad({ 1, 3 }, { mode = "replicate" }), x:t():pad({ 2, 1 }, { mode = "circular" })
  end },
  { "meshgrid", { { 2 }, { 3 } }, function(a, b)
    local x, y = la.meshgrid(a, b, { indexing = "xy" })
    return x, y * 2, (la.meshgrid(a, b))
  end },
  { "lerp, addcmul, addcdiv", { { 2, 3 }, { 3 }, { 2, 1 } }, function(a, b, c)
    return a:lerp(b, 0.3), a:lerp(b, c), a:addcmul(b, c, { value = 2 }), a:addcdiv(b, c + 2, { value = -1 })
  end },
  { "cross, kron", { { 2, 3 }, { 3 }, { 2, 2 } }, function(a, b, c)
    return a:cross(b), a:t():cross(a:t() * 2 + 1, 1), a:kron(c), b:kron(c)
  end },
  { "cov, corrcoef", { { 2, 5 } }, function(x) return x:cov(), x:cov { correction = 1 }, x:corrcoef(), x[1]:cov() end },
  { "nan_to_num", { { 2, 3 } }, function(x) return x:nan_to_num() end },
}

--- Those that depend on the order of the elements.
local ORDERED = {
  { "sort", function(x) return (x:sort(1)), (x:sort(2, { descending = true })), (x:t():sort(1)) end },
  { "topk", function(x) return (x:topk(2, 1)), (x:topk(3, { largest = false })), (x:t():topk(1, 1)) end },
  { "kthvalue", function(x) return (x:kthvalue(2, 1)), (x:kthvalue(3)), (x:kthvalue(1, 2, { keepdim = true })) end },
  { "median", function(x) return x:median(), (x:median(1)), (x:median(2)), (x:t():median(1, { keepdim = true })) end },
  { "quantile", function(x)
    return x:quantile(0.3), x:quantile(0.5, 1), x:quantile({ 0.1, 0.65 }, 2), x:quantile({ 0, 1 }),
      x:quantile(0.9, 2, { keepdim = true })
  end },
  { "max and min along a dimension", function(x)
    return (x:max(1)), (x:min(2, { keepdim = true })), (x:t():max(1))
  end },
  { "max and min of two", function(x) return la.max(x, x:flip(1):flip(2)), la.min(x[1], x[2]) end },
}

describe("gradients of", function()
  for _, case in ipairs(OTHERS) do
    it(case[1], function()
      local inputs = {}
      for k, shape in ipairs(case[2]) do inputs[k] = uniform(0.3, 1.7, shape) end
      differences.check(case[3], inputs)
    end)
  end

  for _, case in ipairs(ORDERED) do
    it(case[1], function()
      local x = la.randperm(12):to("float64"):reshape(3, 4) / 10
      differences.check(case[2], { x })
    end)
  end

  it("cumprod with zeros", function()
    differences.check(function(x) return x:cumprod(2), x:t():cumprod(1) end,
      { la.tensor({ { 2, 0, 3, 4 }, { 0, 5, 0, 2 }, { 1, 2, 3, 0 }, { 1, 2, 3, 4 } }, double) })
  end)

  it("logcumsumexp with -inf", function()
    local x = la.tensor({ -1 / 0, 1, 2 }, { dtype = "float64", requires_grad = true })
    x:logcumsumexp(1):sum():backward()
    local grad = x.grad:totable()
    assert.equal(0, grad[1])
    assert.near(1 + 1 / (1 + math.exp(1)), grad[2], 1e-12)
  end)

  it("long cumulative sums, in blocks", function()
    local x = la.ones(70000, { dtype = "float64", requires_grad = true })
    x:cumsum(1):sum():backward()
    assert.equal(70000, x.grad[1])
    assert.equal(1, x.grad[-1])
    assert.equal(70000 * 70001 / 2, x.grad:sum())
  end)

  it("powers of 0", function()
    local a = la.tensor({ 0, 0, 2, 0 }, { dtype = "float64", requires_grad = true })
    local b = la.tensor({ 0, 1, 0, 2 }, { dtype = "float64", requires_grad = true });
    (a ^ b):sum():backward()
    assert.same({ 0, 1, 0, 0 }, a.grad:totable())
    assert.same({ 0, 0, math.log(2), 0 }, b.grad:totable())
  end)
end)
