--- Losses: how far predictions are from targets.
---
--- Most take {reduction = "mean" | "sum" | "none"}: the mean over all elements (the default), their
--- sum, or a tensor of the loss of each element. x are the predictions, y the targets.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

local losses = {}

--- Apply a reduction to a tensor of losses.
local function reduce(name, each, reduction)
  if reduction == "mean" then return each:mean() end
  if reduction == "sum" then return each:sum() end
  if reduction == "none" then return each end
  errors.raise(("%s: reduction must be 'mean', 'sum' or 'none', not '%s'"):format(name, tostring(reduction)))
end

--- Mean squared error: (x - y)^2.
--- Example: la.nn.mse_loss(la.tensor{1, 2, 3}, la.tensor{1, 2, 5})
---@param x tensor predictions
---@param y tensor targets, of the same shape and dtype
---@param options? {reduction: "mean"|"sum"|"none"}
---@return tensor loss 0-dimensional, or of the shape of x
losses.mse_loss = core.layers.mse_loss

--- Root of the mean squared error over all elements.
--- Example: la.nn.rmse_loss(la.tensor{1, 2, 3}, la.tensor{1, 2, 5})
---@param x tensor predictions
---@param y tensor targets, of the same shape and dtype
---@return tensor loss 0-dimensional
function losses.rmse_loss(x, y)
  return losses.mse_loss(x, y):sqrt()
end

--- Mean absolute error: |x - y|.
--- Example: la.nn.l1_loss(la.tensor{1, 2, 3}, la.tensor{1, 2, 5}, {reduction = "sum"})
---@param x tensor predictions
---@param y tensor targets, of the same shape and dtype
---@param options? {reduction: "mean"|"sum"|"none"}
---@return tensor loss
losses.l1_loss = core.layers.l1_loss

--- Huber's loss: half the square of a difference up to delta, linear beyond (Huber, 1964).
--- Example: la.nn.huber_loss(la.tensor{1, 2, 3}, la.tensor{1, 2, 5}, {delta = 0.5})
---@param x tensor predictions
---@param y tensor targets, of the same shape and dtype
---@param options? {delta: number, reduction: "mean"|"sum"|"none"} delta = 1
---@return tensor loss
losses.huber_loss = core.layers.huber_loss

--- Binary cross entropy of probabilities: -(y log x + (1 - y) log(1 - x)), logarithms at least -100.
--- Example: la.nn.bce_loss(la.tensor{0.9, 0.2}, la.tensor{1, 0})
---@param x tensor probabilities; one outside of [0, 1], or NaN, is an error
---@param y tensor targets in [0, 1], of the same shape and dtype
---@param options? {reduction: "mean"|"sum"|"none"}
---@return tensor loss
losses.bce_loss = core.layers.bce_loss

--- Binary cross entropy of sigmoid(x), exact where the sigmoid saturates.
--- Example: la.nn.bce_with_logits_loss(la.tensor{3, -1}, la.tensor{1, 0})
---@param x tensor logits, any numbers
---@param y tensor targets in [0, 1], of the same shape and dtype
---@param options? {reduction: "mean"|"sum"|"none"}
---@return tensor loss
losses.bce_with_logits_loss = core.layers.bce_with_logits_loss

--- Kullback-Leibler divergence, element by element: y (log y - x).
--- Example:
---     local p, q = la.tensor{{0.5, 0.5}}, la.tensor{{0.9, 0.1}}
---     la.nn.kl_div_loss(p:log(), q, {reduction = "batchmean"})
---@param x tensor logarithms of the predicted probabilities
---@param y tensor target probabilities, of the same shape and dtype
---@param given? {reduction: "batchmean"|"mean"|"sum"|"none"} "batchmean": the sum over the number
---  of rows, which is the divergence; "mean" by default, as in PyTorch
---@return tensor loss
function losses.kl_div_loss(x, y, given)
  local o = options.check("kl_div_loss", given, { reduction = "mean" })
  if o.reduction == "batchmean" then
    return core.layers.kl_div_loss(x, y, { reduction = "sum" }) / x:size(1)
  end
  return core.layers.kl_div_loss(x, y, o)
end

--- Scores with the classes as the last dimension: PyTorch has them second.
local function classes_last(x)
  if x.ndim <= 2 then return x end
  local order = { 1 }
  for d = 3, x.ndim do order[#order + 1] = d end
  order[#order + 1] = 2
  return x:permute(table.unpack(order))
end

--- Cross entropy of softmax(x) over the classes.
--- Example: la.nn.cross_entropy_loss(la.tensor{{2, 1, 0}, {0, 0, 4}}, la.tensor({1, 3}, {dtype = "int64"}))
---@param x tensor scores (logits) [batch, classes], [classes], or [batch, classes, d1, ..]
---@param y tensor class ids from 1, int64 [batch] (without the dimension of the classes), or
---  probabilities of the shape of x
---@param given? {reduction: "mean"|"sum"|"none"} the mean is over rows, not over classes
---@return tensor loss raises an error on an id outside 1 .. classes
function losses.cross_entropy_loss(x, y, given)
  if core.is_tensor(x) and x.ndim > 2 then
    return core.layers.cross_entropy_loss(classes_last(x), y.dtype == "int64" and y or classes_last(y), given)
  end
  return core.layers.cross_entropy_loss(x, y, given)
end

--- Negative log-likelihood: minus the score of the right class.
--- Example:
---     local scores = la.tensor{{2, 1, 0}, {0, 0, 4}}:log_softmax(2)
---     la.nn.nll_loss(scores, la.tensor({1, 3}, {dtype = "int64"}))
---@param x tensor logarithms of probabilities, [batch, classes]
---@param y tensor class ids from 1, int64 [batch]
---@param given? {reduction: "mean"|"sum"|"none"}
---@return tensor loss
function losses.nll_loss(x, y, given)
  local o = options.check("nll_loss", given, { reduction = "mean" })
  if x.ndim ~= 2 or y.ndim ~= 1 or x:size(1) ~= y:size(1) then
    errors.raise(("nll_loss: the shapes do not fit: scores [%s], targets [%s]"):format(
      table.concat(x.shape, ", "), table.concat(y.shape, ", ")))
  end
  if #y > 0 and (y:min() < 1 or y:max() > x:size(2)) then
    errors.raise(("nll_loss: class ids go from %d to %d, there are classes 1 to %d"):format(y:min(), y:max(),
      x:size(2)))
  end
  return reduce("nll_loss", -x:gather(2, y:reshape(-1, 1)):reshape(-1), o.reduction)
end

--- Negative log-likelihood of a Gaussian: (log v + (x - y)^2 / v) / 2, v = max(variance, eps).
--- Example: la.nn.gaussian_nll_loss(la.tensor{1, 2, 3}, la.tensor{1, 2, 5}, la.tensor{1, 1, 4}, {full = true})
---@param x tensor means
---@param y tensor targets
---@param variance tensor of the shape of x
---@param given? {full: boolean, eps: number, reduction: "mean"|"sum"|"none"} full adds log(2 pi) / 2
---@return tensor loss
function losses.gaussian_nll_loss(x, y, variance, given)
  local o = options.check("gaussian_nll_loss", given, { full = false, eps = 1e-6, reduction = "mean" })
  local v = variance:clamp(o.eps)
  local each = (v:log() + (x - y):square() / v) * 0.5
  if o.full then each = each + 0.5 * math.log(2 * math.pi) end
  return reduce("gaussian_nll_loss", each, o.reduction)
end

--- Sparsity penalty sum_j log(1 + p_j^2), p_j the mean activation of code unit j over the batch.
--- Example: la.nn.sparsity_log(la.tensor{{0.1, 0.9}, {0.0, 0.8}})
---@param codes tensor activations in [0, 1], [batch, units]
---@return tensor penalty 0-dimensional
function losses.sparsity_log(codes)
  return codes:mean(1):square():log1p():sum()
end

--- Sparsity penalty: divergence of the mean activations p_j from a target rate,
--- sum_j rate log(rate / p_j) + (1 - rate) log((1 - rate) / (1 - p_j)) (Ng, 2011).
--- Example: la.nn.sparsity_kl(la.tensor{{0.1, 0.9}, {0.01, 0.8}}, {rate = 0.05})
---@param codes tensor activations in (0, 1), [batch, units]
---@param given? {rate: number} 0.05
---@return tensor penalty 0-dimensional
function losses.sparsity_kl(codes, given)
  local rate = options.check("sparsity_kl", given, { rate = 0.05 }).rate
  if not (type(rate) == "number" and rate > 0 and rate < 1) then
    errors.raise(("sparsity_kl: rate must be between 0 and 1, not %s"):format(tostring(rate)))
  end
  local p = codes:mean(1):clamp(1e-7, 1 - 1e-7)
  local constant = rate * math.log(rate) + (1 - rate) * math.log(1 - rate)
  return (p:log() * -rate - (1 - p):log() * (1 - rate) + constant):sum()
end

return losses
