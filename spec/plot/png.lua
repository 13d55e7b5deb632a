-- Reads the PNG pictures that gnuplot writes (8 bits, not interlaced), for specs that look at pixels.
local png = {}

local LENGTH_BASE = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
  115, 131, 163, 195, 227, 258 }
local LENGTH_BITS = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 }
local FAR_BASE = { 1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
  2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577 }
local FAR_BITS = { 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13 }
local ORDER = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 }

-- Canonical Huffman codes as a table from (length << 15 | code) to symbol.
local function codes(lengths, n)
  local count, next_code, of, code = {}, {}, {}, 0
  for bits = 1, 15 do count[bits] = 0 end
  for i = 0, n - 1 do
    if lengths[i] > 0 then count[lengths[i]] = count[lengths[i]] + 1 end
  end
  for bits = 1, 15 do
    code = (code + (count[bits - 1] or 0)) << 1
    next_code[bits] = code
  end
  for i = 0, n - 1 do
    local bits = lengths[i]
    if bits > 0 then
      of[bits << 15 | next_code[bits]] = i
      next_code[bits] = next_code[bits] + 1
    end
  end
  return of
end

-- Inflate (RFC 1951) to a list of bytes.
local function inflate(s, at)
  local out, hold, held, byte = {}, 0, 0, string.byte
  local function bits(n)
    while held < n do
      hold = hold | byte(s, at) << held
      at, held = at + 1, held + 8
    end
    local v = hold & ((1 << n) - 1)
    hold, held = hold >> n, held - n
    return v
  end
  local function symbol(of)
    local code = 0
    for n = 1, 15 do
      if held == 0 then
        hold = byte(s, at)
        at, held = at + 1, 8
      end
      code = code << 1 | hold & 1
      hold, held = hold >> 1, held - 1
      local found = of[n << 15 | code]
      if found then return found end
    end
    error "bad code"
  end
  local function dynamic()
    local n_literal, n_far, n_code = bits(5) + 257, bits(5) + 1, bits(4) + 4
    local lengths = {}
    for i = 0, 18 do lengths[i] = 0 end
    for i = 1, n_code do lengths[ORDER[i]] = bits(3) end
    local of = codes(lengths, 19)
    local all, k = {}, 0
    while k < n_literal + n_far do
      local v = symbol(of)
      local times, what = 1, v
      if v == 16 then times, what = bits(2) + 3, all[k - 1] end
      if v == 17 then times, what = bits(3) + 3, 0 end
      if v == 18 then times, what = bits(7) + 11, 0 end
      for _ = 1, times do
        all[k] = what
        k = k + 1
      end
    end
    local far = {}
    for i = 0, n_far - 1 do far[i] = all[n_literal + i] end
    return codes(all, n_literal), codes(far, n_far)
  end
  local function fixed()
    local literal, far = {}, {}
    for i = 0, 287 do literal[i] = i < 144 and 8 or i < 256 and 9 or i < 280 and 7 or 8 end
    for i = 0, 29 do far[i] = 5 end
    return codes(literal, 288), codes(far, 30)
  end
  local n = 0
  repeat
    local last, kind = bits(1), bits(2)
    if kind == 0 then
      hold, held = 0, 0
      local size = byte(s, at) | byte(s, at + 1) << 8
      for i = at + 4, at + 3 + size do
        n = n + 1
        out[n] = byte(s, i)
      end
      at = at + 4 + size
    else
      local literal, far
      if kind == 1 then literal, far = fixed() else literal, far = dynamic() end
      while true do
        local v = symbol(literal)
        if v < 256 then
          n = n + 1
          out[n] = v
        elseif v == 256 then
          break
        else
          local length = LENGTH_BASE[v - 256] + bits(LENGTH_BITS[v - 256])
          local d = symbol(far)
          local back = FAR_BASE[d + 1] + bits(FAR_BITS[d + 1])
          for i = n + 1, n + length do out[i] = out[i - back] end
          n = n + length
        end
      end
    end
  until last == 1
  return out
end

local function paeth(a, b, c)
  local p = a + b - c
  local pa, pb, pc = math.abs(p - a), math.abs(p - b), math.abs(p - c)
  return pa <= pb and pa <= pc and a or pb <= pc and b or c
end

local function unfilter(raw, width, height, depth)
  local stride, at, rows = width * depth, 1, {}
  local above = {}
  for i = 1, stride do above[i] = 0 end
  for y = 1, height do
    local filter, row = raw[at], {}
    for i = 1, stride do
      local v = raw[at + i]
      local left = i > depth and row[i - depth] or 0
      if filter == 1 then v = v + left
      elseif filter == 2 then v = v + above[i]
      elseif filter == 3 then v = v + (left + above[i]) // 2
      elseif filter == 4 then v = v + paeth(left, above[i], i > depth and above[i - depth] or 0) end
      row[i] = v & 255
    end
    rows[y], above, at = row, row, at + stride + 1
  end
  return rows
end

-- Decode the bytes of a PNG file: {width, height}, and picture:at(x, y) -> red, green, blue for
-- pixels counted from 0 at the upper left.
function png.decode(s)
  assert(s:sub(1, 8) == "\137PNG\r\n\26\n", "not a PNG file")
  local at, parts, width, height, depth = 9, {}, nil, nil, nil
  while at < #s do
    local size, kind = string.unpack(">I4c4", s, at)
    if kind == "IHDR" then
      local bits, color
      width, height, bits, color = string.unpack(">I4I4BB", s, at + 8)
      assert(bits == 8 and (color == 2 or color == 6), "unexpected kind of PNG")
      depth = color == 2 and 3 or 4
    elseif kind == "IDAT" then
      parts[#parts + 1] = s:sub(at + 8, at + 7 + size)
    end
    at = at + 12 + size
  end
  local rows = unfilter(inflate(table.concat(parts), 3), width, height, depth)
  local picture = { width = width, height = height }
  function picture.at(_, x, y)
    local row, i = rows[y + 1], x * depth
    return row[i + 1], row[i + 2], row[i + 3]
  end
  return picture
end

return png
