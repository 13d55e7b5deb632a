--- Data sets, and what is done to them.
return {
  digits = require "latent.data.digits",
  mnist = require("latent.data.mnist").load,
  handwritten = require "latent.data.handwritten",
  noise = require "latent.data.noise",
  pad_images = require "latent.data.pad_images",
}
