--- What pooling layers share: their window.
local options = require "latent.options"
local pair = require "latent.nn.pair"
local Module = require "latent.nn.module"

---@class nn.Pool2d : nn.Module
local Pool2d = Module:extend "Pool2d"

---@param kernel integer|integer[] size of the window
---@param given? {stride: integer|integer[], padding: integer|integer[]} stride: the kernel by
---  default, so that windows do not overlap; padding = 0, at most half the kernel
function Pool2d:init(kernel, given)
  local where = "nn." .. self.__name
  local o = options.check(where, given, { stride = options.NONE, padding = 0 })
  self.kernel = pair.check(where, "kernel", kernel, 1)
  self.stride = pair.check(where, "stride", o.stride or kernel, 1)
  self.padding = pair.check(where, "padding", o.padding, 0)
end

function Pool2d:arguments()
  local list = {}
  if pair.show(self.stride) ~= pair.show(self.kernel) then list[1] = "stride = " .. pair.show(self.stride) end
  if pair.show(self.padding) ~= "0" then list[#list + 1] = "padding = " .. pair.show(self.padding) end
  return pair.show(self.kernel) .. (#list > 0 and ", {" .. table.concat(list, ", ") .. "}" or "")
end

return Pool2d
