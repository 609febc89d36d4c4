"""The kernel learns by any rule as the readable layers do, to the bit: one run, and many side by side."""

from typing import Any, Self

import numpy as np
import pytest

from engine import Affinity, Experiment, Map, Network, kernel
from engine.base.metrics import settled_loss
from engine.data.turns import PASSED_OVER, Turns
from engine.rules.losses import LOSSES
from engine.rules.optimizers import OPTIMIZERS
from engine.rules.progress import Progress, progress_of
from engine.rules.rule import TrainingRule
from tests.engine.nets import flat, same_bits

GROUPS, FEW, GROUP = 10, 5, 30
"""300 random trainings, half of them in the soak."""


class RandomTraining:
    """A random network, or this one from two numbers to two; random samples, and a rule with several numbers on."""

    def __init__(self, seed: int, pair: list[Any] | None = None) -> None:
        rng = np.random.RandomState(seed)
        inputs, hidden, outputs = (int(rng.choice(widths)) for widths in ((1, 2, 8, 9), (1, 3, 8, 17), (1, 2, 8, 10)))
        self.n, self.cut = int(rng.choice([1, 5, 33, 60])), int(rng.randint(0, 60))
        layers: list[Any] = [Affinity(inputs, hidden, frozen=(0,) if rng.rand() < 0.3 else False)]
        layers += [Map(str(rng.choice(["tanh", "relu", "sigmoid", "x*x/3"]))), Affinity(hidden, outputs)]
        layers += [Map(str(rng.choice(["tanh", "softplus"])))] if rng.rand() < 0.4 else []
        layers = [Affinity(inputs, outputs)] if rng.rand() < 0.15 else layers
        if pair:
            inputs, outputs, layers = 2, 2, pair
        self.rule = TrainingRule(
            batch=int(rng.choice([1, 1, 2, 7, 16])), momentum=float(rng.choice([0.0, 0.5, 0.9])),
            nesterov=bool(rng.rand() < 0.5), optimizer=str(rng.choice(list(OPTIMIZERS))),
            decay=float(rng.choice([0.0, 0.01, 0.5])), rate=str(rng.choice(["1", "1/(1+k/20)", "where(k<5, 1, 0.1)"])),
            loss=str(rng.choice(list(LOSSES))),
        )  # fmt: skip
        self.alpha = float(rng.choice([0.001, 0.05, 0.5, 3.0]))
        ideal = tuple(f"v{k % inputs}" for k in range(outputs))
        self.network = Experiment(tuple(layers), ideal, alpha=self.alpha).network()
        self.X, self.T = rng.randn(self.n, inputs), np.where(rng.randn(self.n, outputs) > 0, 1.0, -1.0)
        self.passed: Turns | None = None

    def passing(self, share: float, runs: int = 0) -> Self:
        """Passes over about that share of the turns; of some runs, each over turns of its own."""
        shape = (runs, self.n) if runs else self.n
        self.passed = np.where(np.random.RandomState(self.n).random_sample(shape) < share, PASSED_OVER, 0)
        return self

    @property
    def start(self) -> Any:
        return flat(self.network)

    def begun(self) -> Network:
        network = self.network.copy()
        network.begin(self.rule, self.n, self.passed)
        return network

    def readable(self) -> list[Any]:
        """Losses and last weights of the readable layers."""
        network = self.begun()
        return [np.array(network.losses(zip(self.X, self.T, strict=True))), flat(network)]

    def pieces(self) -> list[slice]:
        """The samples in two pieces, one of them perhaps empty."""
        cut = min(self.cut, self.n)
        return [piece for piece in (slice(0, cut), slice(cut, self.n)) if piece.start < piece.stop]

    def compiled(self) -> list[Any]:
        """Losses and last weights of the kernel, which learns the samples in pieces."""
        network = self.begun()
        losses = [network.train(self.X[piece], self.T[piece]) for piece in self.pieces()]
        return [np.concatenate(losses), flat(network)]

    def side_by_side(self, runs: int) -> list[Any]:
        """Losses and last weights of the last of some runs side by side, in pieces."""
        ends, progress = np.repeat(self.start[None], runs, 0), self.progress(runs)
        alphas, losses = np.linspace(0.5, 1.0, runs) * self.alpha, []
        for piece in self.pieces():
            part, ends = kernel.train_rows(self.network.layers, ends, alphas, self.X[piece], self.T[piece], progress)
            losses.append(part[-1])
        return [np.concatenate(losses), ends[-1]]

    def progress(self, runs: int) -> Progress | None:
        return progress_of(self.rule, self.n, runs, self.start.size, passed=self.passed)

    def swept(self, runs: int) -> Any:
        """The losses of the last of some runs that begin at rest."""
        alphas, rows = np.linspace(0.5, 1.0, runs) * self.alpha, np.zeros(runs, dtype=np.int64)
        starts, layers, rule = self.start[None], self.network.layers, self.rule
        passed = None if self.passed is None else self.passed[None]
        swept = kernel.sweep(layers, starts, rows, alphas, self.X, self.T, keep_losses=True, rule=rule, passed=passed)
        assert same_bits(swept.settled[-1:], np.array([settled_loss(swept.losses[-1], self.passed)]))
        return swept.losses[-1]

    def swept_among_others(self, runs: int) -> Any:
        """The losses of the last of some runs, among others that learn other samples."""
        alphas = np.concatenate([np.ones(3), np.linspace(0.5, 1.0, runs), np.ones(1)]) * self.alpha
        sets, rows = np.repeat([0, 1, 2], [3, runs, 1]), np.zeros(runs + 4, dtype=np.int64)
        X, T = np.stack([self.X[::-1], self.X, self.X / 2.0]), np.stack([self.T[::-1], self.T, self.T])
        layers, starts = self.network.layers, self.start[None]
        passed = None if self.passed is None else np.stack([self.passed[::-1], self.passed, 0 * self.passed])
        swept = kernel.sweep(
            layers, starts, rows, alphas, X, T, keep_losses=True, rule=self.rule, sets=sets, passed=passed
        )
        assert swept.losses.shape == (runs + 4, self.n)
        return swept.losses[-2]


def all_have_the_bits_of_the_readable_layers(
    seeds: range, pair: list[Any] | None = None, share: float | None = None
) -> None:
    for seed in seeds:
        one = RandomTraining(seed, pair)
        one = one if share is None else one.passing(share)
        expected, runs = one.readable(), (2, 5, 16, 20)[seed % 4]
        assert all(map(same_bits, one.compiled(), expected)), f"one run, seed {seed}: {one.rule}"
        assert all(map(same_bits, one.side_by_side(runs), expected)), f"{runs} side by side, seed {seed}: {one.rule}"
        assert same_bits(one.swept(runs), expected[0]), f"a sweep of {runs}, seed {seed}: {one.rule}"
        assert same_bits(one.swept_among_others(runs), expected[0]), f"{runs} among others, seed {seed}: {one.rule}"


@pytest.mark.parametrize(
    "group", [*range(FEW), *(pytest.param(group, marks=pytest.mark.soak) for group in range(FEW, GROUPS))]
)
def test_a_random_rule_has_the_bits_of_the_readable_layers(group: int) -> None:
    all_have_the_bits_of_the_readable_layers(range(group * GROUP, (group + 1) * GROUP))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.7, 1.0])
def test_turns_that_are_passed_over_have_them_too(share: float) -> None:
    all_have_the_bits_of_the_readable_layers(range(20), share=share)
    all_have_the_bits_of_the_readable_layers(range(10), [Affinity(2, 2), Map("tanh")], share)


def test_runs_side_by_side_pass_over_turns_of_their_own() -> None:
    for seed in range(20):
        runs = (2, 5, 16, 20)[seed % 4]
        one, alone = RandomTraining(seed).passing(0.2, runs), RandomTraining(seed)
        ends, progress = np.repeat(one.start[None], runs, 0), one.progress(runs)
        for piece in one.pieces():
            X, T, alphas = one.X[piece], one.T[piece], np.full(runs, one.alpha)
            _, ends = kernel.train_rows(one.network.layers, ends, alphas, X, T, progress)
        for end, turns in zip(ends, one.passed if one.passed is not None else (), strict=True):
            alone.passed = turns
            assert same_bits(end, alone.readable()[1]), f"{runs} side by side, seed {seed}: {one.rule}"


@pytest.mark.parametrize("behind", [[], [Map("tanh")], [Map("relu")]])
def test_a_single_affine_layer_from_two_numbers_to_two_has_them_too(behind: list[Any]) -> None:
    all_have_the_bits_of_the_readable_layers(range(GROUP), [Affinity(2, 2), *behind])


@pytest.mark.parametrize("name", LOSSES)
def test_losses_without_learning_have_the_bits_of_the_readable_row(name: str) -> None:
    for seed in range(20):
        one = RandomTraining(seed)
        found = kernel.losses_of_rows(one.network.layers, one.start[None], one.X, one.T, TrainingRule(loss=name))
        assert same_bits(found[0], LOSSES[name].value(one.network.respond(one.X), one.T))


def test_the_opcodes_stand_in_the_order_of_the_tables() -> None:
    from engine.kernel.native import losses
    from engine.kernel.native.by_rule import updates

    assert (list(LOSSES), list(OPTIMIZERS)) == (list(losses.TWINS), list(updates.TWINS))
