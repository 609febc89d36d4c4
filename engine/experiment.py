"""The address at which exported scripts import experiments; the code is in `engine.experiments.experiment`."""

from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map

__all__ = ["Affinity", "DrawnWeights", "Experiment", "GivenWeights", "Identity", "Map"]
