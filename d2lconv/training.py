"""Learning a kernel: gradient descent on the summed squared error, and how fast it may go."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from d2lconv._backend import loops
from d2lconv._validate import (
    Array,
    affordable,
    common_float,
    output_shape,
    real_array,
    real_number,
    real_values,
    size_pair,
    true_or_false,
    whole_number,
)
from d2lconv.layers import Conv2D

LARGE = 2**17  # multiply-adds forward, in a step: more take longer than calling the layer, whose loops are faster
BREATH = 2**28  # multiply-adds, some hundredths of a second: after so many the bar moves, and an interrupt is heard
Steps = tuple[Array, Array, Array | None]  # loss, weight and bias, as a History holds them


@dataclass(frozen=True, eq=False)  # arrays have no single answer to whether they are equal
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
        Whether to show a progress bar, with the last loss that it knows.

    Returns
    -------
    history : History
        The loss and the parameters, before the first update and after each one.

    Raises
    ------
    ValueError, TypeError
        If an array does not fit the layer, `lr` is not above zero, `progress` is not a bool, or `epochs` is not a whole
        number, 0 or more, or so large that its history would not fit.

    Warns
    -----
    RuntimeWarning
        If the loss grows past what a float can hold.

    Notes
    -----
    Afterwards the layer holds the last weight and bias, and the gradients of the last step. `backward` speaks of `X`.

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
    affordable((epochs + 1, *layer.weight.shape), "The history of the weight")
    shape = layer._output_shape(X)
    if shape != Y.shape:
        raise ValueError(
            f"Y should have the shape of the layer's output, {shape}, but its shape is {Y.shape}: "
            "check the kernel's size and the channels."
        )

    small = layer.weight.shape[:2] == (1, 1) and layer.weight.size * Y.size < LARGE
    train = _in_one_loop if small else _step_by_step
    with _progress_bar(epochs, shown=true_or_false(progress, "progress")) as bar:
        loss, weight, bias = train(layer, X, Y, lr, epochs, bar)
    if not np.isfinite(loss).all() and all(np.isfinite(A).all() for A in (X, Y, weight[0])):
        warnings.warn(_why_not_finite(loss, lr), RuntimeWarning, stacklevel=2)
    return History(loss, weight, bias, lr, layer.flip, X.copy(), Y.copy())


silent = np.errstate(over="ignore", invalid="ignore")  # a rate that is too high is reported once, in words, by `fit`


@silent
def _step_by_step(layer: Conv2D, X: Array, Y: Array, lr: float, epochs: int, bar: Any) -> Steps:
    """Train as the textbook does: forward, error, loss, gradient, step."""
    loss, weight, bias = _first_rows(layer, epochs)
    for t in range(epochs + 1):
        error = layer(X)
        error -= Y
        loss[t] = np.sum(np.square(error, dtype=np.float64))
        if t < epochs:
            layer.backward_parameters(2 * error)
            weight[t + 1] = weight[t] - lr * layer.grad_weight
            layer.weight = weight[t + 1]
            if bias is not None and layer.grad_bias is not None:
                bias[t + 1] = bias[t] - lr * layer.grad_bias
                layer.bias = bias[t + 1]
            _show(bar, 1, loss[t])
    return loss, weight, bias


@silent
def _in_one_loop(layer: Conv2D, X: Array, Y: Array, lr: float, epochs: int, bar: Any) -> Steps:
    """Take the same steps for one channel in one compiled loop, where calling the layer would take most of the time."""
    loss, weight, bias = _first_rows(layer, epochs)
    layer._X = X  # as its last call would have left it
    X, _ = common_float(X, weight)
    Y = np.ascontiguousarray(Y, X.dtype)
    W = np.ascontiguousarray(layer._as_correlated(weight)[:, 0, 0])
    B = np.zeros(epochs + 1, weight.dtype) if bias is None else bias[:, 0]
    dW, dB = np.zeros(W.shape[1:]), np.zeros(1)
    chunk = max(1, BREATH // (2 * dW.size * Y.size))
    for start in range(0, max(epochs, 1), chunk):
        steps = slice(start, start + chunk + 1)
        loops().descend(X, Y, lr, W[steps], B[steps], bias is not None, dW, dB, loss[steps])
        _show(bar, min(chunk, epochs - start), loss[steps][-1])
    weight[:, 0, 0] = layer._as_correlated(W)
    layer.weight = weight[-1]
    if bias is not None:
        layer.bias = bias[-1]
    if epochs:
        layer.grad_weight = layer._as_correlated(dW[None, None]).astype(X.dtype)
        layer.grad_bias = None if bias is None else dB.astype(X.dtype)
    return loss, weight, bias


def _first_rows(layer: Conv2D, epochs: int) -> Steps:
    """Make room for a history, and enter the layer as it is."""
    loss = np.empty(epochs + 1)
    weight = np.empty((epochs + 1, *layer.weight.shape), layer.weight.dtype)
    weight[0] = layer.weight
    if layer.bias is None:
        return loss, weight, None
    bias = np.empty((epochs + 1, *layer.bias.shape), layer.weight.dtype)
    bias[0] = layer.bias
    return loss, weight, bias


def _why_not_finite(loss: Array, lr: float) -> str:
    epoch = int(np.argmin(np.isfinite(loss)))
    if epoch == 0:
        return (
            "The loss is more than a float can hold before the first step: X, Y or the weight holds numbers that are "
            "too large to square; scale them down."
        )
    return (
        f"The loss stopped being finite at epoch {epoch}: lr={lr:g} is too high for this input; "
        "max_stable_lr(X, kernel_size) says how high it may be."
    )


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
    X = real_values(X, "X")
    batch = real_array(X, "X", 2)[None, None] if X.ndim == 2 else real_array(X, "X", 4)
    if not np.isfinite(batch).all():
        raise ValueError(
            "X should be finite to learn from, but holds NaN or infinity: replace them with np.nan_to_num first."
        )
    k_h, k_w = size_pair(kernel_size, "kernel_size")
    rows, _ = output_shape(batch.shape[2:], (k_h, k_w))
    brightest = float(np.abs(batch).max())
    if brightest == 0:
        return float("inf")
    windows = np.lib.stride_tricks.sliding_window_view(batch / np.float64(brightest), (k_h, k_w), axis=(2, 3))
    taps = batch.shape[1] * k_h * k_w
    H = np.zeros(affordable((taps, taps), "The Hessian"))
    for image in windows:  # (in_channels, rows, columns, k_h, k_w): all windows at once would take k_h k_w times X
        for i in range(rows):
            U = image[:, i].transpose(1, 0, 2, 3).reshape(-1, taps)
            H += 2 * U.T @ U
    steepest = float(np.linalg.eigvalsh(H)[-1])
    return 2 / steepest / brightest / brightest


def _show(bar: Any, steps: int, loss: float) -> None:
    if bar is not None:
        bar.set_postfix(loss=f"{loss:.4g}", refresh=False)
        bar.update(steps)


def _progress_bar(epochs: int, *, shown: bool) -> Any:
    if not shown:
        return contextlib.nullcontext()
    try:
        from tqdm.auto import tqdm  # half the time that importing the whole package takes
    except ImportError:  # WebAssembly has no asyncio, and needs none
        from tqdm.std import tqdm

    return tqdm(total=epochs, desc="epoch")
