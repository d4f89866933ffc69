"""The moving figures: widgets in a notebook with a live kernel, and on a page that has none."""

from d2lconv.explorables.filter_lab import FilterLab
from d2lconv.explorables.kernel_puzzle import KernelPuzzle
from d2lconv.explorables.kernel_window import KernelWindow
from d2lconv.explorables.prediction import Prediction
from d2lconv.explorables.receptive_field import ReceptiveField
from d2lconv.explorables.training_player import TrainingPlayer

__all__ = [
    "FilterLab",
    "KernelPuzzle",
    "KernelWindow",
    "Prediction",
    "ReceptiveField",
    "TrainingPlayer",
]
