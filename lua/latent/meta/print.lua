--- How tensors are printed.
---@meta
local la = {}

--- Change how tensors are printed; what is not given stays.
--- Example: la.set_print_options{precision = 4}
---@param options {precision: integer, threshold: integer, edge_items: integer, width: integer} digits after the point (4); elements from which on a tensor is abridged (1000); how many are shown at either end then (3); characters a line (80)
function la.set_print_options(options) end

--- The options in force.
--- Example: la.get_print_options().width
---@return {precision: integer, threshold: integer, edge_items: integer, width: integer}
function la.get_print_options() end

return la
