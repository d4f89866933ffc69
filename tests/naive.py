"""Slow oracles: the textbook's loops and the definitions of derivatives, with nothing of d2lconv in them."""

import numpy as np


def corr2d(X, K):
    """Correlate by the textbook's four loops."""
    k_h, k_w = K.shape
    Y = np.zeros((X.shape[0] - k_h + 1, X.shape[1] - k_w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            for a in range(k_h):
                for b in range(k_w):
                    Y[i, j] += X[i + a, j + b] * K[a, b]
    return Y


def layer(X, weight, bias=None, *, flip=False):
    """Sum, for every image and output channel, the correlations of the input channels, and add the bias."""
    if flip:
        weight = weight[:, :, ::-1, ::-1]
    if bias is None:
        bias = np.zeros(len(weight))
    outputs = [
        [
            sum(corr2d(x, k) for x, k in zip(image, kernels, strict=True)) + b
            for kernels, b in zip(weight, bias, strict=True)
        ]
        for image in X
    ]
    return np.array(outputs)


def gradient(f, A, step=0.5):
    """Differentiate `f` at `A` by central differences, which are exact where `f` is quadratic."""
    G = np.zeros(A.shape)
    for index in np.ndindex(A.shape):
        there = np.zeros(A.shape)
        there[index] = step
        G[index] = (f(A + there) - f(A - there)) / (2 * step)
    return G


def hessian(f, A):
    """Differentiate `f` twice at `A`, one row for each element of `A`."""
    rows = [gradient(lambda B, at=at: gradient(f, B)[at], A).ravel() for at in np.ndindex(A.shape)]
    return np.array(rows)


def inputs_seen(kernel_sizes, strides):
    """List the inputs that reach the first element behind a stack of layers, walking from it back to the input."""
    seen = {(0, 0)}
    for (k_h, k_w), (s_h, s_w) in reversed(list(zip(kernel_sizes, strides, strict=True))):
        seen = {(i * s_h + a, j * s_w + b) for i, j in seen for a in range(k_h) for b in range(k_w)}
    return seen
