"""The medians over drawn seeds are those that NumPy finds over the same draws, to the last bit."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest

from engine.base.numerics import FloatArray
from tests.scripts.node import Scripts, scripts

DRAWS, MASK = 400, 2**32 - 1
MEDIANS = """
const rows = arguments[0].map((row) => row.map((loss) => loss ?? Infinity));
return nnbench.drawnMedians(rows);
"""

page = scripts("landscape/resampling.js")


def mulberry() -> Iterator[float]:
    """Numbers from 0 to 1, of the generator that the page draws with."""
    state = 1
    while True:
        state = (state + 0x6D2B79F5) & MASK
        mixed = (state ^ state >> 15) * (1 | state) & MASK
        mixed = (mixed + ((mixed ^ mixed >> 7) * (61 | mixed) & MASK)) & MASK ^ mixed
        yield (mixed ^ mixed >> 14) / 2**32


@pytest.mark.parametrize("seeds", [1, 4, 31, 32])
def test_each_draw_has_the_median_of_its_seeds_in_every_row(page: Scripts, seeds: int) -> None:
    losses = np.random.RandomState(seeds).rand(3, seeds).round(1)
    losses[1:, ::3] = np.inf
    numbers = mulberry()
    drawn = [[int(seeds * number) for number in islice(numbers, seeds)] for _ in range(DRAWS)]
    medians = np.stack([np.median(losses[:, draw], axis=1) for draw in drawn])
    assert page.execute_script(MEDIANS, with_none(losses)) == with_none(medians)


def with_none(losses: FloatArray) -> list[list[float | None]]:
    """The losses as JSON has them: that of a run that diverges is none."""
    return [[None if loss == np.inf else loss for loss in row] for row in losses.tolist()]
