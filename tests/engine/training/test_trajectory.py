"""A trajectory knows the network at every step of a training."""

import numpy as np
import pytest

from engine.errors import OutOfRangeError
from engine.layers.layers import MapLayer
from engine.training.trajectory import MEMORY, Trajectory, record_trajectory
from tests.engine.asserting import refusal
from tests.engine.nets import Training, flat, same_bits, some_frozen, training

NUMBERS = 2 * 5 + 5 + 5 * 2 + 2


def case(*, foreign: bool = False, frozen: bool = False) -> Training:
    """A training, with a function of one's own, which the readable layers train, and with some numbers frozen."""
    plain = training([5, "tanh", 2], 2, 50, 0.1, np.random.RandomState(1))
    if foreign:
        plain.net.layers[1] = MapLayer(np.tanh, lambda d: 1 - np.tanh(d) ** 2)
    return some_frozen(plain, 3) if frozen else plain


def recorded(one: Training, rows: int = 1000) -> Trajectory:
    return record_trajectory(one.net.copy(), one.X, one.T, memory=rows * NUMBERS * 8)


@pytest.mark.parametrize(("foreign", "frozen"), [(False, False), (True, False), (False, True), (True, True)])
def test_the_network_at_any_step_is_the_one_trained_so_far(foreign: bool, frozen: bool) -> None:
    one = case(foreign=foreign, frozen=frozen)
    for rows in (1, 2, 7, 26, 1000):
        trajectory = recorded(one, rows)
        for step in (0, 1, 2, 24, 25, 26, 49, 50):
            so_far = one.net.copy()
            assert same_bits(trajectory.losses[:step], so_far.train(one.X[:step], one.T[:step]))
            assert same_bits(flat(trajectory.network_at(step)), flat(so_far))


def test_no_more_is_stored_than_the_memory_allows_and_recording_trains_as_training_does() -> None:
    every = {1: 51, 2: 50, 3: 25, 7: 9, 50: 2, 51: 1, 1000: 1}
    trajectories = {rows: recorded(case(), rows) for rows in every}
    assert {rows: trajectory.every for rows, trajectory in trajectories.items()} == every
    assert all(trajectory.parameters.nbytes <= rows * NUMBERS * 8 for rows, trajectory in trajectories.items())
    long = training([2], 2, 1_000_000, 0.01, np.random.RandomState(1))
    trajectory = record_trajectory(long.net, long.X, long.T)
    assert trajectory.parameters.nbytes <= MEMORY
    assert trajectory.every == 1
    one = case()
    net = one.net.copy()
    record_trajectory(net, one.X, one.T)
    assert same_bits(flat(net), one.compiled()[1])
    one, whole = case(), recorded(case())
    for step in (-1, 51):
        assert "steps 0 to 50" in refusal(OutOfRangeError, whole.network_at, step)
    trajectory = Trajectory(one.net, one.X, one.T)
    trajectory.advance(7)
    assert same_bits(flat(trajectory.network_at(7)), trajectory.parameters[7])
    assert "steps 0 to 7" in refusal(OutOfRangeError, trajectory.network_at, 8)


@pytest.mark.parametrize("foreign", [False, True])
def test_a_trajectory_recorded_in_pieces_equals_one_recorded_at_once(foreign: bool) -> None:
    one = case(foreign=foreign)
    for rows in (1, 7, 1000):
        whole, pieces = recorded(one, rows), Trajectory(one.net.copy(), one.X, one.T, memory=rows * NUMBERS * 8)
        while not pieces.complete:
            before = pieces.done
            pieces.advance(4)
            assert before < pieces.done <= before + max(4, 2 * whole.every)
        assert same_bits(pieces.losses, whole.losses)
        assert same_bits(pieces.parameters, whole.parameters)
