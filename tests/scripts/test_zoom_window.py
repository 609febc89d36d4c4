"""The window of a zoom, moved and scaled back and forth, to the ends of knobs and doubles, in links."""

from typing import Any

from tests.scripts.node import Scripts, scripts

page = scripts("sweeps/zoom_window.js")
ALPHA = {"name": "alpha", "low": 0.01, "high": 1.0, "log": True}
MOMENTUM = {"name": "momentum", "low": 0.0, "high": 0.9, "log": False}
FIRST = {"x": ALPHA, "y": MOMENTUM}


def sides(window: Any) -> list[float]:
    return [window[side][end] for side in "xy" for end in ("low", "high")]


def test_a_window_is_scaled_around_a_place_and_moved_as_far_as_its_knobs_go(page: Scripts) -> None:
    inside = page.call("scaled", FIRST, 0.5, [0.5, 0.0])
    assert [round(end, 12) for end in sides(inside)] == [round(10**-1.5, 12), round(10**-0.5, 12), 0.0, 0.45]
    back = page.call("scaled", inside, 2.0, [0.5, 0.0])
    assert [round(end, 12) for end in sides(back)] == sides(FIRST)
    assert sides(page.call("scaled", FIRST, 1e9))[2:] == [0.0, 0.99]
    right = page.call("moved", FIRST, [0.5, 0.05])
    assert [round(end, 9) for end in sides(right)] == [0.1, 10.0, 0.045, 0.945]
    assert sides(page.call("moved", FIRST, [0.0, -0.1])) == sides(FIRST)


def test_doubles_end_and_a_picture_of_another_window_is_known_where_both_are(page: Scripts) -> None:
    window, depth = FIRST, 0
    while (window := page.call("scaled", window, 0.1)) and depth < 20:
        depth += 1
    assert 12 <= depth <= 15
    inside = page.call("scaled", FIRST, 0.5)
    assert page.execute_script("return [...nnbench.pixelsIn(...arguments)]", inside["y"], MOMENTUM, 4) == [
        1, 1, 2, 2,
    ]  # fmt: skip
    assert page.execute_script("return [...nnbench.pixelsIn(...arguments)]", MOMENTUM, inside["y"], 3) == [
        -1, 1, -1,
    ]  # fmt: skip


def test_a_link_holds_the_window_to_the_bit_and_what_is_none_is_no_window(page: Scripts) -> None:
    deep = {"x": ALPHA | {"low": 0.1, "high": 0.1 + 3e-15}, "y": MOMENTUM | {"low": 1 / 3, "high": 1 / 3 + 1e-12}}
    text = page.call("windowQuery", deep)
    assert page.call("readWindow", text.removeprefix("zoom=")) == deep
    for spoiled in ("", "alpha:0:1", "alpha:0.1:0.1,momentum:0:1", "alpha:1:0,momentum:0:1", "seed:0:9,alpha:0:1",
                    "alpha:0:1e999,momentum:0:1", "alpha:0:1,alpha:0:1", "alpha::,momentum:0:1", "a,b,c"):  # fmt: skip
        assert page.call("readWindow", spoiled) is None
    assert page.call("readWindow", None) is None


def test_ticks_are_round_and_say_what_they_are_above_the_lower_end_where_digits_end(page: Scripts) -> None:
    def ticks(side: Any) -> list[str]:
        return [tick["text"] for tick in page.call("sideTicks", side, 256)]

    assert ticks(MOMENTUM) == ["0", "0.2", "0.4", "0.6", "0.8"]
    assert ticks(ALPHA | {"low": 1e-4, "high": 10.0})[:2] == ["0.0001", "0.001"]
    assert ticks(MOMENTUM | {"low": 0.5, "high": 0.5 + 1e-9})[:2] == ["+0", "+2 × 10⁻¹⁰"]
