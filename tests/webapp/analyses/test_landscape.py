"""The landscape's cells are the engine's own runs, a question is bounded, and its files say what the engine says."""

import base64
import io
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from engine import AffinityLayer, Experiment, MapLayer, Network, NNBench, run, scores, sweep
from engine.data.table import Table
from engine.errors import ExperimentError, OutOfRangeError
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.edits import set_table
from engine.sweeps.axes import COUNT, GRID_AXES
from engine.sweeps.grid import with_weight_seed
from tests.engine.asserting import refuses
from tests.webapp import asking
from tests.webapp.asking import SETTINGS, plain_request, reply
from tests.webapp.decoding import decoded
from webapp import create_app
from webapp.analyses.landscape.axes import ALPHAS, POSITIONS, landscape_axes
from webapp.analyses.landscape.download import NUMBERS, download_landscape
from webapp.analyses.landscape.evaluate import TOO_LONG, evaluate_landscape
from webapp.analyses.routes import ANALYSES
from webapp.base.format import knob_number
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun
from webapp.bench.knob_values import alpha_at
from webapp.local.own_bench import local_bench, local_content

AXES = landscape_axes()
STARTS = dict.fromkeys(AXES, 0) | {"samples": 64, "seed": 32}
LINES = ("seed", "weight_seed", "alpha", *(name for name in AXES if name not in GRID_AXES))


def prepared(key: str = FIRST, **changes: Any) -> PreparedRun:
    """An experiment whose checkpoint was not drawn but trained, as after Start from these weights."""
    experiment = replace(CATALOGUE[key].experiment, samples=40, **changes)
    return PreparedRun(experiment, run(experiment, experiment.network()).trained)


def plan(x: str = "alpha", y: str = "seed", reaching: float | None = None) -> dict[str, Any]:
    return {"x": x, "y": y, "from": [STARTS[x], STARTS[y]], "reaching": reaching, "scored": False}


def analysis_request(x: str = "alpha", y: str = "seed", **changes: Any) -> dict[str, Any]:
    """Three lines of four cells, or as many as the knobs have values."""
    by = next(name for name in LINES if name in (x, y))
    along = y if by == x else x
    lines, places = some_of(by, [5, 0, 9]), some_of(along, [31, 2, 30, 1])
    return {"plan": plan(x, y), "by": by, "lines": lines, "along": places} | changes


def some_of(name: str, places: list[int]) -> list[int]:
    """These places among the values of a knob, which may have fewer of them."""
    return list(dict.fromkeys(place % len(AXES[name].values(STARTS[name])) for place in places))


def single(about: PreparedRun, knobs: dict[str, Any]) -> Any:
    experiment, network = about.experiment, about.checkpoint
    if "weight_seed" in knobs:
        experiment = with_weight_seed(experiment, knobs.pop("weight_seed"))
        network = experiment.network()
    return run(replace(experiment, **knobs), network)


def test_every_cell_is_a_single_run_to_the_bit_also_of_a_bench_of_ones_own() -> None:
    for (x, y), key in zip(itertools.permutations(AXES, 2), itertools.cycle([FIRST, "square-map"]), strict=False):
        about, asked = prepared(key), analysis_request(x, y)
        reply, by = evaluate_landscape(about, asked), asked["by"]
        along = y if by == x else x
        shape = len(asked["lines"]), len(asked["along"])
        assert (reply["lines"], reply["along"]) == shape
        numbers = {name: decoded(reply[name]).reshape(shape) for name in ("settled", "last", "diverged", "steps")}
        for line, place in np.ndindex(shape):
            at = {by: asked["lines"][line], along: asked["along"][place]}
            knobs = {name: AXES[name].values(STARTS[name])[number] for name, number in at.items()}
            try:
                alone = single(about, knobs)
            except (OutOfRangeError, ExperimentError):
                assert np.isnan([numbers["settled"][line, place], numbers["last"][line, place]]).all()
                assert numbers["diverged"][line, place] == -1
                continue
            assert numbers["settled"][line, place].tobytes() == np.float64(alone.settled).tobytes()
            assert numbers["last"][line, place].tobytes() == np.float64(alone.last).tobytes()
            assert numbers["diverged"][line, place] == (-1 if alone.diverged_at is None else alone.diverged_at)
        assert set(numbers["steps"].ravel()) == {-1}
    net = Network()
    net.extend(AffinityLayer(2, 2, seed=1))
    net.extend(MapLayer(lambda d: d * 0.5, lambda d: 0.5))
    own = local_bench(NNBench(net, lambda v: [v[1], v[0]]))
    content = local_content(own, 30)
    about = PreparedRun(content.rows[content.first].experiment, own.network())
    for y in ("seed", "weight_seed"):
        reply = evaluate_landscape(about, analysis_request("alpha", y))
        settled = decoded(reply["settled"]).reshape(reply["lines"], reply["along"])
        for line, place in np.ndindex(settled.shape):
            value = AXES[y].values(STARTS[y])[(5, 0, 9)[line]]
            alone = single(about, {"alpha": ALPHAS[(31, 2, 30, 1)[place]], y: value})
            assert settled[line, place] == alone.settled


def test_cells_have_no_run_where_the_bench_refuses_them_and_steps_where_they_are_asked_for() -> None:
    about, strong = prepared(rate="3", decay=0.001), AXES["decay"].values(0).index(1.0)
    asked = analysis_request("alpha", "decay", lines=list(range(len(POSITIONS))), along=[0, strong])
    settled = decoded(evaluate_landscape(about, asked)["settled"]).reshape(-1, 2)
    assert not np.isnan(settled[:, 0]).any()
    assert np.isnan(settled[:, 1]).tolist() == [3.0 * alpha > 1.0 for alpha in ALPHAS]
    about = prepared(alpha=2.0)
    settled = decoded(
        evaluate_landscape(about, analysis_request("alpha", "decay", lines=[10], along=[0, 21]))["settled"]
    )
    assert np.isfinite(settled).all()
    about = prepared(distinct=5, without=(3,))
    counts = AXES["distinct"].values(0)
    asked = analysis_request("distinct", "alpha", lines=list(range(len(counts))), along=[31], by="distinct")
    settled = decoded(evaluate_landscape(about, asked)["settled"])
    assert np.isnan(settled).tolist() == [not 3 <= count <= 40 for count in counts]
    about = prepared()
    reply = evaluate_landscape(about, analysis_request(plan=plan(reaching=0.5)))
    alphas = [ALPHAS[k] for k in (31, 2, 30, 1)]
    experiment = about.experiment.with_weights_of(about.checkpoint)
    found = sweep(experiment, alphas=alphas, seeds=[37, 32, 41], reaching=0.5).steps.T
    assert np.isfinite(found).any()
    assert np.array_equal(decoded(reply["steps"]).reshape(3, 4), np.where(np.isfinite(found), found, -1))


def test_cells_have_no_run_where_the_data_seed_leaves_nothing_to_learn() -> None:
    table = Table(tuple((float(k), 1.0) for k in range(6)), tuple((float(k), -float(k)) for k in range(6)))
    split = set_table(CATALOGUE[FIRST].experiment, table)
    split = replace(split, samples=40, held_out=3, split="seed", without=(1, 2, 3), seed=37)
    about = PreparedRun(split, split.network())
    reply = evaluate_landscape(about, analysis_request(lines=list(range(COUNT))))
    settled = decoded(reply["settled"]).reshape(reply["lines"], reply["along"])
    gone = split.seeds_without_rows(range(32, 32 + reply["lines"]))
    assert gone
    assert np.flatnonzero(np.isnan(settled).all(axis=1)).tolist() == [seed - 32 for seed in gone]
    assert np.isnan(settled).sum() == len(gone) * reply["along"]


def test_what_no_honest_page_asks_is_malformed_and_alphas_are_those_along_the_slider() -> None:
    reply = evaluate_landscape(prepared(), analysis_request())
    assert reply["values"]["alpha"] == ALPHAS == AXES["alpha"].values(0)
    assert len(POSITIONS) == 61
    for alpha, position in zip(ALPHAS, POSITIONS, strict=True):
        assert float(knob_number(alpha)) == alpha == pytest.approx(alpha_at(position), rel=0.005)
    assert [len(AXES[name].values(STARTS[name])) for name in ("samples", "seed", "weight_seed")] == [COUNT] * 3
    nothing = evaluate_landscape(prepared(), analysis_request(lines=[]))
    assert (nothing["runs"], nothing["says"]) == (0, "")
    for asked in HOSTILE:
        refuses(Malformed, evaluate_landscape, prepared(), asked)
    cases: list[Any] = [{"settled": "?"}, {"settled": ""}, {"kind": "exe"}, {"steps": None}, {"more": 1}]
    for wrong in cases:
        size = 61 * COUNT
        sound = {name: base64.b64encode(np.zeros(size, dtype).tobytes()).decode() for name, dtype in NUMBERS.items()}
        asked = {"plan": plan(), "kind": "csv"} | sound
        assert download_landscape(prepared(), asked)
        refuses(Malformed, download_landscape, prepared(), asked | wrong)


def test_as_many_runs_are_made_as_one_question_may_cost_and_one_for_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    about = prepared()
    one = budget.run_cost(about.experiment, about.checkpoint)
    for runs, (lines, along) in {100: (3, 4), 9: (2, 4), 4: (1, 4), 3: (1, 3), 1: (1, 1)}.items():
        monkeypatch.setattr(budget, "BUDGET", runs * one)
        reply = evaluate_landscape(about, analysis_request())
        assert (reply["lines"], reply["along"], reply["runs"]) == (lines, along, lines * along)
        assert decoded(reply["settled"]).size == lines * along
    monkeypatch.setattr(budget, "BUDGET", one - 1)
    reply = evaluate_landscape(about, analysis_request())
    assert (reply["lines"], reply["runs"], reply["says"]) == (0, 0, TOO_LONG)
    monkeypatch.setattr(budget, "BUDGET", 2 * budget.run_cost(replace(about.experiment, samples=64), about.checkpoint))
    reply = evaluate_landscape(about, analysis_request("alpha", "samples"))
    assert (reply["lines"], reply["along"], reply["runs"]) == (2, 4, 2)


HOSTILE: tuple[Any, ...] = (
    None, {}, analysis_request(plan=None), analysis_request(plan=plan() | {"x": "filter"}),
    analysis_request(plan=plan("seed", "seed")), analysis_request(plan=plan() | {"from": [0]}),
    analysis_request(plan=plan() | {"from": [1, 0]}), analysis_request(plan=plan() | {"from": [0, 2**32 - 1]}),
    analysis_request(plan=plan() | {"reaching": "0.1"}), analysis_request("alpha", "samples", by="samples"),
    analysis_request(by="weight_seed"), analysis_request(lines=[32]), analysis_request(lines=[0, 0]),
    analysis_request(lines=[0.5]), analysis_request(lines="0"), analysis_request(lines=list(range(33))),
    analysis_request(along=[61]), analysis_request(more=1),
)  # fmt: skip


def gathered(
    about: PreparedRun, x: str, y: str, reaching: float | None = None, *, scored: bool = False
) -> dict[str, Any]:
    """All numbers of a map as a page has them, row after row."""
    values = {name: AXES[name].values(STARTS[name]) for name in (x, y)}
    by = next(name for name in LINES if name in (x, y))
    along = y if by == x else x
    rows: list[dict[str, Any]] = []
    for line in range(len(values[by])):
        asked = {"by": by, "lines": [line], "along": list(range(len(values[along])))}
        rows.append(evaluate_landscape(about, asked | {"plan": plan(x, y, reaching) | {"scored": scored}}))
    reply = {}
    for name, dtype in NUMBERS.items():
        none = np.full(rows[0]["along"], np.nan)
        lines = np.stack([decoded(row[name]) if name in row else none for row in rows]).astype(dtype)
        reply[name] = base64.b64encode((lines if by == y else lines.T).tobytes()).decode()
    return reply


def test_a_file_says_what_the_engine_says_of_the_same_runs() -> None:
    for x, y in [("alpha", "seed"), ("samples", "weight_seed"), ("seed", "samples")]:
        about = prepared("square-map")
        numbers = gathered(about, x, y, 0.5)
        names = {"alpha": "alphas", "samples": "samples", "seed": "seeds", "weight_seed": "weight_seeds"}
        axes = {names[name]: AXES[name].values(STARTS[name]) for name in (x, y)}
        drawn = "weight_seed" in (x, y)
        experiment = about.experiment if drawn else about.experiment.with_weights_of(about.checkpoint)
        expected = sweep(experiment, **axes, reaching=0.5)  # type: ignore[arg-type]
        asked = {"plan": plan(x, y, 0.5)} | numbers
        csv = base64.b64decode(download_landscape(about, asked | {"kind": "csv"})["file"])
        assert csv.decode() == expected.to_csv()
        npz = np.load(io.BytesIO(base64.b64decode(download_landscape(about, asked | {"kind": "npz"})["file"])))
        assert np.array_equal(npz["settled"], expected.settled, equal_nan=True)
        assert np.array_equal(npz["diverged_at"], expected.diverged_at, equal_nan=True)
        assert Experiment.from_json(str(npz["experiment"])) == experiment


@pytest.mark.parametrize(("key", "measure"), [("penguins", "accuracy"), ("cars", "r2")])
def test_a_map_of_scores_has_those_of_the_engine(key: str, measure: str) -> None:
    about = prepared(key)
    for x, y in [("alpha", "seed"), ("samples", "weight_seed"), ("alpha", "batch")]:
        by = next(name for name in LINES if name in (x, y))
        along = y if by == x else x
        places = {name: list(range(0, len(AXES[name].values(STARTS[name])), 20)) for name in (x, y)}
        asked = {"plan": plan(x, y) | {"scored": True}, "by": by, "lines": places[by], "along": places[along]}
        reply = evaluate_landscape(about, asked)
        for k, (line, place) in enumerate(np.ndindex(reply["lines"], reply["along"])):
            at = {by: places[by][line], along: places[along][place]}
            alone = single(about, {name: AXES[name].values(STARTS[name])[number] for name, number in at.items()})
            if alone.diverged_at is not None:
                assert np.isnan([decoded(reply[name])[k] for name in ("learned", "held_out")]).all()
                continue
            expected = scores(alone.experiment, alone.trained)
            assert decoded(reply["settled"])[k] == alone.settled
            assert decoded(reply["learned"])[k] == getattr(expected.learned, measure)
            assert decoded(reply["held_out"])[k] == getattr(expected.held_out, measure)


def test_a_file_of_a_map_of_scores_is_the_engines() -> None:
    about = prepared("penguins")
    asked = gathered(about, "alpha", "seed", scored=True) | {"plan": plan() | {"scored": True}, "kind": "csv"}
    knobs: dict[str, Any] = {f"{name}s": AXES[name].values(STARTS[name]) for name in ("alpha", "seed")}
    csv = base64.b64decode(download_landscape(about, asked)["file"]).decode()
    assert csv == sweep(about.experiment.with_weights_of(about.checkpoint), **knobs, measure="accuracy").to_csv()


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    """A visitor with the first experiment, to whom the server gives few runs."""
    app = create_app(replace(SETTINGS, runs_per_session=10))
    with app.server.test_client() as visitor:
        visitor.get("/")
        reply(visitor, plain_request("choose"))
        yield visitor


def test_a_session_that_has_had_too_many_runs_made_waits(client: FlaskClient) -> None:
    plain = asking.analysis_request(analysis_request(lines=list(range(8))))
    assert client.post("/analysis/landscape", json=plain).get_json()["runs"] == 32
    refused = client.post("/analysis/landscape", json=plain)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "RUNS_PER_SESSION" in refused.get_data(as_text=True)
    assert ANALYSES["landscape"].function is evaluate_landscape
    assert ANALYSES["landscape_file"].function is download_landscape
