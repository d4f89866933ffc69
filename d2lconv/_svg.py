"""A figure as an SVG that suits light pages and dark ones, and whose digits stay readable on a phone."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from PIL import Image

INK = "#24292f"  # what is drawn in this colour takes the colour of the page's text

# The picture brings its own paper and ink for both themes, so that it can be read wherever it is shown: on the site, in
# JupyterLab, on paper. Inside an <img>, the query asks for the theme of the page around it; a browser that cannot tell
# shows the light one. Data keep their colours, for no rule and no filter touches them.
THEMES = f"""<style>
svg {{ background: #ffffff; color: {INK} }}
@media (prefers-color-scheme: dark) {{ svg {{ background: #121212; color: #ced6dd }} }}
</style>
"""
PICTURE = re.compile(r'<image xlink:href="data:image/png;base64,([^"]+)"([^>]*)>')
PIXELS = "image-rendering:crisp-edges;image-rendering:pixelated"
MOST_PIXELS = 64  # a larger picture looks rough if the browser may not smooth it


def svg(figure: Figure) -> str:
    """
    Write a figure as an SVG that takes its paper and its ink from the theme of the page.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its logarithmic axes are given plain numbers, because exponents would be too small to read.

    Returns
    -------
    text : str

    Examples
    --------
    >>> figure = Figure()
    >>> line = figure.subplots().plot([1, 2], color=INK)
    >>> "currentColor" in svg(figure)
    True
    """
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        if axis.get_scale() == "log":
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter(NullFormatter())
    file = io.StringIO()
    figure.savefig(file, format="svg", bbox_inches="tight", facecolor="none")
    text = PICTURE.sub(_smaller, file.getvalue().replace(INK, "currentColor"))
    return text.replace("<defs>", f"{THEMES}<defs>", 1)


def _smaller(image: re.Match[str]) -> str:
    """Write an embedded picture again with a palette: the same pixels in a third of the bytes."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image[1]))).convert("RGB"))
    colors, which = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colors) > 256:
        return image[0]
    small = Image.fromarray(which.reshape(pixels.shape[:2]).astype(np.uint8)).convert("P")
    small.putpalette(colors.astype(np.uint8).tobytes())
    file = io.BytesIO()
    small.save(file, "png", optimize=True)
    attributes = image[2] if max(pixels.shape) <= MOST_PIXELS else image[2].replace(PIXELS, "")
    return f'<image xlink:href="data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"{attributes}>'
