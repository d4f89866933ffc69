"""In the place of anywidget, where Python runs in the page: a figure's state, which the page's own scripts then keep.

It has what `d2lconv.explorables` asks of anywidget. There is no way back: what a reader does to the figure that is
shown stays in the page.
"""

import base64

import traitlets


class AnyWidget(traitlets.HasTraits):
    """A widget that is made, looked at once, and handed over."""

    _esm = _css = ""
    calls_python = False  # the page asks for what an operator gives, when it shows the figure

    def get_state(self, key=None):
        """Return the traits that a page knows, or those in `key`, as a page takes them."""
        names = self.trait_names(sync=True) if key is None else key
        return {name: self._for_page(name) for name in names}

    def _for_page(self, name):
        to_json = self.trait_metadata(name, "to_json", lambda value, widget: value)
        return to_json(getattr(self, name), self)

    def saved(self):
        """Return what a built page embeds of a figure: its state, and beside it the bytes that JSON cannot hold."""
        buffers = []
        kind = type(self)
        own = {"_esm": self._esm, "_css": self._css, "_anywidget_id": f"{kind.__module__}.{kind.__name__}"}
        return {"state": _without_bytes(own | self.get_state(), [], buffers), "buffers": buffers}


def _without_bytes(value, path, buffers):
    """Copy a value without its bytes, and note where they were."""
    if isinstance(value, dict):
        found = {key: part for key, part in value.items() if isinstance(part, bytes)}
        buffers += [{"path": [*path, key], "data": base64.b64encode(part).decode()} for key, part in found.items()]
        return {key: _without_bytes(part, [*path, key], buffers) for key, part in value.items() if key not in found}
    if isinstance(value, list | tuple):
        return [_without_bytes(part, [*path, n], buffers) for n, part in enumerate(value)]
    return value
