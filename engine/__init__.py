"""NNBench's mathematics: layers with two ports, a network, and the bench that it learns on.

Turn one knob, and the same network rolls back to its checkpoint, sees the same data again, and shows what that one
knob changed. `from engine import *` gives the notebook's names, `np` among them, so that its cells run as they are.
"""

import numpy as np

from engine.bench import NNBench
from engine.catalogue import CATALOGUE
from engine.errors import BenchError, FormulaError
from engine.experiment import Experiment
from engine.formula import Formula, formulas
from engine.landscape import Landscape, sweep
from engine.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.network import Network
from engine.run import Run, run

__all__ = [
    "CATALOGUE",
    "AffinityLayer",
    "BenchError",
    "Experiment",
    "Formula",
    "FormulaError",
    "IdentityLayer",
    "Landscape",
    "Layer",
    "MapLayer",
    "NNBench",
    "Network",
    "Run",
    "formulas",
    "np",
    "run",
    "sweep",
]
