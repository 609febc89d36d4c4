"""The output of a table has several forms; what has come in another one is not what is shown."""

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("core/answers.js", "core/state.js")

COME = """
const [form, maps, answers] = arguments;
const frame = { answers: { first: true }, response: { inputs: 4 } };
Object.assign(nnbench.state, { outputForm: form, shown: { frame } });
return nnbench.hasCome(maps, answers);
"""
ROWS: dict[str, object] = {"sets": {}}
LINES: dict[str, object] = {"sets": {}, "lines": {}}
NONE = {"none": "Too many."}


@pytest.mark.parametrize(
    ("form", "maps", "came", "other"),
    [("answers", {}, ROWS, LINES), ("lines", {}, LINES, ROWS), (None, {}, NONE, None)],
)
def test_answers_of_another_form_are_still_to_come(
    page: Scripts, form: object, maps: object, came: object, other: object
) -> None:
    assert page.execute_script(COME, form, maps, came)
    assert not page.execute_script(COME, form, maps, other)


def test_a_map_is_no_plane(page: Scripts) -> None:
    for form, plane in (("plane", {}), ("map", None)):
        assert page.execute_script(COME, form, {"plane": plane}, ROWS)
        assert not page.execute_script(COME, form, {"plane": None if plane is not None else {}}, ROWS)


MISSING = """
const [view, form, maps, answers] = arguments;
document.documentElement.dataset.view = view;
const frame = { answers: { first: true }, response: { inputs: 4 } };
Object.assign(nnbench.state, { outputForm: form, shown: { frame } });
return nnbench.isMissing(maps, answers);
"""


def test_the_output_is_asked_for_where_it_is_shown_and_beside_it_small_maps(page: Scripts) -> None:
    for form, maps, answers, missing in (
        ("answers", {}, None, True), ("answers", {}, ROWS, False), ("plane", {}, ROWS, True),
        ("plane", {"plane": {}, "large": True}, ROWS, False), ("map", {"large": True}, None, False),
        ("map", {"large": False}, None, True), ("answers", {"large": False}, ROWS, False),
    ):  # fmt: skip
        assert page.execute_script(MISSING, "output", form, maps, answers) == missing
        assert page.execute_script(MISSING, "loss", form, maps, answers) == maps.get("large", False)
