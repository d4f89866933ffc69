"""The moving figures: widgets in a notebook with a live kernel, and on a page that has none."""

from d2lconv.explorables.kernel_window import KernelWindow

__all__ = ["KernelWindow"]
