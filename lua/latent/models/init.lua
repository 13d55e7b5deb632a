--- Models of unsupervised learning: the classical ones, and autoencoders of neural networks.
return {
  Autoencoder = require "latent.models.autoencoder",
  VAE = require "latent.models.vae",
  CVAE = require "latent.models.cvae",
  MiniBatchKMeans = require "latent.models.minibatch_kmeans",
  KMeans = require "latent.models.kmeans",
}
