"""The names of a network's inputs and outputs: a table's, without their units, or v₀, y₀ where there are none."""

import pytest

from engine import CATALOGUE, TABLES, Affinity, Experiment, Map, Table
from engine.experiments.port_names import name_and_unit, port_names

ROWS = ((1.0, 2.0), (3.0, 4.0))


def on(table: Table) -> Experiment:
    inputs, outputs = table.width, len(table.targets[0])
    return Experiment((Affinity(inputs, 3), Map("tanh"), Affinity(3, outputs)), "table", inputs=table, samples=10)


def test_names_of_a_table_lose_their_units_and_classes_name_the_outputs() -> None:
    penguins, cars = (port_names(on(TABLES[name].table())) for name in ("penguins", "cars"))
    assert penguins.inputs == ("bill length", "bill depth", "flipper length", "body mass")
    assert penguins.input_units == ("mm", "mm", "mm", "g")
    assert (penguins.outputs, penguins.answer, penguins.unit) == (("Adelie", "Chinstrap", "Gentoo"), "species", "")
    assert (cars.outputs, cars.answer, cars.unit) == (("miles per gallon",), "", "mpg")
    assert cars.inputs[-1] == "model year"
    assert cars.input_units[-1] == ""
    assert penguins.given
    assert cars.given
    named = Table(ROWS, ROWS, names=(("a (m)", "b"), ("width (m)", "height (m)")))
    assert port_names(on(named)).unit == "m"


def test_without_names_inputs_are_v_and_outputs_y() -> None:
    experiments = [CATALOGUE["tanh-signs"].experiment, on(Table(ROWS, ROWS))]
    for names in map(port_names, experiments):
        assert (names.inputs, names.outputs, names.given) == (("v₀", "v₁"), ("y₀", "y₁"), False)
        assert names.source(1, first=True) == "v₁"
        assert names.source(1, first=False) == "u₁"
        assert names.unit_of(1, last=True) == "u₁"


def test_classes_without_names_of_columns_name_the_outputs_alone() -> None:
    names = port_names(on(Table(ROWS, ((1.0, 0.0), (0.0, 1.0)), classes=("cat", "dog"))))
    assert (names.inputs, names.outputs, names.answer) == (("v₀", "v₁"), ("cat", "dog"), "answer")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("bill length (mm)", ("bill length", "mm")), ("speed(m/s)", ("speed", "m/s")), ("hue", ("hue", "")),
        ("(mm)", ("(mm)", "")), ("a (b) c", ("a (b) c", "")), ("weight (wet) (g)", ("weight (wet)", "g")),
    ],
)  # fmt: skip
def test_a_unit_stands_in_the_last_brackets(name: str, parts: tuple[str, str]) -> None:
    assert name_and_unit(name) == parts
