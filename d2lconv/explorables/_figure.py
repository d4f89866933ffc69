"""What the moving figures have in common: one style sheet, and state that no bad value gets into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anywidget
from traitlets import List, TraitError

from d2lconv.explorables._module import style


class Refused(TraitError, ValueError, TypeError):
    """A value that a figure cannot show; traitlets takes back all that was assigned together with it."""


class Figure(anywidget.AnyWidget):
    """A widget whose traits are assigned together or not at all."""

    _css = style()
    _heights: List[Any] = List().tag(sync=True)  # how high it is at some widths, for a page to keep its place free

    @contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Assign several traits at once; where one value is refused, all of them stay as they were."""
        with super().hold_trait_notifications():
            before = dict(self._trait_values)
            try:
                yield
                for name, value in list(self._trait_values.items()):
                    if value is not before.get(name):
                        getattr(type(self), name)._cross_validate(self, value)
            except (TypeError, ValueError) as error:
                raise Refused(str(error)) from error

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a page sends; where a value is refused, send back what holds instead."""
        try:
            super().set_state(sync_data)
        except (TraitError, TypeError, ValueError):
            self.send_state([name for name in sync_data if name in self.keys])
            raise


def between(value: int, least: int, most: int) -> int:
    """Return the whole number nearest to `value` from `least` to `most`, however large it is."""
    return max(least, min(int(value), most))
