"""Write what a resolved page says in plain Markdown, which every notebook shows.

A notebook away from the book knows neither MyST nor Sphinx. Whatever a page holds has a form here, or the build fails
and names it: nothing gets lost on the way without a word.
"""

import re
from collections.abc import Callable, Iterable
from html import escape

from docutils import nodes
from docutils.utils import get_source_line
from predictions import HEARD, KEPT, STRIP
from sphinx.addnodes import compact_paragraph
from sphinx.errors import ExtensionError

SENTENCES = (nodes.paragraph, compact_paragraph, nodes.caption, nodes.term)
DOLLAR = "<span>&#36;</span>"  # JupyterLab looks for formulas twice, before it reads the Markdown and after
SIDES = {"text-left": ":--", "text-center": ":-:", "text-right": "--:"}


class Prose:
    """Writes the nodes of one page; its owner knows where links lead, and what has which number."""

    def __init__(self, leads: Callable[[nodes.reference], str], number: Callable[[nodes.Element], str]) -> None:
        self.leads = leads
        self.number = number

    def inline(self, node: nodes.Node) -> str:
        """Return a piece of a sentence."""
        if isinstance(node, nodes.Text):
            return plain(str(node))
        text = "".join(map(self.inline, node.children))
        match node:
            case nodes.inline() if "visually-hidden" in node["classes"]:  # for who hears the page
                return ""
            case nodes.math():
                return f"${' '.join(tex(node).split())}$"
            case nodes.literal():
                return code(node.astext())
            case nodes.strong():
                return f"**{text}**"
            case nodes.emphasis():
                return f"*{text}*"
            case nodes.image():
                return f"![{plain(node.get('alt', ''))}]({address(node)})"
            case nodes.reference():
                return self.link(node, text)
            case nodes.inline():  # what sets it apart is a matter of style
                return text
            case nodes.Element() if isinstance(node, (*SENTENCES, nodes.title, nodes.label)):
                return text
        raise unknown(node)

    def link(self, node: nodes.reference, text: str) -> str:
        """Return a link, or its text alone where it leads nowhere outside the site."""
        where, words = self.leads(node), text.strip()
        if not where:
            return text
        link = f"[{words}]({where})"
        link = f"**{link}**" if "sd-btn" in node["classes"] else link
        return text.replace(words, link) if words else link

    def block(self, node: nodes.Node) -> str:
        """Return a piece of a page, such as a paragraph or a table; empty if there is nothing to see."""
        match node:
            case nodes.title() if is_divided(node.parent):
                return f"{'#' * (depth(node) - 1)} {self.inline(node)}"
            case nodes.title():
                return f"**{self.number(node.parent)}{self.inline(node)}**"
            case nodes.Admonition() | nodes.block_quote():
                return quoted(self.blocks(node.children))
            case nodes.math_block():
                return formula(tex(node).strip(), self.number(node))
            case nodes.literal_block():
                return fenced(node.astext().rstrip(), node.get("language", ""))
            case nodes.bullet_list():
                return "\n".join(indented("- ", self.blocks(item.children)) for item in node)
            case nodes.enumerated_list():
                first = node.get("start", 1)
                return "\n".join(indented(f"{n}. ", self.blocks(item.children)) for n, item in enumerate(node, first))
            case nodes.definition_list():
                return "\n\n".join(indented("- ", self.definition(item)) for item in node)
            case nodes.table():
                return self.table(node)
            case nodes.citation():
                label, *texts = node.children
                return f"**\\[{self.inline(label)}\\]** " + "\n\n".join(map(self.block, texts))
            case nodes.figure() | nodes.image() if is_drawn(node):
                return self.drawn(node)
            case nodes.image() | nodes.reference():
                return self.inline(node)
            case nodes.transition():
                return "---"
            case compact_paragraph() if node.get("toctree"):
                return self.blocks(node.children)
            case nodes.Element() if isinstance(node, SENTENCES):
                return start(self.inline(node))
            case _ if is_transparent(node):
                return self.blocks(node.children)
        raise unknown(node)

    def blocks(self, parts: Iterable[nodes.Node]) -> str:
        """Return pieces of a page, each a paragraph of its own."""
        return "\n\n".join(text for text in map(self.block, parts) if text)

    def drawn(self, node: nodes.figure | nodes.image) -> str:
        """Return the caption of a picture that a cell draws, and what it shows in words."""
        captions = [f"**{self.number(node)}** {self.inline(part)}" for part in node.findall(nodes.caption)]
        words = [description(image["alt"]) for image in node.findall(nodes.image) if image.get("alt")]
        return "\n\n".join([*captions, *words])

    def definition(self, item: nodes.definition_list_item) -> str:
        """Return a term, and below it what it means."""
        term, *meanings = item.children
        return "\n\n".join([f"**{self.inline(term)}**", *map(self.block, meanings)])

    def table(self, node: nodes.table) -> str:
        """Return a table with a head of one row, as Markdown knows it."""
        for part in node.findall(lambda part: isinstance(part.parent, nodes.table | nodes.tgroup)):
            rows = len(part) if isinstance(part, nodes.thead) else 1
            if rows != 1 or not isinstance(part, nodes.tgroup | nodes.colspec | nodes.thead | nodes.tbody):
                raise unknown(part)
        head, *rows = [[self.entry(entry) for entry in row] for row in node.findall(nodes.row)]
        first = next(node.findall(nodes.row))
        sides = [next((SIDES[name] for name in entry["classes"] if name in SIDES), "---") for entry in first]
        return "\n".join(f"| {' | '.join(row)} |" for row in [head, sides, *rows])

    def entry(self, entry: nodes.entry) -> str:
        """Return a cell of a table: a bar in it would begin the next one."""
        if "morecols" in entry or "morerows" in entry or not all(isinstance(part, SENTENCES) for part in entry):
            raise unknown(entry)
        return " ".join(map(self.inline, entry)).replace("|", r"\|")


def tex(node: nodes.math | nodes.math_block) -> str:
    """Return a formula's TeX, wherever the page keeps it (extensions/formulas.py); in a table, with no bar."""
    text = node.get("tex") or node.astext()
    inside = node.parent
    while inside is not None and not isinstance(inside, nodes.entry):
        inside = inside.parent
    return text.replace(r"\|", r"\Vert ").replace("|", r"\vert ") if inside is not None else text


def plain(text: str) -> str:
    """Return a text whose signs are no markup: a dollar begins no formula, wherever it is looked for."""
    text = re.sub(r"([\\`*_\[\]<~])", r"\\\1", text.replace("\n", " "))
    return re.sub(r"&(?=#?\w+;)", r"\\&", text).replace("$", DOLLAR)


def start(text: str) -> str:
    """Return a paragraph whose first sign begins neither a list nor a heading nor a quotation."""
    return re.sub(r"^(\d*)([-+#>=.)])", r"\1\\\2", text)


def code(text: str) -> str:
    """Return code within a sentence, whatever backticks it holds."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"


def fenced(text: str, language: str) -> str:
    """Return a block of code, whatever fences it holds."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def quoted(text: str) -> str:
    """Return a text set apart as a quotation; a formula stands in one line there, or it would hold the sign `>`."""
    text = re.sub(r"\$\$\n(.*?)\n\$\$", lambda found: f"$${' '.join(found[1].split())}$$", text, flags=re.S)
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def indented(sign: str, text: str) -> str:
    """Return an item of a list, its further lines indented below its first."""
    return sign + re.sub(r"\n(?=.)", "\n" + " " * len(sign), text)


def formula(text: str, number: str) -> str:
    """Return a displayed formula, with the number by which the text refers to it."""
    if r"\\" in text and r"\begin" not in text:
        text = rf"\begin{{split}}{text}\end{{split}}"
    return f"$$\n{text}" + (rf" \tag{{{number}}}" if number else "") + "\n$$"


def description(alt: str) -> str:
    """Return what a picture shows, for who cannot see it: folded, because everybody else can."""
    text = escape(alt, quote=False).replace("$", DOLLAR)
    return f"<details><summary>What the figure shows, in words</summary>{text}</details>"


def original(image: nodes.image) -> str:
    """Return where the author took an image from: a page that is written has its own copy."""
    return image["candidates"].get("*", image["uri"])


def address(image: nodes.image) -> str:
    """Return where a notebook has an image: its own are attached to its cells."""
    where = original(image)
    return where if "://" in where else f"attachment:{where.rpartition('/')[2]}"


def is_drawn(node: nodes.Node) -> bool:
    """Tell whether a picture is what a cell draws."""
    return node.parent.get("nb_element") == "cell_code_output" or isinstance(node.parent, nodes.figure)


def is_divided(node: nodes.Element) -> bool:
    """Tell whether a node has a heading above what it holds: an answer is as long as a section."""
    return isinstance(node, nodes.document | nodes.section) or "solution" in node["classes"]


def depth(node: nodes.Node) -> int:
    """Return the level of a heading."""
    return 0 if node.parent is None else depth(node.parent) + is_divided(node.parent)


def is_invisible(node: nodes.Node) -> bool:
    """Tell whether a page shows nothing of a node, or the site alone does."""
    match node:
        case nodes.comment() | nodes.target():
            return True
        case nodes.raw():  # the controls of its scripts
            return node.astext() in (HEARD, KEPT, STRIP)
        case nodes.compound():  # the table of contents, which stands beside the page
            return "toctree-wrapper" in node["classes"] and not node.children
    return False


def is_transparent(node: nodes.Node) -> bool:
    """Tell whether a node only holds what a page says, and adds nothing to it."""
    match node:
        case nodes.document() | nodes.section() | nodes.list_item() | nodes.definition():
            return True
        case nodes.compound():
            return "toctree-wrapper" in node["classes"]
        case nodes.container():  # a bibliography, or a block of a class
            ours = {"answer", "answer-covered"} & set(node["classes"])
            div = node.get("design_component") == "div"
            return bool(ours) or div or any(isinstance(part, nodes.citation) for part in node)
    return False


def unknown(node: nodes.Node) -> ExtensionError:
    """Say that there is no form for a node, and where it stands."""
    source, line = get_source_line(node)
    return ExtensionError(
        f"{source}:{line}: a notebook has no form for `{type(node).__name__}`. "
        "Give it one in extensions/plain_markdown.py, and a place in tests/book/everything.md."
    )
