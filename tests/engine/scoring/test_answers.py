"""Answers to the rows of a table: their numbers, their cells, and the score of one answer for all."""

from dataclasses import replace

import numpy as np

from engine import TABLES, Affinity, DrawnWeights, Experiment, Map, Table, run, scores
from engine.scoring import Judged, answered_classes
from engine.scoring.answers import RowAnswers, constant_answer, in_units, margins, row_answers

PENGUINS = Experiment(
    (Affinity(4, 8), Map("tanh"), Affinity(8, 3)), "table", DrawnWeights(1, "xavier"), TABLES["penguins"].table(),
    alpha=0.02, samples=1000, seed=3, held_out=68, test=68, split="seed", scaling="standard", loss="cross-entropy",
)  # fmt: skip
CARS = Experiment(
    (Affinity(6, 8), Map("tanh"), Affinity(8, 1)), "table", DrawnWeights(1, "xavier"), TABLES["cars"].table(),
    alpha=0.02, samples=4000, seed=3, held_out=78, test=78, split="seed", scaling="standard",
)  # fmt: skip


def answers_of(experiment: Experiment) -> tuple[RowAnswers, RowAnswers]:
    learned, held_out = row_answers(experiment, run(experiment, experiment.network()).trained)
    assert held_out is not None
    return learned, held_out


def test_answers_belong_to_the_rows_of_the_split_and_have_the_scores_of_the_network() -> None:
    for experiment in (PENGUINS, CARS, replace(PENGUINS, distinct=40)):
        learned, held_out = answers_of(experiment)
        found = scores(experiment)
        assert found.held_out is not None
        for part, score in ((learned, found.learned), (held_out, found.held_out)):
            assert part.judged == Judged(**{name: value for name, value in vars(score).items() if name != "loss"})
        table = experiment.table
        assert table is not None
        assert learned.rows.tolist() == table.rows.learned.tolist()[: experiment.distinct]
        assert held_out.rows.tolist() == table.rows.held_out.tolist()
        for part in (learned, held_out):
            assert np.array_equal(part.T, table.arrays[1][part.rows])
            assert np.allclose(in_units(table, part.T), table.table.arrays[1][part.rows], rtol=1e-12)


def test_a_cell_has_its_rows_the_surest_of_wrong_ones_first_and_the_least_sure_of_right_ones() -> None:
    learned, _ = answers_of(replace(PENGUINS, samples=100))
    confusion = learned.judged.confusion
    assert confusion is not None
    seen: list[int] = []
    for wanted in range(3):
        for answered in range(3):
            places = learned.of_cell(wanted, answered)
            assert len(places) == confusion[wanted][answered]
            assert (np.argmax(learned.T[places], axis=1) == wanted).all()
            assert (answered_classes(learned.Y[places]) == answered).all()
            sure = margins(learned.Y[places])
            assert (np.diff(sure) >= 0).all() if wanted == answered else (np.diff(sure) <= 0).all()
            seen += places.tolist()
    assert sorted(seen) == list(range(len(learned.rows)))
    assert sum(confusion[i][j] for i in range(3) for j in range(3) if i != j) > 2


def test_one_answer_for_all_is_the_most_frequent_class_of_learned_rows_or_their_mean() -> None:
    learned, held_out = answers_of(PENGUINS)
    found = (learned.constant.right, held_out.constant.right)
    assert found == (int(learned.T[:, 0].sum()), int(held_out.T[:, 0].sum()))
    _, cars = answers_of(CARS)
    table = CARS.table
    assert table is not None
    mpg = table.table.arrays[1][:, 0]
    by_hand = np.abs(mpg[table.rows.held_out] - mpg[table.rows.learned].mean()).mean()
    assert cars.constant.mean_error is not None
    assert abs(cars.constant.mean_error - by_hand) < 1e-12
    assert constant_answer(np.eye(3)[[2, 1, 1, 2]], np.eye(3)).tolist() == [0.0, 1.0, 0.0], "the first of equals"
    signs = np.array([[1.0, -1.0], [-1.0, -1.0], [1.0, -1.0]])
    assert constant_answer(signs, signs).tolist() == [1.0, -1.0]


def test_margins_are_distances_to_the_next_output() -> None:
    Y = np.array([[1.0, 3.0, 2.5], [np.nan, 2.0, 1.0], [np.nan, np.nan, np.nan], [np.inf, np.inf, 0.0]])
    assert margins(Y).tolist() == [0.5, 1.0, 0.0, 0.0]
    assert margins(np.ones((2, 1))).tolist() == [0.0, 0.0]


def test_a_table_without_held_out_rows_has_learned_ones_alone() -> None:
    table = Table(((1.0,), (2.0,)), ((1.0, 0.0), (0.0, 1.0)), classes=("a", "b"))
    experiment = Experiment((Affinity(1, 2),), "table", inputs=table, samples=10)
    learned, held_out = row_answers(experiment, experiment.network())
    assert held_out is None
    assert learned.rows.tolist() == [0, 1]
