--- Training: batches, the loop around them, and what it leaves behind.
return {
  fit = require "latent.train.fit",
  evaluate = require("latent.train.evaluate").run,
  batches = require "latent.train.batches",
  split = require "latent.train.split",
  checkpoint = require "latent.train.checkpoint",
  History = require "latent.train.history",
}
