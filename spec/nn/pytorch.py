#!/usr/bin/python3
"""PyTorch's side of pytorch_spec.lua.

usage: pytorch.py FOLDER
For each module below reads FOLDER/NAME.in.safetensors, the weights "w/.." and inputs "x/1", "x/2" that
the spec has written, and writes FOLDER/NAME.out.safetensors: what PyTorch's module gives with these weights in
evaluation ("eval/..") and in training ("train/.."), its state afterwards ("after/.."), and weights of its own
("w/..") with what they give ("own/..").
"""
import json
import os
import struct
import sys

import torch
from torch import nn


class Autoencoder(nn.Module):
    """Parts under names, one of them used twice in a row of layers."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 5))
        self.bottleneck = nn.LayerNorm(5)
        self.decoder = nn.Sequential(
            nn.Linear(5, 64), nn.Unflatten(1, (4, 4, 4)),
            nn.ConvTranspose2d(4, 1, 3, stride=2, padding=1, output_padding=1), nn.Tanh())

    def forward(self, x):
        code = self.bottleneck(self.encoder(x))
        return self.decoder(code), code


MODULES = {
    "linear": lambda: nn.Linear(7, 4),
    "linear_without_bias": lambda: nn.Linear(7, 4, bias=False),
    "bilinear": lambda: nn.Bilinear(3, 4, 5),
    "embedding": lambda: nn.Embedding(6, 3),
    "layer_norm": lambda: nn.LayerNorm([4, 5]),
    "batch_norm1d": lambda: nn.BatchNorm1d(4, momentum=0.3),
    "batch_norm2d": lambda: nn.BatchNorm2d(3),
    "conv1d": lambda: nn.Conv1d(3, 4, 3, stride=2, padding=1),
    "conv2d": lambda: nn.Conv2d(2, 5, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)),
    "conv_transpose2d": lambda: nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1),
    "rnn": lambda: nn.RNN(3, 4, batch_first=True),
    "lstm": lambda: nn.LSTM(3, 5, num_layers=2, bidirectional=True, batch_first=True),
    "gru": lambda: nn.GRU(3, 5, num_layers=2, bidirectional=True, batch_first=True),
    "autoencoder": Autoencoder,
}

NAMES = {torch.float32: "F32", torch.int64: "I64"}
TYPES = {name: dtype for dtype, name in NAMES.items()}


def load(path):
    """Tensors by name, as the package safetensors reads them: this machine need not have it."""
    with open(path, "rb") as f:
        (size,) = struct.unpack("<Q", f.read(8))
        header, data = json.loads(f.read(size)), bytearray(f.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype, shape = TYPES[entry["dtype"]], entry["shape"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=dtype).reshape(shape).clone()
    return tensors


def save(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": offsets}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def below(tensors, prefix):
    return {name[len(prefix):]: t for name, t in tensors.items() if name.startswith(prefix)}


def flat(value):
    """Tensors of nested tuples, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    return [tensor for part in value for tensor in flat(part)]


def outputs(prefix, module, inputs):
    with torch.no_grad():
        return {f"{prefix}/{i + 1}": t for i, t in enumerate(flat(module(*inputs)))}


def main():
    folder = sys.argv[1]
    torch.manual_seed(1)
    for name, make in MODULES.items():
        given = load(os.path.join(folder, name + ".in.safetensors"))
        inputs = [given[key] for key in sorted(given) if key.startswith("x/")]
        if name == "embedding":
            inputs = [inputs[0] - 1]  # ids count from 0 here
        module = make()
        module.load_state_dict(below(given, "w/"), strict=True)
        result = outputs("eval", module.eval(), inputs)
        result.update(outputs("train", module.train(), inputs))
        result.update({"after/" + key: t for key, t in module.state_dict().items()})
        own = make().train()
        for i in range(3):  # running statistics that are not those of a new module
            outputs("", own, [x * (1 + i) if x.is_floating_point() else x for x in inputs])
        result.update({"w/" + key: t.clone() for key, t in own.state_dict().items()})
        result.update(outputs("own", own.eval(), inputs))
        save(os.path.join(folder, name + ".out.safetensors"), result)


main()
