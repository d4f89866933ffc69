"""Which loops compute: those that numba compiles, or NumPy's in their place where numba is missing."""

import functools
import warnings
from types import ModuleType


@functools.cache
def loops() -> ModuleType:
    """Return `_kernels`, or `_windows` where numba is missing, as in WebAssembly or on a Python that is too new for it.

    Numba takes longer to load than all the rest, so the first call that computes loads it, not the import.
    """
    try:
        from d2lconv import _kernels
    except ImportError as error:
        from d2lconv import _windows

        if getattr(error, "name", None) != "numba":  # it is installed, but does not work here
            warnings.warn(f"d2lconv computes with NumPy, and slower, because numba fails: {error}", stacklevel=2)
        return _windows
    return _kernels
