"""One step of a run: the network at that step, and the vector that the probe sends through it.

The vector is the sample of that step, which is about to be used, or an input that the user typed. At the end of the run
no sample is left: the last one is shown, at the step before it was used.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import PortNames, port_names
from engine.training.network import Network
from webapp.base.format import column_number, digits_of_error, read_back, two_decimals, without_zeros
from webapp.bench.requests import MapOptions, Own
from webapp.figures.encode import packed
from webapp.figures.response_maps import (
    LAST_SAMPLES,
    MOST_SAMPLES,
    Window,
    curve_marks,
    marks,
    response_numbers,
    right_signs,
    samples_drawn,
)
from webapp.responses.input_domain import InputDomain
from webapp.responses.rows.pictures import rows_of_unit
from webapp.responses.rows.row_plane import RowPlane, opacity_over, plane_of_rows, plane_part
from webapp.responses.units import respond_with_units

MOST_NAMED = 3
"""The most outputs that the sentence about a vector has with their names: the largest."""


@dataclass(frozen=True)
class StepView:
    """A step of a run; `network` is the one at that step, `probe_network` the one that the vector is sent through."""

    experiment: Experiment
    step: int
    last: int
    """The last step of the run: the number of samples, or the step before a divergence."""
    loss: float | None
    """The loss of the sample about to be used; None at the end, and where it is not finite."""
    network: Network
    probe_network: Network
    sample: int
    """The sample of this step, counted from 0."""
    samples: tuple[FloatArray, FloatArray]
    """The latest inputs and targets, this step's at the end."""
    own_input: Own | None = None
    row: int | None = None
    """The row of the table, from 1, that the own input is of: its target is known."""

    @property
    def x(self) -> FloatArray:
        """The vector that the probe sends through the network."""
        x: FloatArray = self.samples[0][-1] if self.own_input is None else np.array(self.own_input)
        return x

    @property
    def target(self) -> FloatArray | None:
        """The target of that vector; None where it is not known."""
        if self.own_input is not None:
            function = self.experiment.target
            if not (function.everywhere or self.row):
                return None
            known: FloatArray = function(self.x)
            return known if function.everywhere or np.isfinite(known).all() else None
        t: FloatArray = self.samples[1][-1]
        return t


def sample_at(step: int | None, samples: int) -> int:
    """The sample that belongs to a step; None is the end."""
    return samples - 1 if step is None else min(step, samples - 1)


def step_view_at(
    experiment: Experiment,
    step: int | None,
    last: int,
    losses: FloatArray,
    networks: tuple[Network, Network],
    own_input: Own | None = None,
    samples: tuple[FloatArray, FloatArray] | None = None,
    *,
    row: int | None = None,
) -> StepView:
    """The view of a step, or of the end; `networks` are the one at that step, and the one before its sample is used.

    An own input whose width does not fit the network is ignored; it may be that of a `row`. `samples` are those of the
    run, where they are held.
    """
    at, sample = last if step is None else min(step, last), min(last, sample_at(step, len(losses)))
    if samples is None:
        latest = experiment.facts_before(sample + 1, MOST_SAMPLES)
    else:
        latest = (samples[0][: sample + 1][-MOST_SAMPLES:], samples[1][: sample + 1][-MOST_SAMPLES:])
    fits = own_input is not None and len(own_input) == experiment.width
    return StepView(
        experiment=experiment,
        step=at,
        last=last,
        loss=float(losses[at]) if at < len(losses) and math.isfinite(losses[at]) else None,
        network=networks[0],
        probe_network=networks[0] if fits else networks[1],
        sample=sample,
        samples=latest,
        own_input=own_input if fits else None,
        row=row,
    )


def cursor_position(view: StepView) -> dict[str, Any]:
    """The position of the page's cursor, as the page needs it."""
    return {"step": view.step, "last": view.last, "sample": view.sample, "loss": view.loss}


def response_at_step(view: StepView, domain: InputDomain, options: MapOptions) -> dict[str, Any]:
    """The outputs and the hidden units over the maps, the latest samples, the probed vector and a sentence about it.

    The target too where it is not the static view's: that of a plane, or of a large map.
    """
    known, most = domain.target_map, samples_drawn(view.experiment.samples, large=options.large)
    X, T = (part[-most:] for part in view.samples)
    large = options.large and domain.affords_large(view.network)
    found = plane_of_rows(view.experiment, options.through)
    plane = found.plane if isinstance(found, RowPlane) else None
    window = domain.window(options.axes, view.x, large=large, plane=plane)
    target = domain.target_on(window)
    names = port_names(view.experiment)
    outputs, units, unit = respond_with_units(view.network, window, options.unit, options.opened, names)
    outputs = domain.shown(outputs)
    return (
        response_numbers(known, outputs, passing=options.held)
        | {
            "units": units,
            "unit": unit and unit | rows_of_unit(view.experiment, view.network, options.unit),
            "share": None if target is None else right_signs(target, outputs),
            "target": None if target is None or window == known.window else packed(target.T.ravel()),
            "large": options.large,
            "axes": list(window.axes),
            "marks": _sample_marks(view.experiment, window, X, T),
            "signs": np.sign(T - domain.middle).tolist() if known.window.inputs > 1 else [],
            "ring": next(iter(marks(window, view.x[None])), None),
            "probed": packed(view.x, "f8"),
            "facts": None
            if view.experiment.target.everywhere
            else sample_shares(domain.shown(view.network.respond(X)), T, known.scale, domain.middle),
            "says": _sentence(view, domain),
        }
        | _held_out_marks(view.experiment, window)
        | _scales(view.experiment)
        | _spans(domain, window)
        | plane_part(view.experiment, found, view.x)
        | (opacity_over(view.experiment, window, domain.caches) if domain.plane and _stands_large(options) else {})
    )


def _stands_large(options: MapOptions) -> bool:
    """Whether a map is on the stage, or is there again once the pointer leaves a unit; small maps do not fade."""
    return options.large and (options.through is not None or options.answers is None)


def _spans(domain: InputDomain, window: Window) -> dict[str, Any]:
    """The ends of the drawn axes where each input has its own, and the same in the numbers of the table."""
    if window.spans is None:
        return {}
    axes = window.axes[: window.inputs]
    spans = [window.span(axis) for axis in axes]
    return {"spans": spans, "ends": domain.in_own_numbers(spans, axes)}


def _scales(experiment: Experiment) -> dict[str, Any]:
    """How numbers of a scaled table are read as they were: the offsets and the sizes of inputs and of outputs; None for
    inputs without names, which are shown as they are, and for classes."""
    if experiment.table is None:
        return {}
    inputs, outputs = experiment.table.scales
    read_back = inputs if port_names(experiment).given else None
    return {
        "scales": [
            read_back and [read_back.offset.tolist(), np.where(read_back.size, read_back.size, 1.0).tolist()],
            outputs and [outputs.offset.tolist(), outputs.size.tolist()],
        ]
    }


def _sample_marks(experiment: Experiment, window: Window, X: FloatArray, T: FloatArray) -> list[list[float]]:
    """Samples as marks; on curves only where the target is known at samples alone, and no curve itself."""
    if window.inputs > 1:
        return marks(window, X)
    return [] if experiment.target.everywhere else curve_marks(window, X, T)


def _held_out_marks(experiment: Experiment, window: Window) -> dict[str, Any]:
    """The first of the held-out samples, as marks; nothing where there are none, or where that calls a user's ideal."""
    samples = experiment.held_out_samples() if experiment.repeatable else None
    if samples is None:
        return {}
    return {"held": _sample_marks(experiment, window, *(part[:LAST_SAMPLES] for part in samples))}


def sample_shares(
    outputs: FloatArray, target: FloatArray, scale: float, middle: float = 0.0
) -> dict[str, list[list[float]]]:
    """The target of each sample, and the error of the network there, as shares of the maps' scale: that of targets goes
    from 0 to 1 where its middle is a half."""
    parts = {"wanted": (target - middle) / (middle or scale), "missed": (outputs - target) / scale}
    return {name: np.round(np.clip(part, -1.0, 1.0), 3).tolist() for name, part in parts.items()}


def _sentence(view: StepView, domain: InputDomain) -> list[list[str]]:
    outputs, target = domain.shown(view.network.respond(view.x[None]))[0], view.target
    names = port_names(view.experiment)
    if names.given:
        return _named_sentence(view, names, outputs, target)
    name = domain.output_name
    what = f"Sample {view.sample:,}" if view.own_input is None else "Own input"
    pieces = [[f"{what} at ({_vector_text(view.x)}): {name} ", ""], [_point_text(outputs), "strong"]]
    if view.own_input is None and view.step > view.sample:
        pieces.append([" after its step", ""])
    if target is None:
        return [*pieces, [", no target is known there", ""]]
    return [*pieces, [f", {'scaled ' * domain.has_scaled_outputs}target ", ""], [_point_text(target), "strong"]]


def _named_sentence(
    view: StepView, names: PortNames, outputs: FloatArray, target: FloatArray | None
) -> list[list[str]]:
    """Sample 206: Adelie 0.58, Chinstrap 0.41, Gentoo 0.01, target Chinstrap."""
    own = "Own input" if view.row is None else f"Row {view.row:,}"
    what = f"Sample {view.sample:,}" if view.own_input is None else own
    after = " after its step" if view.own_input is None and view.step > view.sample else ""
    largest = np.sort(np.argsort(-outputs, kind="stable")[:MOST_NAMED]).tolist()
    said = _texts(view.experiment, outputs, target)
    answer = ", ".join(f"{names.outputs[k]} {said[k]}" for k in largest)
    pieces = [[f"{what}: ", ""], [answer, "strong"]] + ([[after, ""]] if after else [])
    if target is None:
        return [*pieces, [", no target is known there", ""]]
    wanted = names.outputs[int(np.argmax(target))] if names.answer else ", ".join(_texts(view.experiment, target))
    return [*pieces, [", target ", ""], [wanted, "strong"]]


def _texts(experiment: Experiment, vector: FloatArray, target: FloatArray | None = None) -> list[str]:
    """The numbers of a vector of outputs or targets; of a scaled table as it has them."""
    return scaled_back(experiment, vector, target) or [_vector_text(vector[k : k + 1]) for k in range(len(vector))]


def scaled_back(experiment: Experiment, vector: FloatArray, target: FloatArray | None = None) -> list[str] | None:
    """The numbers of a vector of outputs as the table has them, with their unit, and with the digits that show how far
    they are from the target; None where they are not scaled, and for outputs without names, since y₀ is what the
    network gives."""
    names = port_names(experiment)
    if experiment.table is None or experiment.table.scales[1] is None or not names.given:
        return None
    offset, size = experiment.table.scales[1]
    values, true = (
        list(map(read_back, offset.tolist(), (size * numbers).tolist()))
        for numbers in (vector, vector if target is None else target)
    )
    digits = [3] * len(values) if target is None else list(map(digits_of_error, values, true))
    _, years = experiment.table.table.years
    return [
        f"{column_number(value, digits[k], year=k in years)} {names.unit}".rstrip() for k, value in enumerate(values)
    ]


def _point_text(vector: FloatArray) -> str:
    """Two numbers or more in brackets, as inputs are."""
    return _vector_text(vector) if vector.size == 1 else f"({_vector_text(vector)})"


def _vector_text(vector: FloatArray) -> str:
    return ", ".join(map(without_zeros if np.all(vector == np.rint(vector)) else two_decimals, vector.tolist()))
