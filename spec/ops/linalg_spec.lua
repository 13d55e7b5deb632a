-- Factorisations, equations, determinants and norms: what they give, their gradients, what is refused.
local la = require "latent"
local differences = require "ops.differences"

local close, check = differences.close, differences.check
local double = { dtype = "float64" }
local linalg = la.linalg

local function eye(n) return la.eye(n, double) end
local function random(shape, ...)
  return la.randn(type(shape) == "table" and shape or { shape, ... }, double)
end
local function symmetric(a) return (a + a:transpose(-1, -2)) / 2 end

--- True in [m, n] where the row stands above the column (the strict upper triangle).
local function above(m, n) return la.arange(1, m):unsqueeze(2):lt(la.arange(1, n)) end

--- Symmetric positive definite, from any square a.
local function definite(a) return a:matmul(a:transpose(-1, -2)) + eye(a:size(-1)) end

--- diag(s) as a batch of matrices.
local function diagonal(s) return s:unsqueeze(-1) * eye(s:size(-1)) end

local SHAPES = { { 4, 4 }, { 6, 3 }, { 3, 6 }, { 1, 1 }, { 5, 1 }, { 1, 5 }, { 2, 3, 5, 4 }, { 3, 2, 5 } }

local function refused(pattern, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  assert(message:find(pattern), message)
  assert(message:find("linalg_spec.lua:%d+: ") or message:find("pcall") == nil, message)
end

before_each(function() la.manual_seed(7) end)

describe("svd", function()
  it("takes any matrix apart and puts it together", function()
    for _, shape in ipairs(SHAPES) do
      local a = random(shape)
      local u, s, vt = linalg.svd(a)
      local k = math.min(shape[#shape], shape[#shape - 1])
      assert.equal(k, s:size(-1))
      close(a, (u * s:unsqueeze(-2)):matmul(vt))
      close(eye(k):expand(u:transpose(-1, -2):matmul(u).shape), u:transpose(-1, -2):matmul(u))
      close(s, (s:sort(-1, { descending = true })))
      close(s, linalg.svdvals(a))
    end
  end)

  it("completes the matrices when asked", function()
    for _, shape in ipairs { { 5, 3 }, { 3, 5 }, { 2, 4, 2 } } do
      local a = random(shape)
      local m, n = shape[#shape - 1], shape[#shape]
      local u, s, vt = linalg.svd(a, { full_matrices = true })
      assert.equal(m, u:size(-1))
      assert.equal(n, vt:size(-2))
      local k = s:size(-1)
      close(a, (u:narrow(-1, 1, k) * s:unsqueeze(-2)):matmul(vt:narrow(-2, 1, k)))
      close(eye(m):expand(u.shape), u:matmul(u:transpose(-1, -2)))
      close(eye(n):expand(vt.shape), vt:matmul(vt:transpose(-1, -2)))
    end
  end)

  it("works in float32, and on integers in the default dtype", function()
    local a = la.randn(20, 8)
    local u, s, vt = linalg.svd(a)
    assert.equal("float32", u.dtype)
    close(a, (u * s):mm(vt), 1e-5)
    assert.equal("float32", linalg.svdvals(la.tensor({ { 3, 0 }, { 0, 4 } }, { dtype = "int64" })).dtype)
  end)

  it("has the gradients of its three results", function()
    for _, shape in ipairs { { 3, 3 }, { 5, 3 }, { 3, 5 }, { 2, 4, 3 } } do
      local a = random(shape)
      -- Signs of singular vectors are arbitrary: functions that do not see them.
      check(function(x)
        local u, s, vt = linalg.svd(x)
        return u * u, s, vt * vt, u:narrow(-1, 1, 1):matmul(vt:narrow(-2, 1, 1))
      end, { a })
      check(function(x) return linalg.svdvals(x) end, { a })
    end
  end)

  it("has the gradient of equal singular values, but not of their vectors", function()
    local x = eye(3):requires_grad(true)
    linalg.svdvals(x):sum():backward()
    close(eye(3), x.grad)
    local u = linalg.svd(x)
    refused("equal values in places 1 and 2; their vectors are not unique",
      function() (u * random(3, 3)):sum():backward() end)
    local y = la.zeros(3, 1, double):requires_grad(true)
    u = linalg.svd(y)
    refused("a singular value 0; its vectors are not unique", function() u:sum():backward() end)
  end)

  it("refuses gradients of columns that are arbitrary", function()
    local x = random(4, 2):requires_grad(true)
    local u, s = linalg.svd(x, { full_matrices = true })
    refused("arbitrary", function() u:sum():backward() end)
    s:sum():backward()
  end)
end)

describe("eigh", function()
  it("gives ascending values and orthonormal vectors", function()
    for _, shape in ipairs { { 1, 1 }, { 5, 5 }, { 3, 4, 4 }, { 2, 2, 3, 3 } } do
      local a = symmetric(random(shape))
      local values, v = linalg.eigh(a)
      close(a:matmul(v), v * values:unsqueeze(-2))
      close(eye(v:size(-1)):expand(v.shape), v:transpose(-1, -2):matmul(v))
      close(values, (values:sort(-1)))
      close(values, linalg.eigvalsh(a))
    end
  end)

  it("has the gradients of values and vectors", function()
    for _, shape in ipairs { { 4, 4 }, { 2, 3, 3 } } do
      check(function(x)
        local values, v = linalg.eigh(symmetric(x))
        return values, v * v, v:narrow(-1, 1, 1):matmul(v:narrow(-1, 1, 1):transpose(-1, -2))
      end, { random(shape) })
      check(function(x) return linalg.eigvalsh(symmetric(x)) end, { random(shape) })
    end
    local x = symmetric(random(3, 3)):requires_grad(true)
    local _, v = linalg.eigh(x);
    (v * v * random(3, 3)):sum():backward()
    close(x.grad, x.grad:t())
  end)

  it("refuses a matrix that is not symmetric, but not for rounding", function()
    refused("linalg.eigh: the matrix is not symmetric", linalg.eigh, la.tensor { { 1, 2 }, { 3, 4 } })
    local a = la.tensor { { 1, 2 }, { 2 + 1e-6, 4 } }
    assert.equal(2, linalg.eigvalsh(a):numel())
  end)
end)

describe("eig", function()
  it("finds the real eigenvalues of a general matrix", function()
    local v = random(3, 4, 4)
    local d = la.tensor({ -2, 0.5, 1, 3 }, double)
    local a = v:matmul(diagonal(d)):matmul(linalg.inv(v))
    local values, vectors = linalg.eig(a)
    close(a:matmul(vectors), vectors * values:unsqueeze(-2), 1e-8)
    close(d:expand(3, 4), (linalg.eigvals(a):sort(-1)), 1e-8)
    close(la.ones(3, 4, double), (vectors * vectors):sum(-2))
  end)

  it("has the gradients of values and vectors", function()
    local a = la.tensor({ { 1, 2, 0 }, { 0.5, 4, 1 }, { 0.2, 0.3, 9 } }, double)
    check(function(x)
      local values, v = linalg.eig(x)
      return values, v * v
    end, { a })
    check(function(x) return linalg.eigvals(x) end, { a })
  end)

  it("names complex eigenvalues as the reason of its refusal", function()
    refused("linalg.eig: the matrix has complex eigenvalues", linalg.eig, la.tensor { { 0, -1 }, { 1, 0 } })
    local batch = la.stack { eye(2), la.tensor({ { 0, -1 }, { 1, 0 } }, double) }
    refused("matrix 2 of the batch has complex eigenvalues", linalg.eigvals, batch)
  end)
end)

describe("cholesky", function()
  it("gives the lower factor", function()
    for _, shape in ipairs { { 1, 1 }, { 6, 6 }, { 2, 3, 4, 4 } } do
      local a = definite(random(shape))
      local l = linalg.cholesky(a)
      close(a, l:matmul(l:transpose(-1, -2)))
      assert.equal(0, la.where(above(l:size(-2), l:size(-1)), l, 0):abs():sum())
    end
  end)

  it("has a gradient", function()
    for _, shape in ipairs { { 4, 4 }, { 2, 3, 3 } } do
      check(function(x) return linalg.cholesky(definite(x)) end, { random(shape) })
    end
  end)

  it("names the leading minor that is not positive", function()
    refused("linalg.cholesky: the matrix is not positive definite %(its leading minor of order 2",
      linalg.cholesky, la.tensor { { 1, 2 }, { 2, 1 } })
    refused("matrix 3 of the batch is not positive definite", linalg.cholesky,
      la.stack { la.eye(2), la.eye(2), -la.eye(2) })
    refused("linalg.cholesky: the matrix is not symmetric", linalg.cholesky, la.tensor { { 1, 2 }, { 0, 1 } })
  end)
end)

describe("qr", function()
  it("gives orthonormal columns and an upper triangle", function()
    for _, shape in ipairs(SHAPES) do
      for _, complete in ipairs { false, true } do
        local a = random(shape)
        local m, n = shape[#shape - 1], shape[#shape]
        local q, r = linalg.qr(a, { complete = complete })
        local k = complete and m or math.min(m, n)
        assert.equal(k, q:size(-1))
        assert.equal(k, r:size(-2))
        close(a, q:matmul(r))
        local square = q:transpose(-1, -2):matmul(q)
        close(eye(k):expand(square.shape), square)
        assert.equal(0, la.where(above(n, k):t(), r, 0):abs():sum())
      end
    end
  end)

  it("has the gradients of tall, square and wide matrices", function()
    for _, shape in ipairs { { 3, 3 }, { 5, 3 }, { 3, 5 }, { 2, 4, 3 }, { 2, 2, 4 } } do
      local a = random(shape)
      check(function(x) return linalg.qr(x) end, { a })
      check(function(x) return (linalg.qr(x)) end, { a })
      check(function(x) return (select(2, linalg.qr(x))) end, { a })
    end
  end)

  it("refuses the gradient of added columns", function()
    local q = linalg.qr(random(4, 2):requires_grad(true), { complete = true })
    refused("arbitrary", function() q:sum():backward() end)
  end)
end)

describe("solve", function()
  it("solves for vectors, matrices and batches that broadcast", function()
    local a = random(4, 4)
    for _, case in ipairs {
      { a, random(4) }, { a, random(4, 3) }, { a, random(2, 4, 3) }, { random(2, 4, 4), random(2, 4) },
      { random(2, 4, 4), random(4, 2) }, { random(3, 1, 4, 4), random(2, 4, 5) }, { random(5, 4, 4), random(4) },
    } do
      local x = linalg.solve(case[1], case[2])
      local b = case[2]
      local vector = b.ndim == 1 or b.ndim == case[1].ndim - 1 and b:size(1) == case[1]:size(1) and b:size(-1) == 4
      local back = vector and case[1]:matmul(x:unsqueeze(-1)):squeeze(-1) or case[1]:matmul(x)
      close(b:expand(back.shape), back)
    end
  end)

  it("has the gradients of both sides", function()
    check(linalg.solve, { random(3, 3), random(3) })
    check(linalg.solve, { random(3, 3), random(3, 2) })
    check(linalg.solve, { random(2, 3, 3), random(3, 2) })
    check(linalg.solve, { random(3, 3), random(2, 3, 2) })
  end)

  it("takes float32 beside float64, and integers", function()
    local x = linalg.solve(la.tensor { { 2, 0 }, { 0, 4 } }, la.tensor({ 1, 1 }, double))
    assert.equal("float64", x.dtype)
    assert.same({ 0.5, 0.25 }, x:totable())
    local y = linalg.solve(la.tensor({ { 2, 0 }, { 0, 4 } }, { dtype = "int64" }), la.tensor { 1, 1 })
    assert.same({ 0.5, 0.25 }, y:totable())
  end)

  it("refuses singular matrices, rounding or not", function()
    refused("linalg.solve: the matrix is singular %(pivot 2 of 2 vanishes", linalg.solve,
      la.tensor { { 1, 2 }, { 2, 4 } }, la.ones(2))
    refused("linalg.inv: the matrix is singular", linalg.inv, la.tensor { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } })
    refused("linalg.inv: the matrix is singular", linalg.inv, la.zeros(3, 3))
    refused("matrix 2 of the batch is singular", linalg.inv, la.stack { la.eye(2), la.ones(2, 2) })
    for _, n in ipairs { 5, 30, 100 } do
      local thin = random(n, n - 1)
      refused("singular", linalg.inv, thin:mm(random(n - 1, n)))
    end
  end)

  it("takes matrices that are badly scaled but not singular", function()
    close(la.tensor({ { 1e20, 0 }, { 0, 1 } }, double),
      linalg.inv(la.tensor({ { 1e-20, 0 }, { 0, 1 } }, double)))
    local n = 10
    local i = la.arange(1, n, double)
    local hilbert = 1 / (i:unsqueeze(2) + i - 1)
    assert.is_true(linalg.solve(hilbert, hilbert:sum(2)):sub(1):abs():max() < 1e-2)
  end)

  it("names shapes that do not go together", function()
    refused("linalg.solve: %[4%] does not go with a matrix %[3, 3%]", linalg.solve, la.eye(3), la.ones(4))
    refused("linalg.solve: takes a square matrix or a batch of them, not %[2, 3%]", linalg.solve,
      la.ones(2, 3), la.ones(2))
    refused("linalg.solve: batches of %[2, 3, 3%] and %[4, 3, 1%] do not broadcast", linalg.solve,
      la.eye(3):expand(2, 3, 3), la.ones(4, 3, 1))
    refused("linalg.inv: takes a matrix", linalg.inv, la.ones(3))
    refused("argument 1 must be a tensor", linalg.inv, 3)
  end)
end)

describe("solve_triangular", function()
  it("looks at one half only", function()
    local l = la.tensor({ { 2, 0 / 0 }, { 1, 4 } }, double)
    assert.same({ 1, 1 }, linalg.solve_triangular(l, la.tensor({ 2, 5 }, double)):totable())
    assert.same({ 1, 1 }, linalg.solve_triangular(l:t(), la.tensor({ 3, 4 }, double), { upper = true }):totable())
  end)

  it("has the gradients of both sides", function()
    for _, upper in ipairs { false, true } do
      local function f(a, b) return linalg.solve_triangular(a, b, { upper = upper }) end
      check(f, { random(3, 3) + 3 * eye(3), random(3, 2) })
      check(f, { random(2, 3, 3) + 3 * eye(3), random(3) })
    end
  end)

  it("refuses a zero on the diagonal", function()
    refused("singular %(pivot 2 of 2", linalg.solve_triangular, la.tensor { { 1, 0 }, { 1, 0 } }, la.ones(2))
  end)
end)

describe("lstsq", function()
  it("solves too many equations in the mean", function()
    local a, b = random(8, 3), random(8, 2)
    local x = linalg.lstsq(a, b)
    close(la.zeros(3, 2, double), a:t():mm(a:mm(x) - b))
    close(x:select(2, 1), linalg.lstsq(a, b:select(2, 1)))
  end)

  it("gives the shortest of many solutions", function()
    local a, b = random(2, 3, 5), random(2, 3, 1)
    close(linalg.pinv(a):matmul(b), linalg.lstsq(a, b))
    local deficient = la.tensor({ { 1, 1 }, { 1, 1 }, { 1, 1 } }, double)
    close(la.tensor({ 1, 1 }, double), linalg.lstsq(deficient, la.tensor({ 1, 2, 3 }, double)))
  end)

  it("has the gradients of both sides", function()
    check(linalg.lstsq, { random(5, 3), random(5, 2) })
    check(linalg.lstsq, { random(5, 3), random(5) })
    check(linalg.lstsq, { random(3, 5), random(3, 2) })
    check(linalg.lstsq, { random(2, 4, 2), random(4, 1) })
  end)
end)

describe("inverses and determinants", function()
  it("undo the matrix", function()
    for _, shape in ipairs { { 1, 1 }, { 5, 5 }, { 2, 3, 4, 4 } } do
      local a = random(shape)
      local product = a:matmul(linalg.inv(a))
      close(eye(shape[#shape]):expand(product.shape), product, 1e-9)
    end
  end)

  it("give Moore and Penrose's inverse of any matrix", function()
    for _, shape in ipairs(SHAPES) do
      local a = random(shape)
      local p = linalg.pinv(a)
      close(a, a:matmul(p):matmul(a))
      close(p, p:matmul(a):matmul(p))
      close(a:matmul(p), a:matmul(p):transpose(-1, -2))
    end
    close(la.ones(2, 3, double) / 6, linalg.pinv(la.ones(3, 2, double)))
    assert.equal(0, linalg.pinv(la.zeros(3, 2)):abs():max())
    local a = la.tensor({ { 1, 0 }, { 0, 1e-3 } }, double)
    close(la.tensor({ { 1, 0 }, { 0, 0 } }, double), linalg.pinv(a, { rtol = 0.01 }))
    refused("rtol must be 0 or more", linalg.pinv, a, { rtol = -0.1 })
  end)

  it("have gradients", function()
    for _, shape in ipairs { { 3, 3 }, { 2, 4, 4 } } do
      check(linalg.inv, { random(shape) })
      check(linalg.det, { random(shape) })
      check(function(x) return (select(2, linalg.slogdet(x))) end, { random(shape) })
    end
    for _, shape in ipairs { { 5, 3 }, { 3, 5 }, { 2, 3, 2 } } do check(linalg.pinv, { random(shape) }) end
    -- Cofactors of a singular matrix.
    check(linalg.det, { la.tensor({ { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } }, double) })
  end)

  it("give numbers for one matrix and tensors for a batch", function()
    assert.near(-2, linalg.det(la.tensor { { 1, 2 }, { 3, 4 } }), 1e-6)
    assert.same({ 1, 8 }, linalg.det(la.stack { eye(3), 2 * eye(3) }):totable())
    local sign, logabs = linalg.slogdet(-2 * eye(3))
    assert.equal(-1, sign)
    assert.near(3 * math.log(2), logabs, 1e-14)
    assert.same({ 1, -1 }, (linalg.slogdet(la.stack { eye(3), -eye(3) })):totable())
    assert.near(400 * math.log(10), select(2, linalg.slogdet(10 * eye(400))), 1e-9)
  end)

  it("are 0 and minus infinity for singular matrices", function()
    assert.equal(0, linalg.det(la.ones(2, 2)))
    local sign, logabs = linalg.slogdet(la.zeros(2, 2))
    assert.equal(0, sign)
    assert.equal(-math.huge, logabs)
  end)
end)

describe("norm", function()
  local a = la.tensor({ { 1, -2, 3 }, { -4, 5, 6 } }, double)

  it("has the orders of vectors", function()
    local v = la.tensor({ 3, -4 }, double)
    assert.equal(5, linalg.norm(v))
    assert.equal(7, linalg.norm(v, 1))
    assert.equal(4, linalg.norm(v, math.huge))
    assert.equal(3, linalg.norm(v, -math.huge))
    assert.equal(2, linalg.norm(v, 0))
    assert.near((3 ^ 3 + 4 ^ 3) ^ (1 / 3), linalg.norm(v, 3), 1e-12)
    assert.same({ 5, 7, 9 }, linalg.norm(a, 1, { dim = 1 }):totable())
    assert.same({ 1, 3 }, linalg.norm(a, 1, { dim = 1, keepdim = true }).shape)
  end)

  it("has the orders of matrices", function()
    assert.near(math.sqrt(91), linalg.norm(a), 1e-12)
    assert.near(math.sqrt(91), linalg.norm(a, "fro"), 1e-12)
    assert.equal(9, linalg.norm(a, 1))
    assert.equal(5, linalg.norm(a, -1))
    assert.equal(15, linalg.norm(a, math.huge))
    assert.equal(6, linalg.norm(a, -math.huge))
    local s = linalg.svdvals(a)
    assert.near(s[1], linalg.norm(a, 2), 1e-12)
    assert.near(s[2], linalg.norm(a, -2), 1e-12)
    assert.near(s[1] + s[2], linalg.norm(a, "nuc"), 1e-12)
  end)

  it("takes two dimensions of a batch", function()
    local b = random(2, 3, 4)
    for _, order in ipairs { "fro", "nuc", 1, -1, 2, -2, math.huge, -math.huge } do
      local all = linalg.norm(b, order, { dim = { 2, 3 } })
      assert.same({ 2 }, all.shape)
      assert.near(linalg.norm(b[2], order), all[2], 1e-12)
      assert.same({ 2, 1, 1 }, linalg.norm(b, order, { dim = { -2, -1 }, keepdim = true }).shape)
      local across = linalg.norm(b, order, { dim = { 3, 1 } })
      assert.near(linalg.norm(b:select(2, 3):t(), order), across[3], 1e-12)
    end
  end)

  it("has gradients", function()
    for _, order in ipairs { "fro", "nuc", 1, -1, 2, -2, math.huge, -math.huge } do
      check(function(x) return linalg.norm(x, order) end, { random(3, 2) })
    end
    check(function(x) return linalg.norm(x, 3) end, { random(4) })
  end)

  it("refuses orders and dimensions that do not exist", function()
    refused("no norm of order 3", linalg.norm, a, 3)
    refused("no norm of order no", linalg.norm, a, "no")
    refused("order 2 needs a matrix", linalg.norm, la.ones(2, 2, 2), 2)
    refused("no dimension 3 in 2", linalg.norm, a, 2, { dim = { 1, 3 } })
    refused("unknown option 'axis'", linalg.norm, a, 2, { axis = 1 })
  end)
end)

describe("condition and rank", function()
  it("tell how near to singular a matrix is", function()
    local a = la.tensor({ { 1, 0 }, { 0, 1e-3 } }, double)
    assert.near(1000, linalg.cond(a), 1e-9)
    assert.near(1e-3, linalg.cond(a, -2), 1e-12)
    assert.near(1000, linalg.cond(a, 1), 1e-9)
    assert.equal(math.huge, linalg.cond(la.tensor { { 1, 0 }, { 0, 0 } }))
    assert.equal(1, linalg.matrix_rank(la.ones(3, 4)))
    assert.equal(0, linalg.matrix_rank(la.zeros(3, 4)))
    assert.same({ 2, 1 }, linalg.matrix_rank(la.stack { eye(2), a }, { rtol = 0.01 }):totable())
  end)
end)

describe("matrices without elements", function()
  it("have the results that NumPy defines", function()
    assert.same({ 0, 0 }, linalg.inv(la.zeros(0, 0)).shape)
    assert.equal(1, linalg.det(la.zeros(0, 0)))
    local sign, logabs = linalg.slogdet(la.zeros(0, 0))
    assert.equal(1, sign)
    assert.equal(0, logabs)
    assert.same({ 1, 1 }, linalg.det(la.zeros(2, 0, 0)):totable())
    assert.same({ 0 }, linalg.det(la.zeros(0, 3, 3)).shape)
    local u, s, vt = linalg.svd(la.zeros(0, 3))
    assert.same({ { 0, 0 }, { 0 }, { 0, 3 } }, { u.shape, s.shape, vt.shape })
    u, s, vt = linalg.svd(la.zeros(0, 3), { full_matrices = true })
    assert.same({ { 0, 0 }, { 0 }, { 3, 3 } }, { u.shape, s.shape, vt.shape })
    assert.same(la.eye(3):totable(), vt:totable())
    local q, r = linalg.qr(la.zeros(3, 0))
    assert.same({ { 3, 0 }, { 0, 0 } }, { q.shape, r.shape })
    q, r = linalg.qr(la.zeros(3, 0), { complete = true })
    assert.same({ { 3, 3 }, { 3, 0 } }, { q.shape, r.shape })
    assert.same({ 0 }, linalg.eigvalsh(la.zeros(0, 0)).shape)
    assert.same({ 0, 0 }, select(2, linalg.eigh(la.zeros(0, 0))).shape)
    assert.same({ 0, 0 }, linalg.cholesky(la.zeros(0, 0)).shape)
    assert.same({ 0 }, linalg.solve(la.zeros(0, 0), la.zeros(0)).shape)
    assert.same({ 3, 0 }, linalg.solve(la.eye(3), la.zeros(3, 0)).shape)
    assert.same({ 0, 3 }, linalg.solve_triangular(la.zeros(0, 0), la.zeros(0, 3)).shape)
    assert.same({ 3, 0 }, linalg.pinv(la.zeros(0, 3)).shape)
    assert.same({ 0, 0, 0 }, linalg.lstsq(la.zeros(0, 3), la.zeros(0)):totable())
    assert.same({ 0 }, linalg.lstsq(la.zeros(3, 0), la.zeros(3)).shape)
    assert.equal(0, linalg.matrix_rank(la.zeros(0, 3)))
    assert.equal(0, linalg.norm(la.zeros(0, 3)))
    assert.equal(0, la.trace(la.zeros(0, 3)))
  end)
end)

describe("bad input", function()
  it("is named: NaN and infinities", function()
    local bad = la.tensor { { 1, 0 / 0 }, { 0 / 0, 1 } }
    for _, name in ipairs { "svd", "svdvals", "eigh", "eigvalsh", "eig", "eigvals", "cholesky", "qr", "inv", "pinv",
      "det", "slogdet" } do
      refused("linalg." .. name .. ": the matrix holds NaN or infinite values", linalg[name], bad)
      refused("linalg." .. name .. ": ", linalg[name], la.ones(2, 2, 3):select(3, 1):unsqueeze(1)[1][1])
    end
    refused("linalg.solve: the matrix holds NaN", linalg.solve, bad, la.ones(2))
    refused("linalg.solve: the matrix holds NaN", linalg.solve, la.eye(2), la.tensor { 1, 1 / 0 })
    refused("linalg.lstsq: the matrix holds NaN", linalg.lstsq, bad, la.ones(2))
    refused("matrix 2 of the batch holds NaN", linalg.det, la.stack { la.eye(2), bad })
  end)

  it("leaves the operands as they were", function()
    local a, b = random(4, 4), random(4, 2)
    local copy_a, copy_b = a:clone(), b:clone()
    linalg.svd(a)
    linalg.solve(a, b)
    linalg.inv(a)
    linalg.lstsq(a, b)
    linalg.qr(a)
    linalg.det(a)
    linalg.solve_triangular(a, b)
    close(copy_a, a, 0)
    close(copy_b, b, 0)
  end)
end)

describe("views", function()
  it("give what their copies give", function()
    local big = random(3, 9, 8)
    local a = big[{ 2, { 1, 8, 2 }, { 2, 8, 2 } }]:t()
    for _, name in ipairs { "inv", "det", "pinv", "svdvals" } do
      local got, want = linalg[name](a), linalg[name](a:clone())
      if type(got) == "number" then assert.equal(want, got) else close(want, got, 0) end
    end
    close(linalg.solve(a:clone(), big[1][1][{ { 1, 4 } }]:clone()), linalg.solve(a, big[1][1][{ { 1, 4 } }]), 0)
  end)
end)

describe("outer and trace", function()
  it("multiply each with each, and add up the diagonal", function()
    assert.same({ { 3, 4 }, { 6, 8 } }, la.outer(la.tensor { 1, 2 }, la.tensor { 3, 4 }):totable())
    assert.same({ 0, 2 }, la.outer(la.zeros(0), la.ones(2)).shape)
    assert.equal(15, la.trace(la.arange(1, 9):reshape(3, 3)))
    assert.equal(6, la.trace(la.arange(1, 6):reshape(2, 3)))
    assert.equal(5, la.trace(la.arange(1, 6):reshape(2, 3):t()) - 1)
    check(la.outer, { random(3), random(2) })
    check(la.trace, { random(3, 4) })
    check(function(x) return la.trace(x:t()) end, { random(3, 4) })
    refused("outer: takes two vectors, not %[2, 2%]", la.outer, la.ones(2, 2), la.ones(2))
    refused("trace: takes a matrix, not %[3%]", la.trace, la.ones(3))
  end)
end)
