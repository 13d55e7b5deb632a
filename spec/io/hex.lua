--- Bytes from hexadecimal digits; blanks and line ends do not count.
return function(digits)
  return (digits:gsub("%s", ""):gsub("..", function(pair) return string.char(tonumber(pair, 16)) end))
end
