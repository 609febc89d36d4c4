"""The gradient badge: what backprop says, held against numeric differences, in one sentence beside the network."""

from engine.checks.gradcheck import AGREES, AT_KINK, DISAGREES, NETWORK, POINTS, Difference, PartCheck, check
from engine.experiments.experiment import Experiment
from engine.layers.layers import MapLayer
from engine.training.network import Network
from webapp.base.format import number, subscript


def gradcheck_badge(experiment: Experiment, checkpoint: Network) -> dict[str, str]:
    """The state (agrees, disagrees, at a kink, unknown) and the sentence, checked at the run's first inputs."""
    found = check(checkpoint, experiment.points(min(POINTS, experiment.samples)))
    state, faulty = found.state, found.faulty
    if state == DISAGREES and faulty is not None and faulty.worst is not None:
        says = (
            f"Backprop disagrees with the numeric gradient: {_layer(faulty, found.layers)}, {_slope(faulty.worst)}, "
            f"{number(faulty.worst.backprop, 2)} against {number(faulty.worst.numeric, 2)}. "
            "The curve below is not a fair test."
        )
    elif state == AGREES:
        says = f"Backprop agrees with the numeric gradient, largest difference {number(found.largest, 1)}"
    elif state == AT_KINK:
        says = _at_kink(found.layers, checkpoint)
    elif not found.layers:
        says = "No layers: the output is the input, and nothing can learn. Add a layer with +."
    else:
        says = "The gradient cannot be checked: the numbers are too large, or a layer does not tell its gradients"
    return {"state": state, "text": says}


def _layer(part: PartCheck, layers: tuple[PartCheck, ...]) -> str:
    """affinity, affinity 2, the whole network."""
    if part.kind == NETWORK:
        return "the whole network"
    alike = [other for other in layers if other.kind == part.kind]
    return part.kind if len(alike) == 1 else f"{part.kind} {part.number}"


def _slope(difference: Difference) -> str:
    if difference.name == "input":
        return "input slope"
    return f"slope of {difference.name}{''.join(subscript('', index) for index in difference.index)}"


def _at_kink(layers: tuple[PartCheck, ...], checkpoint: Network) -> str:
    """The map whose arguments lie at a kink, and where that is, as far as one map is to blame."""
    stuck = [part for part in layers if part.state == AT_KINK] or [v for v in layers if v.at_kinks]
    layer = checkpoint.layers[stuck[0].place or 0] if stuck else None
    if not isinstance(layer, MapLayer):
        return "Not checked: the maps have no slope at what they are given"
    name = layer.name or "your function"
    if set(layer.function.nondifferentiable_at) == {0.0}:
        return f"Not checked at 0: {name} has no slope there"
    return f"Not checked: {name} has no slope at what it is given"
