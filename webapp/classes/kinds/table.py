"""All kinds of prediction by their names, as lessons say them."""

from collections.abc import Mapping

from webapp.classes.kinds import alpha, choice, curve, loss
from webapp.classes.kinds.prediction import Prediction

PREDICTIONS: Mapping[str, Prediction] = {kind.name: kind for kind in (loss.KIND, choice.KIND, curve.KIND, alpha.KIND)}
