"""The routes of sweeps: a plan, a job, its pieces and its file; and a sentence for whatever cannot be."""

import base64
import csv
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import Affinity, Experiment, Table, run, sweep
from engine.errors import LostWorkError
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.edits import set_table
from engine.experiments.link_codec import to_texts
from engine.sweeps.pieces import sweep_plan
from tests.documents import ROOT
from tests.test_documents import part_of
from tests.webapp.asking import SETTINGS, not_none, stop_the_clock
from webapp import create_app
from webapp.bench.budget import most_samples
from webapp.figures.encode import FROM_URLS
from webapp.http.kinds import Kind, kind_of
from webapp.links.codec import encode_query
from webapp.operations.operations import Operations
from webapp.page.sweep_constants import sweep_constants
from webapp.settings import Settings
from webapp.store import Key, StoredRow, StoreError
from webapp.store.memory import MemoryStore
from webapp.sweeps import results
from webapp.sweeps.open_jobs import open_jobs
from webapp.sweeps.plans import OWN_FUNCTIONS, StoredPlan, new_job, read_plan
from webapp.sweeps.routes import install_refusal, title_of

EXPERIMENT = CATALOGUE["tanh-signs"].experiment.replace_unchecked(samples=50)
LINK = "?experiment=tanh-signs&samples=50"
AXES = {"alpha": "0.01:1:9:log", "seed": "0:40"}
ALPHAS = np.geomspace(0.01, 1, 9).tolist()
NO_SWEEPER = "No sweeper is running now. The sweep begins as soon as one is started: nnbench sweeper."


class Served:
    def __init__(self, settings: Settings) -> None:
        self.operations = Operations()
        self.server: Flask = create_app(settings, self.operations).server

    def visitor(self) -> FlaskClient:
        client: FlaskClient = self.server.test_client()
        client.get("/limits")
        return client


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served(replace(SETTINGS, trainings=1, sweeps_per_session=3))
    yield served
    served.operations.end()


@pytest.fixture(scope="module")
def planned() -> Served:
    """A server that makes no sweeps itself, so that they stay as they are."""
    return Served(replace(SETTINGS, sweeper=False, sweeps_per_session=2, sweep_mb=1))


@pytest.fixture
def client(planned: Served) -> FlaskClient:
    return planned.visitor()


def post(client: FlaskClient, axes: dict[str, str], link: str = LINK, start: bool = False, **more: str) -> Any:
    return client.post("/sweeps", json={"link": link, "axes": axes, "start": start, **more})


def finished(client: FlaskClient, axes: dict[str, str], link: str, **more: str) -> str:
    job, end = post(client, axes, link, start=True, **more).get_json()["job"], time.monotonic() + 60
    while job["state"] == "wanted" and time.monotonic() < end:
        time.sleep(0.05)
        job = client.get(f"/sweeps/{job['id']}?from=999999").get_json()["job"]
    assert job["state"] == "done"
    return str(job["id"])


def numbers(spec: dict[str, str]) -> Any:
    return np.frombuffer(base64.b64decode(spec["bdata"].translate(FROM_URLS)), "<" + spec["dtype"])


def cells_of(piece: dict[str, Any]) -> Iterator[tuple[int, float]]:
    yield from zip(numbers(piece["cells"]).tolist(), numbers(piece["settled"]).tolist(), strict=True)


def test_a_sweep_is_planned_made_read_piece_by_piece_and_saved(served: Served) -> None:
    client = served.visitor()
    estimate = post(client, AXES).get_json()
    assert estimate["runs"] == 360
    assert (estimate["place"], estimate["says"], estimate["seconds"] > 0) == ("this server", "", True)
    assert client.get("/sweeps").get_json() == {"sweeps": [], "says": ""}
    job = post(client, AXES, start=True).get_json()["job"]
    assert (job["id"], job["runs"], job["state"]) == (estimate["id"], 360, "wanted")
    assert finished(client, AXES, LINK) == job["id"]
    shown = client.get(f"/sweeps/{job['id']}").get_json()
    assert ([name for name, _ in shown["axes"]], shown["axes"][0][1]) == (["alpha", "seed"], ALPHAS)
    settled, count = np.full(360, np.nan), 0
    for piece in shown["pieces"]:
        settled[numbers(piece["cells"])] = numbers(piece["settled"])
        count += len(numbers(piece["sound"]))
    whole = sweep(EXPERIMENT, alphas=ALPHAS, seeds=range(40))
    assert (count, settled.tobytes()) == (360, whole.settled.tobytes())
    following = client.get(f"/sweeps/{job['id']}?from={shown['next']}").get_json()
    assert (following["pieces"], following["next"], "axes" in following) == ([], shown["next"], False)
    file = np.load(io.BytesIO(client.get(f"/sweeps/{job['id']}.npz").data))
    assert file["settled"].tobytes() == whole.settled.tobytes()
    answer = client.get(f"/sweeps/{job['id']}.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=sweep-")
    lines = answer.text.splitlines()
    assert (len(lines), lines[0].split(",")[:2]) == (361, ["alpha", "seed"])


def test_a_file_has_the_runs_that_a_filter_leaves(served: Served) -> None:
    for query, leaves in [
        ("at_most=0.02", lambda losses, diverged: ~diverged & (losses <= 0.02)),
        ("at_least=0.02", lambda losses, diverged: ~diverged & (losses >= 0.02)),
        ("at_most=1e300", lambda losses, diverged: ~diverged), ("diverged=yes", lambda losses, diverged: diverged),
    ]:  # fmt: skip
        client, axes = served.visitor(), {"alpha": "0.01:10:9:log", "seed": "0:40"}
        id_ = finished(client, axes, "?experiment=affine-swap")
        whole = sweep(CATALOGUE["affine-swap"].experiment, alphas=np.geomspace(0.01, 10, 9), seeds=range(40))
        left = leaves(whole.settled, whole.diverged)
        assert 0 < left.sum() < left.size
        rows = list(csv.DictReader(io.StringIO(client.get(f"/sweeps/{id_}.csv?{query}").text)))
        losses = [float(row["settled"]) for row in rows]
        assert np.array_equal(losses, whole.settled[left], equal_nan=True)
        file = np.load(io.BytesIO(client.get(f"/sweeps/{id_}.npz?{query}").data))
        assert np.array_equal(file["left"], left)
        assert np.array_equal(file["settled"], whole.settled, equal_nan=True)


@pytest.mark.parametrize(("query", "leaves"), [
    ("", lambda left: left.all()), ("?at_most=0.02", lambda left: 0 < left.sum() < left.size),
    ("?at_most=0", lambda left: not left.any()),
])  # fmt: skip
def test_a_parquet_file_has_the_bits_of_the_npz_in_row_groups(
    served: Served, query: str, leaves: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(results, "ROW_GROUP", 70)
    client, axes = served.visitor(), {"alpha": "0.01:10:9:log", "optimizer": "sgd,adam", "seed": "0:20"}
    id_ = finished(client, axes, "?experiment=affine-swap")
    answer = client.get(f"/sweeps/{id_}.parquet{query}")
    assert answer.mimetype == "application/vnd.apache.parquet"
    file = parquet.ParquetFile(io.BytesIO(answer.data))
    arrays = np.load(io.BytesIO(client.get(f"/sweeps/{id_}.npz{query}").data))
    left = arrays["left"].ravel() if query else np.ones(360, bool)
    assert leaves(left)
    table = file.read()
    names = [name.removeprefix("axis_") for name in arrays.files if name.startswith("axis_")]
    measures = ["settled", "last", "settled_potential", "last_potential", "diverged_at"]
    assert table.column_names == [*names, *measures]
    header = client.get(f"/sweeps/{id_}.csv{query}").text.partition("\n")[0].split(",")
    assert header == table.column_names
    assert [name for name in arrays.files if name in measures] == measures
    types = dict(zip(table.schema.names, map(str, table.schema.types), strict=True))
    assert {name for name, type_ in types.items() if type_ == "double"} == {"alpha", *measures}
    assert types["seed"] == "int64"
    assert types["optimizer"] == "string"
    places = np.unravel_index(np.flatnonzero(left), arrays["settled"].shape)
    for name, at in zip(names, places, strict=True):
        assert table[name].to_pylist() == arrays[f"axis_{name}"][at].tolist()
    for name in measures:
        assert table[name].to_numpy().tobytes() == arrays[name].ravel()[left].tobytes()
    assert file.metadata.num_row_groups == -(-left.sum() // 70)
    written = Experiment.from_json(table.schema.metadata[b"experiment"].decode())
    assert written == CATALOGUE["affine-swap"].experiment


def test_old_plans_are_read_own_benches_refused_and_steps_to_a_loss_are_a_column() -> None:
    stored = read_plan(new_job(sweep_plan(EXPERIMENT, {"alpha": (0.1, 0.2)})).plan)
    before = read_plan(json.dumps([stored.plan.to_json(), stored.bit_check]))
    assert (before, before.key) == (stored, FIRST)
    server = Flask("own")
    install_refusal(server, OWN_FUNCTIONS)
    client = server.test_client()
    for start, status in ((False, 200), (True, 400)):
        answer = client.post("/sweeps", json={"link": "", "axes": {}, "start": start})
        assert answer.status_code == status
        assert answer.get_json()["refused"].startswith("The functions of your own bench are known in its own process")
    assert client.get("/sweeps").get_json() == {"sweeps": [], "says": ""}
    parquet = pytest.importorskip("pyarrow.parquet")
    found = sweep(EXPERIMENT, alphas=ALPHAS, seeds=range(3), reaching=0.1)
    results.write_parquet(file := io.BytesIO(), found)
    table = parquet.read_table(file)
    assert table.column_names == found.to_csv().partition("\n")[0].split(",")
    assert table.column_names[-1] == "steps"
    assert table["steps"].to_numpy().tobytes() == found.steps.tobytes()
    assert np.isfinite(found.steps).any()


def test_a_sweep_that_failed_says_so_in_a_line_and_goes_on_when_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = open_jobs(SETTINGS)
    monkeypatch.setattr("webapp.app.open_jobs", lambda _settings: jobs)
    planned = Served(replace(SETTINGS, sweeper=False))
    client, other = planned.visitor(), planned.visitor()
    id_ = post(client, {"alpha": "0.01:0.5:3:log", "seed": "0:4"}, start=True).get_json()["job"]["id"]
    taken = not_none(jobs.claim(id_, 0))
    jobs.fail(id_, taken.token, str(LostWorkError(8, RuntimeError("Error during deserialization\nTraceback"))))
    (listed,) = client.get("/sweeps").get_json()["sweeps"]
    assert listed["state"] == "failed"
    assert listed["says"].startswith("A part of the sweep was sent 8 times")
    assert "\n" not in listed["says"]
    assert "Error during deserialization. See that the workers have memory enough, and that" in listed["says"]
    assert other.post(f"/sweeps/{id_}", json={"start": True}).status_code == 400
    for visitor in (other, client):
        job = visitor.post(f"/sweeps/{id_}", json={}).get_json()["job"]
        assert (job["id"], job["state"], job["says"]) == (id_, "wanted", "")
    assert client.post(f"/sweeps/{'a' * 22}", json={}).status_code == 400


def test_the_documents_say_what_a_plan_is_answered_and_what_a_file_has(served: Served) -> None:
    page = (ROOT / "docs" / "sweeps.md").read_text("utf-8")
    client, axes = served.visitor(), {"alpha": "0.01:0.5:3:log", "seed": "0:4"}
    said = re.findall(r"^\| (.*?) \| (.*) \|$", part_of(page, "answers of POST /sweeps"), re.MULTILINE)[2:]
    asked, started, refused = (set(re.findall(r"`(\w+)`", fields)) for _, fields in said)
    assert asked == set(post(client, axes).get_json())
    answer = post(client, axes, start=True).get_json()
    assert started == {*answer, *answer["job"]}
    assert refused == set(post(client, {"alpha": "x"}).get_json())
    scored = sweep(CATALOGUE["penguins"].experiment, alphas=(0.01,), reaching=0.1, measure="accuracy")
    drawn = replace(CATALOGUE["affine-swap"].experiment, samples=50, held_out=5)
    numbers_ = sweep(drawn, alphas=(0.01,), measure="r2")
    columns = {name for found in (scored, numbers_) for name in found.columns(np.arange(1))} - {"alpha"}
    rows = re.findall(r"^\| (`.*?) \|", part_of(page, "columns of a sweep"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == columns


def test_pyarrow_decides_whether_parquet_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "find_spec", lambda name: name == "pyarrow")
    assert sweep_constants()["files"] == ["csv", "npz", "parquet"]
    monkeypatch.setattr(results, "find_spec", lambda _name: None)
    assert sweep_constants()["files"] == ["csv", "npz"]
    answer = Served(replace(SETTINGS, sweeper=False)).visitor().get(f"/sweeps/{'a' * 22}.parquet")
    assert (answer.status_code, "for pyarrow is not installed there. Take CSV or NPZ" in answer.text) == (400, True)


def test_a_filter_that_is_none_is_refused_and_one_browser_has_so_many_unfinished_sweeps(client: FlaskClient) -> None:
    for query, says in [
        ("at_most=a+bit", "The loss in at_most= is a number from 0 up."),
        ("at_least=-1", "The loss in at_least= is a number from 0 up."),
        ("at_most=nan", "The loss in at_most= is a number from 0 up."),
        ("at_most=inf", "The loss in at_most= is a number from 0 up."),
        ("diverged=no", "What diverged is asked for by diverged=yes."),
        ("at_most=1&diverged=yes", "A file has one filter, not at_most and diverged."),
    ]:
        answer = client.get(f"/sweeps/{'a' * 22}.csv?{query}")
        assert (answer.status_code, says in answer.text) == (400, True)
    started = [post(client, {"seed": f"{first}:{first + 5}"}, start=True).get_json()["job"]["id"] for first in (1, 2)]
    refused = post(client, {"seed": "3:8"}, start=True)
    assert (refused.status_code, "2 unfinished sweeps already" in refused.get_json()["error"]) == (429, True)
    for id_ in started:
        client.delete(f"/sweeps/{id_}")


def test_whoever_knows_its_id_may_read_a_sweep_and_only_its_owners_together_cancel_it(planned: Served) -> None:
    ann, bob = planned.visitor(), planned.visitor()
    id_ = post(ann, AXES, start=True).get_json()["job"]["id"]
    assert bob.get(f"/sweeps/{id_}").get_json()["job"]["runs"] == 360
    assert bob.get("/sweeps").get_json() == {"sweeps": [], "says": ""}
    refused = bob.delete(f"/sweeps/{id_}")
    assert (refused.status_code, "has not started this sweep" in refused.get_json()["refused"]) == (400, True)
    assert [job["id"] for job in ann.get("/sweeps").get_json()["sweeps"]] == [id_]
    assert ann.delete(f"/sweeps/{id_}").get_json()["job"]["state"] == "cancelled"
    assert [job["state"] for job in ann.get("/sweeps").get_json()["sweeps"]] == ["cancelled"]
    ann.delete(f"/sweeps/{id_}")
    assert ann.get("/sweeps").get_json() == {"sweeps": [], "says": ""}
    ids = {post(visitor, {"seed": "0:17"}, start=True).get_json()["job"]["id"] for visitor in (ann, bob)}
    assert (len(ids), ann.delete(f"/sweeps/{ids.copy().pop()}").get_json()["job"]["state"]) == (1, "wanted")
    assert bob.delete(f"/sweeps/{ids.pop()}").get_json()["job"]["state"] == "cancelled"


def test_a_plan_is_that_of_the_engine_and_says_what_is_in_its_way(client: FlaskClient) -> None:
    assert post(client, AXES).get_json()["says"] == NO_SWEEPER
    for axes, link, sentence in REFUSED:
        answer = post(client, axes, link, start=True)
        said = answer.get_json()
        assert sentence in said.get("refused", said.get("error", ""))
        assert answer.status_code in (400, 503)
        assert client.get("/sweeps").get_json() == {"sweeps": [], "says": ""}
    answer = post(client, {"alpha": "0.1:1:5", "seed": "1:x"})
    assert answer.status_code == 200
    said = answer.get_json()
    assert (said["axis"], said["refused"].startswith("The axis data seed is given as a:b:n")) == ("seed", True)
    twice = post(client, {"alpha": "0.1,0.1"}).get_json()
    assert twice == {"refused": "The axis α has a value twice. Take each one once.", "axis": "alpha"}
    assert "axis" not in post(client, {"distinct": "10,60"}).get_json()
    estimate = post(client, {"momentum": "0,0.5", "optimizer": "sgd,adam", "nesterov": "on,off"}).get_json()
    assert estimate["runs"] == 8
    plan = {"momentum": (0.0, 0.5), "optimizer": ("sgd", "adam"), "nesterov": (True, False)}
    assert sweep_plan(EXPERIMENT, plan).size == 8


REFUSED = [
    ({"alpha": "0.1:0.2:1"}, LINK, "The axis α has one value."),
    ({}, LINK, "A sweep lies over one to 4 knobs"),
    ({"alpha": "0.1:1:1000", "seed": "0:1000000000"}, LINK, "This sweep has 1,000,000,000,000 runs, and one sweep has"),
    ({"seed": "0:1000001"}, LINK, "has 1,000,001 values, and one axis takes 100,000."),
    ({"alpha": "-1:1:3"}, LINK, "α must be a number above 0"),
    ({"alpha": "a lot"}, LINK, "The axis α is given as a:b:n"),
    ({"alpha": "0:1:5:log"}, LINK, "The axis α is given as a:b:n"),
    ({"alpha": "nan,1"}, LINK, "α must be a number above 0"),
    ({"seed": "1:5:4000000000000000000000"}, LINK, "runs, and one sweep has at most"),
    ({"colour": "1,2"}, LINK, "There is no axis of a sweep called 'colour'."),
    ({"optimizer": "sgd,best"}, LINK, "The optimizer is one of"),
    ({"distinct": "10,60"}, LINK, "These axes contradict each other at distinct samples 60"),
    ({"samples": "10:2000000:2"}, LINK, "Samples"),
    ({"width": "2,3"}, "?experiment=affine-swap", "no hidden layer"),
    ({"alpha": "0.1,0.2"}, "?experiment=nothing", "There is no experiment called 'nothing'."),
    ({"seed": "0:4000", "alpha": "0.1:1:40"}, LINK, "of the 1 MB that SWEEP_MB and SWEEP_SHARE allow"),
]


def test_a_map_gets_final_losses_alone_and_none_of_runs_that_diverge(served: Served) -> None:
    client = served.visitor()
    swap, alphas = CATALOGUE["affine-swap"].experiment.replace_unchecked(samples=50), [0.01, 0.1, 10.0]
    axes, link = {"alpha": "0.01,0.1,10", "samples": "20:50:4"}, "?experiment=affine-swap&samples=50"
    id_ = finished(client, axes, link)
    shown, losses = client.get(f"/sweeps/{id_}?as=map").get_json(), np.full(12, np.inf, np.float32)
    for piece in shown["pieces"]:
        assert set(piece) == {"cells", "losses"}
        losses[numbers(piece["cells"])] = numbers(piece["losses"])
    whole = sweep(swap, alphas=alphas, samples=[20, 30, 40, 50])
    assert 0 < whole.diverged.sum() < whole.diverged.size
    expected = np.where(whole.diverged, np.nan, whole.settled).astype(np.float32)
    np.testing.assert_array_equal(losses, expected.ravel())
    assert client.get(f"/sweeps/{id_}?as=picture").status_code == 400


def test_a_sweep_with_a_measure_has_scores_in_its_pieces_and_files_and_the_map_is_of_them(served: Served) -> None:
    client, link = served.visitor(), "?experiment=penguins&samples=50"
    penguins = CATALOGUE["penguins"].experiment.replace_unchecked(samples=50)
    axes = {"alpha": "0.01,0.1", "samples": "30,50", "batch": "1,4"}
    id_ = finished(client, axes, link, measure="accuracy")
    plain = finished(client, axes, link)
    assert id_ != plain
    shown = client.get(f"/sweeps/{id_}?from=0").get_json()
    assert (shown["measure"], shown["held_out"]) == ("accuracy", True)
    assert "measure" not in client.get(f"/sweeps/{plain}?from=0").get_json()
    by_batch = [
        sweep(replace(penguins, batch=batch), alphas=[0.01, 0.1], samples=[30, 50], measure="accuracy")
        for batch in (1, 4)
    ]
    expected = {
        name: np.concatenate([one.scores[name].ravel() for one in by_batch]) for name in ("right", "held_out_right")
    }
    for piece in shown["pieces"]:
        for sent, name in (("learned", "right"), ("held_out", "held_out_right")):
            np.testing.assert_array_equal(numbers(piece[sent]), expected[name][numbers(piece["cells"])])
    npz = np.load(io.BytesIO(client.get(f"/sweeps/{id_}.npz").data))
    for name, scores in expected.items():
        np.testing.assert_array_equal(npz[name].ravel(), scores)
    assert client.get(f"/sweeps/{id_}.csv").text.splitlines()[0].endswith(",right,held_out_right")
    alone = finished(client, {"alpha": "0.01,0.1"}, "?experiment=cars&samples=50&held_out=1", measure="r2")
    assert client.get(f"/sweeps/{alone}?from=0").get_json()["held_out"] is False  # one row has no R²
    losses = np.empty(8, np.float32)
    for piece in client.get(f"/sweeps/{id_}?as=map").get_json()["pieces"]:
        losses[numbers(piece["cells"])] = numbers(piece["losses"])
    np.testing.assert_array_equal(losses, np.float32(1.0 - expected["held_out_right"]))
    half = float(np.median(losses))
    left = np.load(io.BytesIO(client.get(f"/sweeps/{id_}.npz?at_most={half}").data))["left"]
    np.testing.assert_array_equal(left.ravel(), losses <= np.float32(half))
    for measure in ("r2", "right", "x" * 40):
        refused = client.post("/sweeps", json={"link": link, "axes": axes, "start": True, "measure": measure})
        assert refused.status_code == 400


@pytest.fixture(scope="module")
def foldered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(replace(SETTINGS, trainings=1, sweep_dir=tmp_path_factory.mktemp("sweeps")))
    yield served
    served.operations.end()


def test_a_part_of_a_sweep_has_every_kth_value_of_its_axes_and_their_bits(foldered: Served) -> None:
    client, axes = foldered.visitor(), {"alpha": "0.01:10:9:log", "seed": "0:40"}
    id_ = finished(client, axes, "?experiment=affine-swap")
    whole = sweep(CATALOGUE["affine-swap"].experiment, alphas=np.geomspace(0.01, 10, 9), seeds=range(40))
    losses = np.where(whole.diverged, np.nan, whole.settled).astype(np.float32)
    assert 0 < whole.diverged.sum() < whole.diverged.size
    said = client.get(f"/sweeps/{id_}?as=part&part=1:9:2,8:40:8").get_json()
    found = numbers(said["losses"])
    assert found.tobytes() == losses[1:9:2, 8:40:8].tobytes()
    assert (said["filled"], said["next"], said["job"]["state"], "axes" in said) == (
        said["job"]["pieces"], said["job"]["pieces"], "done", False,
    )  # fmt: skip
    again = client.get(f"/sweeps/{id_}?as=part&part=1:9:2,8:40:8&from={said['next']}").get_json()
    assert ("losses" in again, again["next"]) == (False, said["next"])
    cell = int(np.ravel_multi_index((3, 16), (9, 40)))
    opened = Experiment.from_plain(client.get(f"/sweeps/{id_}/runs/{cell}").get_json()["experiment"])
    assert np.float32(run(opened, opened.network()).settled) == found.reshape(4, 4)[1, 1]


def test_what_is_no_part_is_a_sentence_nor_where_no_folder_is(foldered: Served, client: FlaskClient) -> None:
    visitor = foldered.visitor()
    for query, says in [
        ("part=0:9:1", "A part has first:end:every for each axis, with commas between: alpha, seed."),
        ("part=0:9:1,0:41:1", "The axis seed has the places 0 to 39: first is below end, end is at most 40"),
        ("part=0:9:1,0:40:0", "The axis seed has the places 0 to 39"),
        ("part=0:9:1,0:40:1&from=x", "The number in from= is that of a piece"),
        ("", "A part has first:end:every for each axis"),
    ]:
        id_ = post(visitor, AXES, start=True).get_json()["job"]["id"]
        answer = visitor.get(f"/sweeps/{id_}?as=part&{query}")
        assert (answer.status_code, says in answer.text) == (400, True)
    id_ = post(client, AXES, start=True).get_json()["job"]["id"]
    answer = client.get(f"/sweeps/{id_}?as=part&part=0:9:1,0:40:1")
    assert (answer.status_code, "has no folder for it" in answer.get_json()["refused"]) == (400, True)
    client.delete(f"/sweeps/{id_}")


def test_each_cell_of_a_sweep_is_an_experiment_that_gives_its_loss(served: Served) -> None:
    client, link = served.visitor(), "?experiment=tanh-signs&samples=50&alpha=0.3"
    axes = {"width": "2,3", "weight_seed": "0:3", "samples": "40,50"}
    id_ = finished(client, axes, link.replace("tanh-signs", "spiral"))
    shown = client.get(f"/sweeps/{id_}").get_json()
    found = {cell: loss for piece in shown["pieces"] for cell, loss in cells_of(piece)}
    assert len(found) == 12
    for cell, loss in found.items():
        opened = client.get(f"/sweeps/{id_}/runs/{cell}").get_json()
        one = Experiment.from_plain(opened["experiment"])
        assert (opened["key"], run(one, one.network()).settled) == ("spiral", loss)
    assert client.get(f"/sweeps/{id_}/runs/12").status_code == 404


def test_the_list_names_the_experiment_and_an_unfinished_sweep_has_no_file(client: FlaskClient) -> None:
    id_, listed = post(client, AXES, start=True).get_json()["job"]["id"], client.get("/sweeps").get_json()
    (row,) = listed["sweeps"]
    assert listed["says"] == NO_SWEEPER
    assert (row["title"], row["over"]) == (CATALOGUE["tanh-signs"].title, [["alpha", 9], ["seed", 40]])
    assert client.get(f"/sweeps/{id_}").get_json()["title"] == CATALOGUE["tanh-signs"].title
    assert client.get(f"/sweeps/{id_}.csv").get_json()["refused"].startswith("0 of the 360 runs are made.")
    assert client.get(f"/sweeps/{id_}?from=x").status_code == 400
    client.delete(f"/sweeps/{id_}")
    own = set_table(EXPERIMENT, Table(((0.0, 1.0), (1.0, 0.0)), ((1.0,), (0.0,))))
    assert title_of(StoredPlan(sweep_plan(own, {"alpha": (0.1, 0.2)}), "", "tanh-signs")) == "Own data"


def test_a_run_or_a_sweep_that_takes_too_long_is_a_sentence() -> None:
    strict = Served(replace(SETTINGS, sweeper=False, run_seconds=1, sweep_days=1, trainings=1)).visitor()
    layers = (Affinity(2, 64), *[Affinity(64, 64)] * 6, Affinity(64, 2))
    wide = to_texts(EXPERIMENT.replace_unchecked(layers=layers, samples=1_000_000), EXPERIMENT)
    said = post(strict, {"alpha": "0.1,0.2"}, f"?{encode_query({'experiment': 'tanh-signs'} | wide)}").get_json()
    assert "takes at most 1 s here (RUN_SECONDS)" in said["refused"]
    many = post(strict, {"alpha": "0.1:1:3100", "seed": "0:3100"}, "?experiment=spiral&samples=1000000").get_json()
    assert "days here, and one lives for 1 (SWEEP_DAYS)" in many["refused"]


def test_the_widest_piece_of_a_plan_is_part_of_its_price_and_every_door_asks_it(client: FlaskClient) -> None:
    wide = EXPERIMENT.replace_unchecked(layers=(Affinity(64, 2),), samples=1_000_000)
    query = encode_query({"experiment": "tanh-signs"} | to_texts(wide, EXPERIMENT))
    sentence = f"Samples of 64 inputs with this target are drawn at most {most_samples(wide):,} times here"
    for axes in ({"alpha": "0.1,0.2"}, {"samples": "10,1000000"}, {"ideal": "double,swap", "samples": "1000000,10"}):
        answer = post(client, axes, f"?{query}", start=True)
        assert (answer.status_code, sentence in answer.get_json()["refused"]) == (400, True)
    assert post(client, {"samples": "10,100000"}, f"?{query.replace('1000000', '10')}").get_json()["runs"] == 2
    before = time.thread_time()
    refused = client.get(f"/run.json?{query}")
    assert (refused.status_code, sentence in refused.text, time.thread_time() - before < 1.0) == (400, True, True)


def test_what_no_honest_program_sends_is_refused(client: FlaskClient) -> None:
    for body in [
        7, [], {"link": LINK, "axes": AXES}, {"link": LINK, "axes": AXES, "start": 1},
        {"link": LINK, "axes": [1], "start": False}, {"link": LINK, "axes": {"alpha": [0.1, 0.2]}, "start": False},
        {"link": 7, "axes": AXES, "start": False},
        {"link": LINK, "axes": dict.fromkeys(map(str, range(40)), "1,2"), "start": False},
        {"link": LINK, "axes": {"alpha": "1," * 20_000}, "start": False},
    ]:  # fmt: skip
        assert client.post("/sweeps", json=body).status_code == 400
    for path in ("/sweeps/short", f"/sweeps/{'a' * 23}", f"/sweeps/{'a' * 22}.exe", "/sweeps/..%2f..%2fetc"):
        assert client.get(path).status_code == 404
    gone = client.get(f"/sweeps/{'a' * 22}")
    assert (gone.status_code, "There is no sweep under this address any more" in gone.text) == (400, True)
    assert client.get(f"/sweeps/{'a' * 22}.csv").status_code == 400
    foreign = {"Origin": "https://elsewhere.example.org"}
    assert client.delete(f"/sweeps/{'a' * 22}", headers=foreign).status_code == 403


def test_requests_have_slots_by_their_cost_and_count_towards_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [
        kind_of(method, path, 0)
        for method, path in [
            ("POST", "/sweeps"), ("GET", "/sweeps"), ("GET", "/sweeps/abc"), ("DELETE", "/sweeps/abc"),
            ("GET", "/sweeps/abc.csv"),
        ]
    ]  # fmt: skip
    assert kinds == [Kind.READING, Kind.QUESTION, Kind.QUESTION, Kind.QUESTION, Kind.EXPORT]
    stop_the_clock(monkeypatch)
    visitor = Served(replace(SETTINGS, sweeper=False, posts_per_session=2)).visitor()
    for _ in range(4):
        assert visitor.get("/sweeps").status_code == 200
    assert (visitor.get("/sweeps").status_code, visitor.delete(f"/sweeps/{'a' * 22}").status_code) == (429, 429)


def test_a_run_of_a_sweep_counts_towards_a_rate_and_its_plan_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    visitor = Served(replace(SETTINGS, sweeper=False, posts_per_session=5)).visitor()
    id_ = post(visitor, AXES, start=True).get_json()["job"]["id"]
    asked: list[str] = []
    get = MemoryStore.get

    def counted(store: MemoryStore, key: Key) -> StoredRow | None:
        asked.append(key.tab)
        return get(store, key)

    monkeypatch.setattr(MemoryStore, "get", counted)
    assert [visitor.get(f"/sweeps/{id_}/runs/{cell}").status_code for cell in range(12)] == [200] * 9 + [429] * 3
    assert asked.count("plan") == 1


def test_while_the_store_is_away_it_is_a_sentence(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "get", Mock(side_effect=StoreError("The store is away.")))
    for answer in (post(client, AXES, start=True), client.get("/sweeps"), client.delete(f"/sweeps/{'a' * 22}")):
        assert answer.status_code == 503
        assert "The server cannot use its store at the moment. Try again" in answer.text
