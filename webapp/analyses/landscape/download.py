"""Downloads of the landscape: the numbers that the page has gathered, in the engine's format; no run is repeated."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sweeps.sweep_result import AXES, SweepResult
from webapp.analyses.landscape.axes import LandscapeAxes, read_landscape_axes
from webapp.analyses.landscape.evaluate import with_checkpoint_weights
from webapp.base.validation import Malformed, exactly, one_of
from webapp.bench.actions import PreparedRun

CELL_NUMBERS = {"settled": "<f8", "last": "<f8", "diverged": "<i4", "steps": "<i4"}
"""The numbers of every cell, and their types."""


def download_landscape(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The map that a page has gathered, as a file in base64.

    `plain` is {"plan": see `read_landscape_axes`, "kind": "csv" or "npz"}, and for each of CELL_NUMBERS the numbers of
    all cells in base64, row after row, as `evaluate_landscape` returned them.
    """
    body = exactly(plain, {"plan", "kind", *CELL_NUMBERS})
    page_axes, kind = read_landscape_axes(body["plan"]), one_of(body["kind"], ("csv", "npz"))
    result = sweep_result_of(
        prepared, page_axes, {name: decode_numbers(body[name], dtype) for name, dtype in CELL_NUMBERS.items()}
    )
    file = io.BytesIO()
    if kind == "npz":
        result.to_npz(file)
    else:
        file.write(result.to_csv().encode())
    return {"file": base64.b64encode(file.getvalue()).decode("ascii")}


def sweep_result_of(prepared: PreparedRun, page_axes: LandscapeAxes, numbers: dict[str, NDArray[Any]]) -> SweepResult:
    """The landscape with these numbers; Malformed unless there is one for every cell."""
    axes = {name: np.array(page_axes.values[name]) for name in AXES if name in page_axes.values}
    shape = (len(page_axes.values[page_axes.y]), len(page_axes.values[page_axes.x]))
    if any(array.size != shape[0] * shape[1] for array in numbers.values()):
        raise Malformed("A landscape has numbers for every cell.")
    rows = {name: array.reshape(shape) for name, array in numbers.items()}
    oriented = {name: array.T if next(iter(axes)) == page_axes.x else array for name, array in rows.items()}
    lengths = page_axes.values.get("samples", (prepared.experiment.samples,))
    along = np.reshape(lengths, [-1 if name == "samples" else 1 for name in axes])
    return SweepResult(
        experiment=with_checkpoint_weights(prepared, axes),
        axes=axes,
        settled=oriented["settled"],
        last=oriented["last"],
        sound=np.where(oriented["diverged"] < 0, along, oriented["diverged"]),
        diverged=oriented["diverged"] >= 0,
        steps=np.where(oriented["steps"] < 0, np.inf, oriented["steps"]),
        reaching=page_axes.reaching,
    )


def decode_numbers(plain: object, dtype: str) -> NDArray[Any]:
    """The numbers in a base64 text."""
    try:
        return np.frombuffer(base64.b64decode(str(plain), validate=True), dtype=dtype)
    except ValueError:
        raise Malformed("The numbers of a landscape are base64.") from None
