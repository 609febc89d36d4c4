"""Numbers of results from papers: runs side by side are runs, and each number is right where it is known."""

from dataclasses import replace

import numpy as np
import pytest

from engine import Affinity, DrawnWeights, Experiment, Map, run
from engine.errors import ExperimentError
from engine.experiments.catalogue import tower
from engine.outcomes.nudged_runs import flat_weights
from engine.results.border import VALUES, windows
from engine.results.double_descent import held_out_by_width
from engine.results.edge_of_stability import sharpness_by_edge
from engine.results.grokking import steps_to_answers
from engine.results.lottery_ticket import largest_units, ticket_losses, with_units
from engine.results.seeds_side_by_side import Course, distinct_samples, final_losses, first_weights, last_weights
from engine.results.spread import shares_right
from engine.results.walls import walls_after_nudge, walls_between_orders

CIRCLE = Experiment(tower(2, 6, 1, last=True), "circle", DrawnWeights(1), "uniform", samples=400)
DEEP = Experiment(tower(2, 6, 6, 1, last=True), "circle", DrawnWeights(1), "grid", alpha=0.4, samples=880, batch=4)
LINE = Experiment((Affinity(1, 1),), ("2*v0+1",), DrawnWeights(1), "normal", samples=64, distinct=8, batch=8)


@pytest.mark.parametrize("experiment", [CIRCLE, DEEP, replace(CIRCLE, momentum=0.5, rate="1/(1+k/100)", distinct=20)])
def test_runs_side_by_side_have_the_bits_of_runs_also_where_they_stop_and_go_on(experiment: Experiment) -> None:
    starts, course = first_weights(experiment, range(3)), Course(experiment, first_weights(experiment, range(3)))
    for seen in (0, 4, 203, 203):
        course.go_to(seen)
    ends, finals = course.go_to(experiment.samples), final_losses(experiment, starts)
    assert np.array_equal(ends, last_weights(experiment, starts))
    for seed in range(3):
        one = replace(experiment, weights=DrawnWeights(seed))
        made = run(one, one.network())
        assert np.array_equal(flat_weights(made.trained), ends[seed])
        assert made.settled == finals[seed]


def test_the_sharpness_of_a_line_is_the_eigenvalue_of_its_second_moments() -> None:
    X, _ = distinct_samples(LINE)
    moments = np.c_[X, np.ones(len(X))]
    largest = np.linalg.eigvalsh(moments.T @ moments / len(X))[-1]
    assert sharpness_by_edge(LINE, range(3)) == pytest.approx([largest * LINE.alpha / 2.0] * 3)
    assert sharpness_by_edge(replace(LINE, alpha=0.2), [1], step=3) == pytest.approx(largest * 0.1)


def test_runs_that_do_not_part_have_no_wall_and_those_that_part_late_have_a_lower_one() -> None:
    assert not walls_after_nudge(DEEP, range(3), 20, nudge=0.0).any()
    assert not walls_between_orders(DEEP, range(3), 20, DEEP.seed).any()
    assert (walls_after_nudge(DEEP, range(3), 219) < 1e-9).all()
    assert walls_between_orders(DEEP, range(8), 0, 4).max() > walls_between_orders(DEEP, range(8), 200, 4).max()


def test_a_ticket_of_all_units_is_the_network_and_a_smaller_one_leaves_the_smallest_out() -> None:
    whole, all_of_it = CIRCLE.network(), with_units(CIRCLE, range(6)).network()
    assert np.array_equal(flat_weights(whole), flat_weights(all_of_it))
    row = first_weights(CIRCLE, [1])[0].copy()
    row[[4, 5, 14]] = 0.0
    assert largest_units(CIRCLE, row, 5).tolist() == [0, 1, 3, 4, 5]
    part = with_units(CIRCLE, (1, 4)).network().layers
    assert np.array_equal(part[0].parameters["M"], whole.layers[0].parameters["M"][[1, 4]])
    assert np.array_equal(part[2].parameters["M"], whole.layers[2].parameters["M"][:, [1, 4]])
    losses, same, _ = ticket_losses(CIRCLE, range(3), 6)
    assert np.array_equal(losses, same)


def test_held_out_samples_are_those_of_the_run_and_are_asked_for() -> None:
    few = replace(CIRCLE, distinct=20, held_out=50)
    made = run(few, few.network())
    assert made.held_out is not None
    assert held_out_by_width(few, [6], [1])[0, 0] == made.held_out.final
    assert shares_right(few, [20, 50], range(3)).shape == (2, 3)
    learned, others = steps_to_answers(replace(few, samples=3_000), range(3))
    assert (learned <= others).all()
    for measure in (
        lambda: held_out_by_width(CIRCLE, [6], [1]),
        lambda: shares_right(CIRCLE, [20], [1]),
        lambda: steps_to_answers(CIRCLE, [1]),
    ):
        with pytest.raises(ExperimentError, match="the experiment has none"):
            measure()


def test_a_dense_layer_has_one_border_and_a_window_without_any_is_the_last() -> None:
    line = replace(LINE, samples=8_000)
    found = windows(line, 0.01, 10.0, 3)
    assert [window.changes for window in found] == [1, 1, 1]
    assert found[1].high - found[1].low == pytest.approx((10.0 - 0.01) / 40.0)
    [one] = windows(replace(CIRCLE, layers=(Affinity(2, 1), Map("tanh"))), 0.01, 1.0, 3)
    assert (one.low, one.high, one.changes, VALUES) == (0.01, 1.0, 0, 201)
