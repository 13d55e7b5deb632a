--- New tensors: from tables, filled, ranges; copies and conversions.
---
--- Shapes are given as sizes one after the other, or as a table of them; without any the tensor has no
--- dimensions and one element. The option `dtype` says what it holds (the default dtype unless given),
--- `requires_grad = true` asks for its gradient.
---@meta
local la, x = {}, {}

--- A tensor of the numbers or booleans in nested tables; of one number; or a copy of a tensor.
---
--- Rows of different lengths are an error. Numbers give the default float dtype, booleans bool.
--- Example: la.tensor({{1, 2, 3}, {4, 5, 6}}, {dtype = "int64"})
---@param values number|boolean|table|tensor nested to any depth up to 8
---@param options? {dtype: string, requires_grad: boolean}
---@return tensor
function la.tensor(values, options) end

--- Zeros.
--- Example: la.zeros(2, 3)
---@param ... integer|integer[]|{dtype: string, requires_grad: boolean} sizes, or a table of them; then options
---@return tensor
function la.zeros(...) end

--- Ones.
--- Example: la.ones({2, 3}, {dtype = "float64"})
---@param ... integer|integer[]|{dtype: string, requires_grad: boolean} sizes, or a table of them; then options
---@return tensor
function la.ones(...) end

--- One value everywhere.
--- Example: la.full({2, 3}, 7)
---@param shape integer[]
---@param value number|boolean a boolean makes a bool tensor
---@param options? {dtype: string, requires_grad: boolean}
---@return tensor
function la.full(shape, value, options) end

--- Zeros, of the shape and dtype of a tensor.
--- Example: la.zeros_like(la.ones(3))
---@param like tensor
---@param options? {dtype: string, requires_grad: boolean}
---@return tensor
function la.zeros_like(like, options) end

--- Ones, of the shape and dtype of a tensor.
--- Example: la.ones_like(la.zeros(3))
---@param like tensor
---@param options? {dtype: string, requires_grad: boolean}
---@return tensor
function la.ones_like(like, options) end

--- One value, of the shape and dtype of a tensor.
--- Example: la.full_like(la.zeros(3), 0.5)
---@param like tensor
---@param value number
---@param options? {dtype: string, requires_grad: boolean}
---@return tensor
function la.full_like(like, value, options) end

--- Numbers from start to stop in equal steps, both ends included, as Lua's `for` counts.
---
--- `arange(stop)`, `arange(start, stop)`, `arange(start, stop, step)`; start and step are 1 unless given.
--- Example: la.arange(1, 2, 0.25)
---@param ... number|{dtype: string, requires_grad: boolean} one to three numbers, then options
---@return tensor [(stop - start) // step + 1]
function la.arange(...) end

--- n numbers from start to stop in equal steps, both ends included.
--- Example: la.linspace(0, 1, 5)
---@param start number
---@param stop number
---@param n? integer 100
---@param options? {dtype: string, requires_grad: boolean}
---@return tensor [n]
function la.linspace(start, stop, n, options) end

--- The identity matrix: ones on the diagonal, zeros elsewhere.
--- Example: la.eye(2, 3)
---@param rows integer
---@param cols? integer as many as rows
---@param options? {dtype: string, requires_grad: boolean}
---@return tensor [rows, cols]
function la.eye(rows, cols, options) end

--- A copy with memory of its own. Gradients flow back through it.
--- Example:
---     local x = la.zeros(2)
---     x:clone():fill(1)
---     return x
---@return tensor
function x:clone() end

--- The tensor in another dtype; the tensor itself if it has that dtype. Floats become integers towards
--- zero. Gradients flow back between float dtypes.
--- Example: la.tensor{1.9, -1.9}:to("int64")
---@param dtype "float32"|"float64"|"int64"|"uint8"|"bool"
---@return tensor
function x:to(dtype) end

--- The tensor with its elements in one piece and in order: itself if they are so, or a copy.
--- Example: la.eye(2, 3):t():contiguous():is_contiguous()
---@return tensor
function x:contiguous() end

--- Set all elements, in place. `fill_` is the same.
--- Example: la.zeros(3):fill(7)
---@param value number|boolean
---@return tensor self
function x:fill(value) end

--- Set all elements, in place: the same as `x:fill`.
--- Example: la.zeros(3):fill_(7)
---@param value number|boolean
---@return tensor self
function x:fill_(value) end

--- Set all elements to zero, in place.
--- Example: la.ones(3):zero_()
---@return tensor self
function x:zero_() end

--- Copy elements from another tensor, which broadcasts and is converted, in place.
--- Example: la.zeros(2, 3):copy_(la.tensor{1, 2, 3})
---@param source tensor|number off the graph
---@return tensor self
function x:copy_(source) end

return la
