-- UMAP: the graph, the layout, new rows.
local la = require "latent"
local support = require "models.support"

local UMAP = la.models.UMAP

--- k groups of n normal rows of d columns, their centres `gap` apart; rows and labels.
local function groups(k, n, d, gap)
  local parts, labels = {}, {}
  for i = 1, k do
    local centre = la.zeros(d)
    centre[(i - 1) % d + 1] = gap * i
    parts[i] = la.randn(n, d) + centre
    for _ = 1, n do labels[#labels + 1] = i end
  end
  return la.cat(parts, 1), la.tensor(labels)
end

--- Share of the rows whose nearest other row in the embedding has their label.
local function purity(embedding, labels)
  local distance = la.cdist(embedding, embedding)
  local n, right = #embedding, 0
  for i = 1, n do distance[{ i, i }] = math.huge end
  local nearest = distance:argmin(2)
  for i = 1, n do right = right + (labels[nearest[i]] == labels[i] and 1 or 0) end
  return right / n
end

--- Mean distance to the nearest other row.
local function nearest_gap(embedding)
  local distance = la.cdist(embedding, embedding)
  for i = 1, #embedding do distance[{ i, i }] = math.huge end
  return (distance:min(2)):mean()
end

--- The fuzzy graph as the paper defines it, [n, n]: k neighbours of a row with itself among them.
local function graph_by_definition(x, k, mix)
  local n, distance = #x, la.cdist(x, x):totable()
  local directed = {}
  for i = 1, n do
    local row, others = distance[i], {}
    for j = 1, n do if j ~= i then others[#others + 1] = j end end
    table.sort(others, function(a, b) return row[a] < row[b] or (row[a] == row[b] and a < b) end)
    local rho = 0
    for j = k - 1, 1, -1 do if row[others[j]] > 0 then rho = row[others[j]] end end
    local low, high = 0, 1e3
    local function sum(sigma)
      local total = 0
      for j = 1, k - 1 do total = total + math.exp(-math.max(0, row[others[j]] - rho) / sigma) end
      return total
    end
    for _ = 1, 100 do
      local middle = (low + high) / 2
      if sum(middle) > math.log(k, 2) then high = middle else low = middle end
    end
    directed[i] = {}
    for j = 1, n do directed[i][j] = 0 end
    for j = 1, k - 1 do directed[i][others[j]] = math.exp(-math.max(0, row[others[j]] - rho) / high) end
  end
  local a = la.tensor(directed, { dtype = "float64" })
  local both = a * a:t()
  return mix * (a + a:t() - both) + (1 - mix) * both
end

local function dense(um)
  local n = #um.embedding
  local out = la.zeros(n, n, { dtype = "float64" })
  local g = um.graph
  for e = 1, #g.weights do out[{ g.rows[e], g.columns[e] }] = g.weights[e] end
  return out
end

describe("UMAP's graph", function()
  it("is the fuzzy union of the neighbourhoods, or their intersection", function()
    la.manual_seed(3)
    local x = la.cat({ la.randn(40, 3, { dtype = "float64" }), la.ones(2, 3, { dtype = "float64" }) }, 1)
    for _, mix in ipairs { 1, 0.3, 0 } do
      local um = UMAP { n_neighbors = 7, max_iter = 2000, set_op_mix_ratio = mix, negative_sample_rate = 0,
        learning_rate = 1e-9, init = "pca", seed = 1 }:fit(x)
      local got, want = dense(um), graph_by_definition(x, 7, mix)
      assert.is_true(support.gap(got, want) < 6e-4, ("mix %g is off by %g"):format(mix, support.gap(got, want)))
      assert.equal(um.n_edges * 2, got:gt(0):sum())
    end
  end)

  it("leaves out edges that would never pull", function()
    la.manual_seed(1)
    local x = la.randn(60, 3)
    local few = UMAP { n_neighbors = 10, max_iter = 5, seed = 1 }:fit(x)
    local all = UMAP { n_neighbors = 10, max_iter = 500, seed = 1 }:fit(x)
    assert.is_true(few.n_edges < all.n_edges)
    assert.is_true(few.graph.weights:min() >= few.graph.weights:max() / 5)
  end)

  it("compares directions where the metric is the cosine", function()
    la.manual_seed(4)
    local x = la.randn(60, 4) + 1
    local plain = UMAP { n_neighbors = 8, metric = "cosine", max_iter = 30, seed = 1 }:fit(x)
    local longer = UMAP { n_neighbors = 8, metric = "cosine", max_iter = 30, seed = 1 }:fit(x * 4)
    assert.is_true(plain.embedding:eq(longer.embedding):all())
    assert.same({ 3, 2 }, plain:transform(x[{ { 1, 3 } }] * 2).shape)
    local turned = UMAP { n_neighbors = 8, max_iter = 30, seed = 1 }:fit(x)
    assert.is_false(plain.n_edges == turned.n_edges and plain.graph.columns:eq(turned.graph.columns):all())
  end)

  it("finds the nearest of many rows, with any number of threads", function()
    la.manual_seed(1)
    local x = la.randn(77500, 3)
    local function graph(threads)
      return support.with_threads(threads, function()
        return UMAP { n_neighbors = 5, max_iter = 2, init = "random", seed = 1 }:fit(x).graph
      end)
    end
    local got, again, found = graph(2), graph(1), 0
    assert.is_true(got.columns:eq(again.columns):all() and got.weights:eq(again.weights):all())
    local distance = la.cdist(x[{ { 1, 300 } }], x)
    for i = 1, 300 do distance[{ i, i }] = math.huge end
    local nearest = distance:argmin(2)
    for i = 1, 300 do
      found = found + (got.columns[got.rows:eq(i)]:eq(nearest[i]):any() and 1 or 0)
    end
    assert.is_true(found >= 297, found .. " of 300")
  end)

  it("is the same whatever the rows' unit", function()
    la.manual_seed(5)
    local x = la.randn(80, 4, { dtype = "float64" })
    local plain = UMAP { n_neighbors = 8, max_iter = 20, seed = 1 }:fit(x)
    for _, unit in ipairs { 1e-200, 1e200 } do
      local um = UMAP { n_neighbors = 8, max_iter = 20, seed = 1 }:fit(x * unit)
      assert.is_true(um.graph.columns:eq(plain.graph.columns):all())
      assert.is_true(support.gap(um.graph.weights, plain.graph.weights) < 1e-3)
      assert.is_true(um:transform(x[{ { 1, 5 } }] * unit):isfinite():all())
      assert.is_true(um:transform(la.full({ 1, 4 }, 1e300, { dtype = "float64" })):isfinite():all())
    end
  end)

  it("says how many parts it has", function()
    la.manual_seed(2)
    assert.equal(1, (UMAP { n_neighbors = 10, max_iter = 5, seed = 1 }:fit(la.randn(100, 3)).n_parts))
    assert.equal(4, (UMAP { n_neighbors = 10, max_iter = 5, seed = 1 }:fit((groups(4, 30, 5, 100))).n_parts))
  end)
end)

describe("UMAP", function()
  it("fits the curve of closeness as umap-learn does", function()
    for _, case in ipairs {
      { 1, 0.1, 1.576943460, 0.895060879 }, { 1, 0, 1.932808320, 0.790494973 }, { 1, 0.5, 0.583030020, 1.334166993 },
      { 2, 0.25, 0.416273497, 0.921855132 }, { 1, 1, 0.114975683, 1.929237147 },
    } do
      local um = UMAP { spread = case[1], min_dist = case[2], n_neighbors = 3, max_iter = 1, seed = 1 }
      um:fit(la.arange(1, 12):reshape(-1, 1):to("float32"))
      assert.near(case[3], um.a, 1e-4 * case[3])
      assert.near(case[4], um.b, 1e-4 * case[4])
    end
  end)

  it("keeps groups apart, from every start, in one to five dimensions #slow", function()
    la.manual_seed(1)
    local x, labels = groups(3, 60, 6, 6)
    for _, init in ipairs { "spectral", "pca", "random", la.randn(180, 2) } do
      local um = UMAP { init = init, max_iter = 200, seed = 2 }:fit(x)
      assert.same({ 180, 2 }, um.embedding.shape)
      assert.is_true(purity(um.embedding, labels) > 0.98, "init " .. tostring(init))
    end
    for _, d in ipairs { 1, 3, 5 } do
      local um = UMAP { n_components = d, max_iter = 200, seed = 2 }:fit(x)
      assert.same({ 180, d }, um.embedding.shape)
      assert.is_true(purity(um.embedding, labels) > 0.95, d .. " dimensions")
    end
  end)

  it("keeps neighbours of a ring, and does not tear it #slow", function()
    la.manual_seed(1)
    local angle = (la.rand(400) * 2 * math.pi):sort()
    local x = la.stack({ angle:cos(), angle:sin(), la.zeros(400) }, 2) + la.randn(400, 3) * 0.01
    local z = UMAP { n_neighbors = 12, seed = 1 }:fit_transform(x)
    assert.is_true(la.metrics.trustworthiness(x, z, { k = 8 }) > 0.95)
    local steps = (z - z:roll(1, 1)):square():sum(2):sqrt()
    assert.is_true(steps:gt(2):sum() <= 20, steps:gt(2):sum() .. " breaks")
  end)

  it("puts the parts of an unconnected graph side by side", function()
    la.manual_seed(5)
    local x, labels = groups(12, 20, 12, 1000)
    local um = UMAP { n_neighbors = 6, max_iter = 100, seed = 1 }:fit(x)
    assert.equal(12, um.n_parts)
    assert.equal(1, purity(um.embedding, labels))
    assert.is_true((um.embedding:max(1)):max() - (um.embedding:min(1)):min() < 100)
  end)

  it("spreads points as min_dist says", function()
    la.manual_seed(1)
    local x = la.randn(250, 4)
    local near = nearest_gap(UMAP { min_dist = 0.01, max_iter = 200, seed = 1 }:fit_transform(x))
    local far = nearest_gap(UMAP { min_dist = 0.8, max_iter = 200, seed = 1 }:fit_transform(x))
    assert.is_true(far > 2 * near, ("%g and %g"):format(near, far))
  end)

  it("gives the same numbers for a seed and any number of threads", function()
    la.manual_seed(1)
    local x = groups(2, 1050, 5, 4) -- enough for several tasks at once
    for _, init in ipairs { "spectral", "random", "pca" } do
      local first
      for threads = 1, 3 do
        local um = support.with_threads(threads, function()
          return UMAP { init = init, max_iter = 15, seed = 7 }:fit(x)
        end)
        local new = support.with_threads(threads, function() return um:transform(x[{ { 1, 300 } }] + 0.1) end)
        first = first or { um.embedding, new }
        assert.is_true(um.embedding:eq(first[1]):all(), init .. ", " .. threads .. " threads")
        assert.is_true(new:eq(first[2]):all(), "transform, " .. threads .. " threads")
      end
      assert.is_false(UMAP { init = init, max_iter = 15, seed = 8 }:fit(x).embedding:eq(first[1]):all())
    end
  end)

  it("takes its seed from la.manual_seed, and the dtype from the rows", function()
    local x = la.rand(50, 3, { dtype = "float64" })
    local function embed()
      la.manual_seed(9)
      return UMAP { n_neighbors = 5, max_iter = 20 }:fit_transform(x)
    end
    assert.equal("float64", embed().dtype)
    assert.is_true(embed():eq(embed()):all())
    local whole = la.arange(1, 30):reshape(-1, 1)
    assert.equal("float32", UMAP { n_neighbors = 5, max_iter = 20 }:fit_transform(whole).dtype)
  end)

  it("takes 2e1 epochs for 20", function()
    local x = la.rand(50, 3)
    local function embed(epochs) return UMAP { n_neighbors = 5, max_iter = epochs, seed = 1 }:fit_transform(x) end
    assert.is_true(embed(2e1):equal(embed(20)))
    assert.error_matches(function() embed(2.5) end, "max_iter must be an integer, not 2.5")
  end)

  it("places new rows among their groups and old rows near where they are", function()
    la.manual_seed(1)
    local x, labels = groups(3, 80, 6, 7)
    local um = UMAP { max_iter = 200, seed = 1 }:fit(x)
    local before = um.embedding:clone()
    local again = um:transform(x)
    assert.is_true(um.embedding:eq(before):all(), "the embedding stays")
    local size = (um.embedding:max(1)):max() - (um.embedding:min(1)):min()
    local gap = (again - um.embedding):square():sum(2):sqrt()
    assert.is_true(gap:mean() < 0.06 * size, ("moved by %g of %g"):format(gap:mean(), size))
    local new, wanted = groups(3, 10, 6, 7)
    local nearest = la.cdist(um:transform(new), um.embedding):argmin(2)
    for i = 1, 30 do assert.equal(wanted[i], labels[nearest[i]]) end
    assert.same({ 1, 2 }, um:transform(x[{ { 1, 1 } }]).shape)
    assert.same({ 0, 2 }, um:transform(la.zeros(0, 6)).shape)
  end)

  it("has a result for rows that are all equal, for few epochs and for a start in one place", function()
    local um = UMAP { n_neighbors = 5, max_iter = 30, seed = 1 }:fit(la.ones(20, 3))
    assert.is_true(um.embedding:isfinite():all())
    assert.is_true(um:transform(la.ones(2, 3)):isfinite():all())
    assert.is_true(um:transform(la.ones(2, 3) * 1e6):isfinite():all())
    um = UMAP { n_neighbors = 2, max_iter = 1, seed = 1 }:fit(la.rand(3, 1))
    assert.is_true(um.embedding:isfinite():all() and um:transform(la.rand(5, 1)):isfinite():all())
    local x = la.rand(30, 2)
    um = UMAP { n_neighbors = 5, init = la.zeros(30, 2), max_iter = 100, seed = 1 }:fit(x)
    assert.is_true(um.embedding:std(1):min() > 0.1)
  end)

  it("says what is wrong", function()
    local x = la.rand(20, 3)
    local nan = x:clone()
    nan[{ 4, 2 }] = 0 / 0
    local um = UMAP { n_neighbors = 4, max_iter = 5 }:fit(x)
    support.refuses {
      ["n_neighbors must be less than the number of rows, 20, but is 20"] = function()
        UMAP { n_neighbors = 20 }:fit(x)
      end,
      ["n_neighbors must be less than the number of rows, 1,"] = function() UMAP {}:fit(x[{ { 1, 1 } }]) end,
      ["n_neighbors must be at least 2"] = function() UMAP { n_neighbors = 1 }:fit(x) end,
      ["row 4 of x holds .*nan in column 2"] = function() UMAP { n_neighbors = 4 }:fit(nan) end,
      ["x must be a matrix"] = function() UMAP { n_neighbors = 4 }:fit(la.rand(20)) end,
      ["x must be a tensor of rows, not a number"] = function() UMAP {}:fit(3) end,
      ["was fitted to rows of 3 columns, x is %[2, 4%]"] = function() um:transform(la.rand(2, 4)) end,
      ["call fit%(x%) first"] = function() UMAP {}:transform(x) end,
      ["row 4 of x holds"] = function() um:transform(nan) end,
      ["unknown option 'neighbors'"] = function() UMAP { neighbors = 3 } end,
      ["n_components must be from 1 to 64, not 0"] = function() UMAP { n_neighbors = 4, n_components = 0 }:fit(x) end,
      ["init must be 'spectral', 'pca', 'random' or a tensor of coordinates, not grid"] = function()
        UMAP { n_neighbors = 4, init = "grid" }:fit(x)
      end,
      ["init must be %[20, 2%] for these rows"] = function() UMAP { n_neighbors = 4, init = la.rand(20, 3) }:fit(x) end,
      ["init must hold numbers"] = function() UMAP { n_neighbors = 4, init = nan[{ {}, { 1, 2 } }] }:fit(x) end,
      ['metric must be "euclidean" or "cosine", not taxi'] = function() UMAP { metric = "taxi" }:fit(x) end,
      ["row 2 of x is zero"] = function()
        UMAP { n_neighbors = 2, metric = "cosine" }:fit(la.tensor { { 1, 1 }, { 0, 0 }, { 1, 2 } })
      end,
      ["min_dist must be from 0 to spread"] = function() UMAP { n_neighbors = 4, min_dist = 2 }:fit(x) end,
      ["max_iter must be an integer, not 0.5"] = function() UMAP { n_neighbors = 4, max_iter = 0.5 }:fit(x) end,
      ["learning_rate must be above 0"] = function() UMAP { n_neighbors = 4, learning_rate = -1 }:fit(x) end,
      ["negative_sample_rate must be from 0"] = function()
        UMAP { n_neighbors = 4, negative_sample_rate = -1 }:fit(x)
      end,
      ["set_op_mix_ratio must be from 0 to 1"] = function() UMAP { n_neighbors = 4, set_op_mix_ratio = 2 }:fit(x) end,
      ["local_connectivity must be at least 1"] = function()
        UMAP { n_neighbors = 4, local_connectivity = 0 }:fit(x)
      end,
      ["repulsion_strength must be from 0"] = function() UMAP { n_neighbors = 4, repulsion_strength = -1 }:fit(x) end,
    }
  end)
end)
