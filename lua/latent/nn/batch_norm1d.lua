--- Batch normalisation of vectors [batch, channels] or sequences [batch, channels, length].
--- Example: la.nn.BatchNorm1d(2)(la.tensor{{1, 10}, {3, 30}})
local BatchNorm = require "latent.nn.batch_norm"

---@class nn.BatchNorm1d : nn.BatchNorm
local BatchNorm1d = BatchNorm:extend "BatchNorm1d"

BatchNorm1d.dims = { 2, 3 }

return BatchNorm1d
