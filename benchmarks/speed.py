"""How fast d2lconv is beside its peers on this kind of processor, and where that falls short of what we want.

Run it with `make bench`. Each result is checked before it is timed. A full run is kept in `results/`, one file for each
kind of processor, and results.md and results.svg are drawn anew from all of them. `make bench QUICK=1` takes a look in
two minutes, and writes nothing. `make bench AVX2=1` holds everybody to AVX2 on a processor with AVX-512.
"""

import os
import platform
import sys
from importlib.metadata import version

import correlating
import learning
import limits
import machine
import peers
import report
from timing import QUICK

PACKAGES = ("numpy", "numba", "llvmlite", "opencv-python-headless", "torch", "scipy")
PARTS = (
    correlating.beside_opencv,
    correlating.small_calls,
    correlating.beside_others,
    correlating.by_fourier,
    learning.layers,
    learning.wide_layers,
    learning.gradients,
    learning.trainings,
    correlating.threads,
    limits.peak,
    limits.floors,
    limits.memory,
    limits.first_calls,
)


def main() -> None:
    """Measure everything, say what falls short, and write it down."""
    about = machine.describe()
    if os.environ.get("NUMBA_CPU_NAME") and not about["held"]:
        sys.exit("This processor has no AVX-512 to be held back from: `make bench` measures it as it is.")
    about |= {"peers": peers.vectors()}
    about |= {"versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}}
    cells = []
    for part in PARTS:
        for cell in part():
            cells.append(report.rounded(cell))
            print(report.line(cells[-1]) + " FALLS SHORT" * report.falls_short(cells[-1]), flush=True)
    result = report.Result(machine.kind(about), about, cells)
    print(f"\n{report.told(result)}\n\n{report.summary(cells)}")
    report.write(result, quick=QUICK)


if __name__ == "__main__":
    main()
