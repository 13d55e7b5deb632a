--- Principal component analysis.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Model = require "latent.models.model"

--- Principal component analysis (Pearson 1901, Hotelling 1933): the orthogonal directions along which the
--- rows vary most.
---
--- Options: `n_components`: a number, or a share of the variance between 0 and 1 that the components are to
--- hold; by default all; `solver` "covariance" (eigenvectors of the covariance), "svd" (singular values of
--- the centred rows), "randomized" (power iterations on random directions: Halko, Martinsson and Tropp 2011)
--- or "auto": covariance where there are at least as many rows as columns, else svd; `whiten` scales what
--- transform gives to unit variance; `seed` of the random directions.
--- Example:
---     local x = la.randn(100, 3) * la.tensor{3, 1, 0.1}
---     local pca = la.models.PCA{n_components = 2}:fit(x)
---     return pca.components, pca.explained_variance_ratio
---@class models.PCA : models.Model
---@overload fun(given?: {n_components: number, solver: string, whiten: boolean, seed: integer}): models.PCA
---@field components tensor [c, d] orthonormal rows, by falling variance, the largest element of each positive
---@field mean tensor [d]
---@field explained_variance tensor [c] variance along each component, n - 1 in the denominator
---@field explained_variance_ratio tensor [c] its part of the whole variance
local PCA = Model:extend("PCA", {
  n_components = options.NONE, solver = "auto", whiten = false, seed = options.NONE,
})

--- n_components as a count (0: by share) and a share.
local function wanted(n)
  if n == nil then return 0, 1.0 end
  local count = math.type(n) and math.tointeger(n)
  if count and count ~= 0 then return count, 1.0 end
  if math.type(n) and n > 0 and n < 1 then return 0, n end
  return errors.raise(("PCA: n_components must be an integer from 1, or a share of the variance between 0 and 1, "
    .. "not %s"):format(tostring(n)))
end

--- Find the components of the rows of x.
--- Example:
---     local x = la.randn(100, 3) * la.tensor{3, 1, 0.1}
---     la.models.PCA{n_components = 0.95}:fit(x).components.shape
---@param x tensor [n, d], n > 1, finite
---@return models.PCA self
function PCA:fit(x)
  local o = self.options
  local count, share = wanted(o.n_components)
  local r = core.models.PCA(self:check_rows(x), { count = count, share = share, solver = o.solver, seed = o.seed })
  self.components, self.mean = r.components, r.mean
  self.explained_variance, self.explained_variance_ratio = r.explained_variance, r.explained_variance_ratio
  return self
end

--- Standard deviations to divide by when whitening; directions without variance stay as they are.
local function scale(self)
  local root = self.explained_variance:sqrt()
  return core.where(root:gt(0), root, core.ones_like(root))
end

--- Coordinates of rows along the components.
--- Example:
---     local x = la.randn(100, 3) * la.tensor{3, 1, 0.1}
---     local pca = la.models.PCA{n_components = 2}:fit(x)
---     pca:transform(x[{{1, 2}}])
---@param x tensor [m, d]
---@return tensor z [m, c]
function PCA:transform(x)
  local z = (self:queries("components", x) - self.mean):mm(self.components:t())
  return self.options.whiten and z / scale(self) or z
end

--- Fit, and give the coordinates of the rows.
--- Example:
---     local x = la.randn(100, 3) * la.tensor{3, 1, 0.1}
---     la.models.PCA{n_components = 2, whiten = true}:fit_transform(x):std(1)
---@param x tensor [n, d]
---@return tensor z [n, c]
function PCA:fit_transform(x)
  return self:fit(x):transform(x)
end

--- Rows from coordinates.
--- Example:
---     local x = la.randn(100, 3) * la.tensor{3, 1, 0.1}
---     local pca = la.models.PCA{n_components = 2}:fit(x)
---     local back = pca:inverse_transform(pca:transform(x))
---     return (back - x):std(1)
---@param z tensor [m, c]
---@return tensor x [m, d]
function PCA:inverse_transform(z)
  self:check_tensor("components", z)
  if z.ndim ~= 2 or z.shape[2] ~= self.components.shape[1] then
    errors.raise(("PCA: z must be [rows, %d], not [%s]"):format(self.components.shape[1], table.concat(z.shape, ", ")))
  end
  z = z:to(self.mean.dtype)
  if self.options.whiten then z = z * scale(self) end
  return z:mm(self.components) + self.mean
end

return PCA
