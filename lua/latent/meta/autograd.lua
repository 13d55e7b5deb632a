--- Gradients by reverse-mode differentiation: what is computed from a tensor that requires a gradient is
--- recorded, and `backward` walks the record from a result to every such tensor, as PyTorch does.
---
--- Each operation's derivative is checked against finite differences in the specs. A tensor that backward
--- needs and that was changed in place since is an error which names both operations.
--- Example:
---     local x = la.tensor{1, 2, 3}:requires_grad(true)
---     local y = (x * x):sum()
---     y:backward()
---     return x.grad
---@meta
local la, x = {}, {}

--- Ask for a gradient, or say whether there is one to be had. A tensor that is not a result of others
--- keeps what backward finds in `x.grad`; gradients of several calls add up.
--- Example: la.zeros(2):requires_grad(true):requires_grad()
---@param wanted? boolean true or false sets it, and returns the tensor; without it the answer is a boolean
---@return tensor|boolean
function x:requires_grad(wanted) end

--- Compute gradients of the tensors that this one was made from, and add them to their `grad`. The record
--- is freed on the way.
--- Example:
---     local x = la.tensor{1, 2}:requires_grad(true)
---     local y = x * 3
---     y:backward(la.tensor{1, 10})
---     return x.grad
---@param gradient? tensor of the result, of its shape; needed unless the tensor has one element
---@param options? {retain_graph: boolean} retain_graph = true keeps the record for another backward
function x:backward(gradient, options) end

--- Keep the gradient of a result too, which otherwise only leaves have.
--- Example:
---     local x = la.tensor{1, 2}:requires_grad(true)
---     local y = (x * x):retain_grad()
---     local loss = y:sum()
---     loss:backward()
---     return y.grad
---@return tensor self
function x:retain_grad() end

--- The same data off the record: nothing flows back through it. It shares memory with the tensor.
--- Example: la.ones(2):requires_grad(true):detach():requires_grad()
---@return tensor
function x:detach() end

--- Call a function with nothing recorded while it runs, as for evaluation or for updates of parameters.
--- Example:
---     local w = la.ones(2):requires_grad(true)
---     la.no_grad(function() w:sub_(0.1) end)
---     return w
---@param f function
---@param ... any its arguments
---@return any ... its results
function la.no_grad(f, ...) end

--- Call a function with recording on, inside of no_grad.
--- Example: la.no_grad(function() return la.enable_grad(la.is_grad_enabled) end)
---@param f function
---@param ... any its arguments
---@return any ... its results
function la.enable_grad(f, ...) end

--- True where operations are recorded: not inside of no_grad, nor of a backward.
--- Example: la.no_grad(la.is_grad_enabled)
---@return boolean
function la.is_grad_enabled() end

return la
