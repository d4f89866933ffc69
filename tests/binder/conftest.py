"""The branch of notebooks, and the image that Binder would build from it, each made once."""

import pytest
from building import gather
from image import make_image


@pytest.fixture(scope="session")
def branch(site, tmp_path_factory):
    return gather(site.parents[1], tmp_path_factory.mktemp("branch") / "notebooks")


@pytest.fixture(scope="session")
def image(branch, tmp_path_factory):
    return make_image(branch, tmp_path_factory.mktemp("binder"))
