--- Random numbers: tensors of samples, generators.
---
--- All numbers come from Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror and Shaw 2011):
--- element i of a call is a function of the seed, of how much the calls before have used, and of i. A
--- seed gives the same numbers for any number of threads.
---@meta
local la, x = {}, {}

---@class Generator
local Generator = {}

--- Uniform numbers in [0, 1).
---@param ... integer|integer[]|{dtype: string, generator: Generator, requires_grad: boolean} sizes, or a table of them; then options
---@return tensor
function la.rand(...) end

--- Normal numbers of mean 0 and standard deviation 1 (Box and Muller 1958).
---@param ... integer|integer[]|{dtype: string, generator: Generator, requires_grad: boolean} sizes, or a table of them; then options
---@return tensor
function la.randn(...) end

--- Integers from low to high, both included, each equally likely (Lemire 2019).
---@param low integer
---@param high integer
---@param ... integer|integer[]|{dtype: string, generator: Generator} sizes, or a table of them; then options
---@return tensor int64 unless another dtype is asked for
function la.randint(low, high, ...) end

--- The numbers 1 to n in random order, each order equally likely (Fisher and Yates).
---@param n integer
---@param options? {generator: Generator}
---@return tensor int64 [n]
function la.randperm(n, options) end

--- Uniform numbers in [0, 1), of the shape and float dtype of a tensor.
---@param like tensor
---@param options? {dtype: string, generator: Generator, requires_grad: boolean}
---@return tensor
function la.rand_like(like, options) end

--- Normal numbers, of the shape and float dtype of a tensor.
---@param like tensor
---@param options? {dtype: string, generator: Generator, requires_grad: boolean}
---@return tensor
function la.randn_like(like, options) end

--- Fill with uniform numbers in [low, high), in place.
---@param low? number 0
---@param high? number 1
---@param options? {generator: Generator}
---@return tensor self
function x:uniform_(low, high, options) end

--- Fill with normal numbers, in place.
---@param mean? number 0
---@param std? number 1
---@param options? {generator: Generator}
---@return tensor self
function x:normal_(mean, std, options) end

--- Fill with 1 (true) with probability p and 0 (false) otherwise, in place.
---@param p? number 0.5
---@param options? {generator: Generator}
---@return tensor self
function x:bernoulli_(p, options) end

--- Start the sequence of a seed: what is drawn afterwards without a generator of its own repeats.
---@param seed integer
function la.manual_seed(seed) end

--- A generator: a sequence of its own, for the option `generator` of what draws. Without a seed it
--- takes one that nobody can guess.
---@param seed? integer
---@return Generator
function la.Generator(seed) end

--- Start again, with a seed.
---@param seed integer
---@return Generator self
function Generator:manual_seed(seed) end

--- The seed.
---@return integer
function Generator:seed() end

--- What set_state takes to go on from here.
---@return {seed: integer, offset: integer}
function Generator:get_state() end

--- Go on from a saved state.
---@param state {seed: integer, offset: integer}
---@return Generator self
function Generator:set_state(state) end

--- Four random words of 32 bits: the generator itself, for known-answer tests.
---@param seed integer the key
---@param stream integer the upper half of the counter
---@param counter integer its lower half
---@return integer, integer, integer, integer
function la.random.philox(seed, stream, counter) end

return la
