--- The training loop: batches, progress, validation, history, early stopping, checkpoints.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local progress = require "latent.progress"
local clip = require "latent.nn.clip"
local batches = require "latent.train.batches"
local checkpoint = require "latent.train.checkpoint"
local dataset = require "latent.train.dataset"
local EarlyStopping = require "latent.train.early_stopping"
local evaluate = require "latent.train.evaluate"
local History = require "latent.train.history"
local trace = require "latent.train.trace"

local NONE = options.NONE
local OPTIONS = {
  loss = NONE, optimizer = NONE, epochs = 1, batch_size = 32, shuffle = true, drop_last = false, prepare = NONE,
  validation = NONE, validation_batch_size = 256, scheduler = NONE, scheduler_every = "epoch", clip_norm = NONE,
  early_stopping = NONE, checkpoint = NONE, history = NONE, pictures = NONE, on_batch = NONE, on_epoch = NONE,
  label = "training", quiet = false,
}

--- One training run.
---@class train.Run
---@field model nn.Module
---@field epoch integer number of the epoch under way
---@field batch integer batches done in it
---@field history train.History
local Run = {}
Run.__index = Run

local function fail(...)
  errors.raise("train.fit: " .. string.format(...))
end

local function new_run(model, data, o)
  if type(o.loss) ~= "function" then fail "needs a loss: a function of model and batch" end
  if type(model) ~= "table" or not model.is_module then fail "needs a model: an nn.Module" end
  if type(o.optimizer) ~= "table" then fail "needs an optimizer" end
  if math.type(o.epochs) ~= "integer" or o.epochs < 0 then
    fail("epochs must be an integer from 0, not %s", tostring(o.epochs))
  end
  if o.scheduler_every ~= "epoch" and o.scheduler_every ~= "batch" then
    fail("scheduler_every must be 'epoch' or 'batch', not '%s'", tostring(o.scheduler_every))
  end
  local n = dataset.size("train.fit", data)
  if n == 0 then fail "the data set is empty" end
  local self = setmetatable({ model = model, data = data, options = o, epoch = 1, batch = 0 }, Run)
  self.count = o.drop_last and n // o.batch_size or (n + o.batch_size - 1) // o.batch_size
  self.history, self.means = History.new(), evaluate.means()
  self.order = core.Generator(core.randint(1, 2 ^ 53 // 1, { 1 })[1])
  if o.early_stopping then
    self.early = EarlyStopping.new(o.early_stopping, o.validation and "val_loss" or "loss")
  end
  if o.checkpoint then
    self.file = options.check("train.fit: checkpoint", o.checkpoint, { path = NONE, every = NONE, resume = true })
    if type(self.file.path) ~= "string" then fail "checkpoint needs a path" end
  end
  return self
end

--- ---- checkpoints ----

--- Numbers and booleans of a state: words are settings that the script gives again.
local function plain(state)
  local kept = {}
  for name, value in pairs(state) do
    if type(value) ~= "string" then kept[name] = value end
  end
  return kept
end

function Run:state()
  local o, columns = self.options, {}
  for i, name in ipairs(self.history.columns) do
    columns[("%02d %s"):format(i, name)] = core.tensor(self.history:column(name), { dtype = "float64" })
  end
  return {
    model = self.model:state_dict(),
    optimizer = o.optimizer:state_dict(),
    scheduler = o.scheduler and plain(o.scheduler:state_dict()),
    early = self.early and self.early:state(),
    history = columns,
    run = {
      epoch = self.epoch, batch = self.batch, stopped = self.stopped or false,
      -- where the order of this epoch's samples was drawn, or the next one's will be
      order = self.batch > 0 and self.epoch_order or self.order:get_state(),
      random = core.default_generator:get_state(),
      sums = self.means.sums, weight = self.means.weight, seconds = self:seconds(),
    },
  }
end

function Run:save()
  if self.file then checkpoint.save(self.file.path, self:state()) end
end

local function restore_history(columns)
  local history, names = History.new(), {}
  for name in pairs(columns) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local short = name:match "^%d+ (.*)$"
    history.columns[#history.columns + 1] = short
    for i, value in ipairs(columns[name]:totable()) do
      history.rows[i] = history.rows[i] or {}
      if value == value then history.rows[i][short] = short == "epoch" and math.tointeger(value) or value end
    end
  end
  return history
end

function Run:resume()
  local handle = self.file and self.file.resume and io.open(self.file.path, "rb")
  if not handle then return end
  handle:close()
  local state, o = checkpoint.load(self.file.path), self.options
  if not (state.model and state.optimizer and state.run) then
    fail("'%s' is not a checkpoint of a training run", self.file.path)
  end
  self.model:load_state_dict(state.model)
  state.optimizer.state = state.optimizer.state or {}
  for i = 1, #o.optimizer.params do state.optimizer.state[i] = state.optimizer.state[i] or {} end
  o.optimizer:load_state_dict(state.optimizer)
  if o.scheduler and state.scheduler then o.scheduler:load_state_dict(state.scheduler) end
  if self.early and state.early then self.early:set_state(state.early) end
  self.history = restore_history(state.history or {})
  self.epoch, self.batch, self.stopped = state.run.epoch, state.run.batch, state.run.stopped
  self.spent = state.run.seconds
  self.means.sums, self.means.weight = state.run.sums or {}, state.run.weight
  for name in pairs(self.means.sums) do table.insert(self.means.order, name) end
  table.sort(self.means.order, function(a, b) return a == "loss" and b ~= "loss" or a < b and b ~= "loss" end)
  self.order:set_state(state.run.order)
  core.default_generator:set_state(state.run.random)
end

--- ---- steps ----

function Run:seconds()
  return (self.spent or 0) + core.host.clock() - self.began
end

function Run:bad_loss(value, batch)
  local layer = trace(self.model, function() self.options.loss(self.model, batch) end)
  fail("the loss is %s at step %d (epoch %d, batch %d): %s", value, (self.epoch - 1) * self.count + self.batch + 1,
    self.epoch, self.batch + 1, layer and "the first layer with a NaN or infinity in its output is " .. layer
    or "all layers put out finite numbers, so it comes from the loss itself")
end

--- One batch: returns its loss as a number.
function Run:step(batch, samples)
  local o = self.options
  if o.prepare then batch = o.prepare(batch) end
  local loss, beside = o.loss(self.model, batch)
  local values, order = evaluate.numbers(loss, beside)
  if not (core.is_tensor(loss) and loss:requires_grad()) then
    fail "the loss must depend on the model's parameters: a tensor on the graph"
  end
  if values.loss ~= values.loss or values.loss == math.huge or values.loss == -math.huge then
    self:bad_loss(values.loss, batch)
  end
  o.optimizer:zero_grad()
  loss:backward()
  if o.clip_norm then clip.clip_grad_norm_(o.optimizer.params, o.clip_norm) end
  o.optimizer:step()
  if o.scheduler and o.scheduler_every == "batch" then o.scheduler:step() end
  self.means:add(samples, values, order)
  self.batch = self.batch + 1
  return values.loss
end

--- What the epoch has measured, and the names in order.
function Run:measures()
  local o, row, names = self.options, { epoch = self.epoch }, { "epoch" }
  local function add(values, order, prefix)
    for _, name in ipairs(order) do
      row[prefix .. name] = values[name]
      names[#names + 1] = prefix .. name
    end
  end
  local values, order = self.means:result()
  add(values, order, "")
  if o.validation then
    values, order = evaluate.run(self.model, o.validation,
      { loss = o.loss, batch_size = o.validation_batch_size, prepare = o.prepare })
    add(values, order, "val_")
  end
  add({ lr = o.optimizer.lr, seconds = self:seconds() }, { "lr", "seconds" }, "")
  return row, names
end

function Run:draw()
  local given = self.options.pictures
  if not given then return end
  local o = options.check("train.fit: pictures", given, { every = 1, folder = "out", draw = NONE })
  if self.epoch % o.every ~= 0 then return end
  local figure = o.draw(self.model, self.epoch)
  local made, reason = core.host.make_folder(o.folder)
  if not made then fail("cannot make the folder '%s': %s", o.folder, reason) end
  figure:save(("%s/epoch-%03d.png"):format(o.folder, self.epoch))
end

--- The end of an epoch: measures, history, schedule, callbacks. Sets `stopped`.
function Run:close_epoch()
  local o = self.options
  local row, names = self:measures()
  self.history:add(row, names)
  if o.scheduler and o.scheduler_every == "epoch" then o.scheduler:step(row.val_loss or row.loss) end
  if self.early and self.early:look(row, self.model) then self.stopped = true end
  if o.history then self.history:save(o.history) end
  self:draw()
  if o.on_epoch and o.on_epoch(self, row) == false then self.stopped = true end
  self.epoch, self.batch, self.means = self.epoch + 1, 0, evaluate.means()
end

function Run:run_epoch(bar)
  local o = self.options
  self.model:train()
  self.epoch_order = self.order:get_state()
  local iterator = batches(self.data, { size = o.batch_size, shuffle = o.shuffle, drop_last = o.drop_last,
    generator = self.order, from = self.batch + 1 })
  for _, batch, samples in iterator do
    local loss = self:step(batch, samples)
    bar:update((self.epoch - 1) * self.count + self.batch, "epoch %d/%d  loss %.4f", self.epoch, o.epochs, loss)
    if o.on_batch and o.on_batch(self, loss) == false then self.stopped = true end
    if self.stopped then break end
    if self.file and self.file.every and self.batch % self.file.every == 0 and self.batch < self.count then
      self:save()
    end
  end
  self:close_epoch()
  self:save()
end

--- Train a model.
---
--- `loss(model, batch)` returns the loss, a tensor of one number on the graph, and, if it likes, a
--- table of further measures by name. The loss is averaged over the samples of an epoch.
---
--- Example:
---     local x = la.randn(64, 3)
---     local data = {x = x, y = x:sum(2, {keepdim = true})}
---     local net = la.nn.Linear(3, 1)
---     local function loss(model, batch) return la.nn.mse_loss(model(batch.x), batch.y) end
---     local history = la.train.fit(net, data, {
---       loss = loss, optimizer = la.optim.Adam(net:parameters(), {lr = 0.05}), epochs = 5, quiet = true,
---     })
---     print(history)
---@param model nn.Module
---@param data tensor|table<any, tensor> samples along the first dimension; batches have the same form
---@param given {loss: function, optimizer: optim.Optimizer, epochs: integer, batch_size: integer, shuffle: boolean, drop_last: boolean, prepare: function, validation: any, scheduler: any, scheduler_every: string, clip_norm: number, early_stopping: table, checkpoint: table, history: string, pictures: table, on_batch: function, on_epoch: function, label: string, quiet: boolean}
---  loss, optimizer (both needed); epochs = 1; batch_size = 32; shuffle = true; drop_last = false;
---  prepare: function of a batch, before the model sees it (scaling, noise);
---  validation: a data set, measured after each epoch, with the model in evaluation;
---  scheduler, scheduler_every = "epoch" | "batch"; clip_norm: largest norm of the gradients;
---  early_stopping = {measure =, patience = 5, min_delta = 0, mode = "min", restore = true};
---  checkpoint = {path = "run.safetensors", every = batches, resume = true}: written after each epoch
---  and every so many batches; where the file exists training goes on from it, bit by bit as if it
---  had not stopped;
---  history: path of a CSV file; pictures = {every = epochs, folder =, draw = function(model, epoch)
---  that returns a figure}; on_batch(run, loss), on_epoch(run, row): false stops; label, quiet
---@return train.History history raises an error when the loss is no longer finite, naming the step and
---  the first layer at fault
return function(model, data, given)
  local o = options.check("train.fit", given, OPTIONS)
  local self = new_run(model, data, o)
  self.began = core.host.clock()
  self:resume()
  local bar <close> = progress.bar(o.epochs * self.count, { label = o.label, quiet = o.quiet })
  while self.epoch <= o.epochs and not self.stopped do self:run_epoch(bar) end
  if self.early then self.early:finish(self.model) end
  return self.history
end
