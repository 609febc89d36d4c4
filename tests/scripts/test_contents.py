"""An element is made anew for other names, kinds of output or parts, and stays while numbers alone move."""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("core/contents.js", "core/state.js")

OTHER = """
const [changes] = arguments, element = {};
const response = { rows: 2, inputs: 2, probability: true, scaled: false, reach: 3, scale: 1, target: {}, border: null };
const frame = { strip: { layers: [{ name: "tanh" }], widths: [2, 2] }, picture: null, response };
const other = { ...frame, ...changes, response: { ...response, ...changes.response } };
nnbench.state.shown = { frame };
const first = nnbench.hasOtherContents(element, [1]), again = nnbench.hasOtherContents(element, [1]);
return [first, again, nnbench.hasOtherContents(element, [1], other)];
"""


@pytest.mark.parametrize(
    ("changes", "is_other"),
    [
        ({"response": {"probability": False}}, True),
        ({"response": {"scaled": True}}, True),
        ({"strip": {"layers": [{"name": "relu"}], "widths": [2, 2]}}, True),
        ({"ports": {"inputs": ["width", "height"]}}, True),
        ({"response": {"target": {"bdata": "AA=="}, "border": {}, "reach": 4, "scale": 2}}, False),
    ],
)
def test_contents_are_others_where_names_are(page: Scripts, changes: dict[str, Any], is_other: bool) -> None:
    assert page.execute_script(OTHER, changes) == [True, False, is_other]
