--- Functions that only pass a call on, and those they stand for: what `help` should tell of.
---@type table<function, function>
return setmetatable({}, { __mode = "k" })
