"""Scores: samples answered right, or how far numbers are off.

Where all targets of the experiment are one-hot, the answer of a network is a class, that of the first greatest output;
where all are −1 or 1, it is the signs of all outputs; else it is numbers. The functions below take outputs Y and
targets T of shape (rows, outputs).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import mean_losses
from engine.base.numerics import FloatArray
from engine.data.prepared_table import PreparedTable
from engine.data.samples import Samples
from engine.errors import ExperimentError, UnknownNameError
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.experiments.run import run
from engine.training.network import Network

MOST_SAMPLES = 2_000
"""The most samples that are scored of inputs that are drawn."""

ACCURACY, R2 = "accuracy", "r2"
"""The measures of answers: the share that is right, or how much of the variance of the targets is met."""

Confusion = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Judged:
    """The answers of one network to some samples, judged; what does not suit their targets is None."""

    rows: int
    """The number of samples."""
    right: int | None = None
    """The number of them that are answered right."""
    confusion: Confusion | None = None
    """Row i, column j: the number of samples of class i that are answered j."""
    r2: float | None = None
    mean_error: float | None = None
    """In the unit of the target, which a scaling changes nothing of."""
    unit: str | None = None
    """The unit that stands in brackets behind the names of all outputs."""

    @property
    def accuracy(self) -> float | None:
        """The share of samples that are answered right."""
        return None if self.right is None else self.right / self.rows

    def by(self, measure: str) -> float:
        """The accuracy or R²; nan where the targets have none."""
        value: float | None = getattr(self, measure)
        return np.nan if value is None else value


@dataclass(frozen=True)
class Score(Judged):
    """The score of one network on some samples: what it answers, and its loss."""

    loss: float = field(kw_only=True)
    """Their mean loss."""


@dataclass(frozen=True)
class Scores:
    """The score of what a network has learned from and, where there are any, of held-out samples."""

    learned: Score
    held_out: Score | None


def scores(experiment: Experiment, network: Network | None = None) -> Scores:
    """The scores of a network, or of the one that the experiment's run trains.

    A table is scored on its rows, those that are learned from and those that are held out, without noise on the former.
    Of drawn inputs the last tenth of the samples is scored, at most 2,000 of them.
    """
    trained = run(experiment, experiment.network(), held_out=False).trained if network is None else network
    learned, held_out = learned_samples(experiment), experiment.held_out_samples()
    targets = all_targets(experiment, learned, held_out)
    return Scores(
        _score(experiment, trained, learned, targets),
        None if held_out is None else _score(experiment, trained, held_out, targets),
    )


def held_out_score(experiment: Experiment, network: Network) -> Score | None:
    """The score of a network on the held-out samples; None where there are none."""
    held_out = experiment.held_out_samples()
    if held_out is None:
        return None
    return _score(experiment, network, held_out, all_targets(experiment, learned_samples(experiment), held_out))


def scores_by(experiment: Experiment, networks: Iterable[Network], measure: str) -> FloatArray:
    """The scores of some networks by `accuracy` or `r2`, shape (networks, 2): of what the experiment learns, and of
    held-out samples; nan where there are none."""
    learned, held_out = learned_samples(experiment), experiment.held_out_samples()
    targets = all_targets(experiment, learned, held_out)

    def score(network: Network, samples: Samples | None) -> float:
        return np.nan if samples is None else answers_judged(experiment, network, samples, targets).by(measure)

    return np.array([[score(network, samples) for samples in (learned, held_out)] for network in networks])


def measure_of(experiment: Experiment) -> str:
    """The measure of its answers: `accuracy` where they are classes or signs, else `r2`."""
    targets = all_targets(experiment, learned_samples(experiment), experiment.held_out_samples())
    return ACCURACY if are_one_hot(targets) or are_signs(targets) else R2


def check_measure(experiment: Experiment, measure: str) -> None:
    """UnknownNameError for a measure that is none, ExperimentError for the one that does not suit the answers."""
    if measure not in (ACCURACY, R2):
        raise UnknownNameError("measure", measure, (ACCURACY, R2))
    suits = measure_of(experiment)
    if measure != suits:
        answers = "classes or signs" if suits == ACCURACY else "numbers"
        raise ExperimentError(f"The answers of this experiment are {answers}. Their measure is {suits}.")


def scores_held_out(experiment: Experiment, measure: str) -> bool:
    """Whether held-out samples have a score by this measure: there are some and, for R², their targets differ."""
    held_out = experiment.held_out_samples()
    return held_out is not None and (measure != R2 or bool((held_out[1] != held_out[1][0]).any()))


def scored_count(experiment: Experiment) -> int:
    """The number of samples that are scored, at most."""
    rows = experiment.rows
    return MOST_SAMPLES if rows is None else len(rows.learned) + len(rows.held_out)


def look_at_test(experiment: Experiment, network: Network | None = None) -> Score:
    """The score of a network, or of the one that the experiment's run trains, on the test rows of its table.

    ExperimentError where it has none. A score that one has chosen by is no longer that of a test.
    """
    table = experiment.table
    if table is None or not len(table.rows.test):
        raise ExperimentError("This experiment has no test rows.")
    trained = run(experiment, experiment.network(), held_out=False).trained if network is None else network
    return _score(experiment, trained, table.test_samples, table.arrays[1])


def learned_samples(experiment: Experiment) -> Samples:
    """The samples that stand for those a run learns from: the rows of a table, or else the last ones of the run; but
    for what is left out."""
    if experiment.table is not None:
        X, T = experiment.table.arrays
        rows = learned_rows(experiment, experiment.table)
        return X[rows], T[rows]
    most = min(MOST_SAMPLES, max(1, experiment.samples // 10))
    (X, T), passed = experiment.facts_before(experiment.samples, most), experiment.passed
    if passed is None or passed[-most:].all():
        return X, T
    return X[passed[-most:] == 0], T[passed[-most:] == 0]


def learned_rows(experiment: Experiment, table: PreparedTable) -> NDArray[np.int64]:
    """The numbers, from 0, of the rows of its table that it learns; of all that it might, where all are left out, as
    another data seed may bring it about."""
    rows = table.rows.learned[: experiment.distinct]
    rest = rows[~np.isin(rows + 1, experiment.without)]
    return rest if len(rest) else rows


def are_one_hot(T: FloatArray) -> bool:
    """Whether each row has one 1 and 0 in all other columns, of which there is at least one."""
    return T.shape[1] > 1 and bool(((T == 0.0) | (T == 1.0)).all() and ((T == 1.0).sum(axis=1) == 1).all())


def are_signs(T: FloatArray) -> bool:
    """Whether each target is −1 or 1."""
    return bool((np.abs(T) == 1.0).all())


def answered_classes(Y: FloatArray) -> NDArray[np.int64]:
    """The class of the first greatest output of each row, shape (rows,); −1 where no output is a number."""
    numbers = np.where(np.isnan(Y), -np.inf, Y)
    return np.where(np.isnan(Y).all(axis=1), -1, np.argmax(numbers, axis=1))


def confusion_of(Y: FloatArray, T: FloatArray) -> Confusion:
    """For one-hot targets the confusion matrix (Kohavi and Provost 1998, Glossary of Terms): row i, column j has the
    number of rows of class i that are answered j. A row without an answer is in no column."""
    count = T.shape[1]
    answers, classes = answered_classes(Y), np.argmax(T, axis=1)
    matrix = np.zeros((count, count), dtype=np.int64)
    np.add.at(matrix, (classes[answers >= 0], answers[answers >= 0]), 1)
    return tuple(tuple(row) for row in matrix.tolist())


def right_signs(Y: FloatArray, T: FloatArray) -> int:
    """For targets of −1 and 1 the number of rows in which every output has its sign; 0 and nan have none."""
    return int((np.sign(Y) == T).all(axis=1).sum())


def r_squared(Y: FloatArray, T: FloatArray) -> float | None:
    """R² = 1 − Σ(y − t)² / Σ(t − t̄)² (Wright 1921, Correlation and Causation), the mean over the outputs whose targets
    differ; None where no output has any that do."""
    spread = ((T - T.mean(axis=0)) ** 2).sum(axis=0)
    differ = (T[0] != T).any(axis=0)
    if not differ.any():
        return None
    return float((1.0 - (((Y - T) ** 2).sum(axis=0)[differ] / spread[differ])).mean())


def mean_error(Y: FloatArray, T: FloatArray) -> float:
    """The mean of |y − t| over all rows and outputs."""
    return float(np.abs(Y - T).mean())


def all_targets(experiment: Experiment, learned: Samples, held_out: Samples | None) -> FloatArray:
    """The targets that say how its answers are judged: those of the whole table, or of these samples."""
    if experiment.table is not None:
        return experiment.table.arrays[1]
    return np.concatenate([T for _, T in filter(None, (learned, held_out))])


def _score(experiment: Experiment, network: Network, samples: Samples, targets: FloatArray) -> Score:
    X, T = samples
    with np.errstate(all="ignore"):
        Y = network.respond(X)
        loss = float(mean_losses(experiment.rule.loss_row.value(Y, T)[None])[0])
    return Score(**vars(judged(experiment, Y, T, targets)), loss=loss)


def answers_judged(experiment: Experiment, network: Network, samples: Samples, targets: FloatArray) -> Judged:
    """The answers of a network to samples, judged; all `targets` of the experiment say how."""
    X, T = samples
    with np.errstate(all="ignore"):
        return judged(experiment, network.respond(X), T, targets)


def judged(experiment: Experiment, Y: FloatArray, T: FloatArray, targets: FloatArray) -> Judged:
    """Outputs Y on targets T, judged; all `targets` of the experiment say how."""
    with np.errstate(all="ignore"):
        if are_one_hot(targets):
            confusion = confusion_of(Y, T)
            right = sum(row[k] for k, row in enumerate(confusion))
            return Judged(len(Y), right=right, confusion=confusion)
        if are_signs(targets):
            return Judged(len(Y), right=right_signs(Y, T))
        scale = None if experiment.table is None else experiment.table.scales[1]
        error = mean_error(Y, T) if scale is None else mean_error(scale.size * Y, scale.size * T)
        return Judged(len(Y), r2=r_squared(Y, T), mean_error=error, unit=port_names(experiment).unit or None)
