"""The words of the sensitivity name the largest change there is, without the page."""

from typing import Any

import pytest

from tests.scripts.node import Scripts, scripts

CONCLUSION = """
const [cells, settled, luck] = arguments;
return nnbench.stripConclusion(cells, settled, (cell) => Math.abs(cell.settled - settled) <= luck);
"""

page = scripts("tables/sensitivity_words.js")


def cells(*losses: float | None, now: int) -> list[dict[str, Any]]:
    return [{"says": f"cell {k}", "settled": loss, "now": k == now} for k, loss in enumerate(losses)]


@pytest.mark.parametrize(("losses", "now", "luck", "words"), [
    ([2.2, 1.5, 0.97, 0.1, 0.2], 3, 0.0, "0.100 to 2.20; largest change: cell 0"),
    ([0.1, 0.01, 0.0001, 0.2], 0, 0.0, "0.000100 to 0.200; largest change: cell 2"),
    ([0.1, 0.101, 0.1], 2, 0.0, "0.100 to 0.101; largest change: cell 1"),
    ([0.2, 0.1, 0.1, 0.2], 2, 0.0, "0.100 to 0.200; largest change: cell 3"),
    ([0.1, 0.0, 5.0, 0.0], 0, 0.0, "0 to 5.00; largest change: cell 1"),
    ([0.0, 0.3, 0.5, None], 0, 0.0, "0 to 0.500; largest change: cell 2; 1 diverges"),
    ([0.1, 0.11, 0.9, None], 0, 0.2, "0.100 to 0.900; largest change: cell 2; 1 diverges"),
    ([0.1, 0.11, 0.12], 0, 0.2, "0.100 to 0.120; all within luck"),
    ([0.1, 0.1, 0.1], 0, 0.2, "all 0.100"),
])  # fmt: skip
def test_the_largest_change_is_the_most_times_lower_or_higher(
    page: Scripts, losses: list[float | None], now: int, luck: float, words: str
) -> None:
    assert page.execute_script(CONCLUSION, cells(*losses, now=now), losses[now], luck) == words


@pytest.mark.parametrize(("loss", "words"), [
    (0.1, "the same"), (0.1000001, "almost the same"), (0.02, "5.0 times lower"), (0.0, "lower"),
    (0.4, "4.0 times higher"),
])  # fmt: skip
def test_one_loss_beside_another_in_words(page: Scripts, loss: float, words: str) -> None:
    assert page.execute_script("return nnbench.ratioWords(arguments[0], 0.1)", loss) == words


@pytest.mark.parametrize(("samples", "of", "begins"), [
    (300, 500, "Of the first 300 samples the sharpest has sharpness 4.00; the sharpness of their mean loss is 0.500. "),
    (300, 300, "Of 300 samples the sharpest has sharpness 4.00; the sharpness of their mean loss is 0.500. "),
    (1, 1, "Of the only sample the sharpness is 4.00. "),
])  # fmt: skip
def test_the_samples_that_were_looked_at_are_named(page: Scripts, samples: int, of: int, begins: str) -> None:
    found = {"samples": samples, "sharpest": 4.0, "mean": 0.5, "raises": 0.55}
    said = page.execute_script("return nnbench.sharpnessWords(arguments[0], arguments[1])", found, of)
    assert said == f"{begins}From the starting weights, a step with α 0.550 raises its sample’s loss."
    quiet = page.execute_script("return nnbench.sharpnessWords(arguments[0], 9)", found | {"raises": None})
    assert "step" not in quiet
