"""A plane through three rows: it is exact there, its window lies around them, its first rows stand for the table."""

import numpy as np
import pytest

from engine import CATALOGUE, run
from engine.data.row_plane import PAST_CORNERS, first_corners, plane_through
from engine.errors import TableError


@pytest.mark.parametrize("name", ["penguins", "iris", "wine", "cars", "digits"])
def test_the_network_answers_on_the_plane_as_it_does_at_the_three_rows(name: str) -> None:
    experiment = CATALOGUE[name].experiment
    table, network = experiment.table, run(experiment, experiment.network()).trained
    assert table is not None
    X, T = table.learned
    corners = first_corners(X, T, classes=name != "cars")
    assert corners is not None
    three = X[list(corners)]
    plane = plane_through(three)
    there = plane.points(plane.coordinates(three))
    assert np.abs(there - three).max() < 1e-12
    assert np.abs(network.respond(there) - network.respond(three)).max() < 1e-12


@pytest.mark.parametrize("seed", range(20))
def test_the_axes_are_orthogonal_and_scales_are_equal(seed: int) -> None:
    X = np.random.RandomState(seed).randn(3, 5) * 10.0 ** np.random.RandomState(seed).uniform(-3, 3)
    plane = plane_through(X)
    axes = np.stack([plane.across, plane.up])
    assert np.allclose(axes @ axes.T, np.eye(2), atol=1e-14)
    at = plane.coordinates(X)
    assert at[0].tolist() == [0.0, 0.0]
    assert abs(at[1, 1]) < 1e-12 * plane.side
    apart = np.linalg.norm(X[1] - X[2])
    assert np.linalg.norm(at[1] - at[2]) == pytest.approx(apart, rel=1e-12)


def test_the_window_is_1_62_times_the_larger_extent_around_the_rows() -> None:
    plane = plane_through(np.array([[0.0, 0.0, 0.0], [4.0, 0.0, 0.0], [1.0, 2.0, 0.0]]))
    assert PAST_CORNERS == 1.62
    assert plane.side == pytest.approx(1.62 * 4.0)
    shares = plane.shares(plane.coordinates(np.array([[2.0, 1.0, 7.0]])))
    assert shares == pytest.approx(np.array([[0.5, 0.5]]))
    assert plane.off(np.array([[2.0, 1.0, 7.0]])) == pytest.approx([7.0])
    grid = plane.grid(3)
    assert plane.shares(grid) == pytest.approx(np.array([[x, y] for y in (0, 0.5, 1) for x in (0, 0.5, 1)]))


@pytest.mark.parametrize("third", [[0.0, 0.0], [2.0, 2.0], [-3.0, -3.0 - 1e-12]])
def test_rows_on_a_line_span_no_plane(third: list[float]) -> None:
    with pytest.raises(TableError, match="one line"):
        plane_through(np.array([[0.0, 0.0], [1.0, 1.0], third]))


def test_equal_rows_span_no_plane() -> None:
    with pytest.raises(TableError, match="alike"):
        plane_through(np.array([[1.0, 2.0], [1.0, 2.0], [3.0, 0.0]]))


def test_of_three_classes_the_first_rows_are_nearest_to_their_means() -> None:
    table = CATALOGUE["penguins"].experiment.table
    assert table is not None
    X, T = table.learned
    corners = first_corners(X, T, classes=True)
    assert corners is not None
    assert [int(table.rows.learned[place]) + 1 for place in corners] == [89, 309, 225]
    for k, place in enumerate(corners):
        members = X[T[:, k] == 1.0]
        far = np.linalg.norm(members - members.mean(axis=0), axis=1)
        assert np.linalg.norm(X[place] - members.mean(axis=0)) == far.min()


def test_of_numbers_the_first_rows_have_the_lowest_the_median_and_the_highest() -> None:
    X = np.random.RandomState(1).randn(5, 3)
    assert first_corners(X, np.array([[3.0], [1.0], [5.0], [2.0], [4.0]]), classes=False) == (1, 0, 2)


def test_where_two_classes_or_a_line_give_no_third_row_another_one_lies_beside() -> None:
    X = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 1.0], [1.0, 3.0], [1.0, 2.0]])
    T = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    corners = first_corners(X, T, classes=True)
    assert corners is not None
    assert plane_through(X[list(corners)]).side > 0
    on_a_line = first_corners(
        np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [0.0, 5.0]]), np.arange(4.0)[:, None], classes=False
    )
    assert on_a_line is not None
    assert 3 in on_a_line


@pytest.mark.parametrize("X", [np.zeros((4, 3)), np.outer(np.arange(5.0), np.ones(3)), np.ones((1, 3))])
def test_rows_that_all_lie_on_a_line_have_no_first_plane(X: np.ndarray) -> None:
    assert first_corners(X, np.arange(float(len(X)))[:, None], classes=False) is None
