"""Rows of the weights' tables: each unit with its weights, and every weight in one place. The module runs in Node."""

from typing import Any

import numpy as np
import pytest

from engine.base.number_text import subscript
from engine.layers.layers import AffinityLayer
from tests.scripts.node import Scripts, scripts

page = scripts("step/weight_rows.js")


def blocks(*shapes: tuple[int, int]) -> list[dict[str, Any]]:
    """The blocks of dense layers n → m."""
    layers = [AffinityLayer(n, m, seed=k) for k, (n, m) in enumerate(shapes)]
    return [
        {"layer": k, "name": name, "rows": layer.M.shape[0], "columns": layer.M.shape[1] if name == "M" else 1}
        for k, layer in enumerate(layers)
        for name in "Mb"
    ]


@pytest.mark.parametrize(("shapes", "rows"), [
    ([(2, 2)], [["u₀", "u₁"]]),
    ([(2, 3), (3, 1)], [["u₀", "u₁", "u₂", "bias of y₀"]]),
    ([(1, 2), (2, 2)], [["u₀", "u₁", "biases"]]),
    ([(2, 13), (13, 1)], [[subscript("u", k) for k in range(13)], ["y₀"]]),
    ([(5, 3), (3, 2)], [["u₀", "u₁", "u₂"], ["y₀", "y₁"]]),
    ([(2, 2), (2, 2), (2, 1)], [["u₀", "u₁"], ["u₀", "u₁"], ["y₀"]]),
    ([], []),
])  # fmt: skip
def test_every_weight_has_one_place_in_the_rows(
    page: Scripts, shapes: list[tuple[int, int]], rows: list[list[str]]
) -> None:
    given = blocks(*shapes)
    tables = page.call("unitRows", given)
    assert [[row["name"] for row in table["rows"]] for table in tables] == rows
    found = [weight for table in tables for row in table["rows"] for weight in row["weights"] if weight]
    places = sorted((weight["layer"], weight["name"], weight["row"], weight["column"]) for weight in found)
    assert places == sorted(
        (block["layer"], block["name"], row, column)
        for block in given
        for row, column in np.ndindex(block["rows"], block["columns"])
    )
    for table in tables:
        assert {len(row["weights"]) for row in table["rows"]} == {len(table["heads"])}
        assert sum(span for _, span in table["titles"]) in (0, len(table["heads"]))
