--- What RNN, LSTM and GRU share: layers, directions, weights under PyTorch's names. The loop over
--- time runs in the engine.
---
--- Sequences are [batch, time, features]. The weights of layer k are weight_ih_lk, weight_hh_lk,
--- bias_ih_lk and bias_hh_lk, with the ending _reverse for the backward direction.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Module = require "latent.nn.module"
local Dropout = require "latent.nn.dropout"

---@class nn.Recurrent : nn.Module
---@field weight_ih_l0 tensor [gates * hidden, inputs] of the first layer; the others' end in _l1, ..;
---  gates is 1 in an RNN, 4 in an LSTM, 3 in a GRU
---@field weight_hh_l0 tensor [gates * hidden, hidden]
---@field bias_ih_l0 tensor|nil [gates * hidden]
---@field bias_hh_l0 tensor|nil [gates * hidden]
local Recurrent = Module:extend "Recurrent"

Recurrent.gates = 1

--- Settings that a subclass adds.
Recurrent.settings = {}

---@param inputs integer features of a time step
---@param hidden integer features of the state
---@param given? {num_layers: integer, bidirectional: boolean, bias: boolean, dropout: number,
---  nonlinearity: string} num_layers = 1; bidirectional = false: output features are both directions',
---  side by side; bias = true; dropout = 0 between layers, in training; nonlinearity (RNN only)
---  "tanh" or "relu"
function Recurrent:init(inputs, hidden, given)
  local where = "nn." .. self.__name
  local known = { num_layers = 1, bidirectional = false, bias = true, dropout = 0 }
  for name, default in pairs(self.settings) do known[name] = default end
  local o = options.check(where, given, known)
  for _, size in ipairs { inputs or 0, hidden or 0, o.num_layers } do
    if math.type(size) ~= "integer" or size < 1 then
      errors.raise(("%s: sizes and num_layers must be positive integers, not %s"):format(where, tostring(size)))
    end
  end
  self.inputs, self.hidden, self.num_layers = inputs, hidden, o.num_layers
  self.bidirectional, self.with_bias, self.kind = o.bidirectional, o.bias, self:choose_kind(o)
  for layer = 1, o.num_layers do
    for _, ending in ipairs(self:endings(layer)) do self:add_weights(layer, ending) end
  end
  if o.dropout > 0 then self.drop = Dropout(o.dropout) end
end

--- Names of the directions of a layer: "_l0" and "_l0_reverse".
---@protected
function Recurrent:endings(layer)
  local ending = "_l" .. layer - 1
  return self.bidirectional and { ending, ending .. "_reverse" } or { ending }
end

--- Weights start uniform in [-1, 1] / sqrt(hidden), as PyTorch's.
---@protected
function Recurrent:add_weights(layer, ending)
  local rows = self.gates * self.hidden
  local width = layer == 1 and self.inputs or self.hidden * (self.bidirectional and 2 or 1)
  local bound = 1 / math.sqrt(self.hidden)
  self:register_parameter("weight_ih" .. ending, core.zeros(rows, width):uniform_(-bound, bound))
  self:register_parameter("weight_hh" .. ending, core.zeros(rows, self.hidden):uniform_(-bound, bound))
  if self.with_bias then
    self:register_parameter("bias_ih" .. ending, core.zeros(rows):uniform_(-bound, bound))
    self:register_parameter("bias_hh" .. ending, core.zeros(rows):uniform_(-bound, bound))
  end
end

--- Run all layers. h0 and c0 are [layers * directions, batch, hidden] or nil.
---@return tensor output [batch, time, hidden * directions]
---@return tensor[] h last state of each layer and direction, [batch, hidden]
---@return tensor[] c the same of the cells (LSTM)
---@protected
function Recurrent:run(x, h0, c0)
  local last_h, last_c = {}, {}
  for layer = 1, self.num_layers do
    local outputs = {}
    for direction, ending in ipairs(self:endings(layer)) do
      local k, reverse = #last_h + 1, direction == 2
      local y, c = core.layers.rnn(self.kind, self, x, self["weight_ih" .. ending], self["weight_hh" .. ending],
        self["bias_ih" .. ending], self["bias_hh" .. ending], h0 and h0[k], c0 and c0[k], reverse)
      local last = reverse and 1 or -1
      outputs[direction] = y
      last_h[k] = y[{ {}, last }]
      if c then last_c[k] = c[{ {}, last }] end
    end
    x = self.bidirectional and core.cat(outputs, 3) or outputs[1]
    if self.drop and layer < self.num_layers then x = self.drop:forward(x) end
  end
  return x, last_h, last_c
end

--- Check a first state [layers * directions, batch, hidden].
---@protected
function Recurrent:check_state(name, state, x)
  if state == nil then return end
  local want = { self.num_layers * (self.bidirectional and 2 or 1), x:size(1), self.hidden }
  if not core.is_tensor(state) or table.concat(state.shape, ", ") ~= table.concat(want, ", ") then
    errors.raise(("%s: %s must be a tensor [%s], not %s"):format(self:where(), name, table.concat(want, ", "),
      core.is_tensor(state) and "[" .. table.concat(state.shape, ", ") .. "]" or type(state)))
  end
end

function Recurrent:arguments()
  local list = {}
  if self.num_layers > 1 then list[1] = "num_layers = " .. self.num_layers end
  if self.bidirectional then list[#list + 1] = "bidirectional = true" end
  if not self.with_bias then list[#list + 1] = "bias = false" end
  if self.drop then list[#list + 1] = "dropout = " .. self.drop.p end
  local rest = #list > 0 and ", {" .. table.concat(list, ", ") .. "}" or ""
  return ("%d, %d%s"):format(self.inputs, self.hidden, rest)
end

return Recurrent
