--- Data sets.
return {
  digits = require "latent.data.digits",
  mnist = require("latent.data.mnist").load,
  handwritten = require "latent.data.handwritten",
}
