--- Long short-term memory (Hochreiter and Schmidhuber, 1997), with forget gates.
--- Example:
---     local y, h, c = la.nn.LSTM(3, 5, {num_layers = 2})(la.randn(2, 7, 3))
---     print(table.concat(y.shape, ", "), table.concat(c.shape, ", "))
local core = require "latent.core"
local errors = require "latent.errors"
local Recurrent = require "latent.nn.recurrent"

---@class nn.LSTM : nn.Recurrent
local LSTM = Recurrent:extend "LSTM"

LSTM.gates = 4

---@protected
function LSTM.choose_kind() return "lstm" end

---@param x tensor [batch, time, inputs]
---@param first? {[1]: tensor, [2]: tensor} first states {h0, c0}, each [layers * directions, batch,
---  hidden]; zeros by default
---@return tensor output [batch, time, hidden * directions]
---@return tensor h last state [layers * directions, batch, hidden]
---@return tensor c last cell state, the same shape
function LSTM:forward(x, first)
  if first ~= nil and type(first) ~= "table" then
    errors.raise(("%s: the first states are a table {h0, c0}"):format(self:where()))
  end
  local h0, c0 = first and first[1], first and first[2]
  self:check_state("h0", h0, x)
  self:check_state("c0", c0, x)
  local y, h, c = self:run(x, h0, c0)
  return y, core.stack(h), core.stack(c)
end

return LSTM
