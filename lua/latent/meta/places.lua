--- Picking and writing by tensors of places or by masks. Places are int64 and count from 1.
---
--- Gradients flow back to what was picked and to what was written.
---@meta
local la, x = {}, {}

--- a where a condition holds, b elsewhere.
--- Example: la.where(la.tensor{true, false}, 1, la.tensor{10, 20})
---@param condition tensor bool; all three broadcast
---@param a tensor|number
---@param b tensor|number
---@return tensor
function la.where(condition, a, b) end

--- A copy with a value where a mask is true.
--- Example: la.tensor{1, -2, 3}:masked_fill(la.tensor{false, true, false}, 0)
---@param mask tensor bool, broadcasts to the shape of x
---@param value number|tensor
---@return tensor
function x:masked_fill(mask, value) end

--- The elements where a mask is true, as a vector; a mask of the first dimensions alone picks parts.
--- Example: la.tensor{1, -2, 3}:masked_select(la.tensor{true, false, true})
---@param mask tensor bool, of the shape of x or of its first dimensions
---@return tensor [n, ..]
function x:masked_select(mask) end

--- The parts at some places of a dimension.
--- Example: la.tensor{{1, 2}, {3, 4}}:index_select(2, la.tensor({2, 1}, {dtype = "int64"}))
---@param dim integer
---@param index tensor int64 [n]
---@return tensor
function x:index_select(dim, index) end

--- For each place of index the element of x at that place along a dimension: for dim = 2,
--- y[i][j] = x[i][index[i][j]].
--- Example: la.tensor{{1, 2}, {3, 4}}:gather(2, la.tensor({{2}, {1}}, {dtype = "int64"}))
---@param dim integer
---@param index tensor int64, of x's shape but for that dimension
---@return tensor of the shape of index
function x:gather(dim, index) end

--- The places of the elements that are not 0.
--- Example: la.tensor{{0, 5}, {7, 0}}:nonzero()
---@return tensor places int64 [n, ndim]
function x:nonzero() end

--- A copy with elements written where index says: for dim = 2, y[i][index[i][j]] = source[i][j].
--- Example: la.zeros(2, 3):scatter(2, la.tensor({{2}, {3}}, {dtype = "int64"}), 1)
---@param dim integer
---@param index tensor int64
---@param source tensor|number of the shape of index
---@return tensor
function x:scatter(dim, index, source) end

--- scatter in place.
--- Example: la.zeros(2, 3):scatter_(2, la.tensor({{2}, {3}}, {dtype = "int64"}), 1)
---@param dim integer
---@param index tensor int64
---@param source tensor|number of the shape of index
---@return tensor self
function x:scatter_(dim, index, source) end

--- A copy with elements added where index says; places may repeat.
--- Example: la.zeros(3):scatter_add(1, la.tensor({1, 1, 3}, {dtype = "int64"}), la.tensor{1, 2, 3})
---@param dim integer
---@param index tensor int64
---@param source tensor|number of the shape of index
---@return tensor
function x:scatter_add(dim, index, source) end

--- scatter_add in place.
--- Example: la.zeros(3):scatter_add_(1, la.tensor({1, 1, 3}, {dtype = "int64"}), la.tensor{1, 2, 3})
---@param dim integer
---@param index tensor int64
---@param source tensor|number of the shape of index
---@return tensor self
function x:scatter_add_(dim, index, source) end

--- A copy with parts added at some places of a dimension; places may repeat.
--- Example: la.zeros(3, 2):index_add(1, la.tensor({1, 1}, {dtype = "int64"}), la.ones(2, 2))
---@param dim integer
---@param index tensor int64 [n]
---@param source tensor|number n parts along that dimension
---@return tensor
function x:index_add(dim, index, source) end

--- index_add in place.
--- Example: la.zeros(3, 2):index_add_(1, la.tensor({1, 1}, {dtype = "int64"}), la.ones(2, 2))
---@param dim integer
---@param index tensor int64 [n]
---@param source tensor|number n parts along that dimension
---@return tensor self
function x:index_add_(dim, index, source) end

--- A copy with parts put at some places of a dimension.
--- Example: la.zeros(3, 2):index_copy(1, la.tensor({3, 1}, {dtype = "int64"}), la.tensor{{1, 2}, {3, 4}})
---@param dim integer
---@param index tensor int64 [n]
---@param source tensor n parts along that dimension
---@return tensor
function x:index_copy(dim, index, source) end

--- index_copy in place.
--- Example: la.zeros(3, 2):index_copy_(1, la.tensor({3, 1}, {dtype = "int64"}), la.tensor{{1, 2}, {3, 4}})
---@param dim integer
---@param index tensor int64 [n]
---@param source tensor n parts along that dimension
---@return tensor self
function x:index_copy_(dim, index, source) end

--- A copy with a value at some places of a dimension.
--- Example: la.zeros(3, 2):index_fill(1, la.tensor({2}, {dtype = "int64"}), 7)
---@param dim integer
---@param index tensor int64 [n]
---@param value number
---@return tensor
function x:index_fill(dim, index, value) end

--- index_fill in place.
--- Example: la.zeros(3, 2):index_fill_(1, la.tensor({2}, {dtype = "int64"}), 7)
---@param dim integer
---@param index tensor int64 [n]
---@param value number
---@return tensor self
function x:index_fill_(dim, index, value) end

return la
