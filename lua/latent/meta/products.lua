--- Products of matrices and vectors, on OpenBLAS.
---@meta
local la, x = {}, {}

--- The product of two matrices.
--- Example: la.tensor{{1, 2}, {3, 4}}:mm(la.eye(2))
---@param a tensor [n, k]
---@param b tensor [k, m]
---@return tensor [n, m]
function la.mm(a, b) end

--- Products of as many matrices.
--- Example: la.ones(5, 2, 3):bmm(la.ones(5, 3, 4)).shape
---@param a tensor [batch, n, k]
---@param b tensor [batch, k, m]
---@return tensor [batch, n, m]
function la.bmm(a, b) end

--- The product of matrices, vectors, or stacks of matrices, whose leading dimensions broadcast.
--- Example: la.ones(5, 2, 3):matmul(la.ones(3)).shape
---@param a tensor [.., n, k] or [k]
---@param b tensor [.., k, m] or [k]
---@return tensor|number [.., n, m], without the dimension of a vector
function la.matmul(a, b) end

--- The inner product of two vectors.
--- Example: la.tensor{1, 2}:dot(la.tensor{3, 4})
---@param a tensor [n]
---@param b tensor [n]
---@return tensor|number
function la.dot(a, b) end

--- The product of a matrix and a vector.
--- Example: la.tensor{{1, 2}, {3, 4}}:mv(la.tensor{1, 1})
---@param a tensor [n, k]
---@param b tensor [k]
---@return tensor [n]
function la.mv(a, b) end

--- beta c + alpha a b, for matrices.
--- Example: la.ones(2, 2):addmm(la.eye(2), la.eye(2), {beta = 0.5})
---@param c tensor broadcasts to [n, m]
---@param a tensor [n, k]
---@param b tensor [k, m]
---@param options? {beta: number, alpha: number} 1, 1
---@return tensor [n, m]
function la.addmm(c, a, b, options) end

--- beta c + alpha a b, for a matrix and a vector.
--- Example: la.ones(2):addmv(la.eye(2), la.tensor{1, 2})
---@param c tensor broadcasts to [n]
---@param a tensor [n, k]
---@param b tensor [k]
---@param options? {beta: number, alpha: number} 1, 1
---@return tensor [n]
function la.addmv(c, a, b, options) end

--- w = beta w + alpha u v^T, in place: a step of Hebbian learning.
--- Example: la.zeros(2, 3):addr_(la.tensor{1, 2}, la.tensor{1, 0, 1}, {alpha = 0.1})
---@param u tensor [n]
---@param v tensor [m]
---@param options? number|{beta: number, alpha: number} alpha, or both; 1, 1
---@return tensor self [n, m]
function x:addr_(u, v, options) end

return la
