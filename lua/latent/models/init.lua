--- Classical models of unsupervised learning.
return {
  MiniBatchKMeans = require "latent.models.minibatch_kmeans",
  KMeans = require "latent.models.kmeans",
}
