"""A plugin for pytest, `-p without_numba`: the tests meet the package as it is where numba cannot be had."""

import sys


def pytest_configure():
    """Hide numba where this is the plugin, and not where pytest reads this file in search of doctests."""
    sys.modules["numba"] = None
