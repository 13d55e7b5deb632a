-- Shapes that do not chain: the message names the layer, its place, and both shapes.
local la = require "latent"
local nn = la.nn

local IMAGES, ROWS, SEQUENCES = { 2, 8, 7, 7 }, { 2, 8 }, { 2, 8, 7 }

--- A layer at index 2 of a net, what comes to it, and what the message says: the layer and what is wrong.
local CASES = {
  { nn.Linear(5, 3), ROWS, "Linear(5, 3)", "takes an input [.., 5], was given [2, 8]" },
  { nn.Conv1d(4, 6, 3), SEQUENCES, "Conv1d(4, 6, 3)", "takes an input [batch, 4, length], was given [2, 8, 7]" },
  { nn.Conv1d(4, 6, 3), ROWS, "Conv1d(4, 6, 3)", "takes an input [batch, 4, length], was given [2, 8]" },
  { nn.Conv2d(4, 6, 3), IMAGES, "Conv2d(4, 6, 3)", "takes an input [n, 4, h, w], was given [2, 8, 7, 7]" },
  { nn.Conv2d(8, 6, 9), IMAGES, "Conv2d(8, 6, 9)", "input [2, 8, 7, 7] is too small for weight [6, 8, 9, 9]" },
  { nn.ConvTranspose2d(4, 6, 3), IMAGES,
    "ConvTranspose2d(4, 6, 3)", "takes an input [n, 4, h, w], was given [2, 8, 7, 7]" },
  { nn.BatchNorm1d(5), ROWS, "BatchNorm1d(5)", "input [2, 8] must have 2 or 3 dimensions and 5 channels" },
  { nn.BatchNorm2d(5), IMAGES, "BatchNorm2d(5)", "input [2, 8, 7, 7] must have 4 dimensions and 5 channels" },
  { nn.LayerNorm { 3, 7 }, SEQUENCES, "LayerNorm({3, 7})", "input [2, 8, 7] must end with [3, 7]" },
  { nn.RNN(5, 3), SEQUENCES, "RNN(5, 3)", "takes an input [batch, time, 5], was given [2, 8, 7]" },
  { nn.LSTM(5, 3), SEQUENCES, "LSTM(5, 3)", "takes an input [batch, time, 5], was given [2, 8, 7]" },
  { nn.GRU(5, 3), SEQUENCES, "GRU(5, 3)", "takes an input [batch, time, 5], was given [2, 8, 7]" },
  { nn.MaxPool2d(8), IMAGES, "MaxPool2d(8)", "input [2, 8, 7, 7] is smaller than the window [8, 8]" },
  { nn.AvgPool2d(8), IMAGES, "AvgPool2d(8)", "input [2, 8, 7, 7] is smaller than the window [8, 8]" },
  { nn.Unflatten(2, { 3, 3 }), ROWS, "Unflatten(2, {3, 3})", "dimension 2 of input [2, 8] does not fit {3, 3}" },
  { nn.Upsample { scale = 2 }, { 8 }, "Upsample({scale = 2})", "input [8] must be [.., height, width]" },
}

describe("A net whose shapes do not chain", function()
  for _, case in ipairs(CASES) do
    local layer, shape, name, problem = table.unpack(case)
    it("says so at " .. layer.__name .. " given " .. table.concat(shape, " x "), function()
      local ok, said = pcall(nn.Sequential(nn.Identity(), layer), la.zeros(shape))
      assert.is_false(ok)
      assert.matches(("%s, layer 2 of Sequential: %s"):format(name, problem), said, 1, true)
    end)
  end

  it("says so where no tensor comes", function()
    for _, layer in ipairs { nn.Linear(5, 3), nn.Conv1d(4, 6, 3), nn.BatchNorm1d(5), nn.LayerNorm { 3 }, nn.LSTM(5, 3),
      nn.MaxPool2d(2), nn.Flatten(), nn.Unflatten(2, { 3, 3 }), nn.Upsample { scale = 2 } } do
      assert.error_matches(function() nn.Sequential(nn.Identity(), layer)() end,
        layer.__name .. "%(.*%), layer 2 of Sequential: takes a tensor, was given nil")
    end
  end)

  it("says so at Bilinear, with all three shapes", function()
    assert.error_matches(function() nn.Bilinear(3, 4, 5)(la.zeros(2, 3), la.zeros(2, 6)) end,
      "Bilinear%(3, 4, 5%): inputs %[2, 3%] and %[2, 6%] do not fit weight %[5, 3, 4%]")
  end)

  it("says so inside a model, by the names of its parts", function()
    assert.error_matches(function() la.models.VAE {}:loss(la.zeros(2, 700)) end,
      "Linear%(784, 400%), layer 1 of VAE%.encoder: takes an input %[%.%., 784%], was given %[2, 700%]")
  end)
end)
