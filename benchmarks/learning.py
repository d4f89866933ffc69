"""What learning needs, beside PyTorch: gradients, layers there and back, and whole trainings."""

import functools
from collections.abc import Iterator

import numpy as np
import peers
import torch
from report import Cell
from timing import QUICK, SHARE, against, check, draw, race

from d2lconv import Conv2D, _kernels, corr2d, fit
from d2lconv.images import edge_image
from d2lconv.layers import _input_gradient


def gradients() -> Iterator[Cell]:
    """Race the two halves of going backward through one channel."""
    for n in (64, 512) if QUICK else (64, 128, 256, 512, 1024):
        for k in (3, 7) if QUICK else (2, 3, 5, 7, 11, 15):
            X, K, dY = draw(1, 1, n, n), draw(1, 1, k, k), draw(1, 1, n - k + 1, n - k + 1)
            x, kernel, dy = (torch.from_numpy(A) for A in (X, K, dY))
            case, wanted, dK = f"{n}×{n}, {k}×{k}", 5 if n >= 256 else 1.7, np.empty_like(K)
            ours = functools.partial(_kernels.weight_gradient, X, dY, dK)
            theirs = functools.partial(torch.nn.grad.conv2d_weight, x, kernel.shape, dy)
            ours()
            check(dK[0, 0], peers.windows(X[0, 0].astype(float), dY[0, 0].astype(float))(), 1e-4, f"dK at {case}")
            yield against("gradient for the kernel, PyTorch", case, ours, theirs, wanted)
            ours = functools.partial(_input_gradient, dY, K)
            theirs = functools.partial(torch.nn.grad.conv2d_input, x.shape, kernel, dy)
            check(ours(), theirs(), 1e-4, f"dX at {case}")
            yield against("gradient for the input, PyTorch", case, ours, theirs, wanted)


def layers() -> Iterator[Cell]:
    """Race a layer over batches and channels, forward and backward."""
    for shape, c_out, k, wanted in [
        ((8, 1, 28, 28), 6, 5, 3),
        ((1, 3, 224, 224), 16, 3, 1.15),
        ((8, 16, 32, 32), 32, 3, 0.9),
        ((16, 64, 28, 28), 64, 3, 0.8),
    ]:
        layer, X = Conv2D(k, shape[1], c_out, weight=draw(c_out, shape[1], k, k)), draw(*shape)
        tensors = [torch.from_numpy(A).requires_grad_() for A in (X, layer.weight, layer.bias)]
        dY = draw(*layer(X).shape)
        dy = torch.from_numpy(dY)

        def ours(layer=layer, X=X, dY=dY):
            layer(X)
            return layer.backward(dY)

        def theirs(tensors=tensors, dy=dy):
            return torch.autograd.grad(peers.conv2d(*tensors), tensors, dy)

        for mine, other in zip((ours(), layer.grad_weight, layer.grad_bias), theirs(), strict=True):
            check(mine, other, 1e-4, f"the layer on {shape}")
        yield against("Conv2D there and back, PyTorch", f"{shape}→{c_out} {k}×{k}", ours, theirs, wanted)


def wide_layers() -> Iterator[Cell]:
    """Look for a cliff between rows of a kernel that are swept at once and wider ones, which are cut into strips."""
    X, weights = draw(4, 8, 64, 96), {k_w: draw(8, 8, 3, k_w) for k_w in (15, 24, 31)}
    layers = {k_w: Conv2D((3, k_w), 8, 8, bias=False, weight=weight) for k_w, weight in weights.items()}
    for k_w, layer in layers.items():
        other = peers.conv2d(torch.from_numpy(X), torch.from_numpy(weights[k_w]))
        check(layer(X), other, 1e-4, f"the layer with rows of {k_w}")
    times = race({str(k_w): functools.partial(layer, X) for k_w, layer in layers.items()}, SHARE)
    speeds = {k_w: [layers[k_w](X).size * k_w / seconds for seconds in times[str(k_w)]] for k_w in layers}
    for k_w in (24, 31):
        least, median = (wide / narrow for wide, narrow in zip(speeds[k_w], speeds[15], strict=True))
        yield Cell("Conv2D per tap, rows of 15", f"3×{k_w}", least, "times", 1, median)


def trainings() -> Iterator[Cell]:
    """Race whole trainings, histories included."""
    X = edge_image()[None, None].astype(np.float32)
    kernel = np.array([[-1.1, 1.2]], np.float32)
    small = X, corr2d(X[0, 0], np.array([[1, -1]], np.float32))[None, None], kernel, 0.03
    X, true = draw(1, 1, 512, 512), draw(7, 7)
    large = X, corr2d(X[0, 0], true)[None, None], np.zeros_like(true), 1e-7
    for (X, Y, first, lr), epochs, wanted in [(small, 10, 50), (small, 100, 200), (large, 20, 10)]:

        def ours(X=X, Y=Y, first=first, lr=lr, epochs=epochs):
            return fit(Conv2D(first.shape, weight=first, bias=False), X, Y, lr=lr, epochs=epochs)

        theirs = functools.partial(peers.train, X, Y, first, lr, epochs)
        case = f"{X.shape[2]}×{X.shape[3]}, {'×'.join(map(str, first.shape))}, {epochs} epochs"
        check(ours().weight[:, 0, 0], np.array(theirs()[1])[:, 0, 0], 1e-4, f"fit at {case}")
        yield against("fit, PyTorch", case, ours, theirs, wanted)
