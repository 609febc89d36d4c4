"""The gradient-check badge: backprop compared with numeric differences, as one sentence beside the network."""

from engine.base.number_text import subscript
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import AGREES, AT_KINK, DISAGREES, NETWORK, POINTS, Difference, PartCheck, check
from engine.layers.faulty_layers import spoken_function
from engine.layers.layers import MapLayer
from engine.training.network import Network
from webapp.base.format import number
from webapp.bench.narration import LAYER_KINDS


def gradcheck_badge(checkpoint: Network, inputs: FloatArray) -> dict[str, str]:
    """The state (agrees, disagrees, at a kink, unknown), the sentence, and what its tooltip says of this network.

    The check is made at the first of these inputs, shape (points, width).
    """
    says = ""
    report = check(checkpoint, inputs[:POINTS])
    state, faulty = report.state, report.faulty
    if state == DISAGREES and faulty is not None and faulty.worst is not None:
        failing = (part for part in report.layers if part.state == DISAGREES)
        others = [_layer(part, report.layers) for part in failing if part is not faulty]
        text = (
            f"Gradient check failed in {_layer(faulty, report.layers)}, {_gradient(faulty.worst)}: "
            f"{number(faulty.worst.backprop, 2)} by backprop, {number(faulty.worst.numeric, 2)} by differences"
            f"{f'; it fails in {_listed(others)} too' if others else ''}. The curve is not a fair test."
        )
    elif state == AGREES:
        text = "Gradient check passed"
        says = f"The largest difference is {number(report.largest, 1)}."
    elif state == AT_KINK:
        text = _at_kink(report.layers, checkpoint)
    elif not report.layers:
        text = "No layers: the output is the input, and nothing can learn. Add a layer with +."
    else:
        text = (
            "The gradient cannot be checked: at the first inputs a number or a gradient is not finite, or there is none"
        )
    return {"state": state, "text": text, "says": says}


def _layer(part: PartCheck, layers: tuple[PartCheck, ...]) -> str:
    """The name of a layer in the sentence: the dense layer, dense layer 2, the whole network."""
    if part.kind == NETWORK:
        return "the whole network"
    name = LAYER_KINDS.get(part.kind, "layer of your own")
    alike = [other for other in layers if other.kind == part.kind]
    return f"the {name}" if len(alike) == 1 else f"{name} {part.number}"


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def _gradient(difference: Difference) -> str:
    if difference.name == "input":
        return "gradient of its input"
    return f"gradient of {difference.name}{''.join(subscript('', index) for index in difference.index)}"


def _at_kink(layers: tuple[PartCheck, ...], checkpoint: Network) -> str:
    """The sentence about the activation whose arguments lie at a kink, if it is a single one."""
    at_kinks = [part for part in layers if part.state == AT_KINK] or [part for part in layers if part.at_kinks]
    layer = checkpoint.layers[at_kinks[0].place or 0] if at_kinks else None
    if not isinstance(layer, MapLayer):
        return "Not checked: the activations have no derivative at what they are given"
    name = spoken_function(layer.name or "your function")
    if set(layer.function.nondifferentiable_at) == {0.0}:
        return f"Not checked at 0: {name} has no derivative there"
    return f"Not checked: {name} has no derivative at what it is given"
