--- What every tensor has beside its elements.
---@meta

--- A tensor: an array of numbers of one dtype. Functions of la that take a tensor first are its methods.
---@class latent.Tensor
---@field shape integer[] sizes of the dimensions
---@field ndim integer number of dimensions
---@field dtype "float32"|"float64"|"int64"|"uint8"|"bool"
---@field grad latent.Tensor|nil gradient of what backward() was called on, summed over the calls
---@field is_leaf boolean true where no recorded operation made it
local x = {}

return x
