--- Data sets, and what is done to them.
local shapes = require "latent.data.shapes"

return {
  digits = require "latent.data.digits",
  mnist = require("latent.data.mnist").load,
  handwritten = require "latent.data.handwritten",
  heights = require "latent.data.heights",
  noise = require "latent.data.noise",
  pad_images = require "latent.data.pad_images",
  picture = require "latent.data.picture",
  moons = shapes.moons,
  circles = shapes.circles,
  spiral = shapes.spiral,
  swiss_roll = shapes.swiss_roll,
  blobs = shapes.blobs,
}
