--- Losses: how far predictions are from targets.
---
--- All take {reduction = "mean" | "sum" | "none"}: the mean over all elements (the default), their
--- sum, or a tensor of the loss of each element.
local core = require "latent.core"

local losses = {}

--- Mean squared error: (x - y)^2.
---@param x tensor predictions
---@param y tensor targets, of the same shape and dtype
---@param options? {reduction: "mean"|"sum"|"none"}
---@return tensor loss 0-dimensional, or of the shape of x
losses.mse_loss = core.layers.mse_loss

return losses
