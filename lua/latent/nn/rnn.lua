--- The simple recurrent layer: h = f(x w_ih^T + b_ih + h w_hh^T + b_hh) (Elman, 1990).
--- Example:
---     local y, h = la.nn.RNN(3, 5)(la.randn(2, 7, 3))
---     print(table.concat(y.shape, ", "), table.concat(h.shape, ", "))
local core = require "latent.core"
local errors = require "latent.errors"
local Recurrent = require "latent.nn.recurrent"

---@class nn.RNN : nn.Recurrent
local RNN = Recurrent:extend "RNN"

RNN.settings = { nonlinearity = "tanh" }

---@protected
function RNN.choose_kind(_, o)
  if o.nonlinearity ~= "tanh" and o.nonlinearity ~= "relu" then
    errors.raise(("nn.RNN: nonlinearity must be 'tanh' or 'relu', not '%s'"):format(tostring(o.nonlinearity)))
  end
  return o.nonlinearity
end

---@param x tensor [batch, time, inputs]
---@param h0? tensor first state [layers * directions, batch, hidden], zeros by default
---@return tensor output [batch, time, hidden * directions]
---@return tensor h last state [layers * directions, batch, hidden]
function RNN:forward(x, h0)
  self:check_state("h0", h0, x)
  local y, h = self:run(x, h0)
  return y, core.stack(h)
end

return RNN
