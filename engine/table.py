"""The address at which exported scripts import tables of samples; the code is in `engine.data.table`."""

from engine.data.table import Table

__all__ = ["Table"]
