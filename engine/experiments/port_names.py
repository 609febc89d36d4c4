"""The names of the numbers that a network takes and gives: those of the columns of its table, and of its classes.

Where the samples have no names, inputs are v₀, v₁, … and outputs y₀, y₁, ….
"""

import re
from dataclasses import dataclass

from engine.base.number_text import subscript
from engine.data.table import Table
from engine.experiments.experiment import Experiment

UNIT = re.compile(r"(.*\S) ?\(([^()]+)\)")
"""A name with its unit in brackets: bill length (mm)."""


@dataclass(frozen=True)
class PortNames:
    """The names of inputs and outputs without their units; of classes, the name of an output is its class."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    input_units: tuple[str, ...] = ()
    """The unit of each input, or ""."""
    unit: str = ""
    """The unit that all outputs have, or ""."""
    answer: str = ""
    """The name of the column of the classes; "" where outputs are numbers."""
    given: bool = False
    """Whether a table has given them."""

    def source(self, column: int, *, first: bool) -> str:
        """The name of a number that a dense layer takes, the `first` one or a later one."""
        return self.inputs[column] if first and self.given else subscript("v" if first else "u", column)

    def unit_of(self, row: int, *, last: bool) -> str:
        """The name of a number that a dense layer gives, the `last` one or an earlier one: u₀ where it has no other."""
        return self.outputs[row] if last and self.given else subscript("u", row)


def port_names(experiment: Experiment) -> PortNames:
    """The names of an experiment's inputs and outputs."""
    table = experiment.inputs
    letters = tuple(subscript("v", k) for k in range(experiment.width))
    if not isinstance(table, Table) or (table.names is None and table.classes is None):
        return PortNames(letters, tuple(subscript("y", k) for k in range(experiment.outputs)))
    columns, answers = ([name_and_unit(name) for name in side] for side in table.names or (letters, ("answer",)))
    units = {unit for _, unit in answers}
    return PortNames(
        inputs=tuple(name for name, _ in columns),
        outputs=table.classes or tuple(name for name, _ in answers),
        input_units=tuple(unit for _, unit in columns),
        unit=units.pop() if len(units) == 1 and table.classes is None else "",
        answer=answers[0][0] if table.classes else "",
        given=True,
    )


def name_and_unit(name: str) -> tuple[str, str]:
    """The name of a column, and the unit that stands in brackets behind it, or ""."""
    found = UNIT.fullmatch(name)
    return (found[1], found[2]) if found else (name, "")
