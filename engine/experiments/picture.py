"""Rows that are pictures: where the names of all inputs are r0c0, r0c1, …, each is a pixel of a rectangle."""

import re
from collections.abc import Sequence
from typing import NamedTuple

PIXEL = re.compile(r"r(\d{1,2})c(\d{1,2})")


class Picture(NamedTuple):
    """A rectangle of pixels."""

    rows: int
    columns: int
    cells: tuple[int, ...]
    """The input that each pixel is, row by row from the upper left."""


def picture_of(names: Sequence[str]) -> Picture | None:
    """The picture that inputs of these names make; None where they are not all pixels of one rectangle, once each."""
    found = [PIXEL.fullmatch(name) for name in names]
    places = [(int(match[1]), int(match[2])) for match in found if match]
    if len(places) < len(names) or not places:
        return None
    rows, columns = (max(side) + 1 for side in zip(*places, strict=True))
    inputs = {place: k for k, place in enumerate(places)}
    if min(rows, columns) < 2 or rows * columns != len(places) or len(inputs) != len(places):
        return None
    return Picture(rows, columns, tuple(inputs[divmod(at, columns)] for at in range(len(places))))
