"""The training loops of the benchmark in PyTorch; training.lua beside this file does the same.

Each function gives the step of a loop: a batch, the loss, its gradients, one change of the weights.
"""
import gzip
import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def mnist():
    """Training images as float32 [60000, 784] in 0..1; random ones where there is no data."""
    path = os.path.join(os.environ.get("LATENT_DATA", ""), "mnist", "train-images-idx3-ubyte.gz")
    if not os.path.exists(path):
        return torch.rand(60000, 784)
    with gzip.open(path, "rb") as f:
        pixels = np.frombuffer(f.read(), np.uint8, offset=16)
    return torch.tensor(pixels.reshape(-1, 784).astype(np.float32) / 255)


def rows(images, n):
    return images[torch.randint(0, len(images), (n,))]


def step_of(parameters, lr, take, loss_of, **options):
    """The step that lowers loss_of(batch)."""
    adam = torch.optim.Adam(parameters, lr=lr, **options)

    def step():
        loss = loss_of(take())
        adam.zero_grad()
        loss.backward()
        adam.step()
        return loss.item()

    return step


def ae_tasks():
    """784-256-2-256-784 autoencoder as the tutorial writes it: bias as a column of ones."""
    x = (mnist() * 2 - 1).numpy()
    rng = np.random.RandomState(111111)
    sizes = [784, 256, 2, 256, 784]
    weights = [
        torch.tensor(rng.normal(0, 0.01, (a + 1, b)), dtype=torch.float, requires_grad=True)
        for a, b in zip(sizes, sizes[1:])
    ]

    def loss_of(batch):
        ones = torch.ones(40, 1)
        h = batch
        for i, w in enumerate(weights):
            h = torch.cat((h, ones), 1).mm(w)
            h = torch.tanh(h) if i == 3 else h.clamp(min=0)
        return torch.mean(torch.mean(torch.square(h - batch), 1), 0)

    return step_of(weights, 3e-3, lambda: torch.tensor(x[rng.randint(0, len(x), 40)]), loss_of)


def ae_linear():
    """The same net with nn.Linear, batches taken from a tensor, and Adam over all tensors at once."""
    x = mnist() * 2 - 1
    net = nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 2), nn.ReLU(),
        nn.Linear(2, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh())
    return step_of(net.parameters(), 3e-3, lambda: rows(x, 40), lambda b: F.mse_loss(net(b), b),
                   foreach=True)


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        self.features, self.mean, self.log_variance = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.hidden, self.out = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x):
        h = F.relu(self.features(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return torch.sigmoid(self.out(F.relu(self.hidden(z)))), mean, log_variance


def vae():
    """VAE 784-400-20, batch 128."""
    x, net = mnist(), Vae()

    def loss_of(batch):
        y, mean, log_variance = net(batch)
        kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
        return F.binary_cross_entropy(y, batch, reduction="sum") + kl

    return step_of(net.parameters(), 1e-3, lambda: rows(x, 128), loss_of)


def deep_ae():
    """Deep autoencoder 1024-341-113-20 with batch norm, root mean square error, batch 32."""
    x = F.pad(mnist().reshape(-1, 28, 28), (2, 2, 2, 2)).reshape(-1, 1024)

    def hidden(inputs, outputs):
        return nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs), nn.ReLU(True)

    net = nn.Sequential(
        *hidden(1024, 341), *hidden(341, 113), nn.Linear(113, 20),
        *hidden(20, 113), *hidden(113, 341), nn.Linear(341, 1024), nn.Sigmoid())
    return step_of(net.parameters(), 0.01, lambda: rows(x, 32), lambda b: torch.sqrt(F.mse_loss(net(b), b)))


def conv():
    """Convolutional autoencoder, 16 and 32 maps, batch 64."""
    x = (mnist() * 2 - 1).reshape(-1, 1, 28, 28)
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(),
        nn.ConvTranspose2d(32, 16, 3, 2, 1, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 3, 2, 1, 1), nn.Tanh())
    return step_of(net.parameters(), 1e-3, lambda: rows(x, 64), lambda b: F.mse_loss(net(b), b))


def lstm():
    """LSTM autoencoder over the 28 rows of an image, 64 units, batch 64."""
    x = (mnist() * 2 - 1).reshape(-1, 28, 28)
    encoder, decoder, out = nn.LSTM(28, 64, batch_first=True), nn.LSTM(64, 64, batch_first=True), nn.Linear(64, 28)
    parameters = [*encoder.parameters(), *decoder.parameters(), *out.parameters()]

    def loss_of(batch):
        _, (h, _) = encoder(batch)
        y, _ = decoder(h[0][:, None].expand(-1, 28, -1))
        return F.mse_loss(out(y), batch)

    return step_of(parameters, 1e-3, lambda: rows(x, 64), loss_of)


loops = {f.__name__: f for f in (ae_tasks, ae_linear, vae, deep_ae, conv, lstm)}
