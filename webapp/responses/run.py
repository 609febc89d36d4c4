"""The response to a run request: figures, texts and numbers, as one plain object.

It contains the figures of the curve and of the weights, and the outputs of the response maps when the page asks
for them. The static view is sent once, not with every turn of a knob. No response contains a checkpoint: weights that
the page must be able to name again are sent as an experiment's plain numbers.
"""

import hashlib
import json
import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from engine.base.byte_cache import Caches
from engine.base.metrics import hashes_along
from engine.data.inputs import input_distribution_named
from engine.data.prepared_table import BY_SEED, Split
from engine.data.table import Table
from engine.experiments.catalogue import CatalogueEntry
from engine.experiments.experiment import Affinity, Experiment
from engine.experiments.knobs import RATE, plain_knobs
from engine.experiments.layer_specs import without_draw
from engine.experiments.port_names import PortNames, port_names
from engine.experiments.run import Run, checkpoint_fingerprint
from engine.scoring.answers import RowAnswers, row_answers
from engine.training.network import Network, affine_weights
from webapp.base.format import number, plural, two_decimals
from webapp.base.theme import THEMES, Theme
from webapp.bench.actions import PreparedRun
from webapp.bench.changes import OWN_FORMULAS
from webapp.bench.held_out_words import HeldOutWords, held_out_words, score_of
from webapp.bench.knob_controls import control_value
from webapp.bench.knob_values import position_of
from webapp.bench.narration import Narration, Origin, narrate
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import ViewOptions
from webapp.bench.run_summary import RunSummary, constant_of, data_name, name_of, one_of, summary_knobs
from webapp.figures.encode import packed, thinned
from webapp.figures.loss import Curve, Range, along, curve_of, ends_of, float_type, loss_figure, loss_range
from webapp.figures.weights import largest_of, weights_figure
from webapp.responses.probe import probe_at
from webapp.responses.rows.answers import affords_answers, answers_of_view, score_words
from webapp.responses.static_view import StaticView, static_view
from webapp.responses.step_view import StepView, cursor_position, response_at_step, step_view_at

RATE_POINTS = 40
"""The most steps at which the shape of the rate is drawn."""


def run_response(
    key: str,
    prepared: PreparedRun,
    run: Run,
    view: ViewOptions,
    before: RunSummary | None = None,
    origin: Origin | None = None,
    content: PageContent = CATALOGUE_CONTENT,
) -> dict[str, Any]:
    """The response to a run, without the static view that the page has already."""
    experiment = prepared.experiment
    static = StaticView(content.rows[key], experiment, prepared.checkpoint, prepared.caches)
    answered = answers_of_run(experiment, run, held=view.held)
    words = held_out_words(experiment, run, answered)
    unseen = None if experiment.never_repeats else run.held_out
    curve = curve_of(run.losses, run.diverged_at, unseen, one_of(experiment.batch))
    summary = summary_of(static.entry, experiment, prepared.checkpoint, run, words, prepared.caches, curve)
    compared = before if before and before.title == summary.title else None
    limits = view.limits or loss_range(curve, compared.settled if compared else None)
    held = None if run.held_out is None else held_out_view(experiment, run)
    narration = narrate(before, summary, origin, content.knobs, words)
    step_view = step_view_of_run(experiment, run, view)
    of_view = answered if step_view.network is run.trained else None
    return (
        {
            "key": key,
            "experiment": experiment_json(prepared),
            "controls": controls_of(experiment),
            "summary": summary.plain(),
            "failed": summary.failed,
            "along": hashes_along(run.losses),
            "said": texts_of(narration, experiment, run) | ({"scores": score_words(answered)} if answered else {}),
            "limits": list(limits),
            "ends": ends_of(curve, limits)._asdict(),
            "loss": loss_figure(curve, experiment.filter, limits, THEMES[view.theme]),
            "ghost": ghost_line(curve, run, limits),
            "place": cursor_position(step_view),
            "weights": weights_of_run(
                prepared.checkpoint, run.trained, step_view.network, THEMES[view.theme], port_names(experiment)
            ),
            "response": response_at_step(step_view, static.input_domain, view.map_options) if view.maps else None,
            "probe": probe_at(step_view) if view.maps else None,
            "frame": {"name": static.name} | ({} if static.name == view.frame else static_view(static, content)),
        }
        | ({} if held is None else {"held": held})
        | (answers_of_view(step_view, view.map_options, of_view) if view.maps else {})
        | row_counts(experiment)
        | rate_shape(experiment)
    )


def answers_of_run(experiment: Experiment, run: Run, *, held: bool) -> tuple[RowAnswers, RowAnswers | None] | None:
    """The answers to the rows of a table at the end of the run; None for drawn inputs, and where they take too long."""
    return row_answers(experiment, run.trained) if affords_answers(experiment, run.trained, held=held) else None


def row_counts(experiment: Experiment) -> dict[str, Any]:
    """How many rows of a table are to be learned, held out and kept for a test, and how many of the first are learned:
    those that come among the samples and are not left out."""
    rows = experiment.rows
    if rows is None:
        return {}
    count = experiment.distinct_count
    if experiment.samples < len(rows.learned) and (turns := experiment.turns) is not None:
        count = len(np.setdiff1d(turns, experiment.without))
    return {"rows": [*map(len, rows), count]}


def rate_shape(experiment: Experiment) -> dict[str, Any]:
    """The rate's factor at some steps, evenly from the first to the last; None where it is constant by default."""
    if experiment.rate == RATE.default:
        return {}
    factors = experiment.rule.paces(experiment.samples)[:, 0]
    at = np.linspace(0, len(factors) - 1, min(RATE_POINTS, len(factors))).astype(int)
    return {"rates": [float(f"{factor:.4g}") for factor in factors[at].tolist()]}


def held_out_view(experiment: Experiment, run: Run) -> dict[str, Any]:
    """The loss of the held-out samples after the last step, in words and, where its line is drawn, as a number; and a
    sentence about which samples they are."""
    final = run.held_out.final if run.held_out is not None else math.nan
    drawn = math.isfinite(final) and run.diverged_at is None and not experiment.never_repeats
    return {"final": number(final), "loss": final if drawn else None, "says": held_out_says(experiment)}


def held_out_says(experiment: Experiment) -> str:
    """The sentence about the held-out samples of such an experiment; empty where their name says it."""
    if (rows := experiment.rows) is not None:
        held, others = len(rows.held_out), len(rows.held_out) + len(rows.learned)
        if experiment.split == BY_SEED:
            chosen = f"The data seed has chosen the held-out rows: {held:,} of {others:,}"
            return f"{chosen}{_left_out_words(experiment, rows)}."
        return f"Of every {others // experiment.held_out:,} rows the last one is held out: {held:,} of {others:,}."
    if experiment.never_repeats:
        return "Every sample is new, so the curve itself is a held-out loss: each loss is taken before its step."
    if not experiment.noise and not input_distribution_named(experiment.inputs_name).never_repeats:
        return "Such inputs are few, so the network may have learned from the same one as is held out."
    return ""


def _left_out_words(experiment: Experiment, rows: Split) -> str:
    """Which of the rows that are left out the data seed has held out."""
    numbers = [f"{number:,}" for number in experiment.without if number - 1 in rows.held_out]
    if not numbers:
        return ""
    many = len(numbers) > 1
    return f", with {'rows' if many else 'row'} {', '.join(numbers)}, which {'are' if many else 'is'} left out"


def summary_of(
    entry: CatalogueEntry,
    experiment: Experiment,
    checkpoint: Network,
    run: Run,
    held_out: HeldOutWords | None = None,
    caches: Caches | None = None,
    curve: Curve | None = None,
) -> RunSummary:
    """A summary of the run, for the sentences that compare later runs with it."""
    first, caches = float(run.losses[0]), caches or Caches()
    constant = constant_of(experiment, caches)
    return RunSummary(
        title=entry.title,
        name=name_of(experiment, entry),
        knobs=summary_knobs(experiment),
        network=network_name(experiment),
        checkpoint=checkpoint_fingerprint(checkpoint),
        settled=run.sound_settled,
        first=first if math.isfinite(first) else 0.0,
        diverged_at=run.diverged_at,
        fingerprint=run.fingerprint,
        data=data_name(experiment, caches),
        layers=layers_name(experiment),
        held_out_loss=None if held_out is None else held_out.loss,
        held_out_score=None if held_out is None or held_out.score is None else score_of(held_out.score),
        constant=constant,
        halved_at=None if constant is None or curve is None else curve.first_at_most(constant / 2),
    )


def network_name(experiment: Experiment) -> str:
    """Eight hex digits that identify the layers, and the samples where they are a table."""
    table = experiment.inputs.digest if isinstance(experiment.inputs, Table) else ""
    layers = tuple(map(without_draw, experiment.layers))
    return hashlib.sha256(repr((layers, table)).encode()).hexdigest()[:8]


def layers_name(experiment: Experiment) -> str:
    """Eight hex digits that identify the layers, whatever is frozen of them and however they draw their weights."""
    plain = [replace(spec, frozen=False) if isinstance(spec, Affinity) else spec for spec in experiment.layers]
    return hashlib.sha256(repr(tuple(map(without_draw, plain))).encode()).hexdigest()[:8]


def experiment_json(prepared: PreparedRun) -> dict[str, Any]:
    """The experiment as in JSON, or only its knobs when the page knows the rest already."""
    experiment = prepared.experiment
    if prepared.weights is None:
        return experiment.knob_values
    plain: dict[str, Any] = json.loads(replace(experiment, weights=prepared.weights).to_json())
    return plain | experiment.knob_values  # those too that JSON leaves out


def controls_of(experiment: Experiment) -> dict[str, Any]:
    """The values of the controls for this experiment."""
    return {
        "position": round(position_of(experiment.alpha), 6),
        **{knob.name: control_value(knob, getattr(experiment, knob.name)) for knob in plain_knobs(experiment.knobs)},
        "ideal": experiment.ideal if isinstance(experiment.ideal, str) else OWN_FORMULAS,
        "inputs": experiment.inputs_name,
    }


def texts_of(narration: Narration, experiment: Experiment, run: Run) -> dict[str, Any]:
    """The sentence, its proof, the readouts, and the description of the chart for screen readers."""
    diverged = run.diverged_at is not None
    starts = number(float(run.losses[0]))
    one = one_of(experiment.batch)
    settled = f"diverges at {one} {run.diverged_at:,}" if diverged else f"its final loss is {number(run.settled)}"
    numbers = {"max": float(np.fmax.reduce(run.losses)), "last": run.last, "potential": run.potential}
    return {
        "sentence": [list(piece) for piece in narration.sentence],
        "proof": narration.proof,
        "compares": narration.compares,
        "judged": narration.judged and asdict(narration.judged),
        "label": narration.label,
        "change": narration.change,
        "max": number(numbers["max"]),
        "last": number(run.last),
        "potential": "−∞" if diverged else two_decimals(run.potential),
        "exact": {name: value if math.isfinite(value) else None for name, value in numbers.items()},
        "aria": f"Loss over {plural(run.losses.size, one)}: it starts at {starts} and {settled}.",
    }


def ghost_line(curve: Curve, run: Run, limits: Range) -> dict[str, Any]:
    """The end of the low-pass line, which the browser goes on drawing behind later runs; and the line itself where the
    figure, whose axis has these limits, does not draw all of it as it is."""
    last = float(curve.smooth[-1]) if len(curve.smooth) else None
    end = {"end": last, "settled": run.sound_settled, "samples": len(run.losses)}
    as_drawn = np.all(curve.smooth >= 10.0 ** ends_of(curve, limits).below)
    same_type = float_type(limits) == float_type(loss_range(curve))
    return end if as_drawn and same_type else end | low_pass_line(curve)


def low_pass_line(curve: Curve) -> dict[str, Any]:
    """The low-pass line of a curve, for the scripts of the page; without its steps where they are 0, 1, 2, …."""
    indices = thinned(curve.smooth)
    return along(curve.smooth_steps[indices]) | {"y": packed(curve.smooth[indices], float_type(loss_range(curve)))}


def weights_of_run(
    checkpoint: Network, trained: Network, at_step: Network, theme: Theme, ports: PortNames
) -> dict[str, Any]:
    """The figure of the weights at the cursor, on one colour scale for them, the checkpoint's and the trained ones."""
    scale = max(largest_of(affine_weights(network)) for network in (checkpoint, trained, at_step))
    return weights_figure(affine_weights(at_step), scale, theme, ports)


def step_view_of_run(experiment: Experiment, run: Run, view: ViewOptions) -> StepView:
    """The view of the step at the page's cursor; the run has recorded the network at that sample."""
    ended = view.step is None or view.step > run.step
    last = len(run.losses) if run.diverged_at is None else max(0, run.diverged_at - 1)
    networks = (run.trained if ended else run.at_step, run.at_step)
    return step_view_at(experiment, view.step, last, run.losses, networks, view.own, row=view.map_options.row)
