"""matplotlib's way to the page: `plt.show` and the end of a cell show what has been drawn, as SVG.

The name of this module is what matplotlib takes for a backend, through the environment variable MPLBACKEND.
"""

import io

from matplotlib import pyplot, rcParams
from matplotlib.backends.backend_svg import FigureCanvasSVG as FigureCanvas  # noqa: F401  what matplotlib looks for
from screen import SCREEN


def show(*args, **kwargs):
    """Show all figures that are open, in their order, and close them."""
    figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
    pyplot.close("all")
    for figure in figures:
        if figure.axes or figure.texts or figure.images:
            show_figure(figure)


def show_figure(figure):
    """Show one figure: in the page's ink and paper if it was drawn in the book's style, else on paper of its own."""
    from d2lconv import _svg

    if rcParams["text.color"] == _svg.INK:
        picture = _svg.svg(figure)
    else:
        file = io.StringIO()
        figure.savefig(file, format="svg", bbox_inches="tight")
        picture = file.getvalue()
    SCREEN.show({"kind": "image", "svg": picture})
