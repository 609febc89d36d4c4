"""A recording knows the network at every step of a training."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.errors import OutOfRangeError
from engine.kernel import flattened, parameters
from engine.layers.layers import MapLayer
from engine.training.trajectory import ROOM, Trajectory, record_trajectory
from tests.engine.nets import Training, same_bits, some_frozen, training

PARAMETERS = 2 * 5 + 5 + 5 * 2 + 2


def case() -> Training:
    return training([5, "tanh", 2], 2, 50, 0.1, np.random.RandomState(1))


def foreign() -> Training:
    """The same with a function of one's own, which the readable layers train."""
    made = case()
    made.net.layers[1] = MapLayer(np.tanh, lambda d: 1 - np.tanh(d) ** 2)
    return made


def held() -> Training:
    """The same with some numbers frozen."""
    return some_frozen(case(), 3)


def foreign_and_held() -> Training:
    """Both."""
    return some_frozen(foreign(), 3)


@pytest.mark.parametrize("made", [case, foreign, held, foreign_and_held])
@pytest.mark.parametrize("rows", [1, 2, 7, 26, 1000])
def test_the_network_at_any_step_is_the_one_trained_so_far(made: Callable[[], Training], rows: int) -> None:
    told = made()
    net = told.net.copy()
    recording = record_trajectory(net, told.X, told.T, room=rows * PARAMETERS * 8)
    for step in (0, 1, 2, 24, 25, 26, 49, 50):
        so_far = told.net.copy()
        losses = so_far.train(told.X[:step], told.T[:step])
        assert same_bits(recording.losses[:step], losses)
        assert same_bits(flattened(parameters(recording.network_at(step).layers)), flattened(parameters(so_far.layers)))


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 50, 51, 1000])
def test_no_more_is_kept_than_there_is_room_for(rows: int) -> None:
    told = case()
    room = rows * PARAMETERS * 8
    recording = record_trajectory(told.net, told.X, told.T, room=room)
    assert recording.flat.nbytes <= room
    assert recording.every == {1: 51, 2: 50, 3: 25, 7: 9, 50: 2}.get(rows, 1)


def test_a_million_steps_of_a_small_network_fit_the_room() -> None:
    told = training([2], 2, 1_000_000, 0.01, np.random.RandomState(1))
    recording = record_trajectory(told.net, told.X, told.T)
    assert recording.flat.nbytes <= ROOM
    assert recording.every == 1


def test_recording_trains_the_network_as_training_does() -> None:
    told = case()
    net = told.net.copy()
    record_trajectory(net, told.X, told.T)
    assert same_bits(flattened(parameters(net.layers)), told.compiled()[1])


def test_a_step_outside_the_recording_is_refused() -> None:
    told = case()
    recording = record_trajectory(told.net, told.X, told.T)
    for step in (-1, 51):
        with pytest.raises(OutOfRangeError, match="steps 0 to 50"):
            recording.network_at(step)


@pytest.mark.parametrize("made", [case, foreign])
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_a_recording_in_pieces_is_the_one_made_at_once(made: Callable[[], Training], rows: int) -> None:
    told, room = made(), rows * PARAMETERS * 8
    whole = record_trajectory(told.net.copy(), told.X, told.T, room=room)
    pieces = Trajectory(told.net.copy(), told.X, told.T, room=room)
    while not pieces.whole:
        before = pieces.done
        pieces.on_progress(4)
        assert before < pieces.done <= before + max(4, 2 * whole.every)
    assert same_bits(pieces.losses, whole.losses)
    assert same_bits(pieces.flat, whole.flat)


def test_a_step_that_has_not_been_recorded_yet_is_refused() -> None:
    told = case()
    recording = Trajectory(told.net, told.X, told.T)
    recording.on_progress(7)
    assert same_bits(flattened(parameters(recording.network_at(7).layers)), recording.flat[7])
    with pytest.raises(OutOfRangeError, match="steps 0 to 7"):
        recording.network_at(8)
