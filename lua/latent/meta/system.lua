--- Settings of the engine.
---@meta
local la = {}

--- Use so many threads. The results are the same bits for any number.
--- Example: la.set_num_threads(1)
---@param n integer from 1 to 1024; the start is OMP_NUM_THREADS, or the number of processors
function la.set_num_threads(n) end

--- The number of threads.
--- Example: la.get_num_threads() >= 1
---@return integer
function la.get_num_threads() end

--- The dtype of what is made without one: `la.zeros`, `la.randn`, `la.tensor{1.5}`.
--- Example:
---     la.set_default_dtype("float64")
---     la.tensor{1.5}.dtype
---@param dtype "float32"|"float64" the start is "float32"
function la.set_default_dtype(dtype) end

--- The dtype of what is made without one.
--- Example: la.get_default_dtype()
---@return string dtype "float32" or "float64"
function la.get_default_dtype() end

--- Bytes of tensor storage. Memory that nobody refers to any more is given back at the next collection,
--- which the engine asks for by itself.
--- Example:
---     local x = la.zeros(1000)
---     local now, most = la.memory()
---     return now >= 4000, most >= now
---@return integer now in use
---@return integer most the most so far
function la.memory() end

return la
