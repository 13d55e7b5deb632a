--- Reads GIF files, for specs: every frame as the picture that is seen then.
local gif = {}

--- The colours of LZW's codes, one string a pixel.
local function decompress(data, least)
  local clear, width, bits, held, at = 1 << least, least + 1, 0, 0, 1
  local strings, out, last
  while true do
    while held < width do
      bits, held, at = bits | data:byte(at) << held, held + 8, at + 1
    end
    local code = bits & (1 << width) - 1
    bits, held = bits >> width, held - width
    if code == clear then
      strings, width, last = {}, least + 1, nil
      for i = 0, clear - 1 do strings[i] = string.char(i) end
      strings[clear], strings[clear + 1] = "", ""
    elseif code == clear + 1 then
      return table.concat(out)
    else
      out = out or {}
      local text = strings[code] or last .. last:sub(1, 1)
      out[#out + 1] = text
      if last and #strings < 4095 then strings[#strings + 1] = last .. text:sub(1, 1) end
      if #strings + 1 >= 1 << width and width < 12 then width = width + 1 end
      last = text
    end
  end
end

--- Frames, each with `delay` and `frame:at(x, y)`: red, green, blue of a pixel, from 0.
---@param s string the file
---@return table[] frames
---@return integer width
---@return integer height
function gif.decode(s)
  assert(s:sub(1, 6) == "GIF89a")
  local width, height, at = string.unpack("<I2I2", s, 7)
  local frames, canvas, control = {}, {}, nil
  at = at + 3
  local function blocks()
    local parts = {}
    repeat
      local part
      part, at = string.unpack("s1", s, at)
      parts[#parts + 1] = part
    until part == ""
    return table.concat(parts)
  end
  while s:sub(at, at) ~= ";" do
    local kind = s:byte(at)
    if kind == 0x21 then
      local label = s:byte(at + 1)
      at = at + 2
      local data = blocks()
      if label == 0xF9 then control = data end
    else
      assert(kind == 0x2C)
      local left, top, w, h, flags = string.unpack("<I2I2I2I2B", s, at + 1)
      local palette, least = at + 10, s:byte(at + 10 + 768)
      assert(flags == 0x87)
      at = at + 10 + 768 + 1
      local colours = decompress(blocks(), least)
      assert(#colours == w * h)
      for i = 1, #colours do
        local c = colours:byte(i)
        if c ~= control:byte(4) then
          canvas[(top + (i - 1) // w) * width + left + (i - 1) % w] = s:sub(palette + 3 * c, palette + 3 * c + 2)
        end
      end
      local seen = table.move(canvas, 0, width * height - 1, 0, {})
      frames[#frames + 1] = {
        delay = string.unpack("<I2", control, 2),
        at = function(_, x, y) return seen[y * width + x]:byte(1, 3) end,
      }
    end
  end
  return frames, width, height
end

return gif
