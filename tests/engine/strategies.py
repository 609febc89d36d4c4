"""Hypothesis strategies for the engine's tests: odd numbers, random networks and random experiments."""

import itertools
import math
import struct
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from engine import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map, Table
from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray
from engine.data.inputs import INPUT_DISTRIBUTIONS, LARGEST_SEED
from engine.data.prepared_table import learned_count, prepared_table
from engine.data.targets import TARGETS, resolve_target
from engine.data.turns import learned_numbers
from engine.errors import ExperimentError
from engine.experiments.knobs import FILTER, LOSS, Choice, Knob, Number, Switch, Whole
from engine.experiments.layer_specs import LayerSpec, Weights
from engine.layers.faulty_layers import FAULTY_ACTIVATIONS
from engine.layers.initializers import INITIALIZERS

EXAMPLES = settings.get_profile(settings.get_current_profile_name()).max_examples
MANY = settings(max_examples=2 * EXAMPLES)
SOME = settings(max_examples=EXAMPLES // 2)
FEW = settings(max_examples=EXAMPLES // 5)

ODD = (0.0, -0.0, 5e-324, -2.2e-308, 1e-300, 1.0, 1e16, -1e16, 1e300, -1.7e308, math.inf, -math.inf, math.nan)

FORMULAS = ("x*x/2", "tanh(x) + 0.1*x", "where(x>0, x, 0.1*x)", "x**1.5", "max(sin(x), 0.2)")
SIGN, CLASSES = ("where(v0>v1,1,-1)",), ("where(v0>0,1,0)", "where(v0>0,0,1)")
OWN_IDEALS = (("v0", "v1*v0"), ("(v0-v1)**2", "0"), SIGN, CLASSES, ("1", "2", "v[2]"))

any_float = st.floats() | st.sampled_from(ODD)
finite_float = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([n for n in ODD if math.isfinite(n)])
tame_float = st.floats(-3.0, 3.0)
seeds = st.integers(0, LARGEST_SEED)


def bits(values: Sequence[float] | FloatArray | float) -> bytes:
    """The numbers as bytes, every nan alike: two results are the same only when these are."""
    plain = [math.nan if value != value else float(value) for value in np.ravel(values)]
    return struct.pack(f"<{len(plain)}d", *plain)


@st.composite
def layer_specs(draw: st.DrawFn, inputs: int, outputs: int) -> tuple[LayerSpec, ...]:
    """Up to three affine layers that lead from `inputs` to `outputs` numbers, with other layers between them."""
    widths = [inputs, *draw(st.lists(st.integers(1, 9), max_size=2)), outputs]
    known: list[LayerSpec] = [*map(Map, [*ACTIVATIONS, *FAULTY_ACTIVATIONS, *FORMULAS]), Identity()]
    others = st.lists(st.sampled_from(known), max_size=2)
    layers: list[LayerSpec] = list(draw(others))
    for before, after in itertools.pairwise(widths):
        places = st.sets(st.integers(0, after * before + after - 1)).map(lambda some: tuple(sorted(some)))
        mistaken = draw(st.booleans()) if before == after else False
        number = draw(st.sampled_from([None, 100 + len(layers), 2**32 - 1 - len(layers)]))
        shape = draw(st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9)))
        layers += [Affinity(before, after, draw(st.booleans() | places), mistaken, number, shape), *draw(others)]
    return tuple(layers)


@st.composite
def given_weights(draw: st.DrawFn, layers: tuple[LayerSpec, ...], numbers: st.SearchStrategy[float]) -> GivenWeights:

    def row(width: int) -> tuple[float, ...]:
        return tuple(draw(st.lists(numbers, min_size=width, max_size=width)))

    affine = [spec for spec in layers if isinstance(spec, Affinity)]
    return GivenWeights(
        tuple((tuple(row(spec.inputs) for _ in range(spec.outputs)), row(spec.outputs)) for spec in affine)
    )


@st.composite
def tables(draw: st.DrawFn, widest: int = 3) -> Table:
    inputs, outputs = draw(st.integers(1, widest)), draw(st.integers(1, widest))
    row = [st.tuples(*[finite_float] * width) for width in (inputs, outputs)]
    rows = draw(st.lists(st.tuples(*row), min_size=1, max_size=5))
    return Table(tuple(x for x, _ in rows), tuple(t for _, t in rows), draw(st.booleans()))


def values_of(knob: Knob) -> st.SearchStrategy[Any]:
    match knob.kind:
        case Number(low=low, high=high):
            return st.floats(low, high)
        case Whole(low=low, high=high, none=none):
            return st.integers(low, high) | (st.none() if none else st.nothing())
        case Choice(options=options):
            return st.sampled_from(list(options))
        case Switch():
            return st.booleans()
        case _:
            return st.just(knob.default)


@st.composite
def experiments(
    draw: st.DrawFn,
    samples: int = 1_000_000,
    numbers: st.SearchStrategy[float] = finite_float,
    kind: type[Experiment] = Experiment,
) -> Experiment:
    """Any experiment with up to nine numbers between its layers."""
    table = draw(st.none() | tables())
    ideal = (
        prepared_table(table).target
        if table
        else draw(st.sampled_from([*TARGETS.values(), *map(resolve_target, OWN_IDEALS)]))
    )
    layers = draw(layer_specs(ideal.inputs if table else draw(st.integers(ideal.inputs, 5)), ideal.outputs))
    weights: Weights = draw(
        st.builds(DrawnWeights, seeds, st.sampled_from(list(INITIALIZERS))) | given_weights(layers, numbers)
    )
    later = {knob.name: draw(values_of(knob)) for knob in kind.knobs.values() if knob.since_v0_2}
    count = draw(st.integers(1, samples))
    rows = len(table.inputs) if table else 0
    later["test"] = draw(st.integers(0, rows // 3))
    later["held_out"] = draw(st.integers(0, (rows - later["test"]) // 2 if table else 30))
    most = 40 if table is None else learned_count(table, later["held_out"], later["split"], later["test"])
    most = min(count, most)
    later["distinct"] = draw(st.none() | st.integers(1, most))
    alpha = draw(st.floats(5e-324, 1e300) | st.sampled_from([1e-61, 0.1, 0.5, 1e300]))
    later["batch"] = min(later["batch"], count)
    later["decay"] = later["decay"] if later["decay"] * alpha <= 1.0 else 0.0
    loss = later.pop(LOSS.name)
    made = kind(
        layers=layers, ideal=ideal.name if table or ideal.name in TARGETS else ideal.formulas, weights=weights,
        inputs=table or draw(st.sampled_from(list(INPUT_DISTRIBUTIONS))), alpha=alpha, samples=count, seed=draw(seeds),
        filter=draw(values_of(FILTER)), **later,
    )  # fmt: skip
    numbers_learned = learned_numbers(made.table or made.inputs_name, made.distinct)
    known = [] if numbers_learned is None else numbers_learned.tolist()
    left_out = draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if len(known) > 3 else []
    made = replace(made, without=tuple(left_out))
    try:
        return replace(made, loss=loss)
    except ExperimentError:
        return made  # the loss is meant for other targets
