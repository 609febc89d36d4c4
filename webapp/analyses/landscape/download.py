"""The landscape as a file: the numbers that a page has gathered, as the engine writes them; no run is made again."""

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.scoring import measure_of
from engine.sweeps.sweep_result import SCORES, SweepResult
from webapp.analyses.landscape.axes import LandscapeAxes, read_axes
from webapp.analyses.landscape.evaluate import named
from webapp.base.validation import Malformed, exactly, one_of
from webapp.bench.actions import PreparedRun

NUMBERS = {"settled": "<f8", "last": "<f8", "diverged": "<i4", "steps": "<i4", "learned": "<f8", "held_out": "<f8"}
"""The numbers of a cell, and their dtypes in base64; the last two, scores, are nan where there are none."""


def download_landscape(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """The map that a page has gathered, as a file in base64.

    `asked` is {"plan": see `read_axes`, "kind": "csv" or "npz"}, and for each of NUMBERS the numbers of all cells in
    base64, row after row, as `landscape` gave them.
    """
    body = exactly(asked, {"plan", "kind", *NUMBERS})
    plan, kind = read_axes(body["plan"], prepared.experiment.knobs), one_of(body["kind"], ("csv", "npz"))
    found = gathered_by_page(prepared, plan, {name: decoded(body[name], dtype) for name, dtype in NUMBERS.items()})
    file = io.BytesIO()
    if kind == "npz":
        found.to_npz(file)
    else:
        file.write(found.to_csv().encode())
    return {"file": base64.b64encode(file.getvalue()).decode("ascii")}


def gathered_by_page(prepared: PreparedRun, plan: LandscapeAxes, numbers: dict[str, NDArray[Any]]) -> SweepResult:
    """The landscape of these numbers; Malformed unless there is one for every cell."""
    axes = {name: np.array(plan.values[name]) for name in plan.axes if name in plan.values}
    shape = (len(plan.values[plan.y]), len(plan.values[plan.x]))
    if any(array.size != shape[0] * shape[1] for array in numbers.values()):
        raise Malformed("A landscape has numbers for every cell.")
    rows = {name: array.reshape(shape) for name, array in numbers.items()}
    found = {name: array.T if next(iter(axes)) == plan.x else array for name, array in rows.items()}
    lengths = plan.values.get("samples", (prepared.experiment.samples,))
    along = np.reshape(lengths, [-1 if name == "samples" else 1 for name in axes])
    return SweepResult(
        experiment=named(prepared, axes),
        axes=axes,
        settled=found["settled"],
        last=found["last"],
        sound=np.where(found["diverged"] < 0, along, found["diverged"]),
        diverged=found["diverged"] >= 0,
        steps=np.where(found["steps"] < 0, np.inf, found["steps"]),
        reaching=plan.reaching,
        scores=scores_in(prepared, plan, found),
    )


def scores_in(prepared: PreparedRun, plan: LandscapeAxes, found: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The scores by the names that a sweep gives them; none where the map is not scored."""
    if not plan.scored:
        return {}
    named_scores = zip(SCORES[measure_of(prepared.experiment)], (found["learned"], found["held_out"]), strict=True)
    return {name: array for name, array in named_scores if not np.isnan(array).all()}


def decoded(plain: object, dtype: str) -> NDArray[Any]:
    """The numbers that this base64 holds."""
    try:
        return np.frombuffer(base64.b64decode(str(plain), validate=True), dtype=dtype)
    except ValueError:
        raise Malformed("The numbers of a landscape are base64.") from None
