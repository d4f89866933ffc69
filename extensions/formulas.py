r"""Write every formula as MathML, which browsers draw themselves: no script, and text that can be read without one.

The TeX stays in the page beside each formula, so that who copies it can paste it into a paper. The search knows nothing
of it, because nobody searches for `\mathrm`.
"""

import re
from html import escape

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
CLASSES = "math notranslate nohighlight"


def mathml(tex: str, node: nodes.Element, display: bool) -> str:
    """Return a formula in MathML; where that fails, its TeX, and a warning that says where it stands."""
    try:
        return CONVERTER.convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        logging.getLogger(__name__).warning("A formula cannot be written as MathML (%s): %s", error, tex, location=node)
        return f"<code>{escape(tex)}</code>"


def displayed(tex: str) -> str:
    """Return a displayed formula as the converter knows it: lines aligned, and numbered by nobody but Sphinx."""
    tex = re.sub(r"\\(begin|end)\{(align|equation|gather|multline)\}", r"\\\1{\2*}", tex.strip())
    tex = re.sub(r"\\(begin|end)\{split\}", r"\\\1{aligned}", tex)
    if r"\\" in tex and r"\begin" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return tex


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a sentence."""
    body = mathml(node["tex"], node, display=False)
    translator.body.append(f"{translator.starttag(node, 'span', '', CLASS=CLASSES)}{body}</span>")
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, with its number and the anchor that references lead to."""
    translator.body.append(translator.starttag(node, "div", CLASS=CLASSES))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    body = mathml(displayed(node["tex"]), node, display=True)
    translator.body.append(f'<div class="formula">{body}</div></div>\n')
    raise nodes.SkipNode


def keep_from_search(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Move the TeX of a page's formulas from its text, which the search reads, to where only writers look."""
    for node in doctree.findall(lambda node: isinstance(node, nodes.math | nodes.math_block)):
        node["tex"] = node.astext()
        node.clear()


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of MathJax."""
    app.add_css_file("formulas.css")
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("doctree-resolved", keep_from_search, priority=900)  # after references have been given their numbers
    return {"parallel_read_safe": True, "parallel_write_safe": True}
