"""A sweep trains many runs at once, and each has the bits of a run of its own."""

import itertools
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, AffinityLayer, DrawnWeights, Experiment, Map, MapLayer, kernel
from engine.activations import ACTIVATIONS
from engine.base.metrics import first_divergence, settled_loss
from engine.errors import OutOfRangeError, ShapeError
from engine.experiments.layer_specs import LayerSpec
from engine.kernel import SIDE_BY_SIDE
from engine.kernel.train_many import FEWEST_SIDE_BY_SIDE
from engine.sweeps.executor import Chunk, Grid, sweep
from tests.engine.asserting import refusal, refuses
from tests.engine.nets import run_of, same_bits

ALPHAS = (1e-61, 0.01, 0.2, 0.5, 3.0, 1e100, 1e300)


def experiment(*widths: int, function: str = "tanh", samples: int = 60) -> Experiment:
    """Two numbers in and two out, with these widths between them and a map after each affine layer."""
    layers: list[LayerSpec] = []
    for before, after in itertools.pairwise((2, *widths, 2)):
        layers += [Affinity(before, after), Map(function)]
    return Experiment(layers=tuple(layers), ideal="swap", samples=samples)


def check(grid: Grid, chunks: Iterable[Chunk]) -> None:
    seen: list[int] = []
    for chunk in chunks:
        found = chunk.results
        for place, number in enumerate(chunk.runs.tolist()):
            losses = run_of(grid.run(number)).losses
            diverged_at = first_divergence(losses)
            assert same_bits(found.losses[place], losses)
            assert same_bits(found.settled[place : place + 1], np.array([settled_loss(losses)]))
            assert same_bits(found.last[place : place + 1], losses[-1:])
            assert found.sound[place] == (len(losses) if diverged_at is None else diverged_at)
        seen += chunk.runs.tolist()
    assert sorted(seen) == list(range(int(np.prod(grid.shape))))


def check_sweep(grid: Grid) -> None:
    check(grid, sweep(grid, keep_losses=True))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_function_gives_the_same_bits_in_a_sweep(name: str) -> None:
    check_sweep(Grid(experiment(3, function=name), ALPHAS, (3, 4), (1, 2, 3)))


@pytest.mark.parametrize("width", [1, 7, 8, 9, 16, 21])
def test_every_width_gives_the_same_bits_in_a_sweep(width: int) -> None:
    check_sweep(Grid(experiment(width, width), ALPHAS, (0,), (1, 2, 3)))


@pytest.mark.parametrize("alphas", [ALPHAS, ALPHAS[1:3]], ids=["side by side", "one by one"])
@pytest.mark.parametrize("frozen", [(True, False), (False, True), (True, True), ((0, 5, 14), (1, 7, 8))])
def test_frozen_numbers_give_the_same_bits_in_a_sweep(alphas: tuple[float, ...], frozen: Any) -> None:
    layers = (Affinity(2, 5, frozen[0]), Map("tanh"), Affinity(5, 2, frozen[1]))
    for initializer, weight_seeds in itertools.product(("normal", "he"), ((), (1, 2, 3))):
        frozen_experiment = Experiment(layers, "swap", DrawnWeights(1, initializer), samples=40)
        check_sweep(Grid(frozen_experiment, alphas, (3, 4), weight_seeds))


def test_weight_seeds_keep_the_initializer_and_none_mean_the_weights_of_the_experiment() -> None:
    zero = Experiment((Affinity(2, 2),), "swap", DrawnWeights(1, "zero"))
    last = [chunk.results.last.tolist() for chunk in sweep(Grid(zero, (0.1,), (3,), (5, 6)))]
    assert last[0][0] == last[0][1]
    given = zero.with_weights_of(zero.network())
    assert Grid(given, (0.1,), (3,), (5,)).run(0).weights == DrawnWeights(5)
    first = experiment(3)
    given = first.with_weights_of(first.network())
    bare, seeded = Grid(given, ALPHAS, (3,)), Grid(first, ALPHAS, (3,), (0,))
    pairs = zip(sweep(bare), sweep(seeded), strict=True)
    assert all(same_bits(a.results.settled, b.results.settled) for a, b in pairs)


@pytest.mark.parametrize("runs", [1, FEWEST_SIDE_BY_SIDE - 1, FEWEST_SIDE_BY_SIDE, SIDE_BY_SIDE, SIDE_BY_SIDE + 1])
def test_any_number_of_runs_is_swept(runs: int) -> None:
    check_sweep(Grid(experiment(5), tuple(np.geomspace(0.01, 3.0, runs).tolist()), (3, 4)))


@pytest.mark.parametrize("samples", [1, 7, 79, 80, 85, 161])
def test_any_number_of_samples_has_the_settled_loss_of_a_single_run(samples: int) -> None:
    check_sweep(Grid(experiment(samples=samples), ALPHAS, (3,)))


def test_a_table_and_a_network_that_learns_nothing_are_swept_and_runs_numbered_alphas_first() -> None:
    check_sweep(Grid(CATALOGUE["three-facts"].experiment, ALPHAS, (3, 4), (1, 2)))
    check_sweep(Grid(Experiment(layers=(Map("double"),), ideal="identity", samples=20), ALPHAS, (3, 4)))
    assert {chunk.results.losses.shape[1] for chunk in sweep(Grid(experiment(), ALPHAS, (3, 4)))} == {0}
    grid = Grid(experiment(), (0.1, 0.2), (5, 6, 7), (8, 9))
    assert grid.shape == (2, 3, 2)
    assert [(run.alpha, run.seed, run.weights.seed) for run in map(grid.run, range(12))] == [  # type: ignore[union-attr]
        (alpha, seed, weights) for alpha in (0.1, 0.2) for seed in (5, 6, 7) for weights in (8, 9)
    ]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are estimated, and measured, to take for ever, so that chunks are as small as can be."""
    monkeypatch.setattr("engine.sweeps.chunk_size.RUN_SECONDS", 1.0)
    monkeypatch.setattr("engine.sweeps.chunk_size.ChunkSizer.record", lambda *_: None)


@pytest.mark.usefixtures("slow")
def test_closing_the_iterator_cancels_the_rest() -> None:
    class Counting(ThreadPoolExecutor):
        """Threads that count the tasks submitted to them."""

        submitted = 0

        def submit(self, function: Any, /, *args: Any, **named: Any) -> Future[Any]:
            self.submitted += 1
            return super().submit(function, *args, **named)

    with Counting(2) as pool:
        chunks = sweep(Grid(experiment(), ALPHAS, tuple(range(200))), executor=pool)
        next(chunks)
        chunks.close()  # type: ignore[attr-defined]
        assert pool.submitted < 100


@pytest.mark.usefixtures("slow")
def test_small_chunks_give_what_one_chunk_gives() -> None:
    grid = Grid(experiment(), tuple(np.geomspace(1e-3, 1.0, 40).tolist()), (3, 4))
    chunks = list(sweep(grid, keep_losses=True))
    assert len(chunks) == 80
    check(grid, chunks)


def test_a_sweep_of_nothing_of_a_knob_out_of_range_or_of_layers_of_ones_own_is_refused() -> None:
    sound: dict[str, Any] = {"experiment": experiment(), "alphas": (0.1,), "seeds": (3,)}
    nothing: list[dict[str, Any]] = [{"alphas": ()}, {"seeds": ()}]
    wrong: list[dict[str, Any]] = [{"alphas": (0.0,)}, {"seeds": (-1,)}, {"weight_seeds": (2**32,)}]
    assert all("at least one" in refusal(OutOfRangeError, Grid, **(sound | changes)) for changes in nothing)
    for changes in wrong:
        refuses(OutOfRangeError, Grid, **sound | changes)
    layers = [AffinityLayer(2, 2, seed=1), MapLayer(np.tanh, lambda d: 1 - np.tanh(d) ** 2)]
    starts, X = np.zeros((1, 6)), np.zeros((3, 2))
    with pytest.raises(ShapeError, match="cannot be swept"):
        kernel.sweep(layers, starts, np.zeros(1, dtype=np.int64), np.ones(1), X, X, keep_losses=False)
