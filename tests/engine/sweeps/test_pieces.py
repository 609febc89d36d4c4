"""A plan has the runs of its axes, cut into pieces that are the same wherever it is read, and refuses the rest."""

from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, Experiment, Map, sweep
from engine.data.table_parser import read_table
from engine.errors import BenchError, OtherBitsError, OtherVersionsError
from engine.sweeps import pieces
from engine.sweeps.bit_check import check_probe, probe
from engine.sweeps.chunk_size import run_seconds, sample_seconds
from engine.sweeps.pieces import SweepPlan, sweep_plan
from tests.engine.asserting import refusal
from tests.engine.nets import run_of

TANH = CATALOGUE["tanh-signs"].experiment.replace_unchecked(samples=40)
SPLIT = Experiment(
    (Affinity(1, 1),), inputs=read_table("x,y\n" + "\n".join(f"{k},{k}" for k in range(6))), ideal="table",
    samples=9, held_out=3, split="seed", without=(1, 2, 3),
)  # fmt: skip
HIDDEN = Experiment((Affinity(2, 3), Map("tanh"), Affinity(3, 2)), "swap", samples=30)
ALPHAS = (0.01, 0.1, 0.5)


def results_of(plan: SweepPlan) -> dict[str, Any]:
    """The settled losses, the last ones and the sound steps of all cells, each cell once."""
    found: dict[str, Any] = {
        "settled": np.full(plan.size, np.nan), "last": np.full(plan.size, np.nan), "sound": np.full(plan.size, -1),
    }  # fmt: skip
    counted = np.zeros(plan.size, dtype=int)
    for place in range(plan.pieces):
        piece = plan.piece(place)
        result = piece.task.run()
        counted[piece.cells] += 1
        for name, array in found.items():
            array[piece.cells] = getattr(result, name)
    assert (counted == 1).all()
    return {name: array.reshape(plan.shape) for name, array in found.items()}


def test_the_cells_of_a_plan_are_its_runs_with_the_bits_of_a_sweep() -> None:
    axes: dict[str, Any] = {"alpha": ALPHAS, "seed": tuple(range(7)), "weight_seed": (1, 2), "samples": (10, 40)}
    found = results_of(sweep_plan(TANH, axes))
    whole = sweep(TANH, alphas=ALPHAS, seeds=range(7), weight_seeds=(1, 2), samples=(10, 40))
    for name, array in found.items():
        assert array.tobytes() == np.moveaxis(getattr(whole, name), 2, 3).tobytes()
    plan = sweep_plan(HIDDEN, {"width": (2, 5), "momentum": (0.0, 0.5), "alpha": ALPHAS, "samples": (10, 30)})
    assert list(plan.axes) == ["momentum", "width", "alpha", "samples"]
    settled = results_of(plan)["settled"].ravel()
    for cell in range(plan.size):
        assert run_of(plan.run(cell)).settled == settled[cell]


def test_an_estimate_counts_weights_and_samples_and_a_plan_that_travels_has_the_same_pieces() -> None:
    plain = sweep_plan(HIDDEN, {"alpha": ALPHAS, "width": (2, 3, 6)})
    assert plain.drawing_seconds == 0
    seeds = sweep_plan(HIDDEN, {"alpha": ALPHAS, "width": (2, 3, 6), "weight_seed": tuple(range(40))})
    tasks = [seeds.piece(place).task for place in range(seeds.pieces)]
    drawn = sum(len({seed for settings in task.settings for seed in settings.weight_seeds}) for task in tasks)
    # Two dense layers, and where there are six hidden units three more than at first.
    assert seeds.drawing_seconds == pytest.approx(drawn * (2 + 2 + 5) / 3 * pieces.DRAW_SECONDS, rel=0.1)
    samples = 3 * sample_seconds(HIDDEN)  # one data seed's, for each width
    assert seeds.seconds - seeds.drawing_seconds - samples == pytest.approx((plain.seconds - samples) * 40)
    data = sweep_plan(HIDDEN, {"alpha": ALPHAS, "seed": tuple(range(1000))})
    assert data.seconds == pytest.approx(1000 * (3 * run_seconds(HIDDEN) + sample_seconds(HIDDEN)))
    plan = sweep_plan(HIDDEN, {"alpha": tuple(np.geomspace(1e-3, 1, 50).tolist()), "batch": (1, 2, 4)})
    other = SweepPlan.from_json(plan.to_json())
    assert (other, other.to_json(), other.pieces) == (plan, plan.to_json(), plan.pieces)
    assert [other.piece(k).task for k in range(3)] == [plan.piece(k).task for k in range(3)]
    plan = sweep_plan(TANH, {"alpha": tuple(np.geomspace(1e-3, 1, 10_000).tolist()), "seed": tuple(range(10_000))})
    assert plan.size == 10**8
    assert plan.pieces <= 2 * pieces.MOST_PIECES
    assert plan.piece(17).cells.shape[1] == 1


def test_the_first_pieces_lie_all_over_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "FEWEST_PIECES", 256)
    plan = sweep_plan(TANH, {"momentum": tuple(np.linspace(0, 0.9, 8).tolist()), "seed": tuple(range(64))})
    assert plan.pieces >= 256
    first = np.concatenate([plan.piece(k).cells.ravel() for k in range(plan.pieces // 2)])
    rows, columns = np.unravel_index(first, plan.shape)
    assert set(rows.tolist()) == set(range(8))
    assert np.diff(np.unique(columns)).max() < 16


REFUSED: list[tuple[Experiment, dict[str, Any], str]] = [
    (TANH, {"alpha": (0.1,)}, "The axis α has one value. Give it two or more, or leave it out."),
    (TANH, {}, "A sweep lies over one to 4 knobs, not over 0."),
    (TANH, {"colour": (1, 2)}, "There is no axis of a sweep called 'colour'."),
    (TANH, {"alpha": (0.1, -1.0)}, "α must be a number above 0"),
    (TANH, {"seed": (1.5, 2.0)}, "Seeds are whole numbers"),
    (TANH, {"seed": (1, 1)}, "The axis data seed has a value twice."),
    (TANH, {"width": (2, 3)}, "This network has no hidden layer"),
    (HIDDEN, {"width": (2, 65)}, "A width is a whole number from 1 to 64."),
    (TANH, {"distinct": (5, 50), "samples": (10, 40)}, "These axes contradict each other at distinct samples 50"),
    (TANH, {"decay": (0.0, 1.0), "alpha": (0.1, 3.0)}, "These axes contradict each other at decay 1.0, α 3.0"),
    (SPLIT, {"seed": tuple(range(60))}, "Under data seed 1 nothing is left to learn from."),
    (TANH, {"noise": tuple(np.linspace(0, 1, 40).tolist()), "momentum": tuple(np.linspace(0, 0.9, 40).tolist())},
     "have 1,600 combinations here, and a sweep takes 1,024."),
    (TANH, {"seed": tuple(range(100_001))}, "has 100,001 values, and one axis takes 100,000."),
]  # fmt: skip


def test_what_cannot_be_swept_and_a_worker_with_other_versions_or_bits_are_refused() -> None:
    found = [(refusal(BenchError, sweep_plan, one, axes), sentence) for one, axes, sentence in REFUSED]
    assert [(said, sentence) for said, sentence in found if sentence not in said or not said.endswith(".")] == []
    assert "planned by another version" in refusal(BenchError, SweepPlan.from_json, "[0, 1, 2, 3]")
    own = probe()
    check_probe(probe(), own)
    with pytest.raises(OtherVersionsError, match=r"The worker on w has other versions .* numpy 1.0 \(here 2"):
        check_probe(own._replace(host="w", versions=own.versions | {"numpy": "1.0"}), own)
    with pytest.raises(OtherBitsError, match="The worker on w computes other numbers"):
        check_probe(own._replace(host="w", fingerprint="00000000"), own)
