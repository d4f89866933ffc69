r"""Gradient descent for a layer with one channel in and out, compiled: its loss is quadratic, so a few sums do.

With the windows of the images in the rows of `U`, and a column of ones where there is a bias, the summed squared error
is :math:`|Uw - y|^2 = w^\top A w - 2 c^\top w + |y|^2` with :math:`A = U^\top U` and :math:`c = U^\top y`, the normal
equations' (C. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 3.1.1). Once these are known, a step
costs as much as `A` has entries, however large the images are.

All arrays hold float64, but for the parameters `W`, which may be float32: one row a step, taps in reading order, then
the bias if there is one. Nothing here checks anything.
"""

import numpy as np

from d2lconv._kernels import compiled, weight_gradient


@compiled("contract", "reassoc")
def normal_equations(X, Y, G, A, c):
    """Fill `A`, which comes as zeros, and `c`, and say whether they are finite.

    `G`, shape (1, 1, k_h, k_w), gives the kernel's shape, and room.
    """
    for n in range(len(X)):
        add_gram(X[n, 0], G.shape[2], G.shape[3], A)
    project(X, Y, G, c)
    if len(c) > G.size:
        project(X, np.ones_like(Y), G, A[-1])
        A[:, -1] = A[-1]
    return np.isfinite(A.sum() + c.sum())


@compiled("contract", "reassoc")
def project(X, Y, G, c):
    """Write ``U.T @ y`` into `c`."""
    weight_gradient(X, Y, G)
    c[: G.size] = G.ravel()
    if len(c) > G.size:
        c[-1] = Y.sum()


@compiled("contract", "reassoc")
def add_gram(X, k_h, k_w, A):
    """Add ``U.T @ U`` for one image: for each two taps, the sum over all windows of the products of what they meet.

    Both pixels keep their distance while the window moves, so the image times itself, shifted by that distance, holds
    all their products. They are summed once, and corrected at the edges for each move of the two taps right or down.
    """

    def dot(x, y):
        s = 0.0
        for j in range(len(x)):
            s += x[j] * y[j]
        return s

    n_h, n_w = X.shape
    rows, width = n_h - k_h + 1, n_w - k_w + 1
    R = np.empty((k_w, n_h))
    for down in range(k_h):
        for right in range(1 - k_w if down else 0, k_w):
            start = max(0, -right)
            for i in range(n_h - down):
                x, y = X[i, start:], X[i + down, start + right :]
                s = dot(x[:width], y)
                R[0, i] = s
                for b in range(1, k_w - abs(right)):
                    s += x[b + width - 1] * y[b + width - 1] - x[b - 1] * y[b - 1]
                    R[b, i] = s
            for b in range(k_w - abs(right)):
                s = R[b, :rows].sum()
                for a in range(k_h - down):
                    if a:
                        s += R[b, a + rows - 1] - R[b, a - 1]
                    tap = a * k_w + start + b
                    other = tap + down * k_w + right
                    A[tap, other] += s
                    if other > tap:
                        A[other, tap] += s


@compiled("contract", "reassoc")
def descend(A, c, lr, W):
    """Fill the rows of `W` after the first: each is one step down the gradient from the one before."""
    for t in range(W.shape[0] - 1):
        for p in range(W.shape[1]):
            half = -c[p]
            for q in range(W.shape[1]):
                half += A[p, q] * W[t, q]
            W[t + 1, p] = W[t, p] - 2 * lr * half


@compiled("contract", "reassoc")
def losses(X, Y, A, c, W, G, loss):
    """Fill `loss`, one entry for each row of `W`.

    Near the minimum the quadratic formula is a difference of large numbers, with no digit left. So it only serves to
    find the best row; there the loss is summed over the images, and the others' follow from their distance to it.
    """
    best, lowest = 0, np.inf
    for t in range(len(W)):
        estimate = 0.0
        for p in range(len(c)):
            s = -2 * c[p]
            for q in range(len(c)):
                s += A[p, q] * W[t, q]
            estimate += s * W[t, p]
        if estimate < lowest:
            best, lowest = t, estimate

    error, slope = -Y, np.empty_like(c)
    least = 0.0
    for n in range(len(Y)):
        for i in range(Y.shape[2]):
            e = error[n, 0, i]
            if len(c) > G.size:
                e += W[best, -1]
            for a in range(G.shape[2]):
                for b in range(G.shape[3]):
                    x, tap = X[n, 0, i + a, b:], W[best, a * G.shape[3] + b]
                    for j in range(len(e)):
                        e[j] += x[j] * tap
            for j in range(len(e)):
                least += e[j] * e[j]
    project(X, error, G, slope)

    distance = np.empty_like(c)
    for t in range(len(W)):
        for p in range(len(c)):
            distance[p] = np.float64(W[t, p]) - W[best, p]
        loss[t] = least
        for p in range(len(c)):
            s = 2 * slope[p]
            for q in range(len(c)):
                s += A[p, q] * distance[q]
            loss[t] += s * distance[p]
        if loss[t] < 0:
            loss[t] = 0
