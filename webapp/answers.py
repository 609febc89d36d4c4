"""What the page gets back for a request: figures, words and numbers, as one plain object.

The curve comes whole, the weights as one row of numbers, the maps' outputs only when the page says that they are due;
what stays while a knob is turned comes once, as a frame. Nothing in an answer is a checkpoint: weights that the page
must be able to name again travel as an experiment's plain numbers.
"""

import json
import math
from dataclasses import asdict, replace
from typing import Any

from engine.experiment import DrawnWeights, Experiment
from engine.network import Network
from engine.run import Run, checkpoint_fingerprint
from webapp.acts import Staged
from webapp.asks import View
from webapp.figures.encode import thinned, typed
from webapp.figures.loss import Curve, curve_of, loss_figure, loss_range
from webapp.figures.response import marks, output_of, response_numbers
from webapp.figures.theme import THEMES
from webapp.figures.weights import scale_of, weight_numbers
from webapp.frames import Scene, affine_weights, frame_of
from webapp.knobs import position_of
from webapp.offer import EVERYTHING, Offer
from webapp.words import Said, Summary, number, plural, say, short, two_decimals


def answer_to(
    key: str,
    staged: Staged,
    run: Run,
    view: View,
    before: Summary | None = None,
    act: str = "turn",
    offer: Offer = EVERYTHING,
) -> dict[str, Any]:
    """Everything that the page shows of a run and does not have yet."""
    experiment = staged.experiment
    scene = Scene(offer.rows[key], experiment, staged.checkpoint, view.theme)
    summary = summary_of(scene.row.title, experiment, staged.checkpoint, run)
    curve = curve_of(run.losses, run.diverged_at)
    limits = view.limits or loss_range(curve, before.settled if before else None)
    said = say(before, summary, act)
    return {
        "key": key,
        "experiment": plain_experiment(staged),
        "controls": controls_of(experiment),
        "summary": asdict(summary),
        "said": words_of(said, experiment, run),
        "limits": list(limits),
        "loss": loss_figure(curve, experiment.filter, limits, THEMES[view.theme]),
        "ghost": ghost_of(curve, run),
        "weights": weights_of_run(staged.checkpoint, run.trained),
        "response": response_of_run(scene, run) if view.maps else None,
        "frame": {"name": scene.name} | ({} if scene.name == view.frame else frame_of(scene, offer)),
    }


def summary_of(title: str, experiment: Experiment, checkpoint: Network, run: Run) -> Summary:
    """What later sentences need to know of this run."""
    first = float(run.losses[0])
    return Summary(
        title=title,
        alpha=experiment.alpha,
        samples=experiment.samples,
        seed=experiment.seed,
        ideal=experiment.ideal,
        inputs=experiment.inputs,
        checkpoint=checkpoint_fingerprint(checkpoint),
        settled=run.settled if run.diverged_at is None and math.isfinite(run.settled) else None,
        first=first if math.isfinite(first) else 0.0,
        diverged_at=run.diverged_at,
        fingerprint=run.fingerprint,
    )


def plain_experiment(staged: Staged) -> dict[str, Any]:
    """The experiment as JSON holds it; `weights` is None when the page knows them already."""
    weights = staged.weights
    plain: dict[str, Any] = json.loads(replace(staged.experiment, weights=weights or DrawnWeights(0)).to_json())
    return plain if weights is not None else plain | {"weights": None}


def controls_of(experiment: Experiment) -> dict[str, Any]:
    """What the knobs show for this experiment."""
    return {
        "position": round(position_of(experiment.alpha), 6),
        "alpha": short(experiment.alpha),
        "samples": experiment.samples,
        "seed": experiment.seed,
        "ideal": experiment.ideal,
        "inputs": experiment.inputs,
        "filter": experiment.filter,
    }


def words_of(said: Said, experiment: Experiment, run: Run) -> dict[str, Any]:
    """The sentence, its proof, the readouts and what the charts say to those who cannot see them."""
    diverged = run.diverged_at is not None
    starts = number(float(run.losses[0]))
    settled = f"diverges at step {run.diverged_at}" if diverged else f"settles at {number(run.settled)}"
    return {
        "sentence": [list(piece) for piece in said.sentence],
        "proof": said.proof,
        "label": said.label,
        "change": said.change,
        "alpha": number(experiment.alpha),
        "max": "∞" if diverged else number(run.largest),
        "last": "∞" if diverged else number(run.last),
        "potential": "−∞" if diverged else two_decimals(run.potential),
        "aria": f"Loss over {plural(run.losses.size, 'step')}: it starts at {starts} and {settled}.",
    }


def ghost_of(curve: Curve, run: Run) -> dict[str, Any]:
    """The low-pass line and its ends, for the browser to keep when a later run takes this one's place."""
    kept = thinned(curve.smooth)
    last = float(curve.smooth[-1]) if len(curve.smooth) else None
    return {
        "x": typed(curve.smooth_steps[kept]),
        "y": typed(curve.smooth[kept]),
        "end": last,
        "settled": run.settled if run.diverged_at is None and math.isfinite(run.settled) else None,
        "samples": len(run.losses),
    }


def weights_of_run(checkpoint: Network, trained: Network) -> dict[str, Any]:
    """The trained weights, and the one scale that they and the checkpoint's are painted on."""
    layers = affine_weights(trained)
    scale = max(scale_of(affine_weights(checkpoint)), scale_of(layers))
    return {"trained": weight_numbers(layers), "scale": scale}


def response_of_run(scene: Scene, run: Run) -> dict[str, Any]:
    """The maps' outputs, the latest samples, and one sentence about the last of them."""
    experiment = scene.experiment
    drawn = experiment.samples if run.diverged_at is None else max(1, run.diverged_at)
    seen = experiment.facts()[0][:drawn]
    output = output_of(run.trained, scene.reach, experiment.width)
    return response_numbers(scene.asked, output) | {
        "marks": marks(scene.asked, seen),
        "says": _last_sample(experiment, run, seen[-1]),
    }


def _last_sample(experiment: Experiment, run: Run, x: Any) -> list[list[str]]:
    given, wanted = run.trained.respond(x[None])[0], experiment.target(x)
    at, out, asked = (", ".join(two_decimals(float(v)) for v in vector) for vector in (x, given, wanted))
    step = experiment.samples if run.diverged_at is None else run.diverged_at
    return [
        [f"Sample {max(0, step - 1):,} at ({at}): output ", ""],
        [out, "strong"],
        [", target ", ""],
        [asked, "strong"],
    ]
