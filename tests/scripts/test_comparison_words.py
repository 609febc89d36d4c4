"""The sentence of a comparison says how far two final losses are apart where they have one scale, and only there."""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts

page = scripts("compare/comparison_words.js", "core/state.js")
SENTENCE = """
const [was, now] = [...arguments].map(({ settled, ideal = "v0", scaling = "none", targets = "" }) => ({
  about: { title: "", network: "" },
  summary: { settled, ideal, scaling, fingerprint: String(settled), data: targets && `00000000${targets}` },
  experiment: { ideal, scaling, inputs: "normal", layers: [], weights: { kind: "drawn", seed: 1, scheme: "normal" } },
}));
nnbench.state.shown = { frame: { ideals: [], inputs: [] } };
const pieces = nnbench.comparisonSentence({ letter: "A", run: was }, now).map(([text]) => text);
return pieces.join("").split("final loss ")[1];
"""


@pytest.mark.parametrize(("was", "now", "end"), [
    ({}, {}, "0.500 → 0.0500 (10×)."),
    ({}, {"ideal": "v1"}, "0.500 → 0.0500."),
    ({"scaling": "standard"}, {}, "0.500 → 0.0500."),
    ({"scaling": "standard", "targets": "12345678"}, {"targets": "12345678"}, "0.500 → 0.0500 (10×)."),
    ({"scaling": "standard", "targets": "12345678"}, {"targets": "9abcdef0"}, "0.500 → 0.0500."),
])  # fmt: skip
def test_losses_of_another_task_or_unit_are_no_share_of_each_other(
    page: Scripts, was: dict[str, Any], now: dict[str, Any], end: str
) -> None:
    assert page.execute_script(SENTENCE, {"settled": 0.5} | was, {"settled": 0.05} | now) == end
