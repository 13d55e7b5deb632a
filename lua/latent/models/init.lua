--- Classical models of unsupervised learning.
return {
  FactorAnalysis = require "latent.models.factor_analysis",
  GaussianMixture = require "latent.models.gaussian_mixture",
  KMeans = require "latent.models.kmeans",
  MiniBatchKMeans = require "latent.models.minibatch_kmeans",
  PCA = require "latent.models.pca",
}
