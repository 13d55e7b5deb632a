--- Random numbers: tensors of samples, generators.
---
--- All numbers come from Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror and Shaw 2011):
--- element i of a call is a function of the seed, of how much the calls before have used, and of i. A
--- seed gives the same numbers for any number of threads.
---@meta
local la, x = {}, {}

--- A sequence of random numbers of its own, as la.Generator makes it.
--- Example: la.rand(2, {generator = la.Generator(7)})
---@class Generator
local Generator = {}

--- Uniform numbers in [0, 1).
--- Example: la.rand(2, 3)
---@param ... integer|integer[]|{dtype: string, generator: Generator, requires_grad: boolean} sizes, or a table of them; then options
---@return tensor
function la.rand(...) end

--- Normal numbers of mean 0 and standard deviation 1 (Box and Muller 1958).
--- Example: la.randn(2, 3, {dtype = "float64"})
---@param ... integer|integer[]|{dtype: string, generator: Generator, requires_grad: boolean} sizes, or a table of them; then options
---@return tensor
function la.randn(...) end

--- Integers from low to high, both included, each equally likely (Lemire 2019).
--- Example: la.randint(1, 6, {10})
---@param low integer
---@param high integer
---@param ... integer|integer[]|{dtype: string, generator: Generator} sizes, or a table of them; then options
---@return tensor int64 unless another dtype is asked for
function la.randint(low, high, ...) end

--- The numbers 1 to n in random order, each order equally likely (Fisher and Yates).
--- Example: la.randperm(5)
---@param n integer
---@param options? {generator: Generator}
---@return tensor int64 [n]
function la.randperm(n, options) end

--- Uniform numbers in [0, 1), of the shape and float dtype of a tensor.
--- Example: la.rand_like(la.zeros(2, 3))
---@param like tensor
---@param options? {dtype: string, generator: Generator, requires_grad: boolean}
---@return tensor
function la.rand_like(like, options) end

--- Normal numbers, of the shape and float dtype of a tensor.
--- Example: la.randn_like(la.zeros(2, 3))
---@param like tensor
---@param options? {dtype: string, generator: Generator, requires_grad: boolean}
---@return tensor
function la.randn_like(like, options) end

--- Fill with uniform numbers in [low, high), in place.
--- Example: la.zeros(4):uniform_(-1, 1)
---@param low? number 0
---@param high? number 1
---@param options? {generator: Generator}
---@return tensor self
function x:uniform_(low, high, options) end

--- Fill with normal numbers, in place.
--- Example: la.zeros(4):normal_(10, 0.5)
---@param mean? number 0
---@param std? number 1
---@param options? {generator: Generator}
---@return tensor self
function x:normal_(mean, std, options) end

--- Fill with 1 (true) with probability p and 0 (false) otherwise, in place.
--- Example: la.zeros(4):bernoulli_(0.3)
---@param p? number 0.5
---@param options? {generator: Generator}
---@return tensor self
function x:bernoulli_(p, options) end

--- Start the sequence of a seed: what is drawn afterwards without a generator of its own repeats.
--- Example: la.manual_seed(1); la.randn(3)
---@param seed integer
function la.manual_seed(seed) end

--- A generator: a sequence of its own, for the option `generator` of what draws. Without a seed it
--- takes one that nobody can guess.
--- Example: la.rand(3, {generator = la.Generator(7)})
---@param seed? integer
---@return Generator
function la.Generator(seed) end

--- Start again, with a seed.
--- Example: la.Generator(1):manual_seed(2):seed()
---@param seed integer
---@return Generator self
function Generator:manual_seed(seed) end

--- The seed.
--- Example: la.Generator(7):seed()
---@return integer
function Generator:seed() end

--- What set_state takes to go on from here.
--- Example: la.Generator(7):get_state().offset
---@return {seed: integer, offset: integer}
function Generator:get_state() end

--- Go on from a saved state.
--- Example: la.Generator(1):set_state({seed = 7, offset = 100})
---@param state {seed: integer, offset: integer}
---@return Generator self
function Generator:set_state(state) end

--- Four random words of 32 bits: the generator itself, for known-answer tests.
--- Example: la.random.philox(0, 0, 0)
---@param seed integer the key
---@param stream integer the upper half of the counter
---@param counter integer its lower half
---@return integer, integer, integer, integer
function la.random.philox(seed, stream, counter) end

return la
