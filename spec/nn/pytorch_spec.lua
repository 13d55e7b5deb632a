-- Weights go to PyTorch and come from it, in .safetensors files, and the outputs are the same.
local la = require "latent"
local support = require "nn.support"
local nn = la.nn

local PYTHON = "/usr/bin/python3"

--- Run a command; true when it succeeds.
local function run(command) return (os.execute(command .. " 2>&1")) end

local has_torch = run(PYTHON .. " -c 'import torch' >/dev/null")

--- Modules of the structure that pytorch.py gives them under these names, and inputs.
local function cases()
  la.manual_seed(7)
  return {
    linear = { nn.Linear(7, 4), la.randn(5, 7) },
    linear_without_bias = { nn.Linear(7, 4, { bias = false }), la.randn(2, 5, 7) },
    bilinear = { nn.Bilinear(3, 4, 5), la.randn(6, 3), la.randn(6, 4) },
    embedding = { nn.Embedding(6, 3), la.randint(1, 6, { 4, 2 }) },
    layer_norm = { nn.LayerNorm { 4, 5 }, la.randn(3, 4, 5) },
    batch_norm1d = { nn.BatchNorm1d(4, { momentum = 0.3 }), la.randn(8, 4) * 3 + 1 },
    batch_norm2d = { nn.BatchNorm2d(3), la.randn(4, 3, 5, 6) * 3 + 1 },
    conv1d = { nn.Conv1d(3, 4, 3, { stride = 2, padding = 1 }), la.randn(2, 3, 11) },
    conv2d = { nn.Conv2d(2, 5, { 3, 2 }, { stride = { 2, 1 }, padding = { 1, 0 }, dilation = { 1, 2 } }),
      la.randn(3, 2, 9, 8) },
    conv_transpose2d = { nn.ConvTranspose2d(3, 2, 3, { stride = 2, padding = 1, output_padding = 1 }),
      la.randn(2, 3, 5, 4) },
    rnn = { nn.RNN(3, 4), la.randn(2, 6, 3) },
    lstm = { nn.LSTM(3, 5, { num_layers = 2, bidirectional = true }), la.randn(2, 6, 3) },
    gru = { nn.GRU(3, 5, { num_layers = 2, bidirectional = true }), la.randn(2, 6, 3) },
    autoencoder = { la.models.Autoencoder {
      encoder = nn.Sequential(nn.Conv2d(1, 4, 3, { stride = 2, padding = 1 }), nn.BatchNorm2d(4), nn.ReLU(),
        nn.Flatten(), nn.Linear(64, 5)),
      bottleneck = nn.LayerNorm(5),
      decoder = nn.Sequential(nn.Linear(5, 64), nn.Unflatten(2, { 4, 4, 4 }),
        nn.ConvTranspose2d(4, 1, 3, { stride = 2, padding = 1, output_padding = 1 }), nn.Tanh()),
    }, la.randn(3, 1, 8, 8) },
  }
end

--- Values whose names begin with the prefix, without it.
local function below(tensors, prefix)
  local found = {}
  for name, tensor in pairs(tensors) do
    if name:sub(1, #prefix) == prefix then found[name:sub(#prefix + 1)] = tensor end
  end
  return found
end

local function compare(want, got, what)
  assert.is_not_nil(next(want), what .. ": nothing to compare")
  for name, tensor in pairs(want) do support.close(tensor, got[name], 1e-5, what .. " " .. name) end
end

describe("PyTorch #slow", function()
  if not has_torch then return pending("needs PyTorch for " .. PYTHON) end
  local folder = os.tmpname()
  os.remove(folder)
  local modules, results = cases(), {}

  setup(function()
    assert(run(("mkdir '%s'"):format(folder)))
    -- a module's first running statistics would hide a mistake: some batches come before
    la.manual_seed(8)
    for name, case in pairs(modules) do
      local values = {}
      for i = 2, #case do
        values["x/" .. i - 1] = case[i]
        if name ~= "bilinear" and name ~= "embedding" then la.no_grad(case[1].forward, case[1], case[i] * 2 + 1) end
      end
      for key, tensor in pairs(case[1]:state_dict()) do values["w/" .. key] = tensor end
      la.save(("%s/%s.in.safetensors"):format(folder, name), values)
    end
    assert(run(("%s spec/nn/pytorch.py '%s'"):format(PYTHON, folder)))
    for name in pairs(modules) do results[name] = la.load(("%s/%s.out.safetensors"):format(folder, name)) end
  end)

  teardown(function() run(("rm -r '%s'"):format(folder)) end)

  --- Outputs of a module as a list.
  local function outputs(module, case)
    local list = la.no_grad(function() return table.pack(module(table.unpack(case, 2))) end)
    for i = 1, list.n do list[tostring(i)] = list[i]:detach() end
    return list
  end

  it("takes our weights and gives our outputs, in evaluation and in training", function()
    for name, case in pairs(modules) do
      local module, result = case[1], results[name]
      compare(below(result, "eval/"), outputs(module:eval(), case), name .. " in evaluation")
      compare(below(result, "train/"), outputs(module:train(), case), name .. " in training")
      local state, after = module:state_dict(), below(result, "after/")
      for key in pairs(state) do assert.is_not_nil(after[key], name .. ": no " .. key) end
      compare(after, state, name .. " after training")
    end
  end)

  it("gives weights that we take, with its outputs", function()
    la.manual_seed(9)
    for name, case in pairs(cases()) do
      local module = case[1]
      module:load_state_dict(below(results[name], "w/"))
      compare(below(results[name], "own/"), outputs(module:eval(), modules[name]), name)
      for key, tensor in pairs(module:state_dict()) do
        assert.same(results[name]["w/" .. key]:totable(), tensor:totable(), name .. " " .. key)
      end
    end
  end)
end)
