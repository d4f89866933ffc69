"""What numba's compiler works for, and should do otherwise: forgive a damaged cache, let nobody fork while it works."""

import contextlib
import os
import platform
from typing import Any

from llvmlite.binding import get_host_cpu_features
from numba import config
from numba.core.caching import FunctionCache
from numba.core.compiler_lock import global_compiler_lock

# A forked child inherits the compiler's lock as it is, and would wait forever for a thread that it does not have. So a
# fork waits until nothing is being compiled.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )


class _Cache(FunctionCache):
    """Numba's cache on disk, where a file that cannot be read or written costs a compilation and no exception."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a file that was cut short or damaged makes pickle raise nearly anything
            with contextlib.suppress(Exception):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(Exception):  # a full disk, or an index that cannot be written anew
            super().save_overload(sig, data)


def keep(loop: Any) -> Any:
    """Let a compiled function find its machine code on disk, and leave it there, if any folder can be written."""
    if hasattr(loop, "py_func"):  # with NUMBA_DISABLE_JIT it is still the function that it was
        with contextlib.suppress(RuntimeError):  # numba knows no folder that it may write to
            loop._cache = _Cache(loop.py_func)
    return loop


def vector_registers() -> int:
    """Say how many vector registers compiled code has: 32 with AVX-512 and on 64-bit ARM, else 16."""
    features = config.CPU_FEATURES  # type: ignore[attr-defined]  # those of NUMBA_CPU_FEATURES, else this processor's
    if features is None:
        with contextlib.suppress(RuntimeError):  # LLVM does not know it
            features = get_host_cpu_features().flatten()
    return 32 if "+avx512f" in (features or "") or platform.machine() in ("arm64", "aarch64") else 16
