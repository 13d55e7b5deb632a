--- Shapes: views of a tensor under other shapes, and joining tensors.
---
--- A view shares memory with its tensor: writing to one changes the other. Gradients flow back through all
--- of these.
---@meta
local la, x = {}, {}

--- The elements in order under another shape: a view where memory allows it, else a copy. One size may be
--- -1, which is worked out from the others.
--- Example: la.arange(1, 6):reshape(2, -1)
---@param ... integer|integer[] sizes, or a table of them
---@return tensor
function x:reshape(...) end

--- The same as reshape, under PyTorch's other name.
--- Example: la.arange(1, 6):view(3, 2).shape
---@param ... integer|integer[] sizes, or a table of them
---@return tensor
function x:view(...) end

--- Neighbouring dimensions joined into one; all of them unless told.
--- Example: la.zeros(2, 3, 4):flatten(2).shape
---@param from? integer 1
---@param to? integer the last
---@return tensor
function x:flatten(from, to) end

--- A view in which dimensions of size 1 repeat, without memory; new ones may stand in front. -1 keeps a size.
--- Example: la.tensor{{1}, {2}}:expand(2, 3)
---@param ... integer|integer[] sizes, or a table of them
---@return tensor
function x:expand(...) end

--- expand to the shape of another tensor.
--- Example: la.tensor{1, 2}:expand_as(la.zeros(3, 2))
---@param like tensor
---@return tensor
function x:expand_as(like) end

--- A view with the dimensions in another order.
--- Example: la.zeros(2, 3, 4):permute(3, 1, 2).shape
---@param ... integer|integer[] every dimension once, or a table of them
---@return tensor
function x:permute(...) end

--- A view with two dimensions swapped.
--- Example: la.zeros(2, 3, 4):transpose(1, -1).shape
---@param a integer
---@param b integer
---@return tensor
function x:transpose(a, b) end

--- A view of a matrix with rows as columns; a vector stays as it is.
--- Example: la.tensor{{1, 2}, {3, 4}}:t()
---@return tensor
function x:t() end

--- A view of a range of a dimension.
--- Example: la.arange(1, 10):narrow(1, 3, 4)
---@param dim integer
---@param start integer first place, from 1; negative from the end
---@param count integer how many
---@return tensor
function x:narrow(dim, start, count) end

--- A view of one place of a dimension, which goes; an element of a vector is a number.
--- Example: la.tensor{{1, 2}, {3, 4}}:select(2, -1)
---@param dim integer
---@param index integer
---@return tensor|number
function x:select(dim, index) end

--- A view with a new dimension of size 1.
--- Example: la.zeros(2, 3):unsqueeze(1).shape
---@param dim integer where the new one stands
---@return tensor
function x:unsqueeze(dim) end

--- A view without the dimensions of size 1: all of them, or those named if their size is 1.
--- Example: la.zeros(1, 3, 1):squeeze().shape
---@param dims? integer|integer[]
---@return tensor
function x:squeeze(dims) end

--- Join tensors along a dimension that they have; the other sizes must agree.
--- Example: la.cat({la.zeros(1, 2), la.ones(2, 2)}, 1)
---@param tensors tensor[]
---@param dim? integer 1
---@return tensor
function la.cat(tensors, dim) end

--- Join tensors of one shape along a new dimension.
--- Example: la.stack({la.tensor{1, 2}, la.tensor{3, 4}}, 2)
---@param tensors tensor[]
---@param dim? integer 1
---@return tensor
function la.stack(tensors, dim) end

--- Turn dimensions round: a copy.
--- Example: la.tensor{{1, 2}, {3, 4}}:flip(2)
---@param ... integer|integer[] dimensions, or a table of them; all unless given
---@return tensor
function x:flip(...) end

--- Shift along dimensions; what leaves at one end comes back at the other. Without a dimension the elements
--- are shifted in order.
--- Example: la.arange(1, 5):roll(2, 1)
---@param shifts integer|integer[]
---@param dims? integer|integer[] as many
---@return tensor
function x:roll(shifts, dims) end

--- A larger copy with a border: before and after the last dimension, then the one before it, and so on.
--- Example: la.tensor{{1, 2}}:pad({1, 1, 0, 1}, {value = 9})
---@param widths integer[] {left, right, top, bottom, ...}; negative ones crop with mode "constant"
---@param options? {mode: "constant"|"reflect"|"replicate"|"circular", value: number} mode = "constant", value = 0
---@return tensor
function x:pad(widths, options) end

--- A view of a diagonal of two dimensions, which becomes the last dimension.
--- Example: la.arange(1, 9):reshape(3, 3):diagonal()
---@param offset? integer 0; above 0 right of it, below 0 under it
---@param dim1? integer 1
---@param dim2? integer 2
---@return tensor
function x:diagonal(offset, dim1, dim2) end

--- The matrix with a vector on its diagonal; or the diagonal of a matrix, as a copy.
--- Example: la.tensor{1, 2}:diag()
---@param offset? integer 0
---@return tensor
function x:diag(offset) end

--- Matrices with the last dimension on their diagonals.
--- Example: la.tensor{{1, 2}, {3, 4}}:diag_embed().shape
---@param offset? integer 0
---@return tensor [.., n, n]
function x:diag_embed(offset) end

--- The part of matrices on and below a diagonal, zeros above it.
--- Example: la.ones(3, 3):tril()
---@param k? integer 0; above 0 right of the main diagonal
---@return tensor
function x:tril(k) end

--- The part of matrices on and above a diagonal, zeros below it.
--- Example: la.ones(3, 3):triu(1)
---@param k? integer 0; above 0 right of the main diagonal
---@return tensor
function x:triu(k) end

return la
