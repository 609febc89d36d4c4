"""The rows of a table as a CSV: of each that is learned or held out target, answer, loss and outputs."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.data.table import Table
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.rules.losses import softmax
from engine.scoring import answered_classes
from engine.scoring.answers import RowAnswers, in_units, left_out_answers, row_answers
from webapp.base.format import as_cell
from webapp.files.export_run import ExportedRun, UnreadableLink
from webapp.files.tables import csv_table

NO_ROWS = "The samples of this experiment are drawn, so there are no rows. Choose a table."
LEFT_OUT = "left out"


def rows_csv(exported: ExportedRun) -> bytes:
    """One row for each row of the table, by its number there from 1: its set, or that it is left out, the target, the
    answer and its loss; of classes each output too, or its probability where the loss reads it. Test rows stay closed.

    Numbers are in the unit of the table, a loss is not.
    """
    experiment = exported.link.experiment
    if not isinstance(experiment.inputs, Table):
        raise UnreadableLink(NO_ROWS)
    names, classes = port_names(experiment).outputs, experiment.inputs.classes
    if classes:
        head = ["row", "set", "answer", "said", "loss", *names]
    else:
        head = ["row", "set", *(f"{what} {name}" for what in ("answer", "said") for name in names), "loss"]
    learned, held_out = row_answers(experiment, exported.run.trained)
    sets = {"learned": learned, LEFT_OUT: left_out_answers(experiment, exported.run.trained), "held out": held_out}
    rows = (row for name, part in sets.items() if part for row in _rows(experiment, name, part, classes))
    return csv_table(list(map(as_cell, head)), rows)


def _rows(experiment: Experiment, name: str, part: RowAnswers, classes: tuple[str, ...] | None) -> Iterator[list[Any]]:
    loss = experiment.rule.loss_row
    table = experiment.table
    if table is None:
        raise ValueError("Drawn inputs are no rows.")
    with np.errstate(all="ignore"):
        losses: FloatArray = loss.value(part.Y, part.T)
        outputs = softmax(part.Y) if loss.reads_probabilities else part.Y
        said, true = in_units(table, part.Y), in_units(table, part.T)
    texts = [as_cell(text) for text in classes or ()]
    answers, targets = answered_classes(part.Y), np.argmax(part.T, axis=1)
    for k, row in enumerate(part.rows.tolist()):
        number = float(losses[k])
        if classes:
            answer = texts[answers[k]] if answers[k] >= 0 else ""
            yield [row + 1, name, texts[targets[k]], answer, number, *outputs[k].tolist()]
        else:
            yield [row + 1, name, *true[k].tolist(), *said[k].tolist(), number]
