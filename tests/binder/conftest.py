"""The image that Binder would build, made once."""

import pytest
from image import make_image


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    return make_image(tmp_path_factory.mktemp("binder"))
