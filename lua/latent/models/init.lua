--- Models of unsupervised learning: the classical ones, and autoencoders made of la.nn.
return {
  Autoencoder = require "latent.models.autoencoder",
  CVAE = require "latent.models.cvae",
  GaussianMixture = require "latent.models.gaussian_mixture",
  KMeans = require "latent.models.kmeans",
  MiniBatchKMeans = require "latent.models.minibatch_kmeans",
  VAE = require "latent.models.vae",
}
