std = "lua54"
cache = false
codes = true
-- A type in a LuaCATS comment cannot go on in the next line.
max_comment_line_length = false
files["spec"] = { std = "+busted" }
-- Definitions of functions that are written in C: names and comments, no bodies, long types.
files["lua/latent/meta"] = { ignore = { "212", "241", "631" } }
-- Reference results as another program wrote them.
files["spec/vectors"] = { ignore = { "631" } }
