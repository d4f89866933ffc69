"""The still figures that chapters repeat: pictures, signed grids, the sliding window and the loss.

Images are drawn in grey. Kernels and outputs are drawn by their sign, from blue (negative) over white (zero) to orange
(positive), a pair that colour-blind readers tell apart, and small grids carry their numbers, so that colour is never
all there is. These colours are the same on light pages and on dark ones; only text, axes and background adapt.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from d2lconv._svg import INK, svg
from d2lconv._validate import Array, output_shape, real_array, real_number, whole_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

BLUE, ORANGE = "#2b6cb0", "#c05621"
LINES = [BLUE, ORANGE, "#2f855a", "#a251c4", "#a0701a", "#d53f8c"]  # three times as bright or dark as either paper
FRAME = "#7a2e8e"  # what marks a window: the colour that the moving figures mark it with
EDGE = "#7d8793"  # between cells, on whatever they are drawn in
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "#ffffff", ORANGE])
WIDTH = 4.7  # inches; a phone shrinks it by a quarter, which leaves the digits eleven pixels high and more
FONT = 12  # points
MOST_NUMBERS = 64  # a grid of more cells is drawn without its numbers
MOST_PANELS = 12  # more would be too narrow to see


def use_style() -> None:
    """
    Set matplotlib up for the book: vector figures with type that stays readable on a phone.

    Examples
    --------
    >>> use_style()
    >>> plt.rcParams["axes.spines.top"]
    False
    """
    plt.rcParams.update(
        {
            "axes.edgecolor": INK,
            "axes.facecolor": "none",
            "axes.labelcolor": INK,
            "axes.prop_cycle": cycler(color=LINES),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": FONT,
            "figure.constrained_layout.use": True,
            "figure.figsize": (WIDTH, 3),
            "font.size": FONT,
            "grid.color": INK,
            "image.interpolation": "none",
            "lines.linewidth": 2,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
        }
    )
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # outside a notebook nothing shows figures
        return
    if shell := get_ipython():
        set_matplotlib_formats("svg")  # type: ignore[no-untyped-call]
        shell.display_formatter.formatters["image/svg+xml"].for_type(Figure, svg)


def panels(count: int, height: float | None = None) -> tuple[Figure, list[Axes]]:
    """
    Make a row of empty panels, side by side.

    Parameters
    ----------
    count : int
        How many.
    height : float, optional
        Their height, in inches; what makes them square if left out.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : list of matplotlib.axes.Axes

    Examples
    --------
    >>> figure, (left, right) = panels(2)
    """
    count = whole_number(count, "count", most=MOST_PANELS)
    width = min(WIDTH / 2 * count, WIDTH)
    height = width / count + 0.25 if height is None else real_number(height, "height", positive=True)
    figure, axes = plt.subplots(1, count, figsize=(width, height), squeeze=False)
    return figure, list(axes[0])


def picture(ax: Axes, X: ArrayLike, title: str) -> None:
    """
    Draw an image by its brightness, 0 black and 1 white.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    X : array_like, shape (n_h, n_w)
        The image, in units of brightness from 0 to 1.
    title : str
        What it is.

    Examples
    --------
    >>> figure, (ax,) = panels(1)
    >>> picture(ax, np.eye(3), "input X")
    """
    X = real_array(X, "X", 2)
    _label(ax, X, title, ax.imshow(X, cmap="gray", vmin=0, vmax=1))


def signed(ax: Axes, A: ArrayLike, title: str, limit: float | None = None) -> None:
    """
    Draw a kernel or a feature map by its sign: blue below zero, white at zero, orange above.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    A : array_like, shape (n_h, n_w)
        The numbers.
    title : str
        What they are.
    limit : float, optional
        The magnitude of the deepest colour, in the units of `A`; the largest in `A` if left out.

    Examples
    --------
    >>> figure, (ax,) = panels(1)
    >>> signed(ax, [[1, -1]], "kernel K")
    """
    A = real_array(A, "A", 2)
    limit = _largest(A) if limit is None else real_number(limit, "limit", positive=True)
    drawn = ax.imshow(A, cmap=SIGNED, vmin=-limit, vmax=limit)
    _label(ax, A, title, drawn)
    if A.size > MOST_NUMBERS:
        bar = ax.figure.colorbar(drawn, ax=ax, location="bottom", fraction=0.046, pad=0.03, ticks=[-limit, 0, limit])
        end = f"{limit:.2g}" if limit < 100 else f"{limit:.0f}"
        bar.ax.set_xticklabels([f"−{end}", "0", end])
        least, _, most = bar.ax.get_xticklabels()
        least.set_horizontalalignment("left")  # so that the scale is no wider than the map
        most.set_horizontalalignment("right")


def channel(ax: Axes, Y: ArrayLike, K: ArrayLike, spacing: int) -> None:
    """
    Draw a feature map with the kernel that made it in its corner, to scale, and dots where it is sampled.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    Y : array_like, shape (n_h, n_w)
        The feature map.
    K : array_like, shape (k_h, k_w)
        The kernel.
    spacing : int
        The distance between samples, in pixels.

    Examples
    --------
    >>> figure, (ax,) = panels(1)
    >>> channel(ax, np.eye(64), np.eye(9), spacing=6)
    """
    Y, K = real_array(Y, "Y", 2).astype(np.float64), real_array(K, "K", 2)
    spacing = whole_number(spacing, "spacing")
    output_shape(Y.shape, K.shape)  # the kernel is drawn inside the map
    limit = float(np.quantile(np.abs(Y), 0.99)) or 1.0  # the few strongest answers would make all others pale
    k_h, k_w = K.shape
    Y[:k_h, :k_w] = K * limit / _largest(K)
    ax.imshow(Y, cmap=SIGNED, vmin=-limit, vmax=limit)
    ax.add_patch(_outline(0, 0, k_h, k_w, fill=False, edgecolor="black"))
    i, j = np.mgrid[k_h + spacing // 2 : len(Y) : spacing, spacing // 2 : Y.shape[1] : spacing]
    ax.plot(j.ravel(), i.ravel(), ".", color="black", markersize=2.5, markeredgewidth=0)
    ax.set(xticks=[], yticks=[])


def window(X: ArrayLike, K: ArrayLike, Y: ArrayLike, row: int = 0, col: int = 0) -> Figure:
    """
    Draw one step of the cross-correlation: the window in the input, the kernel, and the output it makes.

    Parameters
    ----------
    X : array_like, shape (n_h, n_w)
        The input, an image: its least value is drawn black, its greatest white.
    K : array_like, shape (k_h, k_w)
        The kernel.
    Y : array_like, shape (n_h - k_h + 1, n_w - k_w + 1)
        The output.
    row, col : int
        The output element to mark, counted from 0.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Examples
    --------
    >>> figure = window(np.arange(9).reshape(3, 3), [[0, 1], [2, 3]], [[19, 25], [37, 43]])
    """
    X, K, Y = real_array(X, "X", 2), real_array(K, "K", 2), real_array(Y, "Y", 2)
    if Y.shape != (shape := output_shape(X.shape, K.shape)):
        raise ValueError(
            f"Y should have the shape of the output, {shape}, but its shape is {Y.shape}: pass corr2d(X, K)."
        )
    row = whole_number(row, "row", least=0, most=Y.shape[0] - 1)
    col = whole_number(col, "col", least=0, most=Y.shape[1] - 1)
    figure, axes = plt.subplots(1, 3, figsize=(WIDTH, 2.1), width_ratios=[X.shape[1], K.shape[1], Y.shape[1]])
    looks = [{"cmap": "gray"}] + [{"cmap": SIGNED, "vmin": -_largest(A), "vmax": _largest(A)} for A in (K, Y)]
    marks = [(row, col, *K.shape), (0, 0, *K.shape), (row, col, 1, 1)]
    for ax, A, title, look, mark in zip(axes, (X, K, Y), ("input", "kernel", "output"), looks, marks, strict=True):
        _label(ax, A, f"{title}\n{A.shape[0]} × {A.shape[1]}", ax.imshow(A, **look))
        for i, j in np.ndindex(A.shape):
            ax.add_patch(_outline(i, j, 1, 1, fill=False, edgecolor=EDGE, linewidth=0.8))
        frame = ax.add_patch(_outline(*mark, fill=False, edgecolor=FRAME, linewidth=2.5, clip_on=False, zorder=3))
        frame.set_path_effects([withStroke(linewidth=5, foreground="white")])
        ax.set_anchor("C")
    axes[0].text(1.08, 0.5, "⋆", transform=axes[0].transAxes, fontsize=20, va="center")
    axes[1].text(1.12, 0.5, "=", transform=axes[1].transAxes, fontsize=20, va="center")
    return figure


def losses(ax: Axes, runs: Mapping[str, ArrayLike]) -> None:
    """
    Draw how the loss of some runs falls, on a logarithmic axis.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    runs : mapping of str to array_like, shape (epochs + 1,)
        What to call each run, and its summed squared error after each update.

    Examples
    --------
    >>> figure, (ax,) = panels(1)
    >>> losses(ax, {"lr 0.03": [32.0, 23.6, 9.7, 4.0]})
    """
    for (name, loss), marker in zip(runs.items(), cycle("os^Dv*"), strict=False):
        ax.semilogy(real_array(loss, name, 1), marker=marker, markersize=5, label=name)
    ax.set_xlabel("updates made")
    ax.set_ylabel("summed squared error")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(alpha=0.3)
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)


def _largest(A: Array) -> float:
    """Return the largest finite magnitude, or 1 where there is none but zero: something to scale colours by."""
    return float(np.abs(A[np.isfinite(A)]).max(initial=0)) or 1.0


def _label(ax: Axes, A: Array, title: str, drawn: AxesImage) -> None:
    """Title a grid, take its ticks away and, where they fit, write its numbers in black or white: what reads better."""
    ax.set_title(title)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(True)
    if A.size <= MOST_NUMBERS:
        grounds = drawn.to_rgba(np.asarray(drawn.get_array()))[..., :3]
        linear = np.where(grounds <= 0.04045, grounds / 12.92, ((grounds + 0.055) / 1.055) ** 2.4)
        dark = linear @ [0.2126, 0.7152, 0.0722] < 0.179  # there white and black contrast equally, as WCAG counts
        for (i, j), value in np.ndenumerate(A):
            color = "white" if dark[i, j] else "black"
            ax.text(j, i, f"{value + 0.0:.3g}".replace("-", "−"), ha="center", va="center", color=color)


def _outline(row: int, col: int, height: int, width: int, **style: Any) -> Rectangle:
    """Make a frame around a block of cells."""
    return Rectangle((col - 0.5, row - 0.5), width, height, **style)
