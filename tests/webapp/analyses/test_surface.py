"""The plane of two runs as the page shows it: its window, its paths, its heights and its words are the engine's."""

import json
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from engine import CATALOGUE, AffinityLayer, MapLayer, Network, NNBench, Table, kernel
from engine.base.byte_cache import Caches
from engine.base.numerics import FloatArray
from engine.comparison.pair import Pair
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Map
from engine.experiments.layer_specs import weights_of
from engine.experiments.run import parameters, run
from tests.engine.asserting import refuses
from tests.webapp.asking import not_none, prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.surface import heights as heights_module
from webapp.analyses.surface.heights import FEWEST_SAMPLES, GRIDS, WIDE_FINE, heights
from webapp.analyses.surface.surface import surface
from webapp.analyses.surface.window import MARGIN, window_of
from webapp.base.validation import Malformed
from webapp.bench import run_pairs
from webapp.bench.actions import PreparedRun
from webapp.bench.page_content import PageContent
from webapp.bench.run_pairs import TOO_LONG, TOO_SLOW
from webapp.jobs.job import ClientGone
from webapp.local.own_bench import local_bench, local_content

NOW = replace(CATALOGUE["circle"].experiment, alpha=0.03)
BEFORE = replace(NOW, alpha=0.01)
SMALL = CATALOGUE["tanh-signs"].experiment
FROZEN = replace(SMALL, layers=tuple(replace(s, frozen=True) if isinstance(s, Affinity) else s for s in SMALL.layers))


def plain(experiment: Experiment) -> Any:
    return json.loads(experiment.to_json())


CACHES = Caches()


def asked(before: Experiment, now: Experiment) -> dict[str, Any]:
    return surface(PreparedRun(now, now.network(), caches=CACHES), {"before": plain(before)})


def pair_of(before: Experiment, now: Experiment) -> Pair:
    return Pair(run(before, before.network()), run(now, now.network()), twins=0)


def grid(before: Experiment, now: Experiment, name: str, caches: Caches = CACHES) -> tuple[dict[str, Any], FloatArray]:
    """The last response, and all heights, a row each from the lowest up."""
    prepared, done, rows = PreparedRun(now, now.network(), caches=caches), 0, []
    while True:
        response = heights(prepared, {"before": plain(before), "grid": name, "from": done})
        rows.append(decoded(response["heights"]).reshape(-1, response["points"]))
        done += len(rows[-1])
        if done == response["points"]:
            return response, np.concatenate(rows)


def points_of(path: dict[str, Any]) -> FloatArray:
    points: FloatArray = decoded(path["points"]).reshape(-1, 2)
    return points


def test_the_plane_has_the_numbers_of_the_pair_with_both_paths_inside_its_window() -> None:
    pair = pair_of(BEFORE, NOW)
    plane, shown = pair.plane, asked(BEFORE, NOW)["plane"]
    assert plane is not None
    assert (shown["a"], shown["b"]) == ([plane.a[0], 0.0], [plane.b[0], -plane.b[1]])
    assert shown["share"][1] == f"{100 * plane.share:.0f} %"
    for path, of_page in zip((plane.path_a, plane.path_b), shown["paths"], strict=True):
        assert decoded(of_page["steps"]).tolist() == path.steps.tolist()
        assert np.array_equal(points_of(of_page) * [1.0, -1.0], plane.coordinates(path.weights))
        farther = max(np.hypot(*plane.a), np.hypot(*plane.b))
        assert decoded(of_page["distances"]) == pytest.approx(plane.distances(path.weights) / farther, rel=1e-6)
    shown = asked(BEFORE, NOW)["plane"]
    for path, end in zip(shown["paths"], (shown["a"], shown["b"]), strict=True):
        points = points_of(path)
        assert (points[0].tolist(), points[-1]) == ([0.0, 0.0], pytest.approx(end, abs=1e-12))
    for before, now in [
        (BEFORE, NOW), (replace(NOW, alpha=0.4), NOW), (replace(NOW, samples=500), NOW),
        (SMALL, replace(SMALL, alpha=0.4)), (replace(SMALL, alpha=1e-12), SMALL),
    ]:  # fmt: skip
        shown = asked(before, now)["plane"]
        left, bottom, side = shown["window"]
        a, b = shown["a"], shown["b"]
        assert a[0] >= 0.0
        assert b[1] <= a[1] == 0.0
        every = np.concatenate([points_of(path) for path in shown["paths"]])
        margin = MARGIN * side / (1.0 + 2.0 * MARGIN)
        assert (every >= np.array([left, bottom]) + 0.999 * margin).all()
        assert (every <= np.array([left, bottom]) + side - 0.999 * margin).all()


def test_a_large_network_has_heights_of_fewer_samples_and_points(monkeypatch: pytest.MonkeyPatch) -> None:
    plane = not_none(pair_of(BEFORE, NOW).plane)
    for name, points in GRIDS.items():
        response, shown = grid(BEFORE, NOW, name)
        assert (response["points"], response["samples"]) == (points, 441)
        window = window_of(plane)
        for row, column in ((0, 0), (3, 11), (points - 1, 0), (points - 1, points - 1)):
            across, up = (step * window.side / (points - 1) for step in (column, row))
            (loss,) = plane.heights(np.array([[window.left + across, -(window.bottom + up)]]))
            assert shown[row, column] == pytest.approx(np.log10(loss), rel=1e-5)
    monkeypatch.setattr("engine.comparison.plane.Plane.heights", lambda plane, points, on: np.full(len(points), np.inf))
    assert np.isnan(grid(SMALL, replace(SMALL, alpha=0.4), "coarse", Caches())[1]).all()
    monkeypatch.setattr("engine.comparison.plane.Plane.heights", lambda plane, points, on: np.zeros(len(points)))
    assert np.isfinite(grid(SMALL, replace(SMALL, alpha=0.4), "coarse", Caches())[1]).all()
    work, other = kernel.work(SMALL.network().layers, SMALL.width), replace(SMALL, alpha=0.4)
    monkeypatch.setattr(heights_module, "MOST_WORK", 150 * work * 64 * 64)
    assert grid(SMALL, other, "fine", Caches())[0]["samples"] == 150
    monkeypatch.setattr(heights_module, "MOST_WORK", 30 * work * WIDE_FINE * WIDE_FINE)
    response, shown = grid(SMALL, other, "fine", Caches())
    assert (response["points"], response["samples"], shown.shape) == (WIDE_FINE, 30, (WIDE_FINE, WIDE_FINE))
    monkeypatch.setattr(heights_module, "MOST_WORK", 1)
    assert grid(SMALL, other, "fine", Caches())[0]["samples"] == FEWEST_SAMPLES


def test_what_was_measured_is_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before, now = replace(SMALL, alpha=0.011), replace(SMALL, alpha=0.22)
    first = asked(before, now), grid(before, now, "coarse")[1].tolist()
    again = Mock(side_effect=AssertionError("That is known."))
    monkeypatch.setattr(run_pairs, "run", again)
    monkeypatch.setattr("engine.comparison.plane.Plane.heights", again)
    assert (asked(before, now), grid(before, now, "coarse")[1].tolist()) == first


def test_work_that_nobody_waits_for_ends_and_goes_on_when_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before, now = replace(SMALL, alpha=0.012), replace(SMALL, alpha=0.23)
    monkeypatch.setattr(run_pairs, "current_job", Mock(return_value=Mock(check_cancelled=Mock(side_effect=ClientGone))))
    refuses(ClientGone, asked, before, now)
    monkeypatch.undo()
    assert asked(before, now)["plane"] is not None


def words(response: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["word"], row["number"]) for row in response["words"]}


def test_a_wall_says_how_high_it_is_and_the_three_words_have_the_numbers_of_the_pair() -> None:
    pair, response = pair_of(BEFORE, NOW), asked(BEFORE, NOW)
    assert pair.difference is not None
    assert pair.line is not None
    assert words(response) == {
        "wall": ("No wall", "between them"), "answers": ("Other answers", "0.0328 apart"),
        "weights": ("Other weights", "30 % of A’s length apart"),
    }  # fmt: skip
    assert response["sentence"] == "Other answers, other weights, no wall between them."
    assert decoded(response["line"]).tolist() == pair.line.losses.tolist()
    wall, answers, weights = (row["says"] for row in response["words"])
    assert wall == (
        f"On the straight line from A to B the mean loss of {NOW.samples:,} samples of B only falls, from 0.185 to "
        "0.110; it never rises above the chord (41 points)."
    )
    assert answers == (
        "Half the mean squared difference of their outputs at 1,000 inputs is 0.0328: more than 1 % of the mean final "
        "loss, 0.167."
    )
    assert weights == "B’s weights lie 30 % of A’s length from A’s. More than 2 % are other weights."
    response = asked(CATALOGUE["spiral"].experiment, replace(CATALOGUE["spiral"].experiment, alpha=0.1))
    wall = not_none(pair_of(CATALOGUE["spiral"].experiment, replace(CATALOGUE["spiral"].experiment, alpha=0.1)).wall)
    assert words(response)["wall"][0] == f"A wall of {wall:.3g}"
    assert f"{100 * wall:.3g} % of the larger end loss (41 points)." in response["words"][0]["says"]
    row = Experiment((Affinity(1, 1),), "table", DrawnWeights(1), inputs=Table(((1.0,),), ((2.0,),)), samples=5)
    (says,) = (row["says"] for row in asked(row, replace(row, alpha=0.2))["words"] if row["name"] == "answers")
    assert says.startswith("Half the mean squared difference of their outputs at 1 input is ")


def test_other_ends_are_named_and_other_starting_weights_or_shapes_have_no_plane() -> None:
    response = asked(replace(NOW, filter="raw"), NOW)
    assert words(response)["weights"] == ("Same weights", "to the last bit")
    assert response["plane"]["a"] == response["plane"]["b"]
    assert response["plane"]["caption"].startswith("A plane through the starting weights and the common end of A and B")
    response = asked(FROZEN, SMALL)
    assert response["plane"]["a"] == [0.0, 0.0]
    assert response["plane"]["caption"].startswith("A plane through the starting weights, where A ends too, and B;")
    found = asked(SMALL, FROZEN)["plane"]["caption"]
    assert found.startswith("A plane through the starting weights, where B ends too, and A;")
    response = asked(NOW, replace(NOW, weights=DrawnWeights(7)))
    assert response["plane"] is None
    assert response["why"] == "The runs start from other weights, so there is no plane."
    assert len(decoded(response["line"])) == 41
    found = response["words"][0]["says"]
    assert found.startswith("On the straight line from A to B in the order of A’s units the mean")
    assert set(words(response)) == {"wall", "answers", "weights"}
    wide = replace(NOW, layers=(Affinity(2, 5), Map("tanh"), Affinity(5, 1), Map("tanh")))
    response = asked(wide, NOW)
    assert response["plane"] is None
    assert response["why"] == "The networks have other layers, so there is no plane and no matching."
    assert set(words(response)) == {"answers"}
    assert response["line"] is None
    prepared = PreparedRun(NOW, NOW.network())
    assert heights(prepared, {"before": plain(wide), "grid": "fine", "from": 0}) == {"heights": None}
    response = asked(SMALL, NOW)
    assert (response["words"], response["sentence"]) == ([], "")
    assert response["remarks"] == ["The networks give 2 and 1 numbers, so their answers cannot be compared."]
    response = asked(FROZEN, replace(FROZEN, alpha=0.5))
    assert (response["plane"], response["why"]) == (None, "Neither run moves a weight, so there is no plane.")


def with_units(experiment: Experiment, sign: float) -> Experiment:
    """The same experiment with its first hidden unit last, and the weights of the last one times a sign."""
    network = experiment.network()
    first, _, last, *_ = network.layers
    width = len(first.b)
    order, signs = [*range(1, width), 0], np.array([*[1.0] * (width - 1), sign])
    first.M, first.b = first.M[order] * signs[:, None], first.b[order] * signs
    last.M = last.M[:, order] * signs
    return replace(experiment, weights=weights_of(network))


def test_the_weights_of_b_come_in_the_order_of_a_where_it_is_nearer_and_the_run_ends() -> None:
    other = with_units(NOW, -1.0)
    response = asked(NOW, other)
    ordered = response["ordered"]
    assert ordered["changes"] == ["order", "signs"]
    assert words(response)["weights"][1].endswith("% of A’s length apart with the best order and signs of units")
    ends = [
        np.concatenate([array.ravel() for array in parameters(run(one, one.network()).trained)]) for one in (NOW, other)
    ]
    assert np.abs(ends[1] - ends[0]).max() > 0.1
    assert decoded(ordered["weights"]) == pytest.approx(ends[0].tolist(), rel=1e-9, abs=1e-9)
    assert asked(BEFORE, NOW)["ordered"] is None
    assert asked(NOW, NOW)["ordered"] is None
    layers = (Affinity(1, 2), Map("tanh"), Affinity(2, 1))
    now = Experiment(layers, ("1e10*v0",), DrawnWeights(1), alpha=1e-12, samples=1)
    other = with_units(now, -1.0)
    assert asked(other, now)["ordered"]["changes"] == ["order", "signs"]
    assert asked(replace(other, alpha=1e300), now)["ordered"] is None


def test_runs_that_diverge_are_drawn_to_their_last_sound_step_and_own_weights_from_where_they_start() -> None:
    linear = CATALOGUE["identity-layer"].experiment
    layers = tuple(spec for spec in linear.layers if isinstance(spec, Affinity))
    wild = replace(linear, layers=layers or (Affinity(linear.width, linear.outputs),), alpha=50.0)
    calm, diverged = replace(wild, alpha=0.01), run(wild, wild.network())
    assert diverged.diverged_at is not None
    response = asked(calm, wild)
    (remark,) = response["remarks"]
    assert remark.startswith(f"This run diverges at step {diverged.diverged_at}: it is compared after")
    assert decoded(response["plane"]["paths"][1]["steps"])[-1] == diverged.trained_at
    assert np.isfinite(points_of(response["plane"]["paths"][1])).all()
    given = weights_of(replace(NOW, weights=DrawnWeights(12)).network())
    assert isinstance(given, GivenWeights)
    now = replace(NOW, weights=given)
    response = surface(PreparedRun(NOW, now.network()), {"before": plain(replace(now, alpha=0.01))})
    assert response["plane"] is not None


def own_functions(samples: int) -> tuple[Experiment, PageContent]:
    """An experiment of a bench with a Python function of one's own, and the content of its page."""
    network = Network()
    network.extend(AffinityLayer(2, 2, 1))
    network.extend(MapLayer(lambda x: np.tanh(x) / 2.0, lambda x: (1.0 - np.tanh(x) ** 2) / 2.0))
    content = local_content(local_bench(NNBench(network, lambda v: [v[0], v[1]])), samples)
    return next(iter(content.rows.values())).experiment, content


def test_own_python_functions_and_a_bug_in_backprop_have_a_plane_too() -> None:
    now, content = own_functions(60)
    prepared = PreparedRun(now, now.network(), content=content)
    question = {"before": plain(replace(now, alpha=now.alpha / 3.0))}
    response = surface(prepared, question)
    assert (response["why"], set(words(response))) == ("", {"wall", "answers", "weights"})
    shown = decoded(heights(prepared, question | {"grid": "coarse", "from": 0})["heights"])
    assert np.isfinite(shown).all()
    long = replace(now, samples=100_000)
    prepared = PreparedRun(long, long.network(), content=content)
    assert surface(prepared, {"before": plain(now)}) == {"none": TOO_SLOW}
    layers = (Affinity(2, 2), Map("tanh"), Affinity(2, 2))
    wrong = replace(SMALL, layers=(*layers[:2], Affinity(2, 2, left_multiplied=True)), samples=20)
    prepared = PreparedRun(wrong, wrong.network())
    shown = not_none(surface(prepared, {"before": plain(replace(wrong, layers=layers))})["plane"])
    assert shown["a"] != shown["b"]
    slow = replace(wrong, samples=100_000)
    assert surface(PreparedRun(slow, slow.network()), {"before": plain(SMALL)}) == {"none": TOO_SLOW}
    table = CATALOGUE["three-facts"].experiment
    assert asked(replace(table, alpha=table.alpha / 3.0), table)["plane"] is not None
    long = replace(NOW, samples=900_000)
    assert asked(long, NOW) == {"none": TOO_LONG}
    prepared = PreparedRun(NOW, NOW.network())
    assert heights(prepared, {"before": plain(long), "grid": "coarse", "from": 0}) == {"none": TOO_LONG}


def test_what_no_page_asks_is_malformed() -> None:
    for question in [
        {}, {"before": None}, {"before": {"layers": []}}, {"before": plain(SMALL), "more": 1},
    ]:  # fmt: skip
        refuses((Malformed, ValueError), surface, prepared_for("tanh-signs"), question)
    cases: list[Any] = [{"grid": "finest"}, {"grid": 16}, {"from": 16}, {"from": -1}, {"from": 1.5}, {"from": None}]
    for part in cases:
        question = {"before": plain(replace(SMALL, alpha=0.3)), "grid": "coarse", "from": 0} | part
        refuses(Malformed, heights, prepared_for("tanh-signs"), question)
