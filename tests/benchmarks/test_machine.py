"""A kind of processor has a name that says what its figures hang on."""

import machine
import pytest


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("AMD EPYC", "AMD EPYC"),
        ("AMD EPYC 9R14 96-Core Processor", "AMD EPYC 9R14"),
        ("Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz", "Intel Xeon Platinum 8488C"),
        ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", "Intel Core i5-8250U"),
    ],
)
def test_a_name_loses_what_says_nothing(told, name):
    assert machine.plain_name(told) == name


@pytest.mark.parametrize(
    ("features", "assembly", "used"),
    [
        ("+avx2,+avx512f,+avx512vl", "vfmadd213ps %zmm1", ("AVX-512", 512, 32)),
        ("+avx2,+avx512f,+avx512vl", "vfmadd213ps %ymm1", ("AVX-512", 256, 32)),  # as LLVM prefers on some
        ("", "vfmadd213ps %ymm1, %xmm0", ("AVX2", 256, 16)),  # x86-64-v3, by name
        ("+avx2,-avx512f,-avx512vl", "vmulps %ymm0", ("AVX2", 256, 16)),
        ("", "mulps %xmm0", ("SSE", 128, 16)),
        ("+neon", "fmla v0.4s, v1.4s", ("NEON", 128, 32)),
    ],
)
def test_what_numba_compiles_for_is_read_off_what_it_wrote(features, assembly, used):
    assert machine.instruction_set(features, assembly) == used


@pytest.mark.parametrize(
    ("vectors", "held", "kind"),
    [
        ("AVX-512", False, "amd-epyc-znver4-avx512"),
        ("AVX2", True, "amd-epyc-znver4-held-to-avx2"),
        ("AVX2", False, "amd-epyc-znver4-avx2"),
    ],
)
def test_vectors_and_what_they_were_held_to_are_part_of_a_kind(vectors, held, kind):
    about = {"processor": "AMD EPYC", "microarchitecture": "znver4", "instruction set": vectors, "held": held}
    assert machine.kind(about) == kind
