--- Batch normalisation of images [batch, channels, height, width].
--- Example: la.nn.BatchNorm2d(3)(la.randn(4, 3, 8, 8)):var()
local BatchNorm = require "latent.nn.batch_norm"

---@class nn.BatchNorm2d : nn.BatchNorm
local BatchNorm2d = BatchNorm:extend "BatchNorm2d"

BatchNorm2d.dims = { 4 }

return BatchNorm2d
