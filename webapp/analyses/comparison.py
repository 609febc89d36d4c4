"""A pinned run at its end, to be seen beside the run that the page shows.

The page remembers a pinned run as an experiment. Here it is trained once more, within the budget of a side request, and
its output is evaluated where the page draws the output of its own run, so that the two can be subtracted.
"""

from typing import Any

import numpy as np

from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, run
from engine.training.network import affine_weights
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun, read_pinned
from webapp.bench.budget import affordable
from webapp.bench.requests import Own, read_axes, read_own
from webapp.figures.response_maps import response_numbers
from webapp.figures.weights import weight_numbers
from webapp.jobs.job import current_job
from webapp.responses.input_domain import InputDomain

TOO_LONG = "This run takes too long to be trained once more here."


def comparison(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The network at the end of another run, or at the step before it diverged.

    `plain` is {"experiment": of the other run, "axes": which two of many inputs the maps are drawn over, "through": the
    input that a plane of many inputs goes through}. The response has the number of its inputs and outputs, the output
    on the grid of the shown run's maps (None where they have other inputs), the rows and columns of each dense layer's
    M, all weights in one row, and the fingerprint of the run; or only a sentence, `none`, when it costs too much.
    """
    body = exactly(plain, {"experiment", "axes", "through"})
    axes, through = read_axes(body["axes"]), read_own(body["through"])
    other = read_pinned(body["experiment"], prepared.content)
    checkpoint = other.network()
    if not affordable(other, checkpoint):
        return {"none": TOO_LONG}
    trained = run(other, checkpoint, lambda _: current_job().check_cancelled(), held_out=False)
    layers = affine_weights(trained.trained)
    return {
        "runs": 1,
        "inputs": other.width,
        "outputs": other.outputs,
        "map": _map_of(prepared.experiment, other, trained, axes, through),
        "shapes": [list(M.shape) for M, _ in layers],
        "weights": weight_numbers(layers),
        "fingerprint": trained.fingerprint,
    }


def _map_of(
    shown: Experiment, other: Experiment, trained: Run, axes: tuple[int, int], through: Own | None
) -> dict[str, Any] | None:
    """The other run's outputs in the window of the shown one, and as that one shows its own."""
    if other.width != shown.width:
        return None
    domain = InputDomain(shown)
    fits = through is not None and len(through) == shown.width
    window = domain.window(axes, np.array(through) if fits else np.zeros(shown.width))
    return response_numbers(domain.target_map, domain.shown(trained.trained.respond(window.grid)))
