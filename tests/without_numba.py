"""A plugin for pytest, `-p without_numba`: the tests meet the package as it is where numba cannot be had."""

import sys

sys.modules["numba"] = None
