--- Models of unsupervised learning: the classical ones, and autoencoders made of la.nn.
return {
  Autoencoder = require "latent.models.autoencoder",
  CVAE = require "latent.models.cvae",
  FactorAnalysis = require "latent.models.factor_analysis",
  GaussianMixture = require "latent.models.gaussian_mixture",
  KMeans = require "latent.models.kmeans",
  MiniBatchKMeans = require "latent.models.minibatch_kmeans",
  PCA = require "latent.models.pca",
  VAE = require "latent.models.vae",
  DBSCAN = require "latent.models.dbscan",
  MeanShift = require "latent.models.mean_shift",
  estimate_bandwidth = require "latent.models.bandwidth",
}
