"""Every knob answers the mouse with the engine's run, and one turn is one step to undo."""

import pytest

from tests.stories.visitor import INK, Visitor
from tests.webapp.asking import fingerprint
from webapp.bench.knob_values import alpha_at, samples_position

pytestmark = pytest.mark.usefixtures("first_experiment")


def test_dragging_alpha_ends_at_the_run_where_it_was_let_go_and_a_click_on_the_track_there(visitor: Visitor) -> None:
    past, _ = visitor.depth
    visitor.turns(visitor.drags, "alpha-slider", [0.3 + 0.03 * k for k in range(10)])
    alpha = alpha_at(visitor.thumb("alpha-slider"))
    assert 0.55 < visitor.thumb("alpha-slider") < 0.59
    assert visitor.shown["alpha"] == alpha
    assert visitor.shown["fingerprint"] == fingerprint(alpha=alpha)
    assert visitor.depth == (past + 1, 0)
    visitor.sees_value("alpha-field", f"{alpha:.3g}")
    visitor.turns(visitor.drags, "alpha-slider", [0.5])
    assert visitor.thumb("alpha-slider") == pytest.approx(0.5, abs=0.01)
    assert visitor.shown["alpha"] == alpha_at(visitor.thumb("alpha-slider"))
    assert visitor.depth == (past + 2, 0)


@pytest.mark.soak
def test_a_slider_that_is_late_does_not_keep_the_thumb_where_the_hand_let_it_go(visitor: Visitor) -> None:
    left, right, y = visitor.track("samples-slider")
    with visitor.turning():
        visitor.mouse("mousePressed", left + 0.3 * (right - left), y)
        visitor.mouse("mouseMoved", left + 0.34 * (right - left), y)
        told = visitor.js("return nnbench.state.controlValues['samples-slider']")
        visitor.mouse("mouseReleased", left + 0.34 * (right - left), y, held=False)
    place = samples_position(visitor.shown["samples"])
    assert told != pytest.approx(place, abs=1e-6)
    visitor.js("dash_clientside.set_props('samples-slider', { value: arguments[0] })", told)
    visitor.until(
        "return Math.abs(document.querySelector('#samples-slider [role=slider]').ariaValueNow - arguments[0]) < 1e-6",
        place,
    )


@pytest.mark.soak
def test_a_number_beyond_the_slider_parks_its_thumb_at_the_end(visitor: Visitor) -> None:
    for knob, typed, wanted in (
        ("alpha", "3", fingerprint(alpha=3.0)),
        ("samples", "20,000", fingerprint(samples=20_000)),
    ):
        visitor.begins()
        visitor.turns(visitor.types, f"{knob}-field", typed)
        thumb = "document.querySelector(`#${arguments[0]}-slider [role=slider]`)"
        visitor.until(f"return Number({thumb}.ariaValueNow) === 1", knob)
        visitor.sees_value(f"{knob}-field", typed)
        assert visitor.shown["fingerprint"] == wanted
        is_marked = "return document.getElementById('alpha-track').matches('[data-beyond]') === arguments[0]"
        visitor.until(is_marked, knob == "alpha")


def test_the_filter_changes_the_drawing_and_never_the_run(visitor: Visitor) -> None:
    visitor.loads_plotly()
    drawn = f"""{INK}
    const graph = document.querySelector('#loss .js-plotly-plot');
    const low_pass = graph._fullData.find((trace) => trace.mode === 'lines' && trace.line.width === 2.5);
    const line = Boolean(low_pass) && low_pass.visible === true;
    const dots = ink.some((byte) => byte > 0);
    return line === arguments[0] && dots === arguments[1];
    """
    depth = visitor.depth
    for value, line, dots in (("raw", False, True), ("low pass", True, False), ("both", True, True)):
        visitor.segment("filter", value)
        visitor.until(drawn, line, dots)
        visitor.rests()
        assert visitor.shown["fingerprint"] == fingerprint()
        assert visitor.depth == depth


def test_a_hover_over_a_dot_says_its_step_and_loss(visitor: Visitor) -> None:
    place = visitor.js("""
    const picture = document.getElementById('loss-picture'), { left, top } = picture.getBoundingClientRect();
    const { x, dotY } = nnbench.placesOf(picture), dots = nnbench.state.shown.loss.data.find((t) => t.name === 'dots');
    const k = 40;
    return [left + x(nnbench.decode(dots.x)[k]), top + dotY(nnbench.decode(dots.y)[k])];
    """)
    visitor.mouse("mouseMoved", place[0] - 3, place[1], held=False)
    visitor.until("return document.querySelector('#loss .scatterlayer')")  # the pointer has had Plotly loaded
    visitor.mouse("mouseMoved", place[0], place[1], held=False)
    visitor.until("return /^step [0-9,]+\\s*loss /.test(document.querySelector('#loss .hoverlayer').textContent)")
    visitor.mouse("mouseMoved", 5, 5, held=False)
