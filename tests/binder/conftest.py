"""The image that Binder would build, made once; and what it weighs, told at the end."""

import pytest
from image import make_image

WEIGHTS = pytest.StashKey[dict[str, dict[str, int]]]()


@pytest.fixture(scope="session")
def weights(pytestconfig):
    """Bytes, by kind and by name."""
    return pytestconfig.stash.setdefault(WEIGHTS, {"memory of the kernel": {}, "packages": {}})


@pytest.fixture(scope="session")
def image(tmp_path_factory, weights):
    image = make_image(tmp_path_factory.mktemp("binder"))
    for package in image.python.parents[1].glob("lib/*/site-packages/*"):
        files = [package, *package.rglob("*")]
        weights["packages"][package.name] = sum(file.stat().st_size for file in files if file.is_file())
    return image


def pytest_terminal_summary(terminalreporter, config):
    for kind, sizes in config.stash.get(WEIGHTS, {}).items():
        largest = sorted(sizes, key=sizes.get, reverse=True)[:8]
        told = ", ".join(f"{name} {sizes[name] / 1e6:.0f}" for name in largest)
        terminalreporter.write_line(
            f"Binder, {kind}, in MB: {sum(sizes.values()) / 1e6:.0f} together; the largest: {told}"
        )
