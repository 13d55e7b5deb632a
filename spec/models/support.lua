--- What the specs of models share.
local assert = require "luassert"
local la = require "latent"

local support = {}

support.vectors = la.load "spec/vectors/models.npz"

--- A file of $LATENT_DATA, or nil where it is not there.
function support.data_file(name)
  local folder = os.getenv "LATENT_DATA"
  local path = folder and folder .. "/" .. name
  local file = path and io.open(path, "rb")
  if not file then return nil end
  file:close()
  return path
end

--- Training images of MNIST as rows in 0..1, or nil where the set is not installed.
---@param from integer first image
---@param n integer
function support.mnist(from, n)
  if not require("latent.data.mnist").find "train" then return nil end
  local images = la.data.mnist().images[{ { from, from + n - 1 } }]
  return images:reshape(n, 784):to("float64") / 255
end

--- Largest absolute difference.
function support.gap(a, b)
  return (a:to("float64") - b:to("float64")):abs():max()
end

--- Assert that tensors agree: largest difference relative to 1 + abs(want).
function support.near(want, got, tolerance, what)
  assert.same(want.shape, got.shape)
  local gap = ((got:to("float64") - want):abs() / (want:abs() + 1)):max()
  assert.is_true(gap <= tolerance, ("%s is off by %g"):format(what or "tensor", gap))
end

--- Run with a number of threads.
function support.with_threads(n, f)
  local before = la.get_num_threads()
  la.set_num_threads(n)
  local result = table.pack(pcall(f))
  la.set_num_threads(before)
  assert(result[1], result[2])
  return table.unpack(result, 2, result.n)
end

--- The warnings that a function gives, joined.
function support.warnings(f)
  local said, real = {}, warn
  _G.warn = function(...) said[#said + 1] = table.concat { ... } end
  local ok, message = pcall(f)
  _G.warn = real
  assert(ok, message)
  return table.concat(said, "\n")
end

--- Assert that each call fails with a message that matches; calls by pattern.
function support.refuses(cases)
  for pattern, call in pairs(cases) do
    local ok, message = pcall(call)
    assert.is_false(ok, "accepted: " .. pattern)
    assert.matches(pattern, message)
  end
end

--- Three far groups in the plane: rows [3 n, 2], and their labels.
function support.three_groups(n, given)
  local x = la.cat({ la.randn(n, 2, given), la.randn(n, 2, given) + 20, la.randn(n, 2, given) - 20 }, 1)
  local labels = {}
  for i = 1, 3 * n do labels[i] = (i - 1) // n + 1 end
  return x, la.tensor(labels)
end

return support
