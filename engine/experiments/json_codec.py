"""The parts of an experiment as plain JSON values and back: layers, weights, tables, each with its kind.

JSON is checked part by part as it is read; ExperimentError says what is wrong. Fields that came later may be missing.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import fields
from typing import Any

from engine.data.named_tables import table_named
from engine.data.table import TABLE, Table
from engine.errors import ExperimentError
from engine.experiments.knobs import is_number
from engine.experiments.layer_specs import (
    Affinity,
    DrawnWeights,
    GivenWeights,
    Identity,
    LayerSpec,
    Map,
    Weights,
    written_fields,
)

_LAYER_KINDS: Mapping[str, Callable[..., Any]] = {"affinity": Affinity, "map": Map, "identity": Identity}
_WEIGHT_KINDS: Mapping[str, Callable[..., Any]] = {"drawn": DrawnWeights, "given": GivenWeights}
_INPUT_KINDS: Mapping[str, Callable[..., Any]] = {TABLE: Table}


def plain_parts(value: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, without those that are left out when they are None."""
    return {part.name: getattr(value, part.name) for part in written_fields(value)}


def plain_layer(spec: LayerSpec) -> dict[str, Any]:
    """A layer as JSON."""
    return _with_kind(_LAYER_KINDS, spec)


def plain_weights(weights: Weights) -> dict[str, Any]:
    """Weights as JSON."""
    return _with_kind(_WEIGHT_KINDS, weights)


def plain_inputs(inputs: str | Table) -> str | dict[str, Any]:
    """Inputs as JSON: a name, a table, or the name of a table."""
    if not isinstance(inputs, Table):
        return inputs
    if inputs.name is None:
        return _with_kind(_INPUT_KINDS, inputs)
    return {"kind": TABLE, "name": inputs.name} | ({} if inputs.shuffled else {"shuffled": False})


def layers_from_plain(plain: object) -> tuple[LayerSpec, ...]:
    """Layers from decoded JSON."""
    if not isinstance(plain, list):
        raise ExperimentError("The layers of an experiment are a list.")
    return tuple(_from_kind(_LAYER_KINDS, row, "layer") for row in plain)


def weights_from_plain(plain: object) -> Weights:
    """Weights from decoded JSON, their numbers checked but not yet their shapes."""
    weights: Weights = _from_kind(_WEIGHT_KINDS, plain, "weights")
    return weights


def inputs_from_plain(plain: object) -> Any:
    """A table from decoded JSON; any other value is left to the experiment's own check."""
    if not isinstance(plain, dict):
        return plain
    return _named_table(plain) if "name" in plain else _from_kind(_INPUT_KINDS, plain, "table")


def checked_fields(plain: object, what: str, kind: Any, later: Container[str] = ()) -> dict[str, Any]:
    """The object's fields, when they are those of the dataclass; those named or marked as later may be missing."""
    known = [part.name for part in fields(kind)]
    needed = {part.name for part in fields(kind) if "later" not in part.metadata and part.name not in later}
    if not isinstance(plain, dict) or not needed <= set(plain) <= set(known):
        raise ExperimentError(f"The {what} is described by {', '.join(known) or 'its kind alone'}, and nothing else.")
    return dict(plain)


def _with_kind(kinds: Mapping[str, Callable[..., Any]], value: Any) -> dict[str, Any]:
    kind = next(name for name, made in kinds.items() if made is type(value))
    return {"kind": kind} | plain_parts(value)


def _from_kind(kinds: Mapping[str, Callable[..., Any]], row: object, what: str) -> Any:
    plain = row if isinstance(row, dict) else {}
    kind = plain.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise ExperimentError(f"The {what} has a kind, one of {', '.join(kinds)}.")
    given = checked_fields({name: value for name, value in plain.items() if name != "kind"}, what, kinds[kind])
    return _given_weights(given["values"]) if kinds[kind] is GivenWeights else kinds[kind](**given)


def _named_table(plain: dict[str, Any]) -> Table:
    shuffled = plain.get("shuffled", True)
    if plain.get("kind") != TABLE or not set(plain) <= {"kind", "name", "shuffled"} or not isinstance(shuffled, bool):
        raise ExperimentError(f"A table that has a name is described by its kind, {TABLE}, name and shuffled alone.")
    return table_named(plain["name"]).table(shuffled=shuffled)


def _given_weights(values: object) -> GivenWeights:
    try:
        pairs = [(M, b) for M, b in values]  # type: ignore[attr-defined]
        return GivenWeights(
            tuple((tuple(tuple(map(_float, row)) for row in M), tuple(map(_float, b))) for M, b in pairs)
        )
    except (TypeError, ValueError, OverflowError):
        raise ExperimentError("Given weights are a list of pairs of a matrix and its biases.") from None


def _float(value: object) -> float:
    if not is_number(value):
        raise ValueError
    return float(value)  # type: ignore[arg-type]
