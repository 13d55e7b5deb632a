"""A second reader and writer of .safetensors, after the format's description alone, for the spec.

usage: safetensors_python.py write FILE    writes arrays of every type, with metadata
       safetensors_python.py check FILE    reads what the spec has written and compares
"""
import json
import struct
import sys

import numpy as np

TYPES = {"BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "U16": "<u2", "I32": "<i4", "U32": "<u4",
         "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8"}


def arrays():
    """Arrays by name; the spec computes the same."""
    made = {name: (np.arange(24).reshape(2, 3, 4) % 5).astype(code) for name, code in TYPES.items()}
    made["strange ü \" name"] = np.linspace(-1, 1, 5, dtype="<f8")
    made["empty"] = np.zeros((0, 7), "<f4")
    made["number"] = np.array(2.5, "<f4")
    return made


def write(path):
    header, data, at = {"__metadata__": {"format": "pt", "note": "größe"}}, b"", 0
    for name, a in arrays().items():
        code = next(key for key, value in TYPES.items() if np.dtype(value) == a.dtype)
        header[name] = {"dtype": code, "shape": list(a.shape), "data_offsets": [at, at + a.nbytes]}
        data += a.tobytes()
        at += a.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def read(path):
    with open(path, "rb") as f:
        whole = f.read()
    (length,) = struct.unpack("<Q", whole[:8])
    header = json.loads(whole[8:8 + length])
    data, found, spans = whole[8 + length:], {}, []
    assert length % 8 == 0, "the data must be aligned"
    metadata = header.pop("__metadata__", {})
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        a = np.frombuffer(data[begin:end], TYPES[entry["dtype"]])
        found[name] = a.reshape(entry["shape"])
        spans.append((begin, end))
    at = 0
    for begin, end in sorted(spans):
        assert begin == at, "there are holes"
        at = end
    assert at == len(data), "there is more"
    return found, metadata


def check(path):
    found, metadata = read(path)
    assert metadata == {"format": "pt", "note": "größe"}, metadata
    want = {name: a for name, a in arrays().items() if name in found}
    assert len(want) == len(found) == 8, sorted(found)
    for name, a in want.items():
        assert found[name].dtype == a.dtype and found[name].shape == a.shape, name
        assert np.array_equal(found[name], a), name


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
    print("done")
