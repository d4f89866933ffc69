import inspect
import re
import subprocess
import sys

import pytest

import d2lconv
from d2lconv import filters, images

PUBLIC = {name: getattr(d2lconv, name) for name in d2lconv.__all__} | {
    name: thing
    for room in (filters, images)
    for name, thing in vars(room).items()
    if inspect.isfunction(thing) and thing.__module__ == room.__name__ and not name.startswith("_")
}
METHODS = {"Conv2D.__call__": d2lconv.Conv2D.__call__} | {
    f"Conv2D.{name}": method
    for name, method in vars(d2lconv.Conv2D).items()
    if inspect.isfunction(method) and not name.startswith("_")
}
DOCUMENTED = PUBLIC | METHODS


def modules_after(code):
    """Return the modules that a fresh Python holds after running `code`."""
    code += "\nimport sys; print(*sys.modules, sep='\\n')"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_importing_is_quick_because_nothing_heavy_comes_along():
    loaded = modules_after("import d2lconv, d2lconv.filters, d2lconv.images")
    assert "d2lconv.operators" in loaded
    assert not loaded & {"numba", "matplotlib", "anywidget", "ipywidgets", "scipy", "tqdm"}


def test_the_public_names_are_those_the_package_lists():
    namespace = {}
    exec("from d2lconv import *", namespace)
    namespace.pop("__builtins__")
    listed = {
        "Conv2D",
        "History",
        "conv2d",
        "corr2d",
        "corr2d_matrix",
        "fit",
        "max_stable_lr",
        "receptive_field",
        "unfold",
    }
    assert set(namespace) == listed
    here = {name for name, thing in vars(d2lconv).items() if not (name.startswith("_") or inspect.ismodule(thing))}
    assert here == listed
    assert list(d2lconv.__all__) == sorted(d2lconv.__all__)


def test_the_named_kernels_and_images_are_those_of_the_book():
    assert {"edge", "finite_difference", "box_blur", "gaussian_blur", "gabor"} <= set(PUBLIC)
    assert {"arange_image", "edge_image", "diagonal_image", "photo"} <= set(PUBLIC)


def section(thing, title):
    """Return the body of one section of a numpydoc docstring, empty where there is none."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}$|\Z)", inspect.getdoc(thing), re.M | re.S)
    return found[1] if found else ""


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_parameter_is_explained(name):
    thing = DOCUMENTED[name]
    title = "Attributes" if thing is d2lconv.History else "Parameters"
    heads = re.findall(r"^([\w, ]+?)(?: :.*)?$", section(thing, title), re.M)
    explained = [word for head in heads for word in head.split(", ")]
    assert explained == [p for p in inspect.signature(thing).parameters if p != "self"]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_shows_an_example_that_runs(name):
    if PUBLIC[name] is d2lconv.History:  # nobody makes one by hand: it comes out of `fit`, whose example shows it
        assert ">>> history = fit(" in section(d2lconv.fit, "Examples")
    else:
        assert ">>> " in section(PUBLIC[name], "Examples")


@pytest.mark.parametrize("name", [name for name in DOCUMENTED if name not in ("Conv2D", "History")])
def test_every_function_says_what_it_returns_and_what_it_refuses(name):
    function = DOCUMENTED[name]
    if inspect.signature(function).return_annotation != "None":
        assert section(function, "Returns")
    if set(inspect.signature(function).parameters) - {"self"}:
        assert section(function, "Raises")


def test_the_methods_of_the_layer_are_all_looked_at():
    assert set(METHODS) == {"Conv2D.__call__", "Conv2D.backward", "Conv2D.backward_parameters"}
