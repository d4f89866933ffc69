"""A convolutional layer: a kernel for every pair of channels, a bias for every output, and how both learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from d2lconv._backend import loops
from d2lconv._validate import (
    Array,
    affordable,
    common_float,
    generator,
    output_shape,
    real_array,
    real_values,
    size_pair,
    true_or_false,
    whole_number,
)


class Conv2D:
    """
    A two-dimensional convolutional layer over batches and channels.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the kernel, in pixels; one number makes it square.
    in_channels, out_channels : int
        How many channels the input has and the output gets.
    bias : bool
        Whether each output channel adds a number of its own, which starts at zero.
    flip : bool
        Whether the layer flips its kernels first, which makes it the strict convolution.
    weight : array_like, shape (out_channels, in_channels, k_h, k_w), optional
        The kernels to start from, copied; for one channel in and out, a bare ``(k_h, k_w)`` will do. float32 stays
        float32, any other real dtype becomes float64. Without it they are drawn by Glorot's uniform rule in float64.
    rng : None, int or numpy.random.Generator
        Where the draw comes from: a seed, a generator, or None for weights that nobody can foresee.

    Attributes
    ----------
    weight : ndarray, shape (out_channels, in_channels, k_h, k_w)
    bias : ndarray, shape (out_channels,), or None
    flip : bool
    grad_weight, grad_bias : ndarray
        The gradients that the last `backward` left, shaped like the parameters; zeros before it.

    Raises
    ------
    ValueError, TypeError
        If a size is not a positive whole number or so large that the weight would not fit, `bias` or `flip` is not a
        bool, `weight` has another shape or is not real, or `rng` is no seed.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 7.2.2. X. Glorot and Y. Bengio, *Understanding the difficulty of
    training deep feedforward neural networks*, 2010, for the first weights.

    Examples
    --------
    >>> layer = Conv2D((1, 2), weight=[[1, -1]], bias=False)
    >>> layer([[[[1, 1, 0, 0, 1]]]])
    array([[[[ 0.,  1.,  0., -1.]]]])
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        in_channels: int = 1,
        out_channels: int = 1,
        *,
        bias: bool = True,
        flip: bool = False,
        weight: ArrayLike | None = None,
        rng: int | np.random.Generator | None = None,
    ) -> None:
        k_h, k_w = size_pair(kernel_size, "kernel_size")
        c_in, c_out = whole_number(in_channels, "in_channels"), whole_number(out_channels, "out_channels")
        self._weight_shape = affordable((c_out, c_in, k_h, k_w), "weight")
        self.flip = flip
        if weight is None:
            limit = np.sqrt(6 / ((c_in + c_out) * k_h * k_w))
            weight = generator(rng).uniform(-limit, limit, self._weight_shape)
        self.weight = weight
        self.bias = np.zeros(c_out, self.weight.dtype) if true_or_false(bias, "bias") else None
        self.grad_weight = np.zeros_like(self.weight)
        self.grad_bias = None if self.bias is None else np.zeros_like(self.bias)
        self._X: Array | None = None

    def __repr__(self) -> str:
        c_out, c_in, k_h, k_w = self._weight_shape
        return f"Conv2D(({k_h}, {k_w}), {c_in}, {c_out}, bias={self.bias is not None}, flip={self.flip})"

    @property
    def flip(self) -> bool:
        """Whether the layer flips its kernels first."""
        return self._flip

    @flip.setter
    def flip(self, flip: bool) -> None:
        self._flip = true_or_false(flip, "flip")

    @property
    def weight(self) -> Array:
        """The kernels, shape (out_channels, in_channels, k_h, k_w)."""
        return self._weight.view()  # whose shape may be set, and leaves that of the layer's own array as it is

    @weight.setter
    def weight(self, weight: ArrayLike) -> None:
        # The compiled loops trust this shape, so there is no way to set another.
        given = real_values(weight, "weight")
        array = given[None, None] if given.ndim == 2 else given
        if array.shape != self._weight_shape:
            raise ValueError(
                f"weight should have the shape {self._weight_shape}, (out, in, k_h, k_w), but its shape is "
                f"{given.shape}: pass one kernel for every pair of channels."
            )
        (array,) = common_float(array)
        self._weight = array.copy()

    @property
    def bias(self) -> Array | None:
        """The number that each output channel adds, shape (out_channels,), or None."""
        return None if self._bias is None else self._bias.view()

    @bias.setter
    def bias(self, bias: ArrayLike | None) -> None:
        if bias is None:
            self._bias = None
            return
        array = real_array(bias, "bias", 1)
        if array.shape != self._weight_shape[:1]:
            raise ValueError(
                f"bias should have the shape {self._weight_shape[:1]}, but its shape is {array.shape}: "
                "pass one number for every output channel."
            )
        self._bias = array.astype(self.weight.dtype)

    def __call__(self, X: ArrayLike) -> Array:
        """
        Correlate every input channel with its kernels, sum over the channels and add the bias.

        Parameters
        ----------
        X : array_like, shape (n, in_channels, n_h, n_w)
            A batch of images. The layer remembers it (no copy) until the next call, for `backward`.

        Returns
        -------
        Y : ndarray, shape (n, out_channels, n_h - k_h + 1, n_w - k_w + 1)
            float32 where `X` and the weight both are, else float64.

        Raises
        ------
        ValueError, TypeError
            If `X` is not a real four-dimensional batch with the layer's channels, or the kernel does not fit.
        """
        X = real_array(X, "X", 4)
        self._output_shape(X)
        Y = _correlate(X, self._as_correlated(self.weight), self.bias)
        self._X = X
        return Y

    def backward(self, dY: ArrayLike) -> Array:
        """
        Carry the gradient of a loss from the layer's last output back to its parameters and its input.

        Parameters
        ----------
        dY : array_like, shape (n, out_channels, n_h - k_h + 1, n_w - k_w + 1)
            The derivative of the loss by each output of the last call: ``2 * (Y_hat - Y)`` for summed squared error.

        Returns
        -------
        dX : ndarray, shape (n, in_channels, n_h, n_w)
            The derivative by each input: `dY`, padded with zeros, correlated with the flipped kernels. On the way it
            sets `grad_weight` and `grad_bias`.

        Raises
        ------
        ValueError, TypeError
            If the layer has not been called yet, or `dY` has another shape than its output.
        """
        self.backward_parameters(dY)
        return _input_gradient(real_array(dY, "dY", 4), self._as_correlated(self.weight))

    def backward_parameters(self, dY: ArrayLike) -> None:
        """
        Do the half of `backward` that one layer needs to learn: set `grad_weight` and `grad_bias`.

        Parameters
        ----------
        dY : array_like, shape (n, out_channels, n_h - k_h + 1, n_w - k_w + 1)
            As `backward` takes it.

        Raises
        ------
        ValueError, TypeError
            As `backward` does.
        """
        if self._X is None:
            raise ValueError(
                "backward should follow a forward call, but the layer has seen no X yet: call layer(X) first."
            )
        X, dY = common_float(self._X, real_array(dY, "dY", 4))
        wanted = self._output_shape(X)
        if dY.shape != wanted:
            raise ValueError(
                f"dY should have the shape of the layer's last output, {wanted}, but its shape is {dY.shape}: "
                "pass one derivative for every output."
            )
        dW = np.empty(self._weight_shape, X.dtype)
        loops().weight_gradient(X, dY, dW)
        self.grad_weight = self._as_correlated(dW)
        self.grad_bias = None if self.bias is None else dY.sum(axis=(0, 2, 3))

    def _output_shape(self, X: Array) -> tuple[int, int, int, int]:
        """Return the shape of the layer's output for a batch, or say why there is none."""
        c_out, c_in, k_h, k_w = self._weight_shape
        if X.shape[1] != c_in:
            raise ValueError(
                f"X should have as many channels as the layer, {c_in}, but its shape {X.shape} has "
                f"{X.shape[1]}: make a layer with in_channels to match, or move the channels to the second axis."
            )
        return len(X), c_out, *output_shape(X.shape[2:], (k_h, k_w))

    def _as_correlated(self, weight: Array) -> Array:
        """Turn kernels as the layer holds them into those that the correlation meets, and back: two flips cancel."""
        return weight[..., ::-1, ::-1] if self.flip else weight


def _input_gradient(dY: Array, weight: Array) -> Array:
    """Return the derivative of a loss by each input, from that by each output and the kernels as correlated."""
    k_h, k_w = weight.shape[2:]
    n, c_out, y_h, y_w = dY.shape
    padded = np.zeros((n, c_out, y_h + 2 * k_h - 2, y_w + 2 * k_w - 2), dY.dtype)
    padded[:, :, k_h - 1 : k_h - 1 + y_h, k_w - 1 : k_w - 1 + y_w] = dY
    return _correlate(padded, weight.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1])


def _correlate(X: Array, weight: Array, bias: Array | None = None) -> Array:
    """Correlate a batch with kernels (out, in, k_h, k_w), sum over the input channels and add the bias."""
    X, weight = common_float(X, weight)
    c_out, c_in, k_h, k_w = weight.shape
    Y = np.empty((len(X), c_out, *output_shape(X.shape[2:], (k_h, k_w))), X.dtype)
    if c_out == c_in == 1:
        for x, y in zip(X[:, 0], Y[:, 0], strict=True):
            loops().correlate(x, weight[0, 0], y)
        if bias is not None:
            Y += bias
    else:
        loops().correlate_channels(X, weight, np.zeros(c_out, X.dtype) if bias is None else bias.astype(X.dtype), Y)
    return Y
