--- Means of a loss and of measures over a data set, with the model in evaluation.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local batches = require "latent.train.batches"

local evaluate = {}

--- Running means, weighted by the number of samples.
local Means = {}
Means.__index = Means

---@return table means
function evaluate.means()
  return setmetatable({ sums = {}, order = {}, weight = 0 }, Means)
end

--- Add the values of one batch: a list of names and numbers in pairs.
function Means:add(samples, values, order)
  self.weight = self.weight + samples
  for _, name in ipairs(order) do
    if self.sums[name] == nil then
      self.sums[name] = 0
      self.order[#self.order + 1] = name
    end
    self.sums[name] = self.sums[name] + values[name] * samples
  end
end

---@return table<string, number> means
---@return string[] order
function Means:result()
  local result = {}
  for name, sum in pairs(self.sums) do result[name] = sum / self.weight end
  return result, self.order
end

--- What a loss function gave for a batch, as numbers: "loss" and the measures beside it.
---@param loss any its first result
---@param beside table|nil its second: measures by name
---@return table<string, number> values
---@return string[] order
function evaluate.numbers(loss, beside)
  if type(loss) ~= "number" and not (core.is_tensor(loss) and loss:numel() == 1) then
    errors.raise(("train: the loss must be a tensor of one number, not a %s"):format(
      core.is_tensor(loss) and "tensor [" .. table.concat(loss.shape, ", ") .. "]" or type(loss)))
  end
  local values, order, names = { loss = core.item(loss) }, { "loss" }, {}
  for name in pairs(beside or {}) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    values[name] = core.item(beside[name])
    order[#order + 1] = name
  end
  return values, order
end

--- Evaluate a model: the modes of its layers are restored afterwards.
--- Example:
---     local x = la.randn(64, 3)
---     local data = {x = x, y = x:sum(2, {keepdim = true})}
---     local net = la.nn.Linear(3, 1)
---     local function loss(model, batch) return la.nn.mse_loss(model(batch.x), batch.y) end
---     la.train.evaluate(net, data, {loss = loss}).loss
---@param model nn.Module
---@param data tensor|table<any, tensor>
---@param given {loss: fun(model, batch): tensor, table|nil, batch_size: integer, prepare: fun(batch): any}
---  loss gives the loss of a batch and, if it likes, a table of other measures
---@return table<string, number> means "loss" and the measures
---@return string[] order
function evaluate.run(model, data, given)
  local o = options.check("train.evaluate", given,
    { loss = options.NONE, batch_size = 256, prepare = options.NONE })
  if type(o.loss) ~= "function" then errors.raise "train.evaluate: needs a loss, a function of model and batch" end
  local means = evaluate.means()
  model:evaluate(function()
    for _, batch, samples in batches(data, { size = o.batch_size, shuffle = false }) do
      if o.prepare then batch = o.prepare(batch) end
      local values, order = evaluate.numbers(o.loss(model, batch))
      means:add(samples, values, order)
    end
  end)
  return means:result()
end

return evaluate
