"""A row that is added to the table of knobs is turned, shown, compared and remembered by the scripts of the page.

The modules run in Node whose constants have the tests' own rows.
"""

from typing import Any

import pytest

from engine.experiments.knobs import KNOBS, plain_knobs
from tests.engine.more_knobs import LATER_VALUES, MORE_KNOBS
from tests.scripts.node import Scripts, scripts
from webapp.bench.knob_values import samples_at, samples_position

DEFAULTS = {name: knob.kind.plain(knob.default) for name, knob in MORE_KNOBS.items() if name not in KNOBS}
TODAY = {knob.name: knob.kind.plain(knob.default) for knob in plain_knobs()} | {"alpha": 0.1, "samples": 300, "seed": 3}
SUMMARY = {"title": "tanh", "ideal": "swap", "inputs": "normal", "network": "n", "checkpoint": "c"} | TODAY | DEFAULTS

MODULES = (
    "core/knobs.js", "core/signals.js", "core/sliders.js", "core/state.js", "model/exact_samples.js",
    "controls/handlers.js", "landscape/model.js",
)  # fmt: skip
page = scripts(*MODULES, knobs=MORE_KNOBS)


def same_run(page: Scripts, a: dict[str, Any], b: dict[str, Any]) -> bool:
    return bool(page.call("sameRun", a, b))


def test_the_knobs_of_an_experiment_have_a_value_for_every_row(page: Scripts) -> None:
    script = "return nnbench.knobsOf(...arguments)"
    assert page.execute_script(script, TODAY | LATER_VALUES) == TODAY | LATER_VALUES
    assert page.execute_script(script, TODAY) == TODAY | DEFAULTS
    kept = page.execute_script(script, TODAY | LATER_VALUES, {"filter": "raw", "later_momentum": 0.1})
    assert kept == TODAY | LATER_VALUES | {"filter": "raw"}


@pytest.mark.parametrize("name", DEFAULTS)
def test_runs_with_another_value_of_an_added_knob_are_other_runs(page: Scripts, name: str) -> None:
    other = SUMMARY | {name: LATER_VALUES[name]}
    assert not same_run(page, SUMMARY, other)
    names = [page.call("runKey", of, []) for of in (SUMMARY, other)]
    assert names[0] != names[1]
    names = [page.call("runKey", of, [name]) for of in (SUMMARY, other)]
    assert names[0] == names[1]


def test_what_yesterdays_page_stored_is_the_run_with_added_knobs_at_rest(page: Scripts) -> None:
    old = {name: value for name, value in SUMMARY.items() if name not in DEFAULTS}
    assert same_run(page, old, SUMMARY)
    assert not same_run(page, old, SUMMARY | {"later_momentum": 0.9})
    assert same_run(page, SUMMARY, SUMMARY | {"filter": "raw"})


def test_every_control_of_an_added_knob_has_a_handler_that_turns_it(page: Scripts) -> None:
    handled = page.execute_script("return Object.keys(nnbench.handlers)")
    names = [
        "later_batch-slider", "later_batch-field", "later_momentum-slider", "later_momentum-field", "later_nesterov",
        "later_optimizer", "later_rate-field",
    ]  # fmt: skip
    assert set(names) < set(handled)
    page.execute_script("nnbench.state.knobs = nnbench.knobsOf(arguments[0])", TODAY)
    turned = {
        "later_batch-slider": 16, "later_momentum-field": "0,9", "later_nesterov": True, "later_optimizer": "adam",
    }  # fmt: skip
    for control, value in turned.items():
        page.execute_script("try { nnbench.handlers[arguments[0]](arguments[1]) } catch { }", control, value)
    knobs = page.execute_script("return nnbench.state.knobs")
    assert knobs == TODAY | DEFAULTS | {
        "later_batch": 16, "later_momentum": "0,9", "later_nesterov": True, "later_optimizer": "adam",
    }  # fmt: skip


def test_a_slider_gives_the_values_of_its_steps(page: Scripts) -> None:
    script = "const [scale, share] = arguments; return nnbench.sliderValue(scale, share)"
    rows = page.execute_script("return nnbench.sliderKnobs.map(({ name, slider }) => [name, slider])")
    scales = dict(rows)
    assert [name for name in scales if name not in KNOBS] == ["later_batch", "later_momentum"]
    for name, values in {"alpha": [0, 0.5, 1], "samples": [0, 0.5, 1], "later_batch": [1, 129, 256]}.items():
        assert [page.execute_script(script, scales[name], share) for share in (0, 0.5, 1)] == values
    assert page.execute_script(script, scales["later_momentum"], 0.305) == 0.3


@pytest.mark.parametrize(("name", "value", "place"), [
    ("later_momentum", 0.0, 0), ("later_momentum", 0.99, 31), ("later_momentum", 0.495, 15.5),
    ("later_optimizer", "adam", 2), ("later_nesterov", False, 0), ("later_batch", 256, 31),
])  # fmt: skip
def test_a_run_has_a_place_on_the_axis_of_an_added_knob(page: Scripts, name: str, value: object, place: float) -> None:
    script = "const [name, knobs] = arguments; return nnbench.MAP_AXES[name].at({ knobs })"
    assert page.execute_script(script, name, SUMMARY | {name: value}) == pytest.approx(place)
    assert page.execute_script("return nnbench.MAP_AXES[arguments[0]].field", name) == name


def test_the_samples_slider_has_the_numbers_that_python_gives_it(page: Scripts) -> None:
    positions = [k / 1000 for k in range(1001)]
    given = page.execute_script("return arguments[0].map(nnbench.samplesAt)", positions)
    assert given == [samples_at(position) for position in positions]
    numbers = [1, 2, 7, 99, 100, 250, 1234, 10_000, 20_000]
    found = page.execute_script("return arguments[0].map(nnbench.samplesPosition)", numbers)
    assert found == pytest.approx([samples_position(samples) for samples in numbers])
    up = page.execute_script(
        "const all = [1]; for (let n = 1; (n = nnbench.nextSamples(n, 1)) !== all.at(-1);) all.push(n); return all;"
    )
    assert up == sorted(set(given))
    down = page.execute_script("return arguments[0].map((samples) => nnbench.nextSamples(samples, -1))", up[1:])
    assert down == up[:-1]


@pytest.mark.parametrize("typed", [1, 2, 9, 99, 100, 101, 317, 999, 1234, 10_000, 12_345, 250_000])
@pytest.mark.parametrize("steps", [1, 10, -1, -10])
def test_steps_away_and_back_lead_to_the_same_number_of_samples(page: Scripts, typed: int, steps: int) -> None:
    there, back = page.execute_script(
        """
        const [typed, steps] = arguments;
        const stand = (samples) => nnbench.runCompleted.emit({ experiment: { samples } });
        if (!window.installed) nnbench.installExactSamples();
        window.installed = true;
        for (let k = 1; k <= 32; k++) stand(300000 + k);
        stand(typed);
        const there = nnbench.steppedSamples(typed, steps);
        stand(there);
        return [there, nnbench.steppedSamples(there, -steps)];
        """,
        typed,
        steps,
    )
    assert (there - typed) * steps >= 0
    was_stopped = there == typed or (there in (1, 10_000) and abs(steps) > 1)
    assert was_stopped or back == typed
