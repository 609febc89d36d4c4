"""Loads a checkpoint from dill bytes without running anything that they name.

Dill's bytes for a network name a few classes and functions, so those are allowed and nothing else is. The names of the
engine's classes lead to stand-ins that give their empty instances, and those from NumPy and dill to replacements in
this module, which build float64 arrays or refuse. Bytes may put a state into the object of a name, so none of these
objects takes one that others would see. It is the standard library's Unpickler, not dill's: bytes of importable classes
need none of dill's additions, such as building functions and types, and code that is not there cannot be misused.
"""

import io
import math
import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from engine.base.numerics import FloatArray
from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network

MOST_LAYERS = 64


class UnpickleRefused(Exception):
    """Bytes that are not a checkpoint of ours; the message says what was found."""


class Marker(NamedTuple):
    """Replaces an allowed name that is only passed as an argument; it cannot be called."""

    name: str


class Float64:
    """Replaces NumPy's dtype of 64-bit floats, the only one that a checkpoint has."""

    def __init__(self, kind: object, _align: object = False, _copy: object = True) -> None:
        if kind != "f8":
            raise UnpickleRefused("An array was found that is not float64.")

    def __setstate__(self, state: tuple[object, ...]) -> None:
        if state[:2] != (3, "<"):
            raise UnpickleRefused("An array was found that is not little-endian.")


class Maker(NamedTuple):
    """Replaces an allowed name that is called; unlike a function or a class it takes no attributes."""

    make: Callable[..., object]

    def __call__(self, *given: object) -> object:
        """The value that the function makes."""
        return self.make(*given)


RECONSTRUCT = Marker("numpy._core.multiarray._reconstruct")
NDARRAY = Marker("numpy.ndarray")


def array(reconstruct: object, _start: object, state: tuple[Any, ...], attributes: object) -> FloatArray:
    """Replaces dill's `_create_array`: a new float64 array from NumPy's state tuple, which is checked first."""
    layout, shape, dtype, fortran, data = state
    valid_shape = isinstance(shape, tuple) and all(type(size) is int and 0 < size <= 4096 for size in shape)
    if (reconstruct, layout, attributes) != (RECONSTRUCT, 1, None) or not isinstance(dtype, Float64) or not valid_shape:
        raise UnpickleRefused("Something was found where a float64 array should be.")
    if not isinstance(data, bytes) or len(data) != 8 * math.prod(shape):
        raise UnpickleRefused("An array was found whose numbers do not fill its shape.")
    return np.frombuffer(data, "<f8").astype(np.float64).reshape(shape, order="F" if fortran else "C")


def number(dtype: object, data: bytes) -> float:
    """Replaces NumPy's `scalar`: one float64, which alpha may be."""
    if not isinstance(dtype, Float64) or not isinstance(data, bytes) or len(data) != 8:
        raise UnpickleRefused("Something was found where a float64 number should be.")
    return float(np.frombuffer(data, "<f8")[0])


LAYERS: dict[str, tuple[type, ...]] = {
    "engine.training.network": (Network,),
    "engine.layers.layers": (AffinityLayer, IdentityLayer, MapLayer),
    "engine.layers.faulty_layers": (LeftMultiplied, MistakenMap),
}
"""The classes of a checkpoint, by the module that a checkpoint of this version names."""

FORMER_MODULES = {
    "engine.network": "engine.training.network",
    "engine.layers": "engine.layers.layers",
    "engine.mistakes": "engine.layers.faulty_layers",
}
"""Checkpoints that version 0.1 stored name the modules in which these classes were then."""

ALLOWED: dict[tuple[str, str], Any] = {
    **{(module, kind.__name__): kind for module, kinds in LAYERS.items() for kind in kinds},
    **{(old, kind.__name__): kind for old, module in FORMER_MODULES.items() for kind in LAYERS[module]},
    ("dill._dill", "_create_array"): Maker(array),
    ("numpy._core.multiarray", "_reconstruct"): RECONSTRUCT,
    ("numpy._core.multiarray", "scalar"): Maker(number),
    ("numpy", "ndarray"): NDARRAY,
    ("numpy", "dtype"): Maker(Float64),
}
"""Every name that a checkpoint may contain, and the object of that name; a class gets a stand-in."""


def stand_in(kind: type) -> type:
    """A new class whose calls give empty instances of the real one."""
    return type(kind.__name__, (), {"__new__": lambda _: object.__new__(kind)})


class AllowList(pickle.Unpickler):
    """An unpickler that knows the allowed names only."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            found = ALLOWED[module, name]
        except KeyError:
            full_name = f"{module}.{name}"[:80]
            raise UnpickleRefused(
                f"The checkpoint asks for {full_name!r}, which no checkpoint of ours needs."
            ) from None
        return stand_in(found) if isinstance(found, type) else found


def load_network(data: bytes, most: int) -> Network:
    """The network in the dill bytes; UnpickleRefused for any other bytes, and for more than `most` of them."""
    if len(data) > most:
        raise UnpickleRefused(f"The checkpoint has {len(data):,} bytes; at most {most:,} are opened.")
    try:
        return checked(AllowList(io.BytesIO(data)).load())
    except UnpickleRefused:
        raise
    except Exception as error:  # broken bytes fail in the unpickler in any way at all
        raise UnpickleRefused(f"The checkpoint cannot be read ({type(error).__name__}).") from error


def checked(found: object) -> Network:
    """The object itself; UnpickleRefused unless it is a network of known layers with valid parameters."""
    if type(found) is not Network:
        raise UnpickleRefused(f"The checkpoint holds a {type(found).__name__}, not a network.")
    if type(found.layers) is not list or len(found.layers) > MOST_LAYERS or type(found.alpha) not in (int, float):
        raise UnpickleRefused("The network of the checkpoint has no proper list of layers, or no proper alpha.")
    for layer in found.layers:
        CHECKS.get(type(layer), refuse_layer)(layer)
    return found


def check_affinity(layer: AffinityLayer) -> None:
    shapes = {"M": (layer.outputs, layer.inputs), "b": (layer.outputs,)}
    for name, expected in shapes.items():
        array_found = layer.parameters[name]
        if type(array_found) is not np.ndarray or array_found.dtype != np.float64 or array_found.shape != expected:
            raise UnpickleRefused(f"{name} of a dense layer is not a float64 array of shape {expected}.")
    size = sum(array.size for array in layer.parameters.values())
    places = layer.frozen if type(layer.frozen) is tuple else (None,)
    if not all(type(place) is int and 0 <= place < size for place in places):
        raise UnpickleRefused("What is frozen in a dense layer are not places of its numbers.")


def check_square(layer: LeftMultiplied) -> None:
    check_affinity(layer)
    if layer.inputs != layer.outputs:
        raise UnpickleRefused("A layer that multiplies from the left is not square.")


def check_map(layer: MapLayer) -> None:
    if type(layer.name) is not str:
        raise UnpickleRefused("An activation of the checkpoint has neither a named function nor a formula.")


def accept_layer(layer: Layer) -> None:
    """An identity layer holds nothing that could be wrong."""


def refuse_layer(layer: object) -> None:
    raise UnpickleRefused(f"The network of the checkpoint has a {type(layer).__name__} where a layer should be.")


CHECKS: dict[type, Callable[[Any], None]] = {
    AffinityLayer: check_affinity,
    MapLayer: check_map,
    LeftMultiplied: check_square,
    MistakenMap: check_map,
    IdentityLayer: accept_layer,
}
