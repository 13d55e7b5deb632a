--- Linear algebra: the functions of la.linalg that are written in C, products and distances.
---@meta
local la, x = { linalg = {} }, {}

--- Singular value decomposition a = U diag(s) Vt, singular values in descending order.
---
--- Gradients by Townsend (2016). Singular vectors of equal singular values are not unique; what depends
--- on them one by one has no gradient, and their pairs count as 0.
--- Example: la.linalg.svd(la.eye(2))
---@param a tensor [.., m, n]
---@param options? {full_matrices: boolean} true completes U to [m, m] and Vt to [n, n]
---@return tensor U [.., m, k], k = min(m, n)
---@return tensor s [.., k]
---@return tensor Vt [.., k, n]
function la.linalg.svd(a, options) end

--- Singular values alone, in descending order.
--- Example: la.linalg.svdvals(la.eye(2))
---@param a tensor [.., m, n]
---@return tensor s [.., min(m, n)]
function la.linalg.svdvals(a) end

--- Eigenvalues and eigenvectors of a symmetric matrix: a = V diag(values) V^T. A matrix that is not
--- symmetric, beyond rounding, is an error. Gradients by Giles (2008), made symmetric.
--- Example: la.linalg.eigh(la.tensor{{2, 1}, {1, 2}})
---@param a tensor [.., n, n]
---@return tensor values [.., n], ascending
---@return tensor vectors [.., n, n], in columns, of length 1
function la.linalg.eigh(a) end

--- Eigenvalues of a symmetric matrix alone, ascending.
--- Example: la.linalg.eigvalsh(la.eye(2))
---@param a tensor [.., n, n]
---@return tensor values [.., n]
function la.linalg.eigvalsh(a) end

--- Eigenvalues and eigenvectors of any square matrix whose eigenvalues are real: a V = V diag(values).
--- Complex eigenvalues are an error.
--- Example: la.linalg.eig(la.tensor{{2, 1}, {0, 3}})
---@param a tensor [.., n, n]
---@return tensor values [.., n], in no order
---@return tensor vectors [.., n, n], in columns, of length 1
function la.linalg.eig(a) end

--- Eigenvalues of any square matrix, if they are real; complex ones are an error.
--- Example: la.linalg.eigvals(la.tensor{{2, 1}, {0, 3}})
---@param a tensor [.., n, n]
---@return tensor values [.., n], in no order
function la.linalg.eigvals(a) end

--- Cholesky factor of a symmetric positive definite matrix: a = L L^T. Anything else is an error that
--- names the leading minor which is not positive. Gradient by Murray (2016), made symmetric.
--- Example: la.linalg.cholesky(la.tensor{{4, 2}, {2, 3}})
---@param a tensor [.., n, n]
---@return tensor L [.., n, n], lower triangular
function la.linalg.cholesky(a) end

--- QR decomposition a = Q R, columns of Q orthonormal, R upper triangular. Gradients by Walter and
--- Lehmann (2010), for wide matrices by Roberts and Roberts (2020).
--- Example: la.linalg.qr(la.tensor{{1, 2}, {3, 4}})
---@param a tensor [.., m, n]
---@param options? {complete: boolean} true completes Q to [m, m]
---@return tensor Q [.., m, k], k = min(m, n)
---@return tensor R [.., k, n]
function la.linalg.qr(a, options) end

--- Solution of a x = b. Leading dimensions broadcast; b stands for vectors where it has one dimension,
--- or one less than a and a's other sizes. A matrix that is singular to working precision is an error.
--- Example: la.linalg.solve(la.tensor{{2, 0}, {0, 4}}, la.tensor{1, 1})
---@param a tensor [.., n, n]
---@param b tensor [.., n, k] or [.., n]
---@return tensor x of b's form
function la.linalg.solve(a, b) end

--- Solution of a x = b for a triangular matrix, whose other half is not looked at. A zero on the
--- diagonal is an error.
--- Example: la.linalg.solve_triangular(la.tensor{{2, 0}, {1, 4}}, la.tensor{2, 5})
---@param a tensor [.., n, n]
---@param b tensor [.., n, k] or [.., n]
---@param options? {upper: boolean} true if a is upper triangular; the default is lower
---@return tensor x of b's form
function la.linalg.solve_triangular(a, b, options) end

--- Least squares: the x for which |a x - b| is least, and of several the shortest. Singular values below
--- max(m, n) epsilon times the largest count as 0.
--- Example: la.linalg.lstsq(la.tensor{{1, 1}, {1, 2}, {1, 3}}, la.tensor{1, 2, 2})
---@param a tensor [.., m, n]
---@param b tensor [.., m, k] or [.., m]
---@return tensor x [.., n, k] or [.., n]
function la.linalg.lstsq(a, b) end

--- Inverse. A matrix that is singular to working precision is an error.
--- Example: la.linalg.inv(la.tensor{{2, 0}, {0, 4}})
---@param a tensor [.., n, n]
---@return tensor [.., n, n]
function la.linalg.inv(a) end

--- Moore and Penrose's pseudo-inverse. Gradient by Golub and Pereyra (1973).
--- Example: la.linalg.pinv(la.tensor{{1, 2}, {3, 4}, {5, 6}})
---@param a tensor [.., m, n]
---@param options? {rtol: number} singular values up to rtol times the largest count as 0; the default is max(m, n) times the dtype's epsilon
---@return tensor [.., n, m]
function la.linalg.pinv(a, options) end

--- Determinant. Its gradient, the cofactors, exists for singular matrices too.
--- Example: la.linalg.det(la.tensor{{1, 2}, {3, 4}})
---@param a tensor [.., n, n]
---@return number|tensor [..]; a number for one matrix
function la.linalg.det(a) end

--- Sign of the determinant, and the logarithm of its absolute value, which neither overflows nor
--- underflows; 0 and -inf for a singular matrix.
--- Example: la.linalg.slogdet(la.tensor{{1, 2}, {3, 4}})
---@param a tensor [.., n, n]
---@return number|tensor sign [..]: 1, -1 or 0
---@return number|tensor logabs [..]
function la.linalg.slogdet(a) end

--- Outer product of two vectors.
--- Example: la.outer(la.arange(1, 3), la.arange(1, 2))
---@param u tensor [m]
---@param v tensor [n]
---@return tensor [m, n]
function la.outer(u, v) end

--- Sum of the diagonal of a matrix.
--- Example: la.trace(la.eye(3))
---@param a tensor [m, n]
---@return number|tensor
function la.trace(a) end

--- Distances between the rows of two matrices. Leading dimensions broadcast.
---
--- Few coordinates are subtracted; many go through a matrix product, and pairs so near that digits would
--- cancel there are subtracted after all.
--- Example: la.cdist(la.tensor{{0, 0}, {3, 4}}, la.tensor{{0, 0}})
---@param a tensor [.., m, d]
---@param b tensor [.., n, d]
---@param options? {p: number} order of the norm: 2 (the default), 1, math.huge, 0 (number of differing elements) or any positive number
---@return tensor [.., m, n]
function la.cdist(a, b, options) end

return la, x
