"""The answers of a network to the rows of a table, one by one, and how many are right.

Of a class the answer is that of the first greatest output; a number is read in the unit of the table.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.data.prepared_table import PreparedTable
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment
from engine.scoring import (
    Judged,
    answered_classes,
    are_one_hot,
    are_signs,
    judged,
    learned_rows,
    learned_samples,
)
from engine.training.network import Network


@dataclass(frozen=True)
class RowAnswers:
    """The answers to some rows: their numbers in the table, from 0; outputs and targets of shape (rows, outputs)."""

    rows: NDArray[np.int64]
    Y: FloatArray
    T: FloatArray
    judged: Judged
    constant: Judged
    """One answer for all, judged: the target that most learned rows have, or else their mean."""

    def of_cell(self, wanted: int, answered: int) -> NDArray[np.int64]:
        """The places of the rows of one class that are answered as another, the surest first; of those that are
        answered right, the least sure."""
        classes, answers = np.argmax(self.T, axis=1), answered_classes(self.Y)
        places = np.flatnonzero((classes == wanted) & (answers == answered))
        sure = margins(self.Y[places])
        order: NDArray[np.int64] = np.argsort(sure if wanted == answered else -sure, kind="stable")
        return places[order]


def row_answers(experiment: Experiment, network: Network) -> tuple[RowAnswers, RowAnswers | None]:
    """The answers to the learned rows, and to the held-out ones where there are any; the experiment has a table."""
    table, held_out = _table_of(experiment), experiment.held_out_samples()
    rows = learned_rows(experiment, table)
    learned = _answers(experiment, network, rows, learned_samples(experiment))
    return learned, None if held_out is None else _answers(experiment, network, table.rows.held_out, held_out)


def left_out_answers(experiment: Experiment, network: Network) -> RowAnswers | None:
    """The answers to the rows that would be learned, were they not left out; None where there are none."""
    table = _table_of(experiment)
    rows = np.setdiff1d(table.rows.learned[: experiment.distinct], learned_rows(experiment, table))
    X, T = table.arrays
    return _answers(experiment, network, rows, (X[rows], T[rows])) if len(rows) else None


def _table_of(experiment: Experiment) -> PreparedTable:
    if experiment.table is None:
        raise ValueError("Drawn inputs are no rows.")
    return experiment.table


def _answers(experiment: Experiment, network: Network, rows: NDArray[np.int64], samples: Samples) -> RowAnswers:
    (X, T), targets = samples, _table_of(experiment).arrays[1]
    constant = np.tile(constant_answer(learned_samples(experiment)[1], targets), (len(T), 1))
    with np.errstate(all="ignore"):
        Y = network.respond(X)
    return RowAnswers(rows, Y, T, judged(experiment, Y, T, targets), judged(experiment, constant, T, targets))


def constant_answer(T: FloatArray, targets: FloatArray) -> FloatArray:
    """The best of one answer for all, from these targets: the most frequent one, the first class of equals, where all
    `targets` are one-hot or signs; else the mean."""
    if are_one_hot(targets):
        one_hot: FloatArray = np.eye(T.shape[1])[np.argmax(T.sum(axis=0))]
        return one_hot
    if are_signs(targets):
        rows, counts = np.unique(T, axis=0, return_counts=True)
        most: FloatArray = rows[np.argmax(counts)]
        return most
    mean: FloatArray = T.mean(axis=0)
    return mean


def margins(Y: FloatArray) -> FloatArray:
    """How far the greatest output of each row is above the next one; 0 where that is no number."""
    if Y.shape[1] < 2:
        return np.zeros(len(Y))
    with np.errstate(all="ignore"):
        greatest = np.sort(np.where(np.isnan(Y), -np.inf, Y), axis=1)
        ahead: FloatArray = np.nan_to_num(greatest[:, -1] - greatest[:, -2], nan=0.0)
    return ahead


def in_units(table: PreparedTable, numbers: FloatArray) -> FloatArray:
    """Outputs or targets of shape (rows, outputs) in the unit of the table, as before they were scaled."""
    scale = table.scales[1]
    return numbers if scale is None else scale.offset + scale.size * numbers
