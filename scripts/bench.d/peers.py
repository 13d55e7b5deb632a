#!/usr/bin/python3
"""The workloads of the benchmark on NumPy or PyTorch; ours.lua beside this file does the same.

usage: peers.py numpy|torch|has SECONDS NAME...
Prints a line `NAME seconds` for each workload that the library has: seconds per call or per
iteration. SECONDS is how long to measure each. `has` prints which of the two can be imported.
"""
import gzip
import importlib.util
import os
import subprocess
import sys
import time


def per_call(call, seconds):
    """Seconds per call, from as many calls as fill the given time."""
    call()
    n = 1
    while True:
        start = time.perf_counter()
        for _ in range(n):
            call()
        spent = time.perf_counter() - start
        if spent > seconds:
            return spent / n
        n = max(2 * n, int(n * seconds / max(spent, 1e-9)))


def micro(m, rand, seconds, names):
    """Single operations; m is numpy or torch, rand makes uniform float32 arrays."""
    a, b, s, t = rand(10000000), rand(10000000), rand(10), rand(10)
    big, other, tall, row = rand(1024, 1024), rand(1024, 1024), rand(4000, 2500), rand(2500)
    w, v, thin, wide = rand(5, 18), rand(18, 1), rand(40, 2), rand(2, 256)
    points, centres = rand(10000, 32), rand(256, 32)
    is_numpy = m.__name__ == "numpy"
    calls = {
        "add_10": lambda: s + t,
        "exp_10": lambda: m.exp(s),
        "add_10M": lambda: a + b,
        "exp_10M": lambda: m.exp(a),
        "tanh_10M": lambda: m.tanh(a),
        "sum_10M": lambda: a.sum(),
        "sum0_10M": lambda: tall.sum(0),
        "sum1_10M": lambda: tall.sum(1),
        "var_10M": lambda: a.var(),
        "argmax1_10M": lambda: tall.argmax(1),
        "bcast_10M": lambda: tall + row,
        "chain_10M": lambda: m.exp(-(a - 0.5) ** 2 / 2) / 2.5,
        "mm_5x18": lambda: w @ v,
        "mm_40x2x256": lambda: thin @ wide,
        "mm_1024": lambda: big @ other,
        "copy_10M": (lambda: a.copy()) if is_numpy else (lambda: a.clone()),
        "rand_10M": lambda: rand(10000000),
        "randn_10M": lambda: (m.random if is_numpy else m).randn(10000000),
        "randperm_1M": lambda: m.random.permutation(1000000) if is_numpy else m.randperm(1000000),
        "sort_1M": lambda: m.sort(a[:1000000]),
    }
    if is_numpy:
        calls["histogram_10M"] = lambda: m.histogram(a, bins=100, range=(0, 1))
    else:
        calls["histogram_10M"] = lambda: m.histc(a, bins=100, min=0, max=1)
        calls["cdist_10k"] = lambda: m.cdist(points, centres)
    for name in names:
        if name in calls:
            print(name, per_call(calls[name], seconds), flush=True)


def mnist():
    """Training images as float32 [60000, 784] in -1..1; random ones where there is no data."""
    import numpy as np

    path = os.path.join(os.environ.get("LATENT_DATA", ""), "mnist", "train-images-idx3-ubyte.gz")
    if not os.path.exists(path):
        return np.random.rand(60000, 784).astype(np.float32) * 2 - 1
    with gzip.open(path, "rb") as f:
        pixels = np.frombuffer(f.read(), np.uint8, offset=16)
    return pixels.reshape(-1, 784).astype(np.float32) / 127.5 - 1


def timed_steps(step, seconds):
    """Seconds per step of a training loop, after a few steps to warm up."""
    for _ in range(5):
        step()
    n, start = 0, time.perf_counter()
    while True:
        for _ in range(20):
            step()
        n += 20
        spent = time.perf_counter() - start
        if spent > 4 * seconds:
            return spent / n


def ae_tasks(seconds):
    """784-256-2-256-784 autoencoder as the tutorial writes it: bias as a column of ones."""
    import numpy as np
    import torch

    x = mnist()
    rng = np.random.RandomState(111111)
    sizes = [784, 256, 2, 256, 784]
    weights = [
        torch.tensor(rng.normal(0, 0.01, (a + 1, b)), dtype=torch.float, requires_grad=True)
        for a, b in zip(sizes, sizes[1:])
    ]
    adam = torch.optim.Adam(weights, lr=3e-3)

    def step():
        batch = torch.tensor(x[rng.randint(0, len(x), 40)])
        ones = torch.ones(40, 1)
        h = batch
        for i, w in enumerate(weights):
            h = torch.cat((h, ones), 1).mm(w)
            h = torch.tanh(h) if i == 3 else h.clamp(min=0)
        loss = torch.mean(torch.mean(torch.square(h - batch), 1), 0)
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    return timed_steps(step, seconds)


def ae_linear(seconds):
    """The same net with nn.Linear and batches taken from a tensor."""
    import torch
    from torch import nn

    x = torch.tensor(mnist())
    net = nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 2), nn.ReLU(),
        nn.Linear(2, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
    adam = torch.optim.Adam(net.parameters(), lr=3e-3, foreach=True)

    def step():
        batch = x[torch.randint(0, len(x), (40,))]
        loss = nn.functional.mse_loss(net(batch), batch)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        return loss.item()

    return timed_steps(step, seconds)


def mlp_by_hand(seconds):
    """18-5-18 sigmoid net on one-hot samples, the backward pass written out, float64."""
    import numpy as np

    rng = np.random.RandomState(0)
    x = np.eye(18)
    w_e, w_d = rng.randn(5, 18) / np.sqrt(18), rng.randn(18, 5) / np.sqrt(5)
    b_e, b_d = np.zeros(5), np.zeros(18)

    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def slope(v):
        return sigmoid(v) * sigmoid(-v)

    def epoch():
        nonlocal w_e, w_d
        for sample in x:
            z = sigmoid(np.dot(w_e, sample) + b_e)
            y = sigmoid(np.dot(w_d, z) + b_d)
            dy = (y - sample) * slope(y)
            dz = np.matmul(dy, w_d) * slope(z)
            w_d -= 1e-2 * (dy[:, None] * z[None])
            w_e -= 1e-2 * (dz[:, None] * sample[None])
            np.sum((sample - y) ** 2 / 2)

    return timed_steps(epoch, seconds) / 18


def startup(library):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import " + library], check=True)
    return time.perf_counter() - start


def main():
    library = sys.argv[1]
    if library == "has":
        print(*(m for m in ("numpy", "torch") if importlib.util.find_spec(m)))
        return
    seconds, names = float(sys.argv[2]), sys.argv[3:]
    if "startup" in names:
        print("startup", startup(library), flush=True)
    loops = {"numpy": [mlp_by_hand], "torch": [ae_tasks, ae_linear]}[library]
    for loop in loops:
        if loop.__name__ in names:
            print(loop.__name__, loop(seconds), flush=True)
    singles = [n for n in names if n not in ("startup", "ae_tasks", "ae_linear", "mlp_by_hand")]
    if singles and library == "numpy":
        import numpy as np

        micro(np, lambda *shape: np.random.rand(*shape).astype(np.float32), seconds, singles)
    elif singles:
        import torch

        micro(torch, torch.rand, seconds, singles)


if __name__ == "__main__":
    main()
