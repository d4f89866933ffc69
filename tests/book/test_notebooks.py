"""Every page that runs code is also a notebook, which can be read and run away from the book."""

import re

import nbformat
import pytest
from building import CHAPTERS, KERNEL, REPOSITORY, RUNNING, SOURCES
from nbclient import NotebookClient
from pages import article, page

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^```$", re.M | re.S)


def notebook(site, chapter):
    return nbformat.read(site / "_sources" / "chapters" / f"{chapter}.ipynb", as_version=4)


def text(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_download_menu_offers_the_notebook_of_a_page_that_runs_code(site, chapter):
    offered = [link["href"] for link in page(site, chapter).select("a.btn-download-notebook-button")]
    assert offered == ([f"../_sources/chapters/{chapter}.ipynb"] if chapter in RUNNING else [])


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_notebook_is_valid_and_holds_no_output(site, chapter):
    made = notebook(site, chapter)
    nbformat.validate(made)
    assert [cell for cell in made.cells if cell.get("outputs")] == []


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_notebook_holds_every_cell_that_the_page_shows_and_no_other(site, chapter):
    shown = [code.strip() for options, code in CELL.findall(SOURCES[chapter]) if "remove-cell" not in options]
    assert text(notebook(site, chapter), "code") == shown


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_notebook_says_first_how_to_get_what_it_imports(site, chapter):
    first = notebook(site, chapter).cells[0].source
    others = " autograd" if chapter == "answers" else ""
    assert f"`%pip install git+{REPOSITORY}{others}`" in first
    assert first.count(". ") == 0, "in one sentence"


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_notebook_s_prose_is_plain_markdown_and_says_what_the_page_says(site, chapter):
    prose = "\n\n".join(text(notebook(site, chapter), "markdown"))
    assert re.findall(r"\{[\w:-]+\}`|^:::|^```\{", prose, re.M) == []
    told = "p .pasted-text, p .caption-number, .admonition-title:not(.collapsed, .expanded), h1, h2"  # but outputs
    for said in article(site, chapter).select(told):
        assert " ".join(said.get_text().removesuffix("#").split()) in " ".join(re.sub(r"[*`\\$]", "", prose).split())


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_notebook_runs_from_top_to_bottom(site, chapter, tmp_path):
    ran = NotebookClient(notebook(site, chapter), timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    assert [out for cell in ran.cells for out in cell.get("outputs", []) if out.get("name") == "stderr"] == []


EVERYTHING = r"""# A *page* with `code`

One \* line with $x_1$ and a
[link](https://example.org/a_b), see {doc}`other` and {eq}`eq-two`.

1. first
2. second

   - inside

:::{note}
Careful.
:::

term
: what it means

| a | b |
| - | - |
| 1 | $\alpha$ |

```sh
make book
```

```{math}
:label: eq-two
a &= b \\
c &= d
```

```{code-cell} ipython3
:tags: [remove-cell]
from myst_nb import glue
glue("answer", 42)
```

It is {glue:text}`answer`.

```{code-cell} ipython3
import json
json.dumps(6 * 7)
```

```{toctree}
:hidden:
other
```
"""

PLAIN = r"""# A *page* with `code`

One \* line with $x_1$ and a [link](https://example.org/a_b), see *Other* and (1).

1. first
2. second

   - inside

> **Note**
>
> Careful.

- **term**
  what it means

| a | b |
| --- | --- |
| 1 | $\alpha$ |

```sh
make book
```

$$
\begin{split}a &= b \\
c &= d\end{split} \tag{1}
$$

It is 42."""


def test_all_that_a_page_may_hold_becomes_plain_markdown(small_book):
    small_book.write(index=KERNEL + EVERYTHING, other="# Other\n")
    built = small_book.build()
    assert built.returncode == 0, built.stderr
    made = nbformat.read(small_book.html / "_sources" / "index.ipynb", as_version=4)
    assert text(made, "code") == ["import json\njson.dumps(6 * 7)"]
    assert text(made, "markdown")[1] == PLAIN


def test_where_no_address_is_known_a_notebook_installs_from_the_folder(small_book):
    small_book.write(index=KERNEL + "# Page\n")
    assert small_book.build().returncode == 0
    assert "`%pip install the-folder-of-the-book`" in (small_book.html / "_sources" / "index.ipynb").read_text()
