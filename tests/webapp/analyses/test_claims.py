"""Claims about runs that tempt to more than their evidence carries, each by its link."""

import json
from urllib.parse import parse_qsl

import pytest

from engine import CATALOGUE, Experiment, Run, compare, floor, luck, run, why
from engine.comparison.barrier import line_between
from engine.experiments.link_codec import from_texts
from engine.outcomes.effect import effect_of
from engine.outcomes.floor_search import floor_samples
from engine.outcomes.nudged_runs import flat_weights
from engine.outcomes.outcome import outcomes_at
from tests.engine.asserting import known
from tests.webapp.asking import prepared_for
from webapp.analyses.outcomes.luck import change_luck, more_luck
from webapp.analyses.stability import stability
from webapp.bench.actions import PreparedRun


def linked(query: str) -> Experiment:
    """The experiment of a link."""
    key, _, rest = query.partition("&")
    experiment, refusals = from_texts(dict(parse_qsl(rest)), CATALOGUE[key].experiment)
    assert not refusals
    return experiment


def made(query: str) -> Run:
    one = linked(query)
    return run(one, one.network())


@pytest.mark.parametrize(("query", "reason", "words"), [
    ("xor-hidden-layer&alpha=0.5", "luck", "16 of 16 other data seeds"),
    ("xor-hidden-layer&alpha=10", "alpha", "α is too large: "),
    ("tanh-signs&alpha=20", "luck", "of this run and 5 nudged by a millionth"),
    ("tanh-signs&rate=exp(-k/20)", "rate", "at a constant rate the same run ends at 0.106, not 2.01."),
    ("tanh-signs&rate=0", "nothing", "the rate is 0 at every step"),
    ("tanh-signs&alpha=1e-9", "nothing", "α is too small"),
    ("tanh-signs&layers=2:2~step(x)", "nothing", "every gradient is 0"),
    ("sine&scheme=zero", "alike", "start alike, with every weight 0"),
    ("affine-identity&noise=2&samples=500", "alpha", "α is too large: with α 0.01 "),
    ("affine-swap&target=own&y0=log(v0)&y1=v1", "target", "The target is not a number at sample 2"),
])  # fmt: skip
def test_a_cause_holds_in_nudged_runs_and_with_other_data_seeds(query: str, reason: str, words: str) -> None:
    cause = known(why(linked(query)))
    assert (cause.reason, words in cause.sentence) == (reason, True), cause


@pytest.mark.parametrize(
    "query", ["tanh-signs&alpha=5", "sine&samples=5&alpha=0.3", "affine-swap&target=own&y0=log(v0)&y1=v1&samples=2"]
)
def test_more_steps_are_not_named_where_they_do_not_lower_the_loss(query: str) -> None:
    cause = why(linked(query))
    assert cause is None or cause.reason != "steps"


@pytest.mark.parametrize(("query", "words"), [
    ("tanh-signs&alpha=1e6", {"flat", "grows"}),
    ("xor-hidden-layer&alpha=10", {"flat", "grows"}),
    ("tanh-signs&momentum=0.99", {"learns"}),
    ("identity-layer", {"flat"}),
    ("tanh-signs&layers=2:2:frozen~tanh&samples=12&seed=37", {"flat"}),
])  # fmt: skip
def test_luck_is_of_ends_and_learning_is_of_weights_that_moved(query: str, words: set[str]) -> None:
    one = linked(query)
    assert outcomes_at(one, [one.alpha])[0].word in words
    assert luck(one).verdict != "luck"


NOISY = ["circle&noise=0.5", "circle&noise=1", "circle&noise=2", "two-moons&noise=1"]


@pytest.mark.parametrize("query", NOISY)
def test_a_floor_is_below_one_answer_for_all_on_samples_that_were_not_learned(query: str) -> None:
    one = linked(query)
    found = floor(one, starts=2)
    assert known(found.loss) <= min((1.0 + 1e-9) * known(found.ceiling), known(found.trained))
    learned = {row.tobytes() for row in one.facts()[0]}
    assert not learned & {row.tobytes() for row in floor_samples(one)[0]}


def test_a_wall_is_measured_on_all_samples() -> None:
    before, now = made("circle&samples=800&alpha=0.3"), made("circle&samples=800&alpha=0.5")
    a, b = (flat_weights(one.trained) for one in (before, now))
    whole = line_between(now.trained, a, b, linked("circle&samples=800&alpha=0.5").facts())
    assert compare(before, now, twins=0).wall == whole.wall


def test_a_batch_of_two_is_judged_by_the_ends_of_both_and_their_nudges() -> None:
    before, now = linked("circle&samples=800&alpha=0.2"), linked("circle&samples=800&alpha=0.2&batch=2")
    plain, prepared = json.loads(before.to_json()), PreparedRun(now, now.network())
    reply = change_luck(prepared, {"before": {"luck": None, "experiment": plain}})
    known = {"luck": reply["before"], "experiment": plain}
    reply = more_luck(prepared, {"now": reply["now"], "before": known})
    twins = len(reply["now"]["ends"]) - 1
    expected = effect_of(*(luck(one, seeds=range(twins)) for one in (before, now)))
    assert (reply["verdict"], twins) == (expected.verdict, 64)


def test_the_sharpness_names_an_alpha_only_where_a_step_was_seen_to_raise_a_loss() -> None:
    found = stability(prepared_for("tanh-signs"), {"from": 0})
    assert found["raises"] is None or found["raises"] == pytest.approx(1.1 * 2.0 / found["sharpest"])
