--- An animation as one HTML file: the pictures inside it, with play, pause, steps and a slider.
local show = require "latent.plot.show"

local page = {}

local HEAD = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>animation</title>
<style>
  body { margin: 16px; font: 14px "DejaVu Sans", Verdana, sans-serif; color: #262626; background: #fff }
  img { display: block; max-width: 100%% }
  .controls { display: flex; gap: 8px; align-items: center; margin-top: 8px; max-width: %dpx }
  button { font: inherit; padding: 4px 10px; border: 1px solid #bfbfbf; border-radius: 4px }
  button { background: #f7f7f7; cursor: pointer }
  button:hover { background: #eaeaea }
  input { flex: 1 }
  output { min-width: 5em; text-align: right; font-variant-numeric: tabular-nums }
</style>
</head>
<body>
<img id="frame" width="%d" height="%d" alt="frame">
<div class="controls">
  <button id="back" title="one frame back (left arrow)">&#9664;&#9664;</button>
  <button id="play" title="play or pause (space)">Play</button>
  <button id="next" title="one frame on (right arrow)">&#9654;&#9654;</button>
  <input id="slider" type="range" min="1" max="%d" value="1">
  <output id="number"></output>
</div>
<script>
"use strict";
const fps = %s, loop = %s;
const frames = [
]]

local TAIL = [[
];
const image = document.getElementById("frame"), slider = document.getElementById("slider");
const play = document.getElementById("play"), number = document.getElementById("number");
let at = 0, timer = null;
function draw(i) {
  at = i;
  image.src = "data:image/png;base64," + frames[i];
  slider.value = i + 1;
  number.textContent = (i + 1) + " / " + frames.length;
}
function pause() {
  clearInterval(timer);
  timer = null;
  play.textContent = "Play";
}
function step() {
  if (at + 1 < frames.length) draw(at + 1);
  else if (loop) draw(0);
  else pause();
}
function toggle() {
  if (timer !== null) return pause();
  if (at + 1 === frames.length) draw(0);
  timer = setInterval(step, 1000 / fps);
  play.textContent = "Pause";
}
function go(by) {
  pause();
  draw((at + by + frames.length) % frames.length);
}
play.onclick = toggle;
document.getElementById("back").onclick = () => go(-1);
document.getElementById("next").onclick = () => go(1);
slider.oninput = () => { pause(); draw(slider.value - 1); };
document.onkeydown = (event) => {
  if (event.target === slider && event.key.startsWith("Arrow")) return;
  if (event.key === " ") { event.preventDefault(); toggle(); }
  if (event.key === "ArrowLeft") go(-1);
  if (event.key === "ArrowRight") go(1);
};
draw(0);
toggle();
</script>
</body>
</html>
]]

--- The file's text.
---@param pictures string[] PNG
---@param fps number
---@param loop boolean
---@return string
function page.write(pictures, fps, loop)
  local width, height = string.unpack(">I4I4", pictures[1], 17)
  local parts = { HEAD:format(width, width, height, #pictures, ("%.6g"):format(fps), tostring(loop and true or false)) }
  for _, picture in ipairs(pictures) do parts[#parts + 1] = '"' .. show.base64(picture) .. '",\n' end
  parts[#parts + 1] = TAIL
  return table.concat(parts)
end

return page
