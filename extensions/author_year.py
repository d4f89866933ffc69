"""Label the bibliography as the text cites it, [Field, 1987], where the styles that come with pybtex say [Fie87]."""

from collections.abc import Iterator

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx


class AuthorYearLabels(BaseLabelStyle):
    """The names of one or two authors, or the first of more, and the year."""

    def format_labels(self, sorted_entries: list[Entry]) -> Iterator[str]:
        """Yield the label of each work."""
        for entry in sorted_entries:
            names = [" ".join(map(str, person.rich_last_names)) for person in entry.persons["author"]]
            who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
            yield f"{who}, {entry.fields.get('year', 'n.d.')}"


class AuthorYear(Style):
    """pybtex's plain style, with those labels."""

    default_label_style = AuthorYearLabels


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the style known to pybtex."""
    register_plugin("pybtex.style.formatting", "author_year", AuthorYear)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
