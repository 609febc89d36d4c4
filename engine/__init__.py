"""NNBench's mathematics: layers with two ports, a network, and the bench that it learns on.

Turn one knob, and the same network rolls back to its checkpoint, sees the same data again, and shows what that one
knob changed. `from engine import *` gives the notebook's names, `np` among them, so that its cells run as they are.
"""

import numpy as np

from engine.bench import NNBench
from engine.comparison.comparison import Comparison, compare
from engine.data.named_tables import TABLES
from engine.data.table import Table
from engine.errors import BenchError, FormulaError
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map
from engine.experiments.run import Run, run
from engine.formula.formula import Formula, formulas
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.outcomes.failure import why
from engine.outcomes.floor import Floor
from engine.outcomes.floor_search import floor
from engine.outcomes.questions.when_decided import when_decided
from engine.outcomes.questions.which_sample import which_sample
from engine.outcomes.twins import Luck, luck
from engine.scoring import look_at_test, scores
from engine.scoring.curve import ScoreCurve, score_curve
from engine.sweeps.sweep_result import Landscape, SweepResult, read_sweep, sweep
from engine.training.network import Network

__all__ = [
    "CATALOGUE",
    "TABLES",
    "Affinity",
    "AffinityLayer",
    "BenchError",
    "Comparison",
    "DrawnWeights",
    "Experiment",
    "Floor",
    "Formula",
    "FormulaError",
    "GivenWeights",
    "Identity",
    "IdentityLayer",
    "Landscape",
    "Layer",
    "Luck",
    "Map",
    "MapLayer",
    "NNBench",
    "Network",
    "Run",
    "ScoreCurve",
    "SweepResult",
    "Table",
    "compare",
    "floor",
    "formulas",
    "look_at_test",
    "luck",
    "np",
    "read_sweep",
    "run",
    "score_curve",
    "scores",
    "sweep",
    "when_decided",
    "which_sample",
    "why",
]
