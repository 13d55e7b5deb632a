--- Models of unsupervised learning: the classical ones, and generative ones made of la.nn.
return {
  AffineCoupling = require "latent.models.affine_coupling",
  Autoencoder = require "latent.models.autoencoder",
  CVAE = require "latent.models.cvae",
  FactorAnalysis = require "latent.models.factor_analysis",
  GAN = require "latent.models.gan",
  GaussianMixture = require "latent.models.gaussian_mixture",
  KMeans = require "latent.models.kmeans",
  MiniBatchKMeans = require "latent.models.minibatch_kmeans",
  PCA = require "latent.models.pca",
  RealNVP = require "latent.models.real_nvp",
  VAE = require "latent.models.vae",
  DBSCAN = require "latent.models.dbscan",
  MeanShift = require "latent.models.mean_shift",
  estimate_bandwidth = require "latent.models.bandwidth",
}
