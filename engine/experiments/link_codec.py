"""An experiment as named texts, for a link that people can read, and back to an equal experiment.

Values that a link leaves out are those of a row of the catalogue, or of any other experiment that the reader begins
with. The format has a version, and each version is read for ever. A value that cannot be read gives a sentence, and
the one that the reader began with is used instead.
"""

import base64
import binascii
import difflib
import itertools
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.data.inputs import checked_seed, input_distribution_named
from engine.data.table import Table
from engine.data.targets import TARGETS, resolve_target
from engine.errors import BenchError, ExperimentError, OutOfRangeError, shown
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import IDEAL, INPUTS, KNOBS, Knob, number_of, plain_knobs, whole_of
from engine.experiments.layer_specs import Affinity, DrawnWeights, GivenWeights, Identity, LayerSpec, Map, Weights
from engine.layers.initializers import initializer_named

VERSION = 1
OWN = "own"
"""The value of `target` when formulas y0, y1, … follow."""
MOST_FORMULAS = 64
FIRST_FORMULA = "y0"
NO_TARGET_OF_ITS_OWN = f"The link has a formula {FIRST_FORMULA} without target={OWN}, and its formulas were not read."
BETWEEN_LAYERS, WITHIN_LAYER = "~", ":"
"""Characters that stand in no formula and in no function's name, and that an address need not write in another way."""
LEFT, FROZEN, IDENTITY, DRAW, FIRST = "left", "frozen", "identity", "draw", "first"
ALIKE = 0.8
"""The share of letters that a name has in common with the one that was meant: `optimiser` and `optimizer` 0.89."""


def to_texts(experiment: Experiment, base: Experiment) -> dict[str, str]:
    """The parameters of a link to the experiment for a reader who begins with `base`: its knobs, and all other
    differences.

    ExperimentError for samples in a table of one's own, which no link holds.
    """
    knobs = plain_knobs(experiment.knobs)
    texts = _knob_texts((knob for knob in knobs if knob.always_linked), experiment)
    if experiment.inputs != base.inputs:
        if isinstance(experiment.inputs, Table):
            raise ExperimentError("A table does not fit into a link.")
        texts[INPUTS.link_name] = experiment.inputs
    if experiment.ideal != base.ideal:
        texts |= _target_texts(experiment.ideal)
    if experiment.layers != base.layers:
        texts["layers"] = BETWEEN_LAYERS.join(map(_layer_text, experiment.layers))
    if not _same_weights(experiment.weights, base.weights):
        texts |= _weight_texts(experiment.weights)
    differing = (knob for knob in knobs if getattr(experiment, knob.name) != getattr(base, knob.name))
    return texts | _knob_texts(differing, experiment) | {"v": str(VERSION)}


def from_texts(texts: Mapping[str, str], base: Experiment) -> tuple[Experiment, list[str]]:
    """The experiment of a link, and a sentence for everything in it that could not be read.

    Other names are left alone, for addresses are decorated on their way; one that is nearly the name of a knob has a
    sentence.
    """
    version = texts.get("v", "1")
    if version != str(VERSION):
        known = f"This link is of version {shown(version)}, and this bench reads version {VERSION}."
        return base, [f"{known} Nothing else of it was read."]
    refusals: list[str] = []
    knobs = dict(_read_knobs(texts, base, refusals))
    refusals += _misspelt(texts)
    parts = _read_parts(texts, base, refusals)
    try:
        return replace(base, **knobs, **parts), refusals
    except BenchError as error:
        refusals.append(f"{error} Showing the experiment's own network and samples.")
    try:
        return replace(base, **knobs), refusals
    except BenchError:
        return base, refusals


# The knobs


def _knob_texts(knobs: Iterable[Knob], experiment: Experiment) -> dict[str, str]:
    return {knob.link_name: knob.kind.text(getattr(experiment, knob.name)) for knob in knobs}


def _read_knobs(texts: Mapping[str, str], base: Experiment, refusals: list[str]) -> Iterator[tuple[str, Any]]:
    for knob in plain_knobs(base.knobs):
        if knob.link_name not in texts:
            continue
        text = texts[knob.link_name]
        try:
            yield knob.name, knob.kind.parse(text)
        except BenchError as error:
            instead = f"Showing {_in_words(getattr(base, knob.name))} instead."
            refusals.append(f"The link says {knob.link_name} {shown(text)}. {error} {instead}")


def _misspelt(texts: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each name that is a slip away from that of a knob."""
    names = {knob.link_name for knob in KNOBS.values()}
    for name in itertools.filterfalse(names.__contains__, texts):
        for meant in difflib.get_close_matches(name, names, 1, ALIKE):
            yield f"The link says {shown(name)}, which was not read: the name is {meant}."


def _in_words(value: Any) -> str:
    """A knob's value in a sentence, where every whole number is grouped."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value).removesuffix(".0")


# The network and its samples


def _read_parts(texts: Mapping[str, str], base: Experiment, refusals: list[str]) -> dict[str, Any]:
    """The layers, weights, target and inputs of the link; empty if one of them cannot be read."""
    parts: dict[str, Any] = {}
    try:
        if INPUTS.link_name in texts:
            parts["inputs"] = input_distribution_named(texts[INPUTS.link_name]).name
        if IDEAL.link_name in texts:
            parts["ideal"] = _target(texts)
        if FIRST_FORMULA in texts and texts.get(IDEAL.link_name) != OWN:
            refusals.append(NO_TARGET_OF_ITS_OWN)
        if "layers" in texts:
            parts["layers"] = tuple(map(_layer, filter(None, texts["layers"].split(BETWEEN_LAYERS))))
        if weights := _weights(texts, parts.get("layers", base.layers), base.weights):
            parts["weights"] = weights
        if isinstance(base.inputs, Table) and ("inputs" in parts) != ("ideal" in parts):
            raise ExperimentError("The link replaces half of a table: it must name inputs and a target, or neither.")
    except BenchError as error:
        refusals.append(f"{error} Showing the experiment's own network and samples.")
        return {}
    return parts


def _target_texts(ideal: str | tuple[str, ...]) -> dict[str, str]:
    if isinstance(ideal, str):
        return {IDEAL.link_name: ideal}
    return {IDEAL.link_name: OWN} | {f"y{k}": text for k, text in enumerate(ideal)}


def _target(texts: Mapping[str, str]) -> str | tuple[str, ...]:
    name = texts[IDEAL.link_name]
    if name in TARGETS:
        return name
    if name != OWN:
        raise ExperimentError(f"The link's target is none of {', '.join(TARGETS)}, nor {OWN} with formulas y0, y1, ….")
    formulas = tuple(itertools.takewhile(bool, (texts.get(f"y{k}", "") for k in range(MOST_FORMULAS))))
    if not formulas:
        raise ExperimentError("The link has a target of its own, and no formula y0 for it.")
    return resolve_target(formulas).formulas


def _layer_text(spec: LayerSpec) -> str:
    if isinstance(spec, Map):
        return spec.function
    if isinstance(spec, Identity):
        return IDENTITY + WITHIN_LAYER
    words = [str(spec.inputs), str(spec.outputs)]
    words += [] if spec.draw is None else [f"{DRAW}{spec.draw}"]
    words += [] if spec.first_shape is None else [f"{FIRST}{{}}x{{}}".format(*spec.first_shape)]
    words += [LEFT] * spec.left_multiplied
    words += [FROZEN] * bool(spec.frozen)
    if isinstance(spec.frozen, tuple):
        words += map(str, spec.frozen)
    return WITHIN_LAYER.join(words)


def _layer(text: str) -> LayerSpec:
    first, *rest = text.split(WITHIN_LAYER)
    if not rest:
        return Map(text)
    if first == IDENTITY:
        return Identity()
    outputs, *words = rest
    draw, shape = _taken(words, DRAW), _taken(words, FIRST)
    left = words[:1] == [LEFT]
    words = words[left:]
    places = tuple(map(whole_of, words[1:]))
    if words[:1] not in ([], [FROZEN]):
        raise ExperimentError(f"The link's layer {shown(text)} is none. A dense one is written 2:4.")
    frozen = places or bool(words)
    return Affinity(
        whole_of(first),
        whole_of(outputs),
        frozen=frozen,
        left_multiplied=left,
        draw=None if draw is None else whole_of(draw),
        first_shape=None if shape is None else tuple(map(whole_of, shape.split("x"))),
    )


def _taken(words: list[str], name: str) -> str | None:
    """The rest of the first word behind this name, with the word taken off the list; None if it begins otherwise."""
    return words.pop(0).removeprefix(name) if words and words[0].startswith(name) else None


# The initial weights


def _same_weights(a: Weights, b: Weights) -> bool:
    """Whether both are drawn alike, or given with the same bits."""
    return repr(a) == repr(b)


def _weight_texts(weights: Weights) -> dict[str, str]:
    """The seed and the scheme that draw them, or their numbers: as text where that is short, else packed."""
    if isinstance(weights, DrawnWeights):
        scheme = {} if weights.scheme == "normal" else {"scheme": weights.scheme}
        return {"weights": str(weights.seed)} | scheme
    numbers = list(_numbers(weights))
    text, packed = ",".join(repr(number).removesuffix(".0") for number in numbers), _packed(numbers)
    return {"given": text} if len(text) <= len(packed) else {"packed": packed}


def _weights(texts: Mapping[str, str], layers: Iterable[LayerSpec], base: Weights) -> Weights | None:
    if "given" in texts:
        return _shaped([number_of(text) for text in filter(None, texts["given"].split(","))], layers)
    if "packed" in texts:
        return _shaped(_unpacked(texts["packed"]), layers)
    if "weights" in texts or "scheme" in texts:
        drawn = base if isinstance(base, DrawnWeights) else DrawnWeights(0)
        seed = checked_seed(whole_of(texts["weights"])) if "weights" in texts else drawn.seed
        return DrawnWeights(seed, initializer_named(texts.get("scheme", "normal")).name)
    return None


def _numbers(weights: GivenWeights) -> Iterator[float]:
    """Every number in layer order: M row by row, then b."""
    for M, b in weights.values:
        yield from itertools.chain(*M, b)


def _packed(numbers: list[float]) -> str:
    """Base64url over little-endian float64."""
    return base64.urlsafe_b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode().rstrip("=")


def _unpacked(text: str) -> list[float]:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return list(struct.unpack(f"<{len(data) // 8}d", data))
    except (binascii.Error, struct.error, ValueError):
        raise ExperimentError("The link's weights are cut short or damaged.") from None


def _shaped(numbers: list[float], layers: Iterable[LayerSpec]) -> GivenWeights:
    affine = [spec for spec in layers if isinstance(spec, Affinity)]
    if not all(isinstance(size, int) for spec in affine for size in (spec.inputs, spec.outputs)):
        raise OutOfRangeError("A layer takes and gives whole numbers.")
    size = sum(spec.size for spec in affine)
    if len(numbers) != size:
        raise ExperimentError(f"The link has {len(numbers)} weights, and its network {size}.")
    rest = iter(numbers)

    def row(size: int) -> tuple[float, ...]:
        return tuple(itertools.islice(rest, size))

    return GivenWeights(tuple((tuple(row(s.inputs) for _ in range(s.outputs)), row(s.outputs)) for s in affine))
