--- Gated recurrent unit (Cho et al., 2014), in PyTorch's form.
--- Example:
---     local y, h = la.nn.GRU(3, 5, {bidirectional = true})(la.randn(2, 7, 3))
---     print(table.concat(y.shape, ", "), table.concat(h.shape, ", "))
local core = require "latent.core"
local Recurrent = require "latent.nn.recurrent"

---@class nn.GRU : nn.Recurrent
local GRU = Recurrent:extend "GRU"

GRU.gates = 3

---@protected
function GRU.choose_kind() return "gru" end

---@param x tensor [batch, time, inputs]
---@param h0? tensor first state [layers * directions, batch, hidden], zeros by default
---@return tensor output [batch, time, hidden * directions]
---@return tensor h last state [layers * directions, batch, hidden]
function GRU:forward(x, h0)
  self:check_state("h0", h0, x)
  local y, h = self:run(x, h0)
  return y, core.stack(h)
end

return GRU
