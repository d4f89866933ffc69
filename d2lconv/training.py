"""Learning a kernel: gradient descent on the summed squared error, and how fast it may go."""

from __future__ import annotations

import contextlib
import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from d2lconv._validate import Array, real_array, real_number, real_values, size_pair, whole_number
from d2lconv.layers import Conv2D, as_correlated, shape_of_output
from d2lconv.operators import unfold

MOST_TAPS = 400  # a 20 × 20 kernel; the square of the number of taps has to be worth it
Steps = tuple[Array, Array, Array | None]  # loss, weight and bias, as a History holds them


@dataclass(frozen=True)
class History:
    """
    What `fit` saw: entry ``t`` of each array is the state after ``t`` updates.

    Attributes
    ----------
    loss : ndarray, shape (epochs + 1,), float64
        The summed squared error.
    weight : ndarray, shape (epochs + 1, out, in, k_h, k_w)
        The layer's kernels.
    bias : ndarray, shape (epochs + 1, out), or None
        The layer's bias, where it has one.
    lr : float
        The learning rate.
    flip : bool
        Whether the layer flips its kernels.
    X, Y : ndarray
        The input and the target, as `fit` was given them.
    """

    loss: Array
    weight: Array
    bias: Array | None
    lr: float
    flip: bool
    X: Array
    Y: Array


def fit(
    layer: Conv2D, X: ArrayLike, Y: ArrayLike, *, lr: float = 3e-2, epochs: int = 10, progress: bool = False
) -> History:
    r"""
    Train a layer by gradient descent on the summed squared error.

    .. math:: \ell = \sum (\hat{Y} - Y)^2, \qquad K \leftarrow K - \eta \, \partial \ell / \partial K

    Parameters
    ----------
    layer : Conv2D
        The layer, which is trained in place.
    X : array_like, shape (n, in_channels, n_h, n_w)
        The input.
    Y : array_like, shape (n, out_channels, n_h - k_h + 1, n_w - k_w + 1)
        The target.
    lr : float
        The learning rate, above zero. See `max_stable_lr` for how large it may be.
    epochs : int
        How many updates to make, each from the whole of `X`.
    progress : bool
        Whether to show a progress bar with the loss.

    Returns
    -------
    history : History
        The loss and the parameters, before the first update and after each one.

    Raises
    ------
    ValueError, TypeError
        If an array does not fit the layer, `lr` is not above zero, or `epochs` is not a whole number, 0 or more.

    Warns
    -----
    RuntimeWarning
        If the loss grows past what a float can hold.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 7.2.4.

    Examples
    --------
    >>> from d2lconv import corr2d
    >>> from d2lconv.images import edge_image
    >>> X, layer = edge_image(), Conv2D((1, 2), bias=False, rng=0)
    >>> history = fit(layer, X[None, None], corr2d(X, [[1, -1]])[None, None], epochs=100)
    >>> layer.weight.round(3)
    array([[[[ 1., -1.]]]])
    """
    if not isinstance(layer, Conv2D):
        raise TypeError(
            f"layer should be a Conv2D, but came as {type(layer).__name__}: make one with Conv2D(kernel_size)."
        )
    X, Y = real_array(X, "X", 4), real_array(Y, "Y", 4)
    lr, epochs = real_number(lr, "lr", positive=True), whole_number(epochs, "epochs", least=0)

    shape = shape_of_output(layer, X)
    if shape != Y.shape:
        raise ValueError(
            f"Y should have the shape of the layer's output, {shape}, but its shape is {Y.shape}: "
            "check the kernel's size and the channels."
        )

    steps = None
    with _progress_bar(epochs, shown=progress) as bar:
        if layer.weight.shape[:2] == (1, 1) and layer.weight.size <= MOST_TAPS:
            steps = _by_normal_equations(layer, X, Y, lr, epochs, bar)
        loss, weight, bias = steps or _step_by_step(layer, X, Y, lr, epochs, bar)
    if not math.isfinite(loss[-1]) and math.isfinite(loss[0]):
        warnings.warn(
            f"The loss stopped being finite at epoch {np.argmin(np.isfinite(loss))}: lr={lr:g} is too high for this "
            "input; max_stable_lr(X, kernel_size) says how high it may be.",
            RuntimeWarning,
            stacklevel=2,
        )
    return History(loss, weight, bias, lr, layer.flip, X.copy(), Y.copy())


# A rate that is too high is reported once, in words, by `fit`.
@np.errstate(over="ignore", invalid="ignore")
def _step_by_step(layer: Conv2D, X: Array, Y: Array, lr: float, epochs: int, bar: Any) -> Steps:
    """Train as the textbook does: forward, loss, backward, update."""
    loss = np.empty(epochs + 1)
    weight = np.empty((epochs + 1, *layer.weight.shape), layer.weight.dtype)
    bias = None if layer.bias is None else np.empty((epochs + 1, *layer.bias.shape), layer.bias.dtype)
    for t in range(epochs + 1):
        error = layer(X)
        error -= Y
        loss[t] = np.sum(np.square(error, dtype=np.float64))
        weight[t] = layer.weight
        if bias is not None and layer.bias is not None:
            bias[t] = layer.bias
        if t < epochs:
            layer.backward_parameters(2 * error)
            layer.weight -= lr * layer.grad_weight
            if layer.bias is not None and layer.grad_bias is not None:
                layer.bias -= lr * layer.grad_bias
            if bar is not None:
                bar.set_postfix(loss=f"{loss[t]:.4g}", refresh=False)
                bar.update()
    return loss, weight, bias


@np.errstate(over="ignore", invalid="ignore")  # as above; compiled loops say nothing anyway
def _by_normal_equations(layer: Conv2D, X: Array, Y: Array, lr: float, epochs: int, bar: Any) -> Steps | None:
    """Take the same steps without looking at the images again; return None where these hold NaN or infinity."""
    from d2lconv import _descent

    taps, bias = layer.weight.size, layer.bias
    parameters = taps if bias is None else taps + 1
    X, Y = np.ascontiguousarray(X, np.float64), np.ascontiguousarray(Y, np.float64)
    G, A, c = np.empty((1, 1, *layer.weight.shape[2:])), np.zeros((parameters, parameters)), np.empty(parameters)
    if not _descent.normal_equations(X, Y, G, A, c):
        return None
    W, loss = np.empty((epochs + 1, parameters), layer.weight.dtype), np.empty(epochs + 1)
    W[0, :taps] = as_correlated(layer, layer.weight).ravel()
    if bias is not None:
        W[0, taps:] = bias
    chunk = max(1, epochs if bar is None else epochs // 100)
    for start in range(0, epochs, chunk):
        _descent.descend(A, c, lr, W[start : start + chunk + 1])
        if bar is not None:
            bar.update(min(chunk, epochs - start))
    _descent.losses(X, Y, A, c, W, G, loss)
    if bar is not None:
        bar.set_postfix(loss=f"{loss[-1]:.4g}")
    weight = as_correlated(layer, W[:, :taps].reshape(epochs + 1, *layer.weight.shape)).copy()
    layer.weight = weight[-1]
    if bias is None:
        return loss, weight, None
    layer.bias = W[-1, taps:]
    return loss, weight, W[:, taps:].copy()


def max_stable_lr(X: ArrayLike, kernel_size: int | tuple[int, int]) -> float:
    r"""
    Say how high the learning rate may be before gradient descent diverges.

    The summed squared error of a layer without bias is a quadratic function of its kernel, with the Hessian
    :math:`H = 2\,U^\top U`, where `U` holds the windows of `X` as rows. Along an eigenvector a step multiplies the
    error by :math:`1 - \eta\lambda`, so descent converges where :math:`\eta < 2/\lambda_{\max}`.

    Parameters
    ----------
    X : array_like, shape (n_h, n_w) or (n, in_channels, n_h, n_w)
        The training input.
    kernel_size : int or (int, int)
        The kernel's height and width, in pixels.

    Returns
    -------
    lr : float
        ``2 / λ_max``; infinity where `X` is all zeros and nothing can be learned.

    Raises
    ------
    ValueError, TypeError
        If `X` is not a real image or batch, or the kernel does not fit inside it.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, section 4.3.1.

    Examples
    --------
    >>> from d2lconv.images import edge_image
    >>> round(1 / max_stable_lr(edge_image(), (1, 2)), 6)
    30.0
    """
    X = real_values(X, "X").astype(np.float64)
    if not np.isfinite(X).all():
        raise ValueError(
            "X should be finite to learn from, but holds NaN or infinity: replace them with np.nan_to_num first."
        )
    batch = X[None, None] if X.ndim == 2 else real_array(X, "X", 4)
    size = size_pair(kernel_size, "kernel_size")
    U = np.vstack([np.hstack([unfold(channel, size) for channel in image]) for image in batch])
    brightest = float(np.abs(U).max())
    if brightest == 0:
        return float("inf")
    U /= brightest  # so that no square overflows
    steepest = float(np.linalg.eigvalsh(2 * U.T @ U)[-1])
    return 2 / steepest / brightest / brightest


def _progress_bar(epochs: int, *, shown: bool) -> Any:
    if not shown:
        return contextlib.nullcontext()
    from tqdm.auto import tqdm  # half the time that importing the whole package takes

    return tqdm(total=epochs, desc="epoch")
