--- Sorting, order statistics, distinct values, counting. Places count from 1; NaN stands after all numbers.
---@meta
local la, x = {}, {}

--- The elements in order along a dimension, and the places they come from. Equal ones keep their order.
--- Example:
---     local values, places = la.tensor{3, 1, 2}:sort()
---     return values, places
---@param dim? integer the last
---@param options? {descending: boolean, stable: boolean} descending = false; the order is stable in any case
---@return tensor values
---@return tensor places int64
function x:sort(dim, options) end

--- The places of the elements in order along a dimension.
--- Example: la.tensor{3, 1, 2}:argsort({descending = true})
---@param dim? integer the last
---@param options? {descending: boolean, stable: boolean}
---@return tensor places int64
function x:argsort(dim, options) end

--- The k largest elements along a dimension, in order, and their places.
--- Example: la.tensor{3, 1, 2, 5}:topk(2)
---@param k integer
---@param dim? integer the last
---@param options? {dim: integer, largest: boolean} largest = false: the smallest
---@return tensor values
---@return tensor places int64
function x:topk(k, dim, options) end

--- The k-th smallest element along a dimension, and its place.
--- Example: la.tensor{3, 1, 2}:kthvalue(2)
---@param k integer from 1
---@param dim? integer the last
---@param options? {keepdim: boolean}
---@return tensor|number values
---@return tensor|integer places int64
function x:kthvalue(k, dim, options) end

--- The median: the middle value, or the mean of the two in the middle. Along a dimension also the place of
--- the middle value, the lower of two.
--- Example: la.tensor{3, 1, 2, 10}:median()
---@param dim? integer all elements unless given
---@param options? {keepdim: boolean}
---@return tensor|number values
---@return tensor|integer places int64; with a dimension only
function x:median(dim, options) end

--- The distinct values in order.
--- Example: la.tensor{3, 1, 3}:unique{return_inverse = true, return_counts = true}
---@param options? {return_inverse: boolean, return_counts: boolean}
---@return tensor values [k]
---@return tensor inverse where asked for: place among the values of each element, of the shape of x
---@return tensor counts where asked for: [k]
function x:unique(options) end

--- How many elements fall into each of many bins: [edge, next edge), the last with its upper edge.
--- Example:
---     local counts, edges = la.tensor{1, 2, 2, 4}:histogram{bins = 3}
---     return counts, edges
---@param options? {bins: integer|tensor, range: number[], density: boolean, weights: tensor} bins = 10, or their edges; range = {low, high}: the data's; density = true makes the area 1
---@return tensor counts [bins] int64; floats with density or weights
---@return tensor edges [bins + 1]
function x:histogram(options) end

--- How often 0, 1, 2, ... occur among integers that are not negative, or the sum of their weights: element i
--- counts i - 1.
--- Example: la.tensor({1, 3, 3}, {dtype = "int64"}):bincount()
---@param options? {minlength: integer, weights: tensor} minlength = 0: so many places at least
---@return tensor counts int64 [largest + 1]; floats with weights
function x:bincount(options) end

--- Where values would stand in a sorted vector: the number of its elements before each, plus 1.
--- Example: la.searchsorted(la.tensor{1, 3, 5}, la.tensor{0, 3, 9})
---@param sorted tensor [n], or [.., n] with a row for each row of x
---@param values tensor|number
---@param options? {right: boolean} right = true: behind equal elements
---@return tensor|integer places int64, 1 to n + 1
function la.searchsorted(sorted, values, options) end

--- searchsorted with the arguments the other way round: the number of the bin of each value.
--- Example: la.bucketize(la.tensor{0, 3, 9}, la.tensor{1, 3, 5})
---@param values tensor|number
---@param edges tensor [n]
---@param options? {right: boolean}
---@return tensor|integer places int64, 1 to n + 1
function la.bucketize(values, edges, options) end

return la
