--- What a tensor is: its sizes, its elements as Lua values.
---
--- `x.shape` is a table of its sizes, `x.ndim` their number, `x.dtype` the name of its dtype, `x.grad` its
--- gradient or nil; `#x` is the size of the first dimension.
--- Example:
---     local x = la.zeros(2, 3)
---     print(#x, x.ndim, x.dtype, table.concat(x.shape, ", "))
---@meta
local la, x = {}, {}

--- True for tensors.
--- Example: la.is_tensor(la.zeros(2)), la.is_tensor({})
---@param value any
---@return boolean
function la.is_tensor(value) end

--- The size of a dimension; without one, all sizes.
--- Example: la.zeros(2, 3):size(-1)
---@param dim? integer
---@return integer|integer[]
function x:size(dim) end

--- The number of elements.
--- Example: la.zeros(2, 3):numel()
---@return integer
function x:numel() end

--- The element of a tensor of one element, as a Lua number or boolean. `la.item(v)` takes numbers too, so
--- that it serves for what may be either.
--- Example: la.item(la.tensor{3.5}), la.item(3.5)
---@return number|boolean
function x:item() end

--- The elements as nested tables.
--- Example: la.eye(2):totable()
---@return table|number|boolean
function x:totable() end

--- True if the elements lie in memory in order, without gaps.
--- Example: la.zeros(2, 3):t():is_contiguous()
---@return boolean
function x:is_contiguous() end

--- How many elements of memory lie between neighbours along a dimension; without one, for all dimensions.
--- Example: la.zeros(2, 3):stride(1)
---@param dim? integer
---@return integer|integer[]
function x:stride(dim) end

return la
