--- Reductions: over all elements, or along one or several dimensions.
---
--- `x:sum()` is a Lua number, or a tensor without dimensions where x is on the graph; `x:sum(2)` and
--- `x:sum({1, 3})` lose the dimensions named, unless `keepdim = true` keeps them with size 1. Sums of float32
--- accumulate so that a mean of ten million values keeps six digits, and give the same bits for any number
--- of threads.
---@meta
local la, x = {}, {}

--- The sum. Integers and booleans give int64.
--- Example: la.tensor{{1, 2}, {3, 4}}:sum(2, {keepdim = true})
---@param dims? integer|integer[] all unless given
---@param options? {keepdim: boolean}
---@return tensor|number
function x:sum(dims, options) end

--- The product. Integers and booleans give int64.
--- Example: la.tensor{{1, 2}, {3, 4}}:prod(1)
---@param dims? integer|integer[] all unless given
---@param options? {keepdim: boolean}
---@return tensor|number
function x:prod(dims, options) end

--- The mean.
--- Example: la.tensor{{1, 2}, {3, 4}}:mean()
---@param dims? integer|integer[] all unless given
---@param options? {keepdim: boolean}
---@return tensor|number
function x:mean(dims, options) end

--- The variance: mean square of the distance from the mean, the maximum-likelihood form. `correction = 1`
--- divides by n - 1.
--- Example: la.tensor{1, 2, 3, 4}:var(), la.tensor{1, 2, 3, 4}:var{correction = 1}
---@param dims? integer|integer[] all unless given
---@param options? {correction: number, keepdim: boolean} correction = 0
---@return tensor|number
function x:var(dims, options) end

--- The standard deviation: the root of var.
--- Example: la.tensor{{1, 2}, {3, 5}}:std(1)
---@param dims? integer|integer[] all unless given
---@param options? {correction: number, keepdim: boolean} correction = 0
---@return tensor|number
function x:std(dims, options) end

--- The largest value; along one dimension values and their places. NaN where there is one. With a tensor
--- beside it, the larger of each pair: see maximum.
--- Example:
---     local values, places = la.tensor{{1, 5}, {7, 3}}:max(2)
---     return values, places
---@param dims? integer|integer[]|tensor all unless given
---@param options? {keepdim: boolean}
---@return tensor|number values
---@return tensor|integer places int64 from 1, the first of equal ones; with one dimension only
function x:max(dims, options) end

--- The smallest value; along one dimension values and their places. NaN where there is one. With a tensor
--- beside it, the smaller of each pair: see minimum.
--- Example: la.tensor{{1, 5}, {7, 3}}:min()
---@param dims? integer|integer[]|tensor all unless given
---@param options? {keepdim: boolean}
---@return tensor|number values
---@return tensor|integer places int64 from 1, the first of equal ones; with one dimension only
function x:min(dims, options) end

--- The place of the largest value, the first of equal ones.
--- Example: la.tensor{{1, 5}, {7, 3}}:argmax(2)
---@param dim? integer of the flattened tensor unless given
---@param options? {keepdim: boolean}
---@return tensor|integer place int64 from 1
function x:argmax(dim, options) end

--- The place of the smallest value, the first of equal ones.
--- Example: la.tensor{3, 1, 2}:argmin()
---@param dim? integer of the flattened tensor unless given
---@param options? {keepdim: boolean}
---@return tensor|integer place int64 from 1
function x:argmin(dim, options) end

--- True if all elements are not 0.
--- Example: la.tensor{1, 2, 0}:all()
---@param dims? integer|integer[] all unless given
---@param options? {keepdim: boolean}
---@return tensor|boolean
function x:all(dims, options) end

--- True if an element is not 0.
--- Example: la.tensor{{0, 0}, {0, 1}}:any(2)
---@param dims? integer|integer[] all unless given
---@param options? {keepdim: boolean}
---@return tensor|boolean
function x:any(dims, options) end

--- log(sum(exp(x))), without overflow.
--- Example: la.tensor{1000, 1000}:logsumexp()
---@param dims? integer|integer[] all unless given
---@param options? {keepdim: boolean}
---@return tensor|number
function x:logsumexp(dims, options) end

--- The p-norm: (sum |x|^p)^(1/p). p = math.huge is the largest magnitude, -math.huge the smallest, 0 the
--- number of elements that are not 0.
--- Example: la.tensor{3, 4}:norm(), la.tensor{3, 4}:norm(1)
---@param p? number 2
---@param options? {dim: integer|integer[], keepdim: boolean} dim: all unless given
---@return tensor|number
function x:norm(p, options) end

--- exp(x) over its sum along a dimension, without overflow.
--- Example: la.tensor{1, 2, 3}:softmax(1)
---@param dim integer
---@return tensor
function x:softmax(dim) end

--- The logarithm of softmax, exact where softmax underflows.
--- Example: la.tensor{0, 1000}:log_softmax(1)
---@param dim integer
---@return tensor
function x:log_softmax(dim) end

--- Running sums along a dimension.
--- Example: la.arange(1, 5):cumsum(1)
---@param dim integer
---@return tensor
function x:cumsum(dim) end

--- Running products along a dimension.
--- Example: la.arange(1, 5):cumprod(1)
---@param dim integer
---@return tensor
function x:cumprod(dim) end

--- Running log(sum(exp(x))) along a dimension, without overflow.
--- Example: la.tensor{1000, 1000}:logcumsumexp(1)
---@param dim integer
---@return tensor
function x:logcumsumexp(dim) end

return la
