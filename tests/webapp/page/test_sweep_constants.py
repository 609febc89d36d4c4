"""The page's constants of sweeps: every axis that a sweep may have, with a range that the server plans."""

from engine.experiments.catalogue import CATALOGUE
from engine.sweeps.axes import AXES
from engine.sweeps.pieces import sweep_plan
from webapp.base.ranges import read_range
from webapp.page.axis_constants import axis_constants
from webapp.page.sweep_constants import sweep_constants
from webapp.sweeps.plans import axis_range

ROWS = {row["name"]: row for row in axis_constants()}


def test_every_knob_of_a_sweep_is_offered_in_the_words_and_ranges_that_the_server_reads() -> None:
    assert list(ROWS) == list(AXES)
    assert set(sweep_constants()["first"]) <= set(ROWS)
    assert [name for name, row in ROWS.items() if row["seed"]] == ["seed", "weight_seed"]
    for name in [name for name, row in ROWS.items() if "words" in row]:
        assert axis_range(name, ",".join(ROWS[name]["words"])).size == len(ROWS[name]["words"])
    for name in [name for name, row in ROWS.items() if "count" in row]:
        row = ROWS[name]
        text = f"{row['from']}:{row['to']}:{row['count']}{':log' if row['log'] else ''}"
        values = read_range(text, name).numbers()
        if row["whole"]:
            values = list(map(float, sorted(set(map(round, values)))))
        experiment = CATALOGUE["xor-hidden-layer"].experiment.replace_unchecked(samples=10_000)
        assert sweep_plan(experiment, {name: tuple(values)}).size == len(values)
