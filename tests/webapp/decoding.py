"""Typed arrays of a figure, read back the way Plotly reads them."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def decoded(spec: Mapping[str, str]) -> NDArray[Any]:
    text = spec["bdata"].replace("-", "+").replace("_", "/")
    array: NDArray[Any] = np.frombuffer(base64.b64decode(text), dtype="<" + spec["dtype"])
    return array.reshape([int(size) for size in spec["shape"].split(",")]) if "shape" in spec else array


def weights_of(figure: Mapping[str, Any]) -> NDArray[Any]:
    """The numbers of all heat maps of the figure of the weights, in one row."""
    return np.concatenate([np.empty(0), *(decoded(heat_map["z"]).ravel() for heat_map in figure["data"])])


def steps_of(trace: Mapping[str, Any]) -> NDArray[Any]:
    """The steps of a trace: 0, 1, 2, … where it says none."""
    return decoded(trace["x"]) if "x" in trace else np.arange(len(decoded(trace["y"])))
