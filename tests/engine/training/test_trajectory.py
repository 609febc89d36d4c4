"""A trajectory knows the network at every step of a training."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.errors import OutOfRangeError
from engine.kernel import flattened, parameters
from engine.layers.layers import MapLayer
from engine.training.trajectory import MEMORY, Trajectory, record_trajectory
from tests.engine.nets import Training, same_bits, some_frozen, training

PARAMETERS = 2 * 5 + 5 + 5 * 2 + 2


def case() -> Training:
    return training([5, "tanh", 2], 2, 50, 0.1, np.random.RandomState(1))


def foreign() -> Training:
    """The same with a function of one's own, which the readable layers train."""
    training_case = case()
    training_case.net.layers[1] = MapLayer(np.tanh, lambda d: 1 - np.tanh(d) ** 2)
    return training_case


def frozen() -> Training:
    """The same with some numbers frozen."""
    return some_frozen(case(), 3)


def foreign_and_frozen() -> Training:
    """Both."""
    return some_frozen(foreign(), 3)


@pytest.mark.parametrize("make", [case, foreign, frozen, foreign_and_frozen])
@pytest.mark.parametrize("rows", [1, 2, 7, 26, 1000])
def test_the_network_at_any_step_is_the_one_trained_so_far(make: Callable[[], Training], rows: int) -> None:
    training_case = make()
    net = training_case.net.copy()
    trajectory = record_trajectory(net, training_case.X, training_case.T, memory=rows * PARAMETERS * 8)
    for step in (0, 1, 2, 24, 25, 26, 49, 50):
        so_far = training_case.net.copy()
        losses = so_far.train(training_case.X[:step], training_case.T[:step])
        assert same_bits(trajectory.losses[:step], losses)
        assert same_bits(
            flattened(parameters(trajectory.network_at(step).layers)), flattened(parameters(so_far.layers))
        )


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 50, 51, 1000])
def test_no_more_is_stored_than_the_memory_allows(rows: int) -> None:
    training_case = case()
    memory = rows * PARAMETERS * 8
    trajectory = record_trajectory(training_case.net, training_case.X, training_case.T, memory=memory)
    assert trajectory.parameters.nbytes <= memory
    assert trajectory.every == {1: 51, 2: 50, 3: 25, 7: 9, 50: 2}.get(rows, 1)


def test_a_million_steps_of_a_small_network_fit_the_memory() -> None:
    training_case = training([2], 2, 1_000_000, 0.01, np.random.RandomState(1))
    trajectory = record_trajectory(training_case.net, training_case.X, training_case.T)
    assert trajectory.parameters.nbytes <= MEMORY
    assert trajectory.every == 1


def test_recording_trains_the_network_as_training_does() -> None:
    training_case = case()
    net = training_case.net.copy()
    record_trajectory(net, training_case.X, training_case.T)
    assert same_bits(flattened(parameters(net.layers)), training_case.compiled()[1])


def test_a_step_outside_the_trajectory_is_refused() -> None:
    training_case = case()
    trajectory = record_trajectory(training_case.net, training_case.X, training_case.T)
    for step in (-1, 51):
        with pytest.raises(OutOfRangeError, match="steps 0 to 50"):
            trajectory.network_at(step)


@pytest.mark.parametrize("make", [case, foreign])
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_a_trajectory_recorded_in_pieces_equals_one_recorded_at_once(make: Callable[[], Training], rows: int) -> None:
    training_case, memory = make(), rows * PARAMETERS * 8
    whole = record_trajectory(training_case.net.copy(), training_case.X, training_case.T, memory=memory)
    pieces = Trajectory(training_case.net.copy(), training_case.X, training_case.T, memory=memory)
    while not pieces.complete:
        before = pieces.done
        pieces.advance(4)
        assert before < pieces.done <= before + max(4, 2 * whole.every)
    assert same_bits(pieces.losses, whole.losses)
    assert same_bits(pieces.parameters, whole.parameters)


def test_a_step_that_has_not_been_recorded_yet_is_refused() -> None:
    training_case = case()
    trajectory = Trajectory(training_case.net, training_case.X, training_case.T)
    trajectory.advance(7)
    assert same_bits(flattened(parameters(trajectory.network_at(7).layers)), trajectory.parameters[7])
    with pytest.raises(OutOfRangeError, match="steps 0 to 7"):
        trajectory.network_at(8)
