"""The named tables: five tables of real data that come with the package, each with its source, licence and credit.

`python -m tests.rebuild_tables` makes their files of other packages, and compares each with a second source.
"""

import functools
import gzip
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import NamedTuple

from engine.data.table import Table
from engine.data.table_parser import ANSWER, CLASSES, parse_table
from engine.errors import UnknownNameError


class NamedTable(NamedTuple):
    """One table that comes with the package."""

    title: str
    source: str
    licence: str
    credit: str
    sha256: str
    """Of its text, whose first column is the answer."""
    name: str
    answer: str = CLASSES
    """The role of the first column."""

    def text(self) -> str:
        """The table as CSV."""
        return gzip.decompress(
            (resources.files("engine.data") / "tables" / f"{self.name}.csv.gz").read_bytes()
        ).decode()

    def table(self, *, shuffled: bool = True) -> Table:
        """Its rows, which are read once; unless `shuffled` in the order of the text, which may be class by class."""
        table = _table(self.name)
        return table if shuffled else replace(table, shuffled=False)


@functools.cache
def _table(name: str) -> Table:
    row = TABLES[name]
    return replace(parse_table(row.text(), {0: row.answer}).table, shuffled=True, name=name)


def table_named(name: object) -> NamedTable:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return TABLES[name]  # type: ignore[index]
    except (KeyError, TypeError):
        raise UnknownNameError("table", name, TABLES) from None


_ROWS = (
    NamedTable(
        "Palmer penguins",
        "palmerpenguins 0.1.6 (PyPI)",
        "CC0 1.0",
        "Kristen Gorman and Palmer Station Antarctica LTER; Allison Horst, Alison Hill and Kristen Gorman (2020)",
        "c74ae71f4be8b9a2417c87dec82aae0b1c4a06cafe5b9a1e944035e53e292360",
        "penguins",
    ),
    NamedTable(
        "Iris",
        "scikit-learn 1.9.1 (PyPI)",
        "CC0 1.0",
        "Ronald Fisher (1936), by measurements of Edgar Anderson",
        "931f92fec5167c0d2ff579ba12f31e38fd6bb55230b9b39a1ec7172f8bfbbb60",
        "iris",
    ),
    NamedTable(
        "Wine",
        "scikit-learn 1.9.1 (PyPI)",
        "CC BY 4.0",
        "Stefan Aeberhard and Michele Forina (1992), UCI Machine Learning Repository, doi:10.24432/C5PC7J",
        "0206fec65dd5807d944848a0043c4b917405402aff6c244b3ef38790b6b6d164",
        "wine",
    ),
    NamedTable(
        "Cars",
        "bokeh-sampledata 2026.1 (PyPI)",
        "CC0 1.0",
        "David Donoho and Ernesto Ramos (1982), StatLib; Ross Quinlan (1993)",
        "b9e35ae9cda052ebcd36015201b56b7ad71b6b6863225359397ad677d72bdd47",
        "cars",
        ANSWER,
    ),
    NamedTable(
        "Digits",
        "scikit-learn 1.9.1 (PyPI)",
        "BSD-3-Clause",
        "Ethem Alpaydin and Cenk Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49",
        "2a8dab7c157a1302f3d4ed62392137c859746f5b05d4c2a8caa6045b380ae372",
        "digits",
    ),
)

TABLES: Mapping[str, NamedTable] = {row.name: row for row in _ROWS}
