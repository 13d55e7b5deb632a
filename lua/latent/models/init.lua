--- Classical models of unsupervised learning.
return {
  GaussianMixture = require "latent.models.gaussian_mixture",
  KMeans = require "latent.models.kmeans",
  MiniBatchKMeans = require "latent.models.minibatch_kmeans",
}
