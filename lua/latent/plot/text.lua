--- Text in pictures: whatever the user passes is drawn as it is; only $...$ is markup.
---
--- Inside dollars a small part of LaTeX's mathematics works: greek letters (\mu, \Sigma), sub- and
--- superscripts (x_1, x^{2n}), \mathrm{..}, \mathbf{..}, \mathcal{..}, \text{..}, \hat{x}, \bar{x},
--- \frac{a}{b}, \sqrt{x}, names of functions (\log) and the symbols of the table below. A dollar
--- without a partner is a dollar, and so is \$.
local text = {}

local SYMBOLS = {
  alpha = "α", beta = "β", gamma = "γ", delta = "δ", epsilon = "ε", varepsilon = "ε", zeta = "ζ",
  eta = "η", theta = "θ", iota = "ι", kappa = "κ", lambda = "λ", mu = "μ", nu = "ν", xi = "ξ",
  pi = "π", rho = "ρ", sigma = "σ", tau = "τ", upsilon = "υ", phi = "φ", varphi = "φ", chi = "χ",
  psi = "ψ", omega = "ω", Gamma = "Γ", Delta = "Δ", Theta = "Θ", Lambda = "Λ", Xi = "Ξ", Pi = "Π",
  Sigma = "Σ", Upsilon = "Υ", Phi = "Φ", Psi = "Ψ", Omega = "Ω", ell = "ℓ", infty = "∞",
  partial = "∂", nabla = "∇", sum = "∑", prod = "∏", int = "∫", pm = "±", cdot = "·", ldots = "…",
  dots = "…", prime = "′", degree = "°", emptyset = "∅", forall = "∀", exists = "∃", langle = "⟨",
  rangle = "⟩", mid = " | ", quad = "  ", [","] = " ", [";"] = " ", [":"] = " ", [" "] = " ",
  ["!"] = "", ["{"] = "{", ["}"] = "}", ["%"] = "%", ["_"] = "_", ["#"] = "#", ["&"] = "&",
  ["|"] = "‖", ["$"] = "$", ["\\"] = " ", left = "", right = "", displaystyle = "",
}

--- Symbols that stand between two things and want room on both sides.
local RELATIONS = {
  times = "×", le = "≤", leq = "≤", ge = "≥", geq = "≥", ne = "≠", neq = "≠", approx = "≈",
  sim = "∼", equiv = "≡", propto = "∝", ["in"] = "∈", to = "→", rightarrow = "→", leftarrow = "←",
  ["="] = "=", ["<"] = "<", [">"] = ">",
}

local ITALIC = {} -- lower-case greek, as letters, is set in italics
for _, name in ipairs { "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta",
  "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon",
  "phi", "varphi", "chi", "psi", "omega" } do
  ITALIC[name] = true
end

local ACCENTS = { hat = "\u{302}", bar = "\u{304}", tilde = "\u{303}", vec = "\u{20D7}", dot = "\u{307}" }
local STYLES = { mathrm = "plain", text = "plain", operatorname = "plain", mathbf = "bold",
  mathcal = "italic", mathit = "italic", mathbb = "bold" }

--- Advance widths of DejaVu Sans for the characters 32 to 126, in 1/1000 of the font's size.
local ADVANCE = { 318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
  636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686,
  698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732,
  684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634,
  278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
  337, 636, 838 }

local SCRIPT = 0.7 -- size of sub- and superscripts

local MAX_BYTES = 4000 -- of one label; what goes beyond could not be seen anyway

--- Text as valid UTF-8 in lines: broken bytes and control characters become U+FFFD.
---@param value any
---@return string[] lines
function text.lines(value)
  local s = tostring(value)
  if #s > MAX_BYTES then s = s:sub(1, MAX_BYTES) .. "…" end
  s = s:gsub("\r\n?", "\n"):gsub("\t", "    ")
  local clean, at = {}, 1
  while at <= #s do
    local good, bad = utf8.len(s, at)
    local stop = good and #s or bad - 1
    clean[#clean + 1] = s:sub(at, stop)
    if not good then clean[#clean + 1] = "\u{FFFD}" end
    at = stop + 2
  end
  -- The C1 controls, surrogates and non-characters have no place in XML either.
  s = table.concat(clean):gsub("[\0-\9\11-\31\127]", "\u{FFFD}"):gsub("\xC2[\x80-\x9F]", "\u{FFFD}")
    :gsub("\xED[\xA0-\xBF][\x80-\xBF]", "\u{FFFD}"):gsub("\xEF\xBF[\xBE\xBF]", "\u{FFFD}")
  local lines = {}
  for line in (s .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
  return lines
end

--- Text in lines that are no wider than a room, broken at spaces where it must be; not within dollars.
---@param value any
---@param room number
---@param width fun(line: string): number
---@return string[] lines
function text.wrap(value, room, width)
  local lines = {}
  for _, line in ipairs(text.lines(value)) do
    local kept, dollars = nil, 0
    for word in line:gmatch "[^ ]+" do
      local longer = kept and kept .. " " .. word or word
      if kept and dollars % 2 == 0 and width(longer) > room then
        lines[#lines + 1], kept = kept, word
      else
        kept = longer
      end
      dollars = dollars + select(2, word:gsub("%$", ""))
    end
    lines[#lines + 1] = width(line) <= room and line or kept or ""
  end
  return lines
end

--- Text as one line: the first of text.lines().
---@param value any
---@return string
function text.line(value) return text.lines(value)[1] end

-- ---- markup: a line to runs {text =, style = "plain"|"italic"|"bold", script = 0|1|-1} ----

local Math = {} -- a reader of the text between two dollars
Math.__index = Math

function Math:emit(s, style, script)
  local last = self.runs[#self.runs]
  if last and last.style == style and last.script == script then
    last.text = last.text .. s
  elseif s ~= "" then
    self.runs[#self.runs + 1] = { text = s, style = style, script = script }
  end
end

--- The next token: a command's name, a group's inside or one character, and which of them it is.
function Math:token()
  local s, at = self.s, self.at
  local body, stop = s:match("^\\(%a+)%s*()", at)
  if not body then body, stop = s:match("^\\(" .. utf8.charpattern .. ")()", at) end
  if body then
    self.at = stop
    return body, "command"
  end
  body, stop = s:match("^(%b{})()", at)
  if body then
    self.at = stop
    return body:sub(2, -2), "group"
  end
  body, stop = s:match("^(" .. utf8.charpattern .. ")()", at)
  self.at = stop
  return body, "character"
end

--- A token's text on its own: for sub- and superscripts, accents and the like.
function Math:inner(s, style, script)
  local reader = setmetatable({ s = s, at = 1, runs = self.runs }, Math)
  reader:read(style, script)
end

function Math:argument()
  while self.s:match("^%s", self.at) do self.at = self.at + 1 end
  if self.at > #self.s then return "" end
  local body, kind = self:token()
  return kind == "command" and "\\" .. body .. " " or body
end

function Math:command(name, style, script)
  if RELATIONS[name] then
    self:emit(script == 0 and " " .. RELATIONS[name] .. " " or RELATIONS[name], "plain", script)
  elseif SYMBOLS[name] then
    self:emit(SYMBOLS[name], ITALIC[name] and style or "plain", script)
  elseif STYLES[name] then
    self:inner(self:argument(), STYLES[name], script)
  elseif ACCENTS[name] then
    self:inner(self:argument(), style, script)
    self:emit(ACCENTS[name], style, script)
  elseif name == "frac" then
    self:inner(self:argument(), style, script)
    self:emit("/", "plain", script)
    self:inner(self:argument(), style, script)
  elseif name == "sqrt" then
    self:emit("√", "plain", script)
    self:inner(self:argument(), style, script)
  else -- \log, \exp, \max: the name itself, apart from a letter that follows
    self:emit(self.s:match("^[%a\\]", self.at) and name .. " " or name, "plain", script)
  end
end

function Math:read(style, script)
  while self.at <= #self.s do
    local body, kind = self:token()
    if kind == "command" then
      self:command(body, style, script)
    elseif kind == "group" then
      self:inner(body, style, script)
    elseif body == "_" or body == "^" then
      self:inner(self:argument(), style, body == "_" and -1 or 1)
    elseif RELATIONS[body] then
      self:emit(script == 0 and " " .. body .. " " or body, "plain", script)
    elseif body == "-" then
      self:emit("−", "plain", script)
    elseif body == "'" then
      self:emit("′", "plain", script)
    elseif body == "," then
      self:emit(script == 0 and ", " or ",", "plain", script)
    elseif not body:match "^%s$" then
      local letter = style == "plain" and "plain" or body:match "^[%w]" and not body:match "^%d" and style
      self:emit(body, letter or (style == "bold" and "bold" or "plain"), script)
    end
  end
end

--- The runs of one line.
---@param line string
---@return {text: string, style: string, script: integer}[]
function text.runs(line)
  local reader = setmetatable({ runs = {} }, Math)
  local at = 1
  local function plain(s) reader:emit(s:gsub("\\%$", "$"), "plain", 0) end
  while true do
    local first = at
    repeat -- an opening dollar that is not escaped
      first = line:find("$", first, true)
      local escaped = first and first > 1 and line:sub(first - 1, first - 1) == "\\"
      if escaped then first = first + 1 end
    until not escaped
    local last = first and line:find("$", first + 1, true)
    if not last or last == first + 1 then
      plain(line:sub(at))
      return reader.runs
    end
    plain(line:sub(at, first - 1))
    reader:inner(line:sub(first + 1, last - 1), "italic", 0)
    at = last + 1
  end
end

-- ---- for gnuplot ----

--- A string as gnuplot's literal in double quotes. Letters, blanks and bytes above 127 stand for
--- themselves, everything else is written as its octal code: then there is nothing that gnuplot could
--- read as a quote, a command in backticks or a macro. Digits too: gnuplot takes all octal digits
--- behind a backslash for one code. (Single quotes are no way: gnuplot 5.4 takes the first two of
--- '''x' for an empty string.)
---@param s string
---@return string
function text.quote(s)
  return '"' .. s:gsub("[^%a \128-\255]", function(c) return ("\\%03o"):format(c:byte()) end) .. '"'
end

local FONTS = { italic = "{/:Italic %s}", bold = "{/:Bold %s}", plain = "%s" }
local SCRIPTS = { [0] = "%s", [1] = "^{%s}", [-1] = "_{%s}" }

local function escape(s) return (s:gsub("[\\{}^_@&~]", "\\%0")) end

--- One line as a gnuplot string, with the keyword that says how gnuplot must read it.
---@param line string one of text.lines()
---@return string code "literal" enhanced | "literal" noenhanced
function text.gnuplot(line)
  local runs = text.runs(line)
  if #runs == 0 then return '"" noenhanced' end
  if #runs == 1 and runs[1].style == "plain" and runs[1].script == 0 then
    return text.quote(runs[1].text) .. " noenhanced"
  end
  local parts, i = {}, 1
  while i <= #runs do -- neighbours on the same level share one pair of braces
    local level, group = runs[i].script, {}
    while runs[i] and runs[i].script == level do
      group[#group + 1] = FONTS[runs[i].style]:format(escape(runs[i].text))
      i = i + 1
    end
    parts[#parts + 1] = SCRIPTS[level]:format(table.concat(group))
  end
  return text.quote(table.concat(parts)) .. " enhanced"
end

-- ---- for terminals, and for measuring ----

local SUB = { ["0"] = "₀", ["1"] = "₁", ["2"] = "₂", ["3"] = "₃", ["4"] = "₄", ["5"] = "₅", ["6"] = "₆",
  ["7"] = "₇", ["8"] = "₈", ["9"] = "₉", ["+"] = "₊", ["−"] = "₋", ["="] = "₌", ["("] = "₍",
  [")"] = "₎", ["i"] = "ᵢ", ["j"] = "ⱼ", ["k"] = "ₖ", ["n"] = "ₙ", ["m"] = "ₘ", ["t"] = "ₜ",
  ["x"] = "ₓ", ["a"] = "ₐ", ["e"] = "ₑ" }
local SUPER = { ["0"] = "⁰", ["1"] = "¹", ["2"] = "²", ["3"] = "³", ["4"] = "⁴", ["5"] = "⁵",
  ["6"] = "⁶", ["7"] = "⁷", ["8"] = "⁸", ["9"] = "⁹", ["+"] = "⁺", ["−"] = "⁻", ["="] = "⁼",
  ["("] = "⁽", [")"] = "⁾", ["i"] = "ⁱ", ["n"] = "ⁿ", ["T"] = "ᵀ" }

local function script_text(run)
  local letters = run.script == 1 and SUPER or SUB
  local out = {}
  for character in run.text:gmatch(utf8.charpattern) do
    if not letters[character] then -- one without such a letter: mark the whole of it
      return (run.script == 1 and "^" or "_") .. run.text
    end
    out[#out + 1] = letters[character]
  end
  return table.concat(out)
end

--- One line as characters alone, for terminals.
---@param line string
---@return string
function text.plain(line)
  local parts = {}
  for i, run in ipairs(text.runs(line)) do
    parts[i] = run.script == 0 and run.text or script_text(run)
  end
  return table.concat(parts)
end

--- Width of one character in the size of the font.
local function advance(code)
  if code < 127 then return (ADVANCE[code - 31] or 600) / 1000 end
  if code >= 0x300 and code < 0x370 or code >= 0x20D0 and code < 0x2100 then return 0 end -- accents
  if code >= 0x1100 and code < 0x1160 or code >= 0x2E80 and code < 0xD7A4
    or code >= 0xF900 and code < 0xFB00 or code >= 0xFE30 and code < 0xFE70
    or code >= 0xFF00 and code < 0xFF61 or code >= 0x1F000 then
    return 1
  end
  return code >= 0x2190 and code < 0x2A00 and 0.84 or 0.63
end

--- Width of one line in pixels, in DejaVu Sans.
---@param line string
---@param size number of the font in pixels
---@return number
function text.width(line, size)
  local total = 0
  for _, run in ipairs(text.runs(line)) do
    local scale = run.script == 0 and size or size * SCRIPT
    for _, code in utf8.codes(run.text) do total = total + advance(code) * scale end
  end
  return total
end

--- Columns that one line takes on a terminal.
---@param line string
---@return integer
function text.columns(line)
  local total = 0
  for _, code in utf8.codes(text.plain(line)) do
    local w = code < 127 and 1 or advance(code)
    total = total + (w == 0 and 0 or w == 1 and code > 0x1000 and 2 or 1)
  end
  return total
end

return text
