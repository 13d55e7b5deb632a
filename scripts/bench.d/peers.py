#!/usr/bin/python3
"""The workloads of the benchmark on NumPy, PyTorch or scikit-learn; ours.lua beside this file does
the same.

usage: peers.py numpy|torch|sklearn|has SECONDS NAME...
       peers.py data FOLDER
Prints a line `NAME seconds` for each workload that the library has: seconds per call or per
iteration; with a model also the figure that shows what it has found. SECONDS is how long to measure
each. `has` prints which of the three can be imported. `data` writes what the models of both sides
start from into a folder, which the environment names as BENCH_DATA afterwards.
"""
import importlib.util
import os
import subprocess
import sys
import time


LOOPS = "startup mlp_by_hand ae_tasks ae_linear vae deep_ae conv lstm".split()


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


def micro(m, rand, whole, seconds, names):
    """Single operations; m is numpy or torch, rand makes uniform float32 arrays,
    whole random integers."""
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
        "chain_plain_10M": lambda: m.exp(-(a - 0.5) ** 2 / 2) / 2.5,
        "mm_5x18": lambda: w @ v,
        "mm_40x2x256": lambda: thin @ wide,
        "mm_1024": lambda: big @ other,
        "copy_10M": (lambda: a.copy()) if is_numpy else (lambda: a.clone()),
        "rand_10M": lambda: rand(10000000),
        "randn_10M": lambda: (m.random if is_numpy else m).randn(10000000),
        "randperm_1M": lambda: m.random.permutation(1000000) if is_numpy else m.randperm(1000000),
        "sort_1M": lambda: m.sort(a[:1000000]),
    }
    places, columns, classes = whole(0, 10000000, (1000000,)), whole(0, 2500, (4000, 2500)), \
        whole(0, 1000, (10000000,))
    mask, sums = a > 0.5, a[:1000] * 0
    calls["index_1M"] = lambda: a[places]
    calls["unique_10M"] = lambda: m.unique(classes)
    calls["mask_10M"] = lambda: a[mask]
    calls["cumsum_10M"] = lambda: a.cumsum(0)
    if is_numpy:
        calls["gather_10M"] = lambda: m.take_along_axis(tall, columns, 1)
        calls["scatter_add_10M"] = lambda: m.bincount(classes, weights=a)
        calls["transpose_10M"] = lambda: m.ascontiguousarray(tall.T)
    else:
        calls["gather_10M"] = lambda: tall.gather(1, columns)
        calls["scatter_add_10M"] = lambda: sums.scatter_add(0, classes, a)
        calls["transpose_10M"] = lambda: tall.t().contiguous()
        calls["softmax_10M"] = lambda: tall.softmax(1)
    if is_numpy:
        calls["histogram_10M"] = lambda: m.histogram(a, bins=100, range=(0, 1))
    else:
        calls["histogram_10M"] = lambda: m.histc(a, bins=100, min=0, max=1)
        calls["cdist_10k"] = lambda: m.cdist(points, centres)
    for name in names:
        if name in calls:
            print(name, per_call(calls[name], seconds), flush=True)


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


def model(make, seconds):
    """Seconds of a fit, and its figure: one fit where that takes long."""
    fit, figure = make(os.environ["BENCH_DATA"])
    start = time.perf_counter()
    result = fit()
    spent = time.perf_counter() - start
    if spent < 4 * seconds:
        spent = per_call(fit, seconds)
    return spent, figure(result)


def startup(library):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import " + library], check=True)
    return time.perf_counter() - start


def main():
    library = sys.argv[1]
    if library == "has":
        print(*(m for m in ("numpy", "torch", "sklearn") if importlib.util.find_spec(m)))
        return
    if library == "data":
        import peers_models

        peers_models.write_data(sys.argv[2])
        return
    seconds, names = float(sys.argv[2]), sys.argv[3:]
    if "startup" in names:
        print("startup", startup(library), flush=True)
    if os.environ.get("BENCH_DATA") and library != "torch":
        import peers_models

        models = peers_models.SKLEARN if library == "sklearn" else peers_models.NUMPY
        for name in names:
            if name in models:
                try:
                    print(name, *model(models[name], seconds), flush=True)
                except ImportError as missing:
                    print(name, missing, sep=": ", file=sys.stderr)
    if library == "numpy" and "mlp_by_hand" in names:
        print("mlp_by_hand", mlp_by_hand(seconds), flush=True)
    if library == "torch":
        import training

        for name, make in training.loops.items():
            if name in names:
                print(name, timed_steps(make(), seconds), flush=True)
    singles = [n for n in names if n not in LOOPS]
    singles = [] if os.environ.get("BENCH_DATA") else singles
    if singles and library == "numpy":
        import numpy as np

        micro(np, lambda *shape: np.random.rand(*shape).astype(np.float32),
              np.random.randint, seconds, singles)
    elif singles:
        import torch

        micro(torch, torch.rand, torch.randint, seconds, singles)


if __name__ == "__main__":
    main()
