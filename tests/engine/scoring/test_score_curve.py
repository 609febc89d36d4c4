"""Scores along a run are those of the network as it was after each of its steps."""

from dataclasses import replace

import numpy as np
import pytest

from engine import CATALOGUE, DrawnWeights, run, score_curve, scores
from engine.scoring.curve import MOST_STEPS


def test_scores_along_a_run_are_those_of_its_network_after_each_step() -> None:
    for key, held_out in (("penguins", True), ("cars", True), ("circle", False)):
        experiment = replace(CATALOGUE[key].experiment, samples=130)
        found = score_curve(experiment)
        assert found.steps.tolist() == [*range(0, 130, 3), 130]
        assert (found.held_out is not None) == held_out
        for at in (0, 1, 20, len(found.steps) - 1):
            network = run(experiment, experiment.network(), step=int(found.steps[at])).at_step
            wanted = scores(experiment, network)
            for values, score in ((found.learned, wanted.learned), (found.held_out, wanted.held_out)):
                if values is None or score is None:
                    continue
                assert values[at] == (score.r2 if found.measure == "r2" else score.accuracy)


def test_one_answer_for_all_is_the_most_frequent_class_or_the_mean() -> None:
    penguins = CATALOGUE["penguins"].experiment
    assert penguins.table is not None
    counts = penguins.table.learned[1].sum(axis=0)
    assert score_curve(penguins).constant == counts.max() / counts.sum()
    cars = score_curve(CATALOGUE["cars"].experiment)
    assert cars.measure == "r2"
    assert cars.constant == pytest.approx(0.0, abs=1e-12)


def test_a_run_that_diverges_has_scores_as_far_as_it_is_sound_and_another_network_its_own() -> None:
    experiment = replace(CATALOGUE["cars"].experiment, alpha=3.0)
    diverged_at = run(experiment, experiment.network()).diverged_at
    assert diverged_at is not None
    found = score_curve(experiment)
    assert found.steps[-1] <= diverged_at
    assert len(found.steps) <= MOST_STEPS + 1
    assert len(found.learned) == len(found.steps)
    other = replace(experiment, weights=DrawnWeights(9), alpha=0.02).network()
    own = score_curve(CATALOGUE["cars"].experiment, other)
    assert not np.array_equal(own.learned, score_curve(CATALOGUE["cars"].experiment).learned)


def test_whoever_watches_can_end_it() -> None:
    seen: list[int] = []

    def watch(done: int) -> None:
        seen.append(done)
        if done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_curve(CATALOGUE["penguins"].experiment, on_progress=watch)
    assert seen == [0, 20, 40]
