"""Programs get what the engine says of two runs, or a sentence."""

import json
import math
from dataclasses import replace
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from engine import Comparison, Experiment, compare
from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.bench import budget
from webapp.files import comparisons
from webapp.http.kinds import Kind, kind_of
from webapp.jobs.job import RunTooLong
from webapp.links.codec import read_link
from webapp.links.short_links import ShortLinks

CIRCLE, FASTER = "experiment=circle&alpha=0.1&samples=400", "experiment=circle&alpha=0.3&samples=400"
FIELDS = ["plane", "wall", "answers", "weights", "luck", "sentence"]


def experiment_of(link: str) -> Experiment:
    found = read_link(link, ShortLinks(SETTINGS), SETTINGS.max_samples)
    assert found.warnings == ()
    return found.experiment


def address(a: str, b: str) -> str:
    return f"/compare.json?a={quote(a)}&b={quote(b)}"


def plain(found: Comparison) -> dict[str, object]:
    numbers, plane = {name: getattr(found, name) for name in ("wall", "answers", "weights")}, found.plane
    return {
        "plane": None if plane is None else {"a": list(plane.a), "b": list(plane.b), "share": plane.share},
        **{name: x if x is not None and math.isfinite(x) else None for name, x in numbers.items()},
        "luck": found.luck,
        "sentence": found.sentence,
    }


def test_compare_json_and_run_json_say_what_the_engine_says_of_two_runs_or_a_sentence(client: FlaskClient) -> None:
    for a, b in (
        (CIRCLE, FASTER), (CIRCLE, CIRCLE), ("experiment=three-facts", "experiment=three-facts&alpha=0.1"),
        ("experiment=square-map&alpha=0.1", "experiment=square-map"), (CIRCLE, "experiment=xor-hidden-layer"),
        (f"{CIRCLE}&batch=16&momentum=0.9", f"{CIRCLE}&optimizer=adam&decay=0.01&rate=1/(1%2Bk/200)"),
        (CIRCLE, "experiment=sine"),
        ("experiment=identity-layer", "experiment=identity-layer&seed=9"),
        ("experiment=affine-swap&target=own&y0=log(v0)&y1=v1", "experiment=affine-swap&weights=5"),
    ):  # fmt: skip
        answer = client.get(address(a, b))
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        document = json.loads(answer.get_data(as_text=True), parse_constant=pytest.fail)
        assert (list(document), document) == (FIELDS, plain(compare(experiment_of(a), experiment_of(b))))
    for before in (f"?{CIRCLE}", f"http://127.0.0.1:8050/?{CIRCLE}#output"):
        assert client.get(address(before, FASTER)).data == client.get(address(CIRCLE, FASTER)).data
    alone = client.get(f"/run.json?{FASTER}").get_data(as_text=True)
    together = client.get(f"/run.json?{FASTER}&compare={quote(CIRCLE)}").get_data(as_text=True)
    assert together.startswith(alone.rstrip("\n}"))
    document = json.loads(together)
    assert list(document)[-2:] == ["why", "compare"]
    assert document["compare"] == client.get(address(CIRCLE, FASTER)).get_json()
    with_twins = client.get(f"/run.json?{FASTER}&twins=3&compare={quote(CIRCLE)}").get_json()
    assert list(with_twins)[-3:] == ["twins", "verdict", "compare"]
    for query, sentence in [
        ("", "A comparison takes two links: a, the run before, and b, the run now. Give both, percent-encoded."),
        ("a=", "A comparison takes two links: a, the run before, and b, the run now. Give both, percent-encoded."),
        (f"a={quote('alpha=fast')}&b=", "In a: The link says alpha 'fast'."),
        (f"a=&b={quote('alpha=fast')}", "In b: The link says alpha 'fast'."),
        (f"a=&b={'x' * 20_000}", "In b: This link has more than 16,000 characters, and nothing of it was read."),
    ]:
        answer = client.get(f"/compare.json?{query}")
        assert answer.status_code == 400
        assert answer.get_json()["error"].startswith(sentence)
    answer = client.get(f"/run.json?{CIRCLE}&compare={quote('experiment=nothing')}")
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith("In compare: There is no experiment called 'nothing'.")
    answer = client.get(f"/run.json?alpha=fast&compare={quote(CIRCLE)}")
    assert answer.get_json()["error"].startswith("The link says alpha 'fast'.")


def test_a_comparison_ends_with_its_request(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        comparisons, "compare", lambda *args, **kwargs: replace(compare(*args, **kwargs), wall=math.inf)
    )
    assert client.get(address(CIRCLE, FASTER)).get_json()["wall"] is None

    gone = Mock(check_cancelled=Mock(side_effect=RunTooLong("This run needs more than 2 seconds.")))
    monkeypatch.setattr(comparisons, "current_job", Mock(return_value=gone))
    answer = client.get(address(CIRCLE, FASTER))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "This run needs more than 2 seconds.")


def test_a_comparison_counts_as_one_with_twins_that_fit(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kind_of("GET", "/compare.json", 0) is Kind.EXPORT
    limited = create_app(replace(SETTINGS, posts_per_session=1)).server.test_client()
    limited.get("/")
    codes = [limited.get("/compare.json").status_code for _ in range(5)]
    assert 400 in codes
    assert codes[-1] == 429
    counting = Mock(side_effect=compare)
    monkeypatch.setattr(comparisons, "compare", counting)
    runs = [experiment_of(link) for link in (CIRCLE, FASTER)]
    cost, found = max(budget.run_cost(one, one.network()) for one in runs), []
    for count in (11, 6, 5):
        monkeypatch.setattr(budget, "BUDGET", count * cost * 2 / (10.0 * SETTINGS.run_seconds))
        found.append(client.get(address(CIRCLE, FASTER)).get_json()["luck"])
    assert [call.kwargs["twins"] for call in counting.call_args_list] == [8, 3, 0]
    assert found[0] is not None
    assert found[-1] is None
