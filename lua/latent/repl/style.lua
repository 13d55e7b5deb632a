--- Colours of the session, or none.
local style = {}

local codes = {
  number = "36", string = "32", keyword = "35", name = "34", error = "31", faint = "2", strong = "1",
}

--- A painter: paint(kind, text) wraps text in the colour of its kind where `enabled`.
---@param enabled boolean
---@return fun(kind: string, text: string): string
function style.painter(enabled)
  if not enabled then
    return function(_, text) return text end
  end
  return function(kind, text) return ("\27[%sm%s\27[0m"):format(codes[kind], text) end
end

return style
