--- The models of the benchmark in latent; peers_models.py does the same with scikit-learn.
---
--- Each function takes the folder of data that peers_models.py has written (or "" where it is not installed:
--- then random data serve) and returns a call to be timed and a function that gives the figure which shows
--- that both have done the same work.
local la = require "latent"

local models = {}

warn "@off" -- the rows stop at a fixed number of iterations

--- An array of the folder, or what `substitute` makes.
local function data(folder, name, substitute)
  return folder ~= "" and la.load(folder .. "/" .. name .. ".npy") or substitute()
end

--- Training images as float32 [60000, 784] in -1..1; random ones where there is no data.
function models.mnist()
  local found, train = pcall(la.data.mnist, { split = "train" })
  if not found then return la.rand(60000, 784) * 2 - 1 end
  return train.images:reshape(-1, 784):to("float32") / 127.5 - 1
end

--- A row: `fit()` is timed; the figure comes from what it returned last.
local function row(fit, figure)
  local model
  return function() model = fit() end, function() return figure(model) end
end

local function inertia(model) return model.inertia end

function models.kmeans_rocket(folder)
  local double = { dtype = "float64" }
  local x = data(folder, "rocket", function() return la.rand(273280, 3, double) end)
  local init = data(folder, "rocket_init", function() return la.rand(7, 3, double) end)
  return row(function()
    return la.models.KMeans { k = 7, init = init, max_iter = 5, tol = 0 }:fit(x)
  end, inertia)
end

local function kmeans_mnist(folder, k)
  local x = models.mnist()
  local rows = data(folder, "mnist_rows_" .. k, function() return la.randperm(#x)[{ { 1, k } }] end)
  local init = x[rows]
  return row(function()
    return la.models.KMeans { k = k, init = init, max_iter = 20, tol = 0 }:fit(x)
  end, inertia)
end

function models.kmeans_mnist(folder) return kmeans_mnist(folder, 10) end
function models.kmeans_mnist256(folder) return kmeans_mnist(folder, 256) end

--- Ten principal components of the images, 50 clusters.
function models.kmeans_pca10(folder)
  local x = data(folder, "pca50", function() return la.randn(60000, 50) end)[{ {}, { 1, 10 } }]:contiguous()
  local init = x[{ { 1, 50 } }]
  return row(function()
    return la.models.KMeans { k = 50, init = init, max_iter = 20, tol = 0 }:fit(x)
  end, inertia)
end

local function gmm_1d(folder, n)
  local double = { dtype = "float64" }
  local x = data(folder, "heights_" .. n, function() return la.randn(n, double) * 30 + 100 end):reshape(-1, 1)
  local init = { means = la.linspace(x:min(), x:max(), 10, double):reshape(10, 1),
    covariances = la.full({ 10, 1 }, 30, double), weights = la.full({ 10 }, 0.1, double) }
  return row(function()
    return la.models.GaussianMixture { k = 10, covariance = "diag", init = init, max_iter = 20, tol = 0 }:fit(x)
  end, function(model) return -model:score(x) * n end)
end

function models.gmm_1d(folder) return gmm_1d(folder, 10000) end
function models.gmm_1d_big(folder) return gmm_1d(folder, 1000000) end

--- Fifty principal components of `n` images.
local function pca50(folder, n)
  return data(folder, "pca50", function() return la.randn(60000, 50) end)[{ { 1, n } }]:clone()
end

function models.gmm_mnist(folder)
  local x = pca50(folder, 60000)
  local rows = data(folder, "gmm_rows", function() return la.randperm(60000)[{ { 1, 10 } }] end)
  local init = { means = x[rows], covariances = (la.eye(50) * 4):reshape(1, 50, 50):expand(10, 50, 50) }
  return row(function()
    return la.models.GaussianMixture { k = 10, init = init, max_iter = 10, tol = 0 }:fit(x)
  end, function(model) return model:score(x) end)
end

function models.pca_mnist()
  local x = models.mnist()
  return row(function()
    return la.models.PCA { n_components = 50 }:fit(x)
  end, function(model) return model.explained_variance_ratio:sum() end)
end

function models.dbscan_100k(folder)
  local x = data(folder, "blobs", function() return la.rand(100000, 2, { dtype = "float64" }) * 20 end)
  return row(function()
    return la.models.DBSCAN { eps = 0.1, min_samples = 5 }:fit(x)
  end, function(model) return model.n_clusters end)
end

function models.meanshift_5k(folder)
  local x = data(folder, "blobs_5k", function() return la.rand(5000, 2, { dtype = "float64" }) * 20 end)
  return row(function()
    return la.models.MeanShift { bandwidth = 1, bin_seeding = true }:fit(x)
  end, function(model) return #model.centers end)
end

function models.tsne_5000(folder)
  local x = pca50(folder, 5000)
  return row(function() return la.models.TSNE { seed = 1 }:fit(x) end, function(model) return model.kl end)
end

function models.umap_10000(folder)
  local x = pca50(folder, 10000)
  return row(function()
    return la.models.UMAP { seed = 1 }:fit(x)
  end, function(model) -- of a part: it takes time in the square of the rows
    return la.metrics.trustworthiness(x[{ { 1, 2000 } }], model.embedding[{ { 1, 2000 } }])
  end)
end

return models
