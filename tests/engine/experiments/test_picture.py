"""Rows that are pictures: the names of the inputs say which pixel each is."""

import pytest

from engine import CATALOGUE
from engine.experiments.picture import picture_of

SQUARE = [f"r{row}c{column}" for row in range(8) for column in range(8)]


def test_names_of_pixels_make_a_picture() -> None:
    assert picture_of(SQUARE) == (8, 8, tuple(range(64)))
    assert picture_of(["r0c0", "r0c1", "r0c2", "r1c0", "r1c1", "r1c2"]) == (2, 3, (0, 1, 2, 3, 4, 5))
    table = CATALOGUE["digits"].experiment.table
    assert table is not None
    assert table.table.names is not None
    assert picture_of(table.table.names[0]) == (8, 8, tuple(range(64)))


def test_inputs_in_any_order_have_their_pixels() -> None:
    shape = picture_of(["r1c1", "r0c0", "r1c0", "r0c1"])
    assert shape == (2, 2, (1, 3, 2, 0))


@pytest.mark.parametrize(
    "names",
    [
        SQUARE[:-1], [*SQUARE, "ink"], [*SQUARE[:-1], "r0c0"], ["r0c0", "r0c1"], ["r0c0", "r1c0", "r2c0"], [],
        ["r0c0", "r0c1", "r1c0", "r1c2"], ["bill length", "bill depth", "flipper length", "body mass"],
        ["xr0c0", "r0c1", "r1c0", "r1c1"],
    ],
)  # fmt: skip
def test_other_names_make_none(names: list[str]) -> None:
    assert picture_of(names) is None
