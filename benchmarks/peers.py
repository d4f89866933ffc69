"""What d2lconv is measured against: each peer's own way to say the same thing, one thread each.

NumPy's linear algebra reads its number of threads when it is loaded: `make bench` sets OPENBLAS_NUM_THREADS.
"""

import cv2
import numpy as np
import scipy.ndimage
import scipy.signal
import torch
from torch.nn.functional import conv2d

Array = np.ndarray
cv2.setNumThreads(1)
torch.set_num_threads(1)


def opencv(X: Array, K: Array) -> Array:
    """Filter; OpenCV pads the image, so its output is cut to the windows that stay inside."""
    (n_h, n_w), (k_h, k_w) = X.shape, K.shape
    return cv2.filter2D(X, -1, K, anchor=(0, 0))[: n_h - k_h + 1, : n_w - k_w + 1]


def pytorch(X: Array, K: Array) -> Array:
    """Convolve without recording for gradients."""
    with torch.no_grad():
        return conv2d(torch.from_numpy(X)[None, None], torch.from_numpy(K)[None, None])[0, 0].numpy()


def correlate2d(X: Array, K: Array) -> Array:
    """Take scipy.signal's sum."""
    return scipy.signal.correlate2d(X, K, mode="valid")


def ndimage(X: Array, K: Array) -> Array:
    """Take scipy.ndimage's sum, cut as OpenCV's is."""
    (n_h, n_w), (k_h, k_w) = X.shape, K.shape
    Y = scipy.ndimage.correlate(X, K, mode="constant", origin=(-(k_h // 2), -(k_w // 2)))
    return Y[: n_h - k_h + 1, : n_w - k_w + 1]


def windows(X: Array, K: Array) -> Array:
    """Sum over a view of all windows, in NumPy."""
    return np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(X, K.shape), K)


def fft(X: Array, K: Array) -> Array:
    """Convolve by scipy's Fourier transform."""
    return scipy.signal.fftconvolve(X, K[::-1, ::-1], mode="valid")


def train(X: Array, Y: Array, kernel: Array, lr: float, epochs: int) -> tuple[list[float], list[Array]]:
    """Train as the textbook's PyTorch edition does, and keep every loss and kernel as `fit` does."""
    layer = torch.nn.Conv2d(1, 1, kernel.shape, bias=False)
    layer.weight.data = torch.tensor(kernel[None, None])
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)
    losses, kernels = [], []
    for epoch in range(epochs + 1):
        loss = ((layer(X) - Y) ** 2).sum()
        losses.append(loss.item())
        kernels.append(layer.weight.detach().numpy().copy())
        if epoch < epochs:
            layer.zero_grad()
            loss.backward()
            layer.weight.data[:] -= lr * layer.weight.grad
    return losses, kernels
