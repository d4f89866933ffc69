"""The benchmarks are scripts: what of them is pure is found beside them."""

import sys

from building import ROOT

sys.path.append(str(ROOT / "benchmarks"))
