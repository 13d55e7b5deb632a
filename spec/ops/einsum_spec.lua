-- Sums of products over named indices, against the definition written as loops.
local la = require "latent"
local differences = require "ops.differences"

local close, check = differences.close, differences.check
local double = { dtype = "float64" }

local function random(...) return la.randn({ ... }, double) end

--- The definition: a loop over every index. `sizes` gives each index its size.
local function by_loops(spec, sizes, ...)
  local left, right = spec:match("^(.-)%->(.*)$")
  local inputs, letters, seen = {}, {}, {}
  for part in (left .. ","):gmatch("(.-),") do inputs[#inputs + 1] = part end
  for letter in left:gmatch("%a") do
    if not seen[letter] then letters[#letters + 1], seen[letter] = letter, true end
  end
  local shape = {}
  for letter in right:gmatch("%a") do shape[#shape + 1] = sizes[letter] end
  local out = la.zeros(shape, double)
  local tensors, value = { ... }, {}
  local function element(x, term)
    local place = {}
    for letter in term:gmatch("%a") do place[#place + 1] = value[letter] end
    return #place == 0 and x:item() or x[place]
  end
  local function visit(level)
    if level > #letters then
      local term = 1
      for i, x in ipairs(tensors) do term = term * element(x, inputs[i]) end
      local place = {}
      for letter in right:gmatch("%a") do place[#place + 1] = value[letter] end
      if #place == 0 then out:add_(term) else out[place] = out[place] + term end
      return
    end
    for i = 1, sizes[letters[level]] do
      value[letters[level]] = i
      visit(level + 1)
    end
  end
  visit(1)
  return out
end

local SIZES = { a = 2, b = 3, c = 4, d = 2, i = 3, j = 4, k = 2, l = 3 }

local function operands(spec)
  local list = {}
  for part in (spec:match("^(.-)%->") .. ","):gmatch("(.-),") do
    local shape = {}
    for letter in part:gmatch("%a") do shape[#shape + 1] = SIZES[letter] end
    list[#list + 1] = la.randn(shape, double)
  end
  return list
end

local SPECS = {
  "ij->ij", "ij->ji", "ij->i", "ij->j", "ij->", "i->i", "ii->i", "ii->", "iij->j", "iji->j", "iiji->ji", "ijj->i",
  "ij,jk->ik", "ij,jk->ki", "ij,kj->ik", "ji,jk->ik", "i,i->", "i,j->ij", "i,j->ji", "ij,j->i", "ij,ij->", "ij,ij->ij",
  "ij,ij->i", "aij,ajk->aik", "aij,jk->aik", "aij,aj->ai", "ij,k->ijk", "ij,kl->", "ij,kl->ik", "abi,abj->abij",
  "abij,bak->kji", "iij,jk->ik", "ij,ik,il->jkl", "ij,jk,kl->il", "ij,jk,kl,la->ia", "i,ij,j->", "ab,bc,cd,da->",
  "ij,i,j->ij", "ijk,k,j,i->", "ii,ij->j", "ij,kk->ij",
}

describe("einsum", function()
  before_each(function() la.manual_seed(5) end)

  for _, spec in ipairs(SPECS) do
    it("computes " .. spec, function()
      local list = operands(spec)
      local got = la.einsum(spec, table.unpack(list))
      if type(got) == "number" then got = la.tensor(got, double) end
      close(by_loops(spec, SIZES, table.unpack(list)), got, 1e-12)
    end)
  end

  it("finds the result's indices by itself", function()
    local a, b = random(3, 4), random(4, 2)
    close(a:mm(b), la.einsum("ij,jk", a, b), 1e-13)
    close(a:mm(b):t(), la.einsum("zj,ja", a, b), 1e-13)
    assert.near(la.trace(a:mm(a:t())), la.einsum("ii", a:mm(a:t())), 1e-12)
    close(a:t(), la.einsum("ba", a), 0)
  end)

  it("broadcasts what an ellipsis stands for", function()
    local a, b = random(5, 1, 3, 4), random(2, 4, 2)
    close(a:matmul(b), la.einsum("...ij,...jk->...ik", a, b), 1e-13)
    close(a:matmul(b), la.einsum("...ij,...jk", a, b), 1e-13)
    close(a:sum(-1), la.einsum("...i->...", a), 1e-13)
    close(a:transpose(1, 4), la.einsum("i...j->j...i", a), 0)
    close(a:sum({ 1, 2 }), la.einsum("...ij->ij", a), 1e-13)
    close(la.ones(3, 3, double), la.einsum("...,...->...", la.ones(3, 3, double), la.ones(3, double)), 0)
    assert.near(10, la.einsum("i...->", la.ones(5, 2, double)), 1e-12)
  end)

  it("broadcasts indices of size 1", function()
    local a, b = random(3, 1), random(4, 2)
    close(a:expand(3, 4):mm(b), la.einsum("ij,jk->ik", a, b), 1e-13)
    close(la.ones(1, 1, double) * 6, la.einsum("ij,ij->ij", la.ones(1, 1, double) * 2, la.ones(1, 1, double) * 3), 0)
  end)

  it("takes its operands in a table, and spaces in the spec", function()
    local a, b = random(3, 4), random(4, 2)
    close(a:mm(b), la.einsum(" i j, j k -> i k ", { a, b }), 1e-13)
  end)

  it("gives a number where no index remains", function()
    assert.equal("number", type(la.einsum("i,i->", la.ones(3), la.ones(3))))
    local x = la.ones(3):requires_grad(true)
    local y = la.einsum("i,i->", x, x)
    y:backward()
    assert.same({ 2, 2, 2 }, x.grad:totable())
  end)

  it("keeps integers", function()
    local a = la.arange(1, 4, { dtype = "int64" }):reshape(2, 2)
    assert.same({ { 7, 10 }, { 15, 22 } }, la.einsum("ij,jk->ik", a, a):totable())
    assert.equal("int64", la.einsum("ij,jk->ik", a, a).dtype)
    assert.equal(30, la.einsum("ij,ij->", a, a))
  end)

  it("has gradients", function()
    for _, spec in ipairs { "ij,jk->ki", "ii->i", "ij,ik,il->jkl", "i,j->ij", "aij,ajk->aik", "iji->j", "ij,ij->" } do
      check(function(...) return la.einsum(spec, ...) end, operands(spec))
    end
    check(function(a, b) return la.einsum("...ij,...jk->...ik", a, b) end, { random(2, 1, 3, 2), random(2, 2, 2) })
  end)

  it("takes views, and dimensions without elements", function()
    local a, b = random(6, 8), random(3, 5)
    local view = a[{ { 1, 6, 2 }, { 1, 8, 2 } }]:t()
    close(view:clone():mm(b), la.einsum("ij,jk->ik", view, b), 1e-13)
    local cube = random(2, 3, 2)
    close(cube[{ 1, {}, 1 }] + cube[{ 2, {}, 2 }], la.einsum("iji->j", cube:transpose(1, 3)), 1e-13)
    assert.same({ 2, 3 }, la.einsum("ij,jk->ik", la.zeros(2, 0), la.zeros(0, 3)).shape)
    assert.equal(0, la.einsum("ij,jk->ik", la.zeros(2, 0), la.zeros(0, 3)):abs():sum())
    assert.same({ 0 }, la.einsum("ii->i", la.zeros(0, 0)).shape)
    assert.equal(0, la.einsum("ii->", la.zeros(0, 0)))
  end)

  it("contracts a long chain along its cheap path", function()
    -- From the left a chain of vectors and large matrices stays small.
    local a, b, c = random(1, 300), random(300, 300), random(300, 300)
    close(a:mm(b):mm(c), la.einsum("ij,jk,kl->il", a, b, c), 1e-10)
    local v = random(300)
    assert.near(v:dot(b:mv(v)), la.einsum("i,ij,j->", v, b, v), 1e-8)
  end)

  it("says what is wrong with a spec", function()
    local a = la.ones(3, 4)
    local function refused(pattern, ...)
      local arguments = { ... }
      assert.error_matches(function() la.einsum(table.unpack(arguments)) end, pattern)
    end
    refused("index j is 4 in operand 1 and 3 in operand 2, which is %[3, 4%]", "ij,jk->ik", a, a)
    refused("index i is 3 and 4 in operand 1, which is %[3, 4%]", "ii->i", a)
    refused("index i is 3 and 1 in operand 2, which is %[3, 1%]", "i,ii->i", la.ones(3), la.ones(3, 1))
    refused("'ijk' names 3 indices for operand 1, which is %[3, 4%]", "ijk->i", a)
    refused("'i' names 1 indices for operand 1, which is %[3, 4%]", "i->i", a)
    refused("index k of the result 'ik' is in no operand", "ij->ik", a)
    refused("index i is twice in the result 'ii'", "ij->ii", a)
    refused("is for 2 operands, 1 are given", "ij,jk->ik", a)
    refused("'1' in 'i1%->i': indices are letters", "i1->i", a)
    refused("two ellipses", "......->", a)
    refused("operand 2 must be a tensor, not number", "ij,ij->", a, 3)
    refused("argument 1 must be a string", a)
    refused("index %.%.%. is 3 in operand 1 and 4 in operand 2", "...,...->...", la.ones(3), la.ones(4))
  end)
end)
