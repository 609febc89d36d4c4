"""What the page gets back for a request: figures, words and numbers, as one plain object.

The curve comes whole; weights come in three views; maps only when the page says that they are due. Nothing in an
answer is a checkpoint: weights that the page must be able to name again travel as an experiment's plain numbers.
"""

import json
import math
from dataclasses import asdict, replace
from typing import Any

from engine.catalogue import Row
from engine.experiment import DrawnWeights, Experiment
from engine.layers import AffinityLayer
from engine.network import Network
from engine.run import Run, checkpoint_fingerprint
from webapp.acts import Staged
from webapp.asks import View
from webapp.components.controls import colour_key
from webapp.components.knobs import formula_lines
from webapp.figures.encode import thinned, typed
from webapp.figures.loss import Curve, curve_of, loss_figure, loss_range
from webapp.figures.response import response_figure, response_of
from webapp.figures.theme import THEMES
from webapp.figures.weights import (
    AffineWeights,
    scale_of,
    views_of,
    weight_cells,
    weight_texts,
    weight_values,
    weights_figure,
)
from webapp.knobs import position_of
from webapp.offer import EVERYTHING, Offer
from webapp.strip import strip_of
from webapp.words import Said, Summary, number, plural, say, short, two_decimals

NO_WEIGHTS = "This network has no weights: nothing in it can learn."


def answer_to(
    key: str,
    staged: Staged,
    run: Run,
    view: View,
    before: Summary | None = None,
    act: str = "turn",
    offer: Offer = EVERYTHING,
) -> dict[str, Any]:
    """Everything that the page shows of a run."""
    experiment, row = staged.experiment, offer.rows[key]
    summary = summary_of(row.title, experiment, staged.checkpoint, run)
    curve = curve_of(run.losses, run.diverged_at)
    limits = view.limits or loss_range(curve, before.settled if before else None)
    said = say(before, summary, act)
    return {
        "key": key,
        "experiment": plain_experiment(staged),
        "controls": controls_of(row, experiment, offer),
        "summary": asdict(summary),
        "said": words_of(said, experiment, run),
        "limits": list(limits),
        "loss": loss_figure(curve, experiment.filter, limits, THEMES[view.theme]),
        "ghost": ghost_of(curve, run),
        "weights": weights_of_run(staged.checkpoint, run.trained, view),
        "response": response_of_run(experiment, run, view) if view.maps else None,
        "strip": strip_of(experiment, staged.checkpoint) if staged.weights is not None else None,
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
        inputs=experiment.inputs_name,
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


def controls_of(row: Row, experiment: Experiment, offer: Offer) -> dict[str, Any]:
    """What the knobs show for this experiment, and which targets its network can be asked for."""
    # A table of facts is its own target, and no other fits it.
    ideals = offer.ideals.values() if experiment.target.everywhere else (experiment.target,)
    fitting = [
        {"value": ideal.name, "label": ideal.title}
        for ideal in ideals
        if ideal.inputs <= experiment.width and ideal.outputs == experiment.outputs
    ]
    return {
        "group": row.group,
        "hint": row.look_for,
        "position": round(position_of(experiment.alpha), 6),
        "alpha": short(experiment.alpha),
        "samples": experiment.samples,
        "seed": experiment.seed,
        "ideal": experiment.ideal,
        "ideals": fitting,
        "formulas": formula_lines(experiment.target.formulas),
        "inputs": experiment.inputs_name,
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


def affine_weights(network: Network) -> list[AffineWeights]:
    """M and b of every affine layer, in order."""
    return [(layer.M, layer.b) for layer in network.layers if isinstance(layer, AffinityLayer)]


def weights_of_run(checkpoint: Network, trained: Network, view: View) -> dict[str, Any]:
    """The heatmaps with their three views on one scale, and the cells that lie over them."""
    views = views_of(affine_weights(checkpoint), affine_weights(trained))
    scale = max(scale_of(views["checkpoint"]), scale_of(views["trained"]))
    return {
        "figure": weights_figure(views["trained"], scale, THEMES[view.theme]),
        "cells": weight_cells(views["trained"]),
        "exact": [[f"{v:.6g}" for v in array.ravel()] for pair in views["checkpoint"] for array in pair],
        "key": colour_key(f"−{number(scale, 2)}", number(scale, 2)) if views["trained"] else NO_WEIGHTS,
        "views": {name: {"z": weight_values(layers), "text": weight_texts(layers)} for name, layers in views.items()},
        "shares": {name: _shares(layers, scale) for name, layers in views.items()},
    }


def response_of_run(experiment: Experiment, run: Run, view: View) -> dict[str, Any]:
    """The maps, and one sentence about the last sample."""
    drawn = experiment.samples if run.diverged_at is None else max(1, run.diverged_at)
    seen = experiment.points(drawn)
    response = response_of(run.trained, experiment.target, experiment.reach, experiment.width)
    figure = response_figure(response, seen, THEMES[view.theme])
    return {
        "figure": figure,
        "says": _last_sample(experiment, run, seen[-1]),
        "key": colour_key(f"−{number(response.scale, 1)}", number(response.scale, 1)),
        "rows": experiment.outputs,
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


def _shares(layers: list[AffineWeights], scale: float) -> list[list[float]]:
    """Each number as a share of the scale, for the colour of the text on it."""
    return [
        [round(float(v) / scale, 3) if math.isfinite(v) else 0.0 for v in array.ravel()]
        for pair in layers
        for array in pair
    ]
