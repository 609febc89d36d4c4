"""The gradient badge: what backprop says, held against numeric differences, in one sentence beside the network."""

from engine.experiment import Experiment
from engine.gradients import Difference
from engine.network import Network
from engine.verdicts import AGREES, AT_KINK, DISAGREES, NETWORK, POINTS, Verdict, check
from webapp.words import number, subscript


def badge_of(experiment: Experiment, checkpoint: Network) -> dict[str, str]:
    """The state (agrees, disagrees, at a kink, unknown) and the sentence, checked at the run's first inputs."""
    found = check(checkpoint, experiment.points(min(POINTS, experiment.samples)))
    state, culprit = found.state, found.culprit
    if state == DISAGREES and culprit is not None and culprit.worst is not None:
        says = (
            f"Backprop disagrees with the numeric gradient: {_layer(culprit, found.layers)}, {_slope(culprit.worst)}, "
            f"{number(culprit.worst.backprop, 2)} against {number(culprit.worst.numeric, 2)}. "
            "The curve below is not a fair test."
        )
    elif state == AGREES:
        says = f"Backprop agrees with the numeric gradient, largest difference {number(found.largest, 1)}"
    elif state == AT_KINK:
        says = f"Not checked at 0: {_kinked(found.layers)} has no slope there"
    else:
        says = "The gradient cannot be checked: the numbers are too large, or a layer does not tell its gradients"
    return {"state": state, "text": says}


def _layer(verdict: Verdict, layers: tuple[Verdict, ...]) -> str:
    """affinity, affinity 2, the whole network."""
    if verdict.kind == NETWORK:
        return "the whole network"
    alike = [other for other in layers if other.kind == verdict.kind]
    return verdict.kind if len(alike) == 1 else f"{verdict.kind} {verdict.number}"


def _slope(difference: Difference) -> str:
    if difference.name == "input":
        return "input slope"
    return f"slope of {difference.name}{''.join(subscript('', index) for index in difference.index)}"


def _kinked(layers: tuple[Verdict, ...]) -> str:
    stuck = next(verdict for verdict in layers if verdict.state == AT_KINK)
    return f"{stuck.kind} {stuck.number}"
