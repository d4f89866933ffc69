"""The one style sheet of the site keeps what the pages use."""

import pytest
from weight import pruned

WORDS = {"shown", "also"}


@pytest.mark.parametrize(
    ("css", "kept"),
    {
        "a class that occurs": (".shown{top:0}", ".shown{top:0}"),
        "a class that does not": (".unheard{top:0}", ""),
        "an element": ("p > a{top:0}", "p > a{top:0}"),
        "one of two selectors": (".unheard a,.shown a{top:0}", ".shown a{top:0}"),
        "a choice that names what does not occur": ("p:is(.unheard,.shown){top:0}", "p:is(.unheard,.shown){top:0}"),
        "what must not be": ("p:not(.unheard){top:0}", "p:not(.unheard){top:0}"),
        "a screen's rules": ("@media (width<9px){.shown{top:0}.unheard{top:0}}", "@media (width<9px){.shown{top:0}}"),
        "a screen without rules": ("@media print{.unheard{top:0}}", ""),
        "steps of a motion": ("@keyframes go{0%{top:0}to{top:1px}}", "@keyframes go{0%{top:0}to{top:1px}}"),
        "a font": ("@font-face{font-family:A}", "@font-face{font-family:A}"),
        "a name that a script puts together": (".bs-tooltip-auto{top:0}", ".bs-tooltip-auto{top:0}"),
        "a number that looks like a class": ("p{margin:.5em}", "p{margin:.5em}"),
    }.values(),
)
def test_a_rule_stays_where_all_its_classes_occur(css, kept):
    assert pruned(css, WORDS) == kept


def test_licenses_stay_and_comments_go():
    assert pruned("/*! MIT */ /* a note { */ .shown{top:0}", WORDS) == "/*! MIT */\n.shown{top:0}"


def test_a_brace_that_is_never_closed_is_no_style():
    with pytest.raises(ValueError, match="never closed"):
        pruned("p{top:0", WORDS)
