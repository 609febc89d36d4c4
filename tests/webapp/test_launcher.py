"""`launch` shows a bench of the user's own: own functions, own ideal, own facts, and a checkpoint in memory alone."""

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from engine import AffinityLayer, GivenWeights, IdentityLayer, Layer, MapLayer, Network, NNBench, Table
from engine.experiments.layer_specs import weights_of
from engine.experiments.run import checkpoint_fingerprint, run
from engine.rules.losses import LOSSES
from tests.engine.asserting import refuses
from tests.webapp.asking import TAB, not_none, plain_request, reply
from webapp.analyses.routes import ANALYSES, Analysis
from webapp.app import assemble
from webapp.bench.changes import CHANGES
from webapp.files.exports import OF_ANY_BENCH
from webapp.launcher import RunningPage, launch
from webapp.local.exports import OWN_EXPORTS, export
from webapp.local.own_bench import LocalSessions, TooManyInputs, local_bench, local_content
from webapp.settings import Settings

LEAK = 0.1


def leaky(x: float) -> float:
    return x if x > 0 else LEAK * x


def leaky_slope(x: float) -> float:
    return [LEAK, 1][1 if x > 0 else 0]


def swapped(v: Any) -> list[float]:
    return [v[1], v[0]]


def own(ideal: Callable[[Any], Any] = swapped, *layers: Any) -> NNBench:
    net = Network()
    for layer in layers or (AffinityLayer(2, 2, seed=1), MapLayer(leaky, leaky_slope)):
        net.extend(layer)
    net.alpha = 0.05
    bench = NNBench(net, ideal)
    bench.seed = 11
    return bench


class Page:
    """The server's side of a launched page."""

    def __init__(self, bench: NNBench) -> None:
        self.own = local_bench(bench)
        self.content = local_content(self.own, 100)
        self.sessions = LocalSessions(self.own, self.content.rows[self.content.first].experiment)
        settings = Settings(secret_key="k" * 32, max_samples=1_000_000)
        analyses = {**ANALYSES, "export": Analysis(export)}
        self._client = assemble(settings, self.sessions, self.content, analyses).server.test_client()
        self._serial = 0

    def ask(self, act: str, experiment: object = None, cell: object = None, change: object = None, **knobs: Any) -> Any:
        self._serial += 1
        first = self.content.rows[self.content.first].experiment
        plain = plain_request(act, experiment=experiment, cell=cell, change=change, serial=self._serial)
        plain["key"] = self.content.first
        plain["knobs"] = first.knob_values | knobs
        return reply(self._client, plain)

    def export(self, name: str, **knobs: Any) -> tuple[str, bytes]:
        """The name and the bytes of a file."""
        first = self.content.rows[self.content.first].experiment
        standing = {"serial": 99, "tab": TAB, "key": self.content.first, "knobs": first.knob_values | knobs}
        reply = self._client.post("/analysis/export", json=standing | {"asked": {"name": name}}).get_json()
        return reply["name"], base64.b64decode(reply["file"])


def losses(bench: NNBench, n: int, **changes: Any) -> list[float]:
    """The losses in Python: rolled back, with these knobs, after n samples."""
    twin = NNBench(bench.net, bench.ideal, bench.inputs)
    twin.net_checkpoint = bench.net_checkpoint
    twin.seed = changes.get("seed", bench.seed)
    twin.rollback_net()
    twin.net.alpha = changes.get("alpha", twin.net.alpha)
    return twin.learn(n)


def test_the_page_shows_the_run_that_python_computes_also_of_a_table_and_a_rule() -> None:
    bench = own()
    page = Page(bench)
    for changes in ({}, {"seed": 12}, {"alpha": 0.2}):
        reply = page.ask("turn", **changes)
        assert reply["summary"]["settled"] == pytest.approx(np.mean(losses(bench, 100, **changes)[-10:]), rel=1e-12)
        assert reply["controls"]["seed"] == changes.get("seed", 11)
        assert not_none(page.sessions.shown).fingerprint == reply["summary"]["fingerprint"]
    bench = own()
    bench.inputs = Table(((0, 1), (2, 3)), ((1, 0), (3, 2)))
    page = Page(bench)
    for alpha in (0.05, 0.02):
        summary, reply = page.ask("turn", alpha=str(alpha))["summary"], losses(bench, 100, alpha=alpha)
        assert (summary["inputs"], summary["first"]) == ("table", reply[0])
        assert summary["settled"] == pytest.approx(np.mean(reply[-10:]))
    bench = own()
    ruled = NNBench(bench.net, bench.ideal, momentum=0.5, batch=4)
    ruled.seed = bench.seed
    reply = Page(ruled).ask("choose")
    assert (reply["experiment"]["momentum"], reply["experiment"]["batch"]) == (0.5, 4)
    ruled.rollback_net()
    assert reply["summary"]["settled"] == pytest.approx(np.mean(ruled.learn(100)[-10:]), rel=1e-12)


def test_a_checkpoint_is_taken_used_and_stored_and_changes_with_the_weights_on_the_page() -> None:
    bench = own()
    assert bench.net_checkpoint is None
    local_bench(bench)
    taken: Any = not_none(bench.net_checkpoint)
    bench.learn(50)
    assert local_bench(bench).bench.net_checkpoint == taken
    bench = own()
    page, before = Page(bench), checkpoint_fingerprint(bench.net)
    kept = page.ask("keep")["summary"]["checkpoint"]
    assert checkpoint_fingerprint(bench.net) == before
    bench.rollback_net()
    assert checkpoint_fingerprint(bench.net) == kept != before
    for act in ["randomize", "edit"]:
        bench = own()
        page = Page(bench)
        cell = {"layer": 0, "name": "M", "row": 1, "column": 0, "text": "0.25"} if act == "edit" else None
        named = page.ask(act, cell=cell)["summary"]["checkpoint"]
        bench.rollback_net()
        assert checkpoint_fingerprint(bench.net) == named
        assert act != "edit" or bench.net.layers[0].M[1, 0] == 0.25
    bench = own()
    page = Page(bench)
    first = page.ask("choose")
    page.ask("randomize")
    plain = first["experiment"]
    assert (plain["layers"], plain["ideal"]) == ([], "own")
    assert page.ask("open", experiment=plain)["summary"]["fingerprint"] == first["summary"]["fingerprint"]


def test_an_experiment_of_an_own_bench_runs_as_any_other_with_targets_evaluated_anew() -> None:
    wanted = [1.0, 0.0]
    (row,) = local_content(local_bench(own(lambda _: wanted)), 20).rows.values()
    assert row.experiment.facts()[1].tolist() == [[1.0, 0.0]] * 20
    wanted[:] = [0.25, 0.5]
    assert row.experiment.facts()[1].tolist() == [[0.25, 0.5]] * 20
    experiment = local_content(local_bench(own()), 60).rows.popitem()[1].experiment  # type: ignore[attr-defined]
    assert isinstance(experiment.weights, GivenWeights)
    assert experiment.weights == weights_of(experiment.network())
    assert run(experiment, experiment.network()).fingerprint == run(experiment, experiment.network()).fingerprint
    assert json.loads(experiment.to_json())["samples"] == 60


def test_initial_weights_are_drawn_by_the_request_and_weights_of_another_net_refused() -> None:
    for weights in [None, 1, {"kind": "given", "values": []}, {"kind": "given", "values": [[[[1]], [1]]]}]:
        page = Page(own())
        reply = page.ask("open", experiment={"weights": weights})
        assert reply["refused"]["sentence"].endswith(".")
        assert "loss" in page.ask("turn")
    bench = own()
    page = Page(bench)
    page.ask("change", change={"do": "weight seed", "at": 0, "value": "5"})
    bench.rollback_net()
    normal = bench.net.layers[0]
    reply = page.ask("change", change={"do": "scheme", "at": 0, "value": "he"})
    bench.rollback_net()
    he = bench.net.layers[0]
    assert reply["frame"]["drawn"] == {"seed": 5, "scheme": "he", "says": "seed 5, He"}
    assert np.array_equal(he.M, normal.M), "2/2 inputs is 1"
    assert not he.b.any()
    assert normal.b.all()


def test_rules_losses_and_changes_that_only_python_can_make_are_refused_at_their_fields() -> None:
    reply = Page(own()).ask("change", change={"do": "inputs", "at": 0, "value": "corners"})
    assert reply["summary"]["inputs"] == "corners"
    page = Page(own())
    for do in [do for do, row in CHANGES.items() if row.field not in ("inputs", "weights")]:
        for value in (None, True, "map", 1, ["v0", "v1"], {"text": "1 2 3", "shuffled": False}):
            reply = page.ask("change", change={"do": do, "at": 0, "value": value})
            said = "This bench is your own. Change its network, its target and its samples in Python."
            assert reply["refused"] == {"field": CHANGES[do].field, "sentence": said}
        assert "loss" in page.ask("turn")
    for inputs in ["corners", {"inputs": "corners", "ideal": None}]:
        bench = own()
        bench.inputs = Table(((0, 1), (2, 3)), ((1, 0), (3, 2)))
        page = Page(bench)
        reply = page.ask("change", change={"do": "inputs", "at": 0, "value": inputs})
        said = "The samples of this bench are a table. Change them in Python."
        assert reply["refused"] == {"field": "inputs", "sentence": said}
        assert page.ask("turn")["frame"]["inputs"] == [{"value": "table", "label": "Table"}]
    page = Page(own(swapped, AffinityLayer(2, 2, seed=1), Stubborn()))
    assert "loss" in page.ask("choose")
    assert "loss" in page.ask("turn", rate="1/2")
    assert page.ask("turn", batch=4)["refused"] == {
        "field": "batch",
        "sentence": "A layer of your own states no gradients: it moves its weights by itself, sample after sample.",
    }
    page = Page(own(swapped, AffinityLayer(2, 2, seed=1)))
    assert "loss" in page.ask("choose")
    assert page.ask("turn", loss="logistic")["refused"] == {"field": "loss", "sentence": LOSSES["logistic"].refusal}
    assert page.ask("turn", loss="huber")["experiment"]["loss"] == "huber"
    signs = Page(own(lambda v: [1.0 if v[0] > v[1] else -1.0], AffinityLayer(2, 1, seed=1)))
    assert "loss" in signs.ask("choose")
    assert signs.ask("turn", loss="logistic")["experiment"]["loss"] == "logistic"


class Doubling(Layer):
    """A layer of the user's own kind."""

    def __call__(self, x: Any) -> Any:
        return 2.0 * np.asarray(x)

    def gradients(self, output_delE: Any) -> Any:
        return 2.0 * output_delE, {}


def test_nets_of_every_kind_have_a_page_and_files_of_their_losses_and_weights() -> None:
    for layers in [
        (AffinityLayer(1, 3, seed=1), MapLayer("tanh"), AffinityLayer(3, 1, seed=2)),
        (AffinityLayer(2, 2, seed=1), Doubling()), (IdentityLayer(),),
        (MapLayer(leaky, leaky_slope), AffinityLayer(2, 2, seed=1)),
        (AffinityLayer(5, 5, seed=1), MapLayer(leaky, leaky_slope)),
    ]:  # fmt: skip
        page = Page(own(list, *layers))
        assert "loss" in page.ask("choose")
        assert "loss" in page.ask("randomize")
    assert "no link can say what it is" in Page(own()).ask("choose")["frame"]["hint"]
    with pytest.raises(TooManyInputs, match="at most 64 inputs, and this one takes 65"):
        local_bench(own(swapped, AffinityLayer(65, 2)))
    bench = own()
    page = Page(bench)
    page.ask("choose")
    fingerprint = page.ask("turn", alpha=0.2)["summary"]["fingerprint"]
    name, data = page.export("losses", alpha=0.2)
    assert name == f"own-{fingerprint}-losses.csv"
    head, *rows = data.decode().splitlines()
    assert head == "step,loss"
    assert [float(row.partition(",")[2]) for row in rows] == losses(bench, 100, alpha=0.2)
    bench = own(swapped, AffinityLayer(2, 2, seed=1), MapLayer(leaky, leaky_slope), Doubling(), MapLayer("tanh"))
    page = Page(bench)
    page.ask("choose")
    before, after = (json.loads(page.export(name)[1]) for name in ("checkpoint", "trained"))
    assert [layer["kind"] for layer in before["layers"]] == ["affinity", "map", "Doubling", "map"]
    assert [layer.get("function") for layer in before["layers"]] == [None, None, None, "tanh"]
    assert (before["step"], after["step"], before["run"]) == (0, 100, after["run"])
    bench.rollback_net()
    assert before["layers"][0]["M"] == bench.net.layers[0].M.tolist()
    bench.learn(100)
    assert after["layers"][0]["M"] == bench.net.layers[0].M.tolist()
    head, *rows = page.export("weights")[1].decode().splitlines()
    assert head == "step,M1[0;0],M1[0;1],M1[1;0],M1[1;1],b1[0],b1[1]"
    assert [float(number) for number in rows[-1].split(",")[1:5]] == bench.net.layers[0].M.ravel().tolist()
    assert tuple(OWN_EXPORTS) == OF_ANY_BENCH
    page = Page(own())
    page.ask("choose")
    refuses(KeyError, page.export, "torch")


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningPage]:
    monkeypatch.setattr("webbrowser.open", lambda url: pytest.fail("no browser was asked for"))
    page = launch(own(), open_browser=False)
    yield page
    page.stop()


def test_it_listens_on_this_machine_alone_under_its_own_name_until_it_is_stopped(launched: RunningPage) -> None:
    for host, status in [("localhost:1", 200), ("evil.example", 403), ("127.0.0.1.evil.example", 403)]:
        with closing(http.client.HTTPConnection(urlsplit(launched.url).netloc, timeout=10)) as line:
            line.request("GET", "/", headers={"Host": host})
            assert line.getresponse().status == status
    assert launched.url.startswith("http://127.0.0.1:")
    assert repr(launched) == f"NNBench on {launched.url}"
    (dense,) = launched.weights  # nobody has opened it, so it is the run that it will begin with
    assert launched.run.losses.tolist() == own().learn(100)
    assert {name: array.shape for name, array in dense.items()} == {"M": (2, 2), "b": (2,)}
    with urllib.request.urlopen(launched.url + "healthz", timeout=10) as answer:
        assert answer.status == 200
    launched.stop()
    launched.stop()
    assert repr(launched) == "NNBench, stopped"
    refuses(urllib.error.URLError, urllib.request.urlopen, launched.url, timeout=10)


def test_the_notebooks_word_opens_the_page_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    page = own().knobs_plot_learning(77)
    assert opened == [page.url]
    with urllib.request.urlopen(page.url, timeout=10) as answer:
        assert '"samples":77' in answer.read().decode()
    page.stop()
    monkeypatch.setenv("HOME", str(tmp_path))
    launch(own(), open_browser=False).stop()
    assert list(tmp_path.iterdir()) == []
    pages = [launch(own(), open_browser=False) for _ in range(2)]
    assert len({page.url for page in pages}) == 2
    for page in pages:
        page.stop()


class Stubborn(Layer):
    """A layer of the user's own that moves its weights itself and states no gradients."""

    def __call__(self, x: Any) -> Any:
        return 2.0 * np.asarray(x)

    def backprop(self, output_delE: Any) -> Any:
        return 2.0 * output_delE
