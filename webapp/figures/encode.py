"""Arrays as the page reads them fastest: base64 of typed arrays, and no more points than a screen can show.

Dash writes each / as six characters. Arrays for Plotly have it all the same; all others are in the alphabet of URLs,
which has none, and is a third shorter for it.
"""

import base64
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray

SCREEN_POINTS = 3_000
"""The most points of a thinned run, one of more than `THINNED_ABOVE`."""
THINNED_ABOVE = 5_000
COLUMNS = SCREEN_POINTS // 2 - 1
"""Each column keeps its minimum and its maximum; the first point and the last are kept as well."""
MIDDLE_PLACE, NO_PLACE = 127, 255
"""The byte of 0, in the middle of 0 … 254, and that of a number that is not finite."""
FROM_URLS = str.maketrans("-_", "+/")
LARGEST_FLOAT32 = float(np.finfo(np.float32).max)


def packed(array: NDArray[Any], dtype: str = "f4") -> dict[str, str]:
    """The array as {"dtype", "bdata"}, with its shape when it is a matrix, for the scripts of the page."""
    return _written(array, dtype, base64.urlsafe_b64encode)


def typed(array: NDArray[Any], dtype: str = "f4") -> dict[str, str]:
    """The array as {"dtype", "bdata"} in the alphabet that Plotly reads."""
    return _written(array, dtype, base64.b64encode)


def _written(array: NDArray[Any], dtype: str, encode: Callable[[bytes], bytes]) -> dict[str, str]:
    if dtype == "f4":
        array = np.clip(array, -LARGEST_FLOAT32, LARGEST_FLOAT32)
    plain = np.ascontiguousarray(array, dtype="<" + dtype if dtype[-1] != "1" else dtype)
    spec = {"dtype": dtype, "bdata": encode(plain.tobytes()).decode("ascii")}
    return spec | ({"shape": ", ".join(map(str, plain.shape))} if plain.ndim > 1 else {})


def three_digits(array: NDArray[Any]) -> NDArray[np.float32]:
    """The array as float32 whose last 12 bits are 0: right to 1 in 4,096, and quickly compressed."""
    clipped = np.clip(array, -LARGEST_FLOAT32, LARGEST_FLOAT32).astype(np.float32)
    bits = np.where(np.isfinite(clipped), clipped, 0).view(np.uint32)
    near = ((bits + 0x800) & np.uint32(0xFFFFF000)).view(np.float32)
    return np.where(np.isfinite(clipped) & np.isfinite(near), near, clipped)


def packed_places(values: FloatArray, reach: float) -> dict[str, Any]:
    """A byte for each value, its place from −reach to reach, and `reach`, by which the page's scripts know it."""
    return packed(places_of(values, reach), "u1") | {"reach": reach}


def places_of(values: FloatArray, reach: float) -> NDArray[np.uint8]:
    """The places of the values from −reach to reach, 0 … 254; NO_PLACE for one that is not finite."""
    finite = np.isfinite(values)
    shares = np.clip(np.where(finite, values, 0.0) / (reach or 1.0), -1.0, 1.0)
    return np.where(finite, np.rint(MIDDLE_PLACE * (1.0 + shares)), NO_PLACE).astype(np.uint8)


def finite_or_none(numbers: FloatArray) -> list[float | None]:
    """The numbers as a list, with None for one that is not finite."""
    numbers_or_none: list[float | None] = numbers.tolist()
    for k in np.flatnonzero(~np.isfinite(numbers)):
        numbers_or_none[k] = None
    return numbers_or_none


def plain_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a result as plain data for JSON, with None for a number that is not finite."""
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist() if value.dtype == bool else finite_or_none(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def decoded(spec: Mapping[str, str]) -> FloatArray:
    """The numbers of a row that was packed or typed."""
    array = np.frombuffer(base64.b64decode(spec["bdata"].translate(FROM_URLS)), "<" + spec["dtype"])
    return array.astype(np.float64)


def thinned(values: FloatArray) -> NDArray[np.int64]:
    """Indices of the points to draw, ascending: all of them, or of a long run the minimum and maximum of each column.

    The columns are as equal as whole numbers allow. A nan counts as both the minimum and the maximum of its column.
    """
    if len(values) <= THINNED_ABOVE:
        return np.arange(len(values))
    width, wider = divmod(len(values), COLUMNS)
    split = wider * (width + 1)
    blocks = values[:split].reshape(wider, width + 1), values[split:].reshape(-1, width)
    columns = np.arange(COLUMNS)
    starts = columns * width + np.minimum(columns, wider)
    lowest = starts + np.concatenate([block.argmin(axis=1) for block in blocks])
    highest = starts + np.concatenate([block.argmax(axis=1) for block in blocks])
    return np.unique(np.concatenate([[0], lowest, highest, [len(values) - 1]]))
