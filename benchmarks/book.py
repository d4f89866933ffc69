"""What building the book costs on this machine: seconds, and the memory of all processes together at their peak.

Run it with `make bench`. It builds the book twice into a new folder, from nothing and from the cache, and writes
book.json beside itself.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil  # comes with ipykernel

HERE = Path(__file__).parent
IMPORT = "import time; t = time.perf_counter(); import d2lconv; print(time.perf_counter() - t)"


def build(output: str) -> tuple[float, float]:
    """Build the book into a folder; return the seconds it took and the peak of its memory in MB."""
    command = [sys.executable, "-m", "jupyter", "book", "build", "-W", "-n", "--path-output", output, str(HERE.parent)]
    started, peak = time.perf_counter(), 0
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, memory(process))
        time.sleep(0.05)
    if process.returncode:
        sys.exit("The build failed: run `make book` to see why.")
    return time.perf_counter() - started, peak / 1e6


def memory(process: psutil.Process) -> int:
    """Return the resident bytes of a process and all that it has started."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def main() -> None:
    """Measure, print, and write the figures down."""
    imports = [float(subprocess.check_output([sys.executable, "-c", IMPORT])) for _ in range(9)]
    with tempfile.TemporaryDirectory() as output:
        cold, cold_memory = build(output)
        warm, _ = build(output)
    figures = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "cold build, seconds": round(cold, 1),
        "warm build, seconds": round(warm, 1),
        "peak memory of the cold build, MB": round(cold_memory),
        "import d2lconv, seconds, median of 9": round(sorted(imports)[4], 3),
    }
    (HERE / "book.json").write_text(json.dumps(figures, indent=2) + "\n")
    for name, figure in figures.items():
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
