"""Show what a cell prints as it printed it.

A kernel sends its output in pieces, wherever a moment has passed. myst-nb ends a line after each piece when it merges
them (`nb_merge_streams`), and so on a busy machine may break a line in two.
"""

import functools
from collections.abc import Callable
from typing import Any

from myst_nb.core import render
from sphinx.application import Sphinx

Outputs = list[dict[str, Any]]


def in_one_piece(merge: Callable[[Outputs], Outputs]) -> Callable[[Outputs], Outputs]:
    """Join pieces of one stream that follow each other before they are merged."""

    @functools.wraps(merge)
    def joined(outputs: Outputs) -> Outputs:
        whole: Outputs = []
        for output in outputs:
            last = whole[-1] if whole else {}
            if output["output_type"] == "stream" and output["name"] == last.get("name"):
                last["text"] += output["text"]
            else:
                whole.append(output.copy())
        return merge(whole)

    return joined


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of myst-nb's merging, once however many books are built."""
    if not hasattr(render.coalesce_streams, "__wrapped__"):
        render.coalesce_streams = in_one_piece(render.coalesce_streams)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
