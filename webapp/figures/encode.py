"""Arrays as Plotly reads them fastest: base64 of typed arrays, and never more points than a screen can show."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler

from engine.base.numerics import FloatArray

SCREEN_POINTS = 3_000
"""Above `THINNED_ABOVE` points a run is thinned to these, keeping the least and the greatest of every pixel column."""
THINNED_ABOVE = 5_000
LARGEST_FLOAT32 = float(np.finfo(np.float32).max)


def typed(array: NDArray[Any], dtype: str = "f4") -> dict[str, str]:
    """The array as {"dtype", "bdata"}, with its shape when it is a matrix."""
    if dtype == "f4":
        array = np.clip(array, -LARGEST_FLOAT32, LARGEST_FLOAT32)
    plain = np.ascontiguousarray(array, dtype="<" + dtype if dtype[-1] != "1" else dtype)
    spec = {"dtype": dtype, "bdata": base64.b64encode(plain.tobytes()).decode("ascii")}
    return spec | ({"shape": ", ".join(map(str, plain.shape))} if plain.ndim > 1 else {})


def thinned(values: FloatArray) -> NDArray[np.int64]:
    """Indices worth drawing: all of them, or the extremes of each pixel column of a long run."""
    if len(values) <= THINNED_ABOVE:
        return np.arange(len(values))
    downsampler: Any = MinMaxDownsampler
    return np.asarray(downsampler().downsample(values, n_out=SCREEN_POINTS), dtype=np.int64)
