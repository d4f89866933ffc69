"""Which kind of processor this is, and what numba compiles for on it: figures hold for one kind, and for no other."""

import os
import platform
import re
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
from numba import njit
from numba.core.registry import cpu_target


def describe() -> dict[str, str | int | bool]:
    """Say what a reader needs who wants to know whether this machine is like theirs."""
    features = cpu_target.target_context.codegen().magic_tuple()[2]
    name, bits, registers = instruction_set(features, assembly())
    return {
        "processor": processor(),
        "microarchitecture": llvm.get_host_cpu_name(),  # a model's name may hide it: znver4 is AMD's Zen 4
        "cores": os.cpu_count() or 1,
        "instruction set": name,
        "vector bits": bits,
        "vector registers": registers,
        "held": bool(llvm.get_host_cpu_features().get("avx512f")) and name != "AVX-512",
    }


def processor() -> str:
    """Return the name that the processor gives itself, where the system tells it."""
    info = Path("/proc/cpuinfo")
    told = re.search(r"^model name\s*: (.*)", info.read_text(), re.MULTILINE) if info.exists() else None
    return plain_name(told[1] if told else platform.processor() or platform.machine())


def plain_name(name: str) -> str:
    """Leave out of a processor's name what says nothing."""
    return re.sub(r"\((R|TM)\)|( \d+-Core)? Processor.*| CPU\b.*| @ .*", "", name)


def instruction_set(features: str, assembly: str) -> tuple[str, int, int]:
    """Name what numba compiles for, from its list of features and from what it wrote: with vectors' bits and number.

    The assembly says what came of it: some processors with AVX-512 are better served with vectors half as wide.
    """
    bits = 512 if "zmm" in assembly else 256 if "ymm" in assembly else 128
    if "+avx512vl" in features.split(","):
        return "AVX-512", bits, 32
    if re.search(r"[xyz]mm\d", assembly):
        return "AVX2" if bits == 256 else "SSE", bits, 16
    return "NEON", bits, 32


def assembly() -> str:
    """Return what numba makes of a loop that vectors are for."""

    @njit
    def double(x):
        for j in range(len(x)):
            x[j] += x[j]

    double(np.ones(4, np.float32))
    return "".join(double.inspect_asm().values())


def kind(about: dict[str, str | int | bool]) -> str:
    """Return the name of a kind of processor, as its file is called."""
    vectors = f"{'held to ' if about['held'] else ''}{about['instruction set']}"
    words = f"{about['processor']} {about['microarchitecture']} {vectors}".lower()
    return re.sub(r"[^a-z0-9]+", "-", words.replace("avx-512", "avx512")).strip("-")
