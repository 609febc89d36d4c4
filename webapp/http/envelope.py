"""The form of a callback request, checked before its values are looked at.

Dash takes values by position and trusts them. Here the request is held against Dash's own callback map: outputs,
inputs, states, ids and triggers must be those of one callback, in its order. JSON is read strictly on the way: finite
numbers, whole characters, bounded depth.
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider

from webapp.base.validation import Malformed

DEEPEST = 64
"""The most lists and dicts that may stand inside each other in a request."""
MOST_LISTS = 100_000
"""The most lists and dicts that a request may hold at all; the largest table of facts has a fifth of them."""
LONGEST_INTEGER = 22
"""Digits and sign of the longest integer that a browser writes without an exponent."""
ENVELOPE = {"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"}
VALUE = {"id", "property", "value", "allow_optional"}
WILDCARDS = (["ALL"], ["ALLSMALLER"], ["MATCH"])


# The envelope


def check_envelope(body: object, callbacks: Mapping[str, Any]) -> None:
    """Malformed unless the body, values apart, is one that Dash's own client sends for one of the callbacks."""
    if not isinstance(body, dict) or not body.keys() <= ENVELOPE:
        raise Malformed("The request is not a callback request of this page.")
    output = body.get("output")
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:
        raise Malformed("The request names an output that no callback of this page has.")
    check_outputs(body.get("outputs"), callback)
    check_values("inputs", body.get("inputs", []), callback["inputs"])
    check_values("state", body.get("state", []), callback["state"])
    check_triggers(body.get("changedPropIds", []), body.get("inputs", []))


def check_outputs(given: object, callback: Mapping[str, Any]) -> None:
    """Malformed unless the outputs are the callback's own, in its own order."""
    if callback["no_output"]:
        if given not in (None, []):
            raise Malformed("The request names outputs of a callback that has none.")
        return
    several = isinstance(callback["output"], list | tuple)
    wanted = callback["output"] if several else [callback["output"]]
    specs = [{"id": one.component_id_str(), "property": one.component_property} for one in wanted]
    check_values("outputs", given if several else [given], specs)


def check_values(part: str, given: object, specs: list[dict[str, str]]) -> None:
    """Malformed unless there is one entry per spec, each with the spec's id and property."""
    if not isinstance(given, list) or len(given) != len(specs):
        raise Malformed(f"The request has another number of {part} than the callback.")
    for entry, spec in zip(given, specs, strict=True):
        pattern = json.loads(spec["id"]) if spec["id"].startswith("{") else spec["id"]
        if takes_many(pattern) != isinstance(entry, list):
            raise Malformed(f"One of the {part} is a list where the callback takes one, or the other way round.")
        for one in entry if isinstance(entry, list) else [entry]:
            if not names(one, pattern, spec["property"]):
                raise Malformed(f"One of the {part} has another id or property than the callback's.")


def check_triggers(given: object, inputs: list[Any]) -> None:
    """Malformed unless every changed property is one of the inputs; to be called with checked inputs."""
    flat = [one for entry in inputs for one in (entry if isinstance(entry, list) else [entry])]
    known = {f"{canonical(one['id'])}.{one['property']}" for one in flat}
    if not isinstance(given, list) or not all(isinstance(name, str) and name in known for name in given):
        raise Malformed("The request says that a property changed which is none of the callback's inputs.")


def takes_many(pattern: object) -> bool:
    """Whether an id with ALL or ALLSMALLER in it stands for a list of components."""
    return isinstance(pattern, dict) and any(value in WILDCARDS[:2] for value in pattern.values())


def names(entry: object, pattern: Any, prop: str) -> bool:
    """Whether the entry has this property and an id that the pattern stands for."""
    if not isinstance(entry, dict) or not entry.keys() <= VALUE or "id" not in entry:
        return False
    found = entry.get("property")
    # An output that several callbacks share carries a hash after an @.
    if not isinstance(found, str) or found.partition("@")[0] != prop:
        return False
    if not isinstance(pattern, dict):
        return bool(entry["id"] == pattern)
    return isinstance(entry["id"], dict) and entry["id"].keys() == pattern.keys() and all(
        isinstance(entry["id"][key], str | int | float) if wanted in WILDCARDS else entry["id"][key] == wanted
        for key, wanted in pattern.items()
    )  # fmt: skip


def canonical(component_id: str | dict[str, Any]) -> str:
    """The id as Dash's client writes it in changedPropIds."""
    if isinstance(component_id, str):
        return component_id
    return json.dumps(component_id, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# Strict JSON


class StrictJSON(DefaultJSONProvider):
    """Flask's JSON, but written faster, and reading only JSON that a browser writes: finite numbers, whole characters,
    few levels."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """The response that a view's plain value stands for."""
        text = orjson.dumps(self._prepare_response_obj(args, kwargs), option=orjson.OPT_APPEND_NEWLINE)
        return Response(text, mimetype=self.mimetype)

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """The value; Malformed for anything else than such JSON."""
        return strict_json(s)


def strict_json(given: str | bytes) -> Any:
    """The value; Malformed for anything else than JSON of finite numbers, whole characters and few levels."""
    try:
        text = given.decode() if isinstance(given, bytes) else given
        if text.count("[") + text.count("{") > MOST_LISTS:
            raise Malformed("The request holds too many lists.")
        value = json.loads(text, parse_constant=no_number, parse_float=finite, parse_int=bounded)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair cannot be encoded
    except (ValueError, RecursionError):
        raise Malformed("The request is not JSON, or it is nested too deeply.") from None
    check_depth(value)
    return value


def no_number(_text: str) -> NoReturn:
    raise Malformed("The request holds NaN or Infinity, which are no numbers in JSON.")


def finite(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise Malformed("The request holds a number that is too large.")
    return value


def bounded(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise Malformed("The request holds a number that is too large.")
    return int(text)


def check_depth(value: object) -> None:
    """Malformed when lists and dicts stand more than DEEPEST deep inside each other."""
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        inside = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = [child for children in inside for child in children]
        if not level:
            return
    raise Malformed("The request is nested too deeply.")
