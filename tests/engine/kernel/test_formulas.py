"""Formulas run inside the compiled kernel, with the bits of the readable layers: alone, recorded and swept."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Affinity, Experiment, Map, kernel
from engine.activations import ACTIVATIONS
from engine.checks.gradcheck import network_difference
from engine.formula import program
from engine.formula.operations import OPCODES, OPERATIONS
from engine.kernel.native import formulas
from engine.kernel.native.activations import opcodes_of
from engine.kernel.program import PROGRAMS
from engine.sweeps.executor import Grid, sweep
from engine.training.trajectory import record_trajectory
from tests.engine.formulas import ONE_VARIABLE, random_text, texts
from tests.engine.nets import ALPHAS, Training, flat, same_bits, training
from tests.engine.strategies import FEW, MANY
from tests.engine.sweeps.test_executor import ALPHAS as SWEPT_ALPHAS
from tests.engine.sweeps.test_executor import check, experiment


def random_training_of_formulas(seed: int) -> Training:
    """Up to three affine layers of any widths with formulas, and some named functions, around them."""
    rng = np.random.RandomState([7, seed])
    maps = [*ONE_VARIABLE, *ACTIVATIONS, *[random_text(rng) for _ in ONE_VARIABLE]]
    parts: list[int | str] = []
    for _ in range(rng.randint(0, 4)):
        parts += [maps[k] for k in rng.randint(0, len(maps), rng.randint(0, 3))]
        parts.append(int(rng.randint(1, 21)))
    parts += [maps[k] for k in rng.randint(0, len(maps), rng.randint(1, 3))]
    alpha = float(rng.choice(ALPHAS)) if seed % 2 else float(10 ** rng.uniform(-4, 1))
    return training(parts, int(rng.randint(1, 21)), 20, alpha, rng, strange=rng.choice([0.0, 0.0, 0.02]))


def several(text: str) -> list[list[int | str]]:
    """Networks with the formula at different places."""
    return [[2, text], [9, text, 2, text], [text, 3, text, text, 8]]


def trains_alike(text: str, seed: int, alpha: float) -> bool:
    """Whether two networks with the formula train to the same bits."""
    rng = np.random.RandomState(seed)
    cases = [training([3, text, 2, text], 2, 10, alpha, rng, strange=0.1),
             training([text, 9, text], 17, 5, alpha, rng, strange=0.1)]  # fmt: skip
    return all(case.agrees() for case in cases)


@pytest.mark.parametrize("seeds", [range(30), pytest.param(range(30, 2000), marks=pytest.mark.soak)])
def test_a_random_network_of_formulas_trains_to_the_same_bits(seeds: range) -> None:
    assert [seed for seed in seeds if not random_training_of_formulas(seed).agrees()] == []


@pytest.mark.parametrize("text", ONE_VARIABLE)
def test_every_formula_trains_to_the_same_bits(text: str) -> None:
    rng = np.random.RandomState(1)
    for alpha in (0.5, 1e8):
        for parts in several(text):
            case = training(parts, 2, 15, alpha, rng, strange=0.05)
            assert kernel.train(case.net.copy().layers, case.X, case.T, alpha) is not None
            assert case.agrees()


@MANY
@given(texts(), st.integers(0, 1000), st.sampled_from([0.01, 0.5, 1e8]))
def test_any_formula_trains_to_the_same_bits(text: str, seed: int, alpha: float) -> None:
    assert trains_alike(text, seed, alpha)


@pytest.mark.soak
@settings(max_examples=5_000)
@given(texts(30), st.integers(0, 1000), st.sampled_from(ALPHAS))
def test_any_of_many_thousand_formulas_trains_to_the_same_bits(text: str, seed: int, alpha: float) -> None:
    assert trains_alike(text, seed, alpha)


def test_another_value_of_any_operation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = {"add": "x + 1", "subtract": "x - 3", "multiply": "3*x", "divide": "1/x", "negate": "-x", "less": "x < 1",
             "at most": "x <= 1", "equal": "x == 1", "unequal": "x != 1", "power": "x**x", "where": "where(x, x, 1)",
             "where positive": "where(x > 0, x, 1)", "max": "max(x, 0)", "min": "min(x, 0)"}  # fmt: skip
    for name in OPERATIONS:
        values, right = list(program._VALUES), program._VALUES[OPCODES[name]]
        values[OPCODES[name]] = lambda *arguments, right=right: right(*arguments) + 1e-9
        text = calls.get(name, f"{name}(x)")
        with monkeypatch.context() as patched:
            patched.setattr(program, "_VALUES", tuple(values))
            assert not training(["exp(x)", text, 2], 2, 5, 0.1, np.random.RandomState(3)).agrees(), name


@FEW
@given(texts(), st.integers(1, 9))
def test_a_trajectory_of_a_network_with_formulas_holds_every_step(text: str, width: int) -> None:
    case = training([width, text, 2], 2, 12, 0.05, np.random.RandomState(0))
    trajectory = record_trajectory(case.net.copy(), case.X, case.T)
    losses, _ = case.readable()
    assert same_bits(trajectory.losses, losses)
    net = case.net.copy()
    for step, (x, t) in enumerate(zip(case.X, case.T, strict=True)):
        assert same_bits(trajectory.parameters[step], flat(net))
        net.losses([(x, t)])


def check_sweep(swept: Experiment, seeds: tuple[int, ...] = (3,)) -> None:
    grid = Grid(swept, SWEPT_ALPHAS, seeds, (1, 2, 3))
    check(grid, sweep(grid, keep_losses=True))


@pytest.mark.parametrize("text", ONE_VARIABLE[::3])
def test_every_formula_gives_the_same_bits_in_a_sweep(text: str) -> None:
    check_sweep(experiment(3, function=text))


@FEW
@given(texts())
def test_any_formula_gives_the_same_bits_in_a_sweep(text: str) -> None:
    check_sweep(experiment(3, function=text, samples=9))


def test_formulas_with_many_constants_of_every_length_and_more_than_are_remembered_keep_their_bits() -> None:
    layers = (Affinity(2, 9), Map("0.1*x + 0.2*x*x"), Affinity(9, 2), Map("0.3*tanh(x) - 0.7"), Map("sin(x)*0.9"))
    check_sweep(Experiment(layers, "[v1, v0*0.5]", samples=20), (3, 4))
    rng = np.random.RandomState(0)
    for k in [*range(2 * PROGRAMS), *range(4)]:
        assert training([2, f"x/{k + 2}"], 2, 3, 0.1, rng).agrees()
    rng, some = np.random.RandomState(0), ("x", "0.5*x", "tanh(0.3*x) + 0.7*x*x")
    for first, second, width in itertools.product(some, some, (1, 7, 8, 9, 17)):
        assert training([width, first, 3, second], 2, 5, 0.1, rng).agrees()


def test_backprop_through_a_formula_is_measured_and_has_the_bits_of_the_same_activation() -> None:
    for text in (
        "x*x/2", "x**3/9", "tanh(x) + 0.1*x", "exp(-x*x)", "sigmoid(x)*x", "softplus(x)", "sin(2*x)", "x/sqrt(1 + x*x)",
        "arctan(x)*cos(x)", "log(1 + exp(x))", "sinh(x/2)", "cosh(x/2)", "expm1(x)", "log1p(x*x)", "where(x>9, 0, x)",
        "max(x, 9)*x/9", "clip(x, -9, 9)", "2**x", "x*abs(x)", "tan(x/4)",
    ):  # fmt: skip
        rng = np.random.RandomState(5)
        for parts in several(text):
            case = training(parts, 2, 3, 0.1, rng)
            for x, expected in zip(case.X, case.T, strict=True):
                assert network_difference(case.net, x, expected).size < 1e-6, text
    for name, text in (("tanh", "tanh(x)"), ("square/2", "x*x/2"), ("sigmoid", "sigmoid(x)")):
        both = [training([8, one, 2, one], 2, 200, 0.1, np.random.RandomState(2)).compiled() for one in (name, text)]
        assert all(map(same_bits, *both)), name


# The tables


def test_the_opcodes_stand_in_the_order_of_the_table_and_a_row_without_a_twin_is_refused() -> None:
    codes = {"at most": "AT_MOST", "step": "HEAVISIDE"}
    for place, name in enumerate(OPERATIONS):
        assert getattr(formulas, codes.get(name, name.upper().replace(" ", "_"))) == place
    assert list(opcodes_of(["a", "b"], ("a", "b"), "function")) == [0, 1]
    for rows, named in ((("a", "b", "c"), "c"), (("a",), "b"), (("a", "d"), "b, d"), (("b", "a"), "their order")):
        with pytest.raises(ImportError, match=f"^The kernel and the table of functions differ in {named}"):
            opcodes_of(rows, ("a", "b"), "function")
