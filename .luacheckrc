std = "lua54"
cache = false
codes = true
files["spec"] = { std = "+busted" }
-- Definitions of functions that are written in C: names and comments, no bodies, long types.
files["lua/latent/meta"] = { ignore = { "212", "241", "631" } }
