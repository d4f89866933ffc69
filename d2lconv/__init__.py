"""What a convolution does to an image: correlation, layers and training, small enough to read.

Importing it is quick: numba and matplotlib are loaded by the first call that needs them.
"""

from d2lconv.layers import Conv2D
from d2lconv.operators import conv2d, corr2d, corr2d_matrix, unfold
from d2lconv.receptive import receptive_field
from d2lconv.training import History, fit, max_stable_lr

__version__ = "0.1.0"

__all__ = [
    "Conv2D",
    "History",
    "conv2d",
    "corr2d",
    "corr2d_matrix",
    "fit",
    "max_stable_lr",
    "receptive_field",
    "unfold",
]
