std = "lua54"
cache = false
codes = true
files["spec"] = { std = "+busted" }
