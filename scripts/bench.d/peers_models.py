"""The models of the benchmark in scikit-learn, umap-learn and NumPy; models.lua beside this file does the same.

Each function takes the folder of data that write_data() has filled and returns a call to be timed
and a function of its result: the figure that shows that both have done the same work.
"""
import gzip
import os
import warnings

import numpy as np

warnings.simplefilter("ignore")  # the rows stop at a fixed number of iterations

MEANS = np.array([49.3, 50, 86.2, 87.6, 108.1, 109.4, 139.1, 138, 155.9, 170.7])
DEVIATIONS = np.array([1.88, 1.87, 3.24, 3.08, 4.91, 4.61, 6.97, 6.88, 6.32, 6.63])
SHARES = np.array([.514, .486, .513, .487, .512, .488, .514, .486, .55, .45])


def heights(n):
    rng = np.random.RandomState(1)
    group = rng.choice(10, n, p=SHARES / SHARES.sum())
    return rng.randn(n) * DEVIATIONS[group] + MEANS[group]


def mnist():
    """Training images as float32 [60000, 784] in -1..1; random ones where there is no data."""
    path = os.path.join(os.environ.get("LATENT_DATA", ""), "mnist", "train-images-idx3-ubyte.gz")
    if not os.path.exists(path):
        return np.random.RandomState(0).rand(60000, 784).astype(np.float32) * 2 - 1
    with gzip.open(path, "rb") as f:
        pixels = np.frombuffer(f.read(), np.uint8, offset=16)
    return pixels.reshape(-1, 784).astype(np.float32) / 127.5 - 1


def rocket():
    path = os.path.join(os.environ.get("LATENT_DATA", ""), "rocket.jpg")
    try:
        from PIL import Image

        pixels = np.asarray(Image.open(path)).astype(np.float64)
    except (ImportError, OSError):
        pixels = np.random.RandomState(0).uniform(size=(427, 640, 3))
    return (pixels / pixels.max()).reshape(-1, 3)


def write_data(folder):
    """What ours and scikit-learn's runs both start from; rows are numbered from 1."""
    from sklearn.decomposition import PCA

    def save(name, array):
        np.save(os.path.join(folder, name + ".npy"), array)

    rng = np.random.RandomState(0)
    save("rocket", rocket())
    save("rocket_init", rng.uniform(size=(7, 3)))
    for k in (10, 256):
        save(f"mnist_rows_{k}", np.random.RandomState(0).choice(60000, k, replace=False) + 1)
    save("heights_10000", heights(10000))
    save("heights_1000000", heights(1000000))
    x = mnist()
    save("pca50", PCA(50, svd_solver="randomized", random_state=0).fit_transform(x).astype("f4"))
    save("gmm_rows", np.random.RandomState(0).choice(60000, 10, replace=False) + 1)
    rng = np.random.RandomState(0)
    blobs = np.concatenate([rng.randn(10000, 2) * .3 + c for c in rng.uniform(-10, 10, (10, 2))])
    save("blobs", blobs)
    save("blobs_5k", blobs[::20].copy())


def load(folder, name):
    return np.load(os.path.join(folder, name + ".npy"))


# ---- scikit-learn ----

def kmeans(x, init, iterations):
    from sklearn.cluster import KMeans

    model = KMeans(len(init), init=init, n_init=1, max_iter=iterations, tol=0, algorithm="lloyd")
    return lambda: model.fit(x), lambda m: m.inertia_


def kmeans_rocket(folder):
    return kmeans(load(folder, "rocket"), load(folder, "rocket_init"), 5)


def kmeans_mnist(folder, k=10):
    x = mnist()
    return kmeans(x, x[load(folder, f"mnist_rows_{k}") - 1], 20)


def kmeans_mnist256(folder):
    return kmeans_mnist(folder, 256)


def kmeans_pca10(folder):
    x = load(folder, "pca50")[:, :10].copy()
    return kmeans(x, x[:50], 20)


def gmm_1d(folder, n=10000):
    from sklearn.mixture import GaussianMixture

    x = load(folder, f"heights_{n}")
    means = np.linspace(x.min(), x.max(), 10)[:, None]
    model = GaussianMixture(
        10, covariance_type="diag", max_iter=20, tol=0, init_params="random",
        weights_init=np.ones(10) / 10, means_init=means, precisions_init=np.full((10, 1), 1 / 30.))
    return lambda: model.fit(x[:, None]), lambda m: -m.score(x[:, None]) * n


def gmm_1d_big(folder):
    return gmm_1d(folder, 1000000)


def gmm_mnist(folder):
    from sklearn.mixture import GaussianMixture

    x = load(folder, "pca50")
    precisions = np.tile(np.eye(50, dtype="f4") / 4, (10, 1, 1))
    model = GaussianMixture(
        10, max_iter=10, tol=0, init_params="random", weights_init=np.ones(10) / 10,
        means_init=x[load(folder, "gmm_rows") - 1], precisions_init=precisions)
    return lambda: model.fit(x), lambda m: m.score(x)


def pca_mnist(folder):
    """The faster of its solvers."""
    from sklearn.decomposition import PCA

    x = mnist()
    model = PCA(50, svd_solver="randomized", random_state=0)
    return lambda: model.fit(x), lambda m: m.explained_variance_ratio_.sum()


def dbscan_100k(folder):
    from sklearn.cluster import DBSCAN

    x, model = load(folder, "blobs"), DBSCAN(eps=.1, min_samples=5)
    return lambda: model.fit(x), lambda m: m.labels_.max() + 1


def meanshift_5k(folder):
    from sklearn.cluster import MeanShift

    x, model = load(folder, "blobs_5k"), MeanShift(bandwidth=1.0, bin_seeding=True)
    return lambda: model.fit(x), lambda m: len(m.cluster_centers_)


def tsne_5000(folder):
    from sklearn.manifold import TSNE

    x = load(folder, "pca50")[:5000]
    model = TSNE(init="pca", n_iter=1000, learning_rate="auto", random_state=0, n_jobs=-1)
    return lambda: model.fit(x), lambda m: m.kl_divergence_


def umap_10000(folder):
    """umap-learn, where it is installed; compiled before it is timed."""
    import umap
    from sklearn.manifold import trustworthiness

    x = load(folder, "pca50")[:10000]
    umap.UMAP(n_epochs=10).fit(x[:500])
    model = umap.UMAP(n_jobs=-1)
    return lambda: model.fit(x), lambda m: trustworthiness(x[:2000], m.embedding_[:2000])


SKLEARN = {f.__name__: f for f in (
    kmeans_rocket, kmeans_mnist, kmeans_mnist256, kmeans_pca10, gmm_1d, gmm_1d_big, gmm_mnist, pca_mnist,
    dbscan_100k, meanshift_5k, tsne_5000, umap_10000)}


# ---- NumPy, as the tutorial writes it ----

def kmeans_rocket_numpy(folder):
    from scipy.spatial import distance_matrix

    x, start = load(folder, "rocket"), load(folder, "rocket_init")

    def fit():
        centers = start
        for _ in range(5):
            nearest = np.nanargmin(distance_matrix(x, centers), 1)
            centers = np.array([x[nearest == k].mean(0) if np.any(nearest == k) else np.zeros(3)
                                for k in range(7)])
        return centers

    return fit, lambda centers: ""  # its empty clusters go to zero: another inertia


def gmm_1d_numpy(folder, n=10000):
    x = load(folder, f"heights_{n}")

    def bell(mean, variance):
        return np.exp(-(x - mean) ** 2 / 2 / variance) / np.sqrt(2 * np.pi * variance)

    def fit():
        mean, variance = np.linspace(x.min(), x.max(), 10), np.full(10, 30.)
        weight = np.ones(10) / 10
        for _ in range(20):
            r = np.array([w * bell(m, v) for w, m, v in zip(weight, mean, variance)]).T
            r /= r.sum(-1, keepdims=True)
            total = r.sum(0)
            mean = (r * x[:, None]).sum(0) / total
            variance = (r * (x[:, None] - mean[None]) ** 2).sum(0) / total
            weight = total / total.sum()
        return weight, mean, variance

    def loss(model):
        return -np.log(sum(w * bell(m, v) for w, m, v in zip(*model))).sum()

    return fit, loss


def gmm_1d_big_numpy(folder):
    return gmm_1d_numpy(folder, 1000000)


NUMPY = {"kmeans_rocket": kmeans_rocket_numpy, "gmm_1d": gmm_1d_numpy, "gmm_1d_big": gmm_1d_big_numpy}
