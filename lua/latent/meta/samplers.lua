--- Samples of distributions with parameters, and the special functions of their distribution functions.
---
--- Parameters are numbers or tensors that broadcast; each element of a tensor draws from its own. A
--- shape, if given, is that of the result. Where there is no tensor and no shape the result is a number.
--- Samples are off the graph.
---@meta
local la = {}

--- Uniform samples in [low, high).
--- Example: la.uniform(la.tensor{0, 10}, la.tensor{1, 11})
---@param low number|tensor
---@param high number|tensor
---@param shape? integer|integer[]
---@param options? {dtype: string, generator: Generator}
---@return tensor|number
function la.uniform(low, high, shape, options) end

--- Normal samples.
--- Example: la.normal(49.3, 1.88, {1000})
---@param mean number|tensor
---@param std number|tensor
---@param shape? integer|integer[]
---@param options? {dtype: string, generator: Generator}
---@return tensor|number
function la.normal(mean, std, shape, options) end

--- 1 with probability p, else 0.
--- Example: la.bernoulli(la.tensor{0.1, 0.9})
---@param p number|tensor
---@param shape? integer|integer[]
---@param options? {dtype: string, generator: Generator}
---@return tensor|number
function la.bernoulli(p, shape, options) end

--- Exponential samples: density rate e^(-rate x).
--- Example: la.exponential(2, {5})
---@param rate number|tensor
---@param shape? integer|integer[]
---@param options? {dtype: string, generator: Generator}
---@return tensor|number
function la.exponential(rate, shape, options) end

--- Gamma samples (Marsaglia and Tsang 2000): density x^(concentration - 1) e^(-rate x) up to a factor.
--- Example: la.gamma(2.5, 1, {5})
---@param concentration number|tensor
---@param rate number|tensor
---@param shape? integer|integer[]
---@param options? {dtype: string, generator: Generator}
---@return tensor|number
function la.gamma(concentration, rate, shape, options) end

--- Beta samples: density x^(a - 1) (1 - x)^(b - 1) up to a factor.
--- Example: la.beta(2, 3, {5})
---@param a number|tensor
---@param b number|tensor
---@param shape? integer|integer[]
---@param options? {dtype: string, generator: Generator}
---@return tensor|number
function la.beta(a, b, shape, options) end

--- Poisson samples (PTRS, Hormann 1993; below rate 10 by multiplication).
--- Example: la.poisson(4, {10}, {dtype = "int64"})
---@param rate number|tensor
---@param shape? integer|integer[]
---@param options? {dtype: string, generator: Generator}
---@return tensor|number
function la.poisson(rate, shape, options) end

--- Dirichlet samples: points of the simplex.
--- Example: la.dirichlet(la.tensor{1, 1, 1}, {4})
---@param concentration tensor [.., k]
---@param shape? integer|integer[] how many: it stands before the shape of concentration
---@param options? {dtype: string, generator: Generator}
---@return tensor
function la.dirichlet(concentration, shape, options) end

--- Draw n of k categories for each row of weights, without replacement (Efraimidis and Spirakis 2006)
--- unless it is asked for.
--- Example: la.multinomial(la.tensor{1, 2, 7}, 10, {replacement = true})
---@param weights tensor [k] or [m, k], not negative; they need not sum to 1
---@param n integer
---@param options? {replacement: boolean, generator: Generator}
---@return tensor ids int64 [n] or [m, n], counting from 1
function la.multinomial(weights, n, options) end

--- Draw one of k categories for each row of weights.
--- Example: la.categorical(la.tensor{1, 2, 7})
---@param weights tensor [.., k], not negative; they need not sum to 1
---@param shape? integer|integer[] how many: it stands before the other dimensions
---@param options? {generator: Generator}
---@return tensor|integer ids int64, counting from 1
function la.categorical(weights, shape, options) end

--- The regularised incomplete gamma function P(a, x): the part of the gamma distribution below x.
--- It has a gradient by x.
--- Example: la.gammainc(2, 1.5)
---@param a number|tensor above 0
---@param x number|tensor not negative
---@return tensor|number
function la.gammainc(a, x) end

--- The regularised incomplete beta function I_x(a, b): the part of the beta distribution below x.
--- It has a gradient by x.
--- Example: la.betainc(2, 3, 0.5)
---@param a number|tensor above 0
---@param b number|tensor above 0
---@param x number|tensor from 0 to 1
---@return tensor|number
function la.betainc(a, b, x) end

return la
