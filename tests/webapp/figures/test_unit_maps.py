"""A small map is a byte for each point: the place of its colour between −scale and scale."""

import numpy as np

from tests.webapp.decoding import decoded
from webapp.figures.encode import MIDDLE_PLACE, NO_PLACE, places_of
from webapp.figures.unit_maps import is_silent, small_maps, unit_scale


def test_units_are_coloured_on_the_scale_of_all_with_0_in_the_middle() -> None:
    places = places_of(np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 9.0, -9.0]), 2.0)
    assert (places.tolist(), places.dtype) == ([0, 64, MIDDLE_PLACE, 190, 254, 254, 0], np.dtype(np.uint8))
    assert places_of(np.array([np.nan, np.inf, -np.inf, 0.0]), 1.0).tolist() == [NO_PLACE] * 3 + [MIDDLE_PLACE]
    values = np.random.RandomState(3).uniform(-3.0, 3.0, 1_000)
    back = (places_of(values, 3.0).astype(float) / MIDDLE_PLACE - 1.0) * 3.0
    assert np.abs(back - values).max() <= 1.5 / MIDDLE_PLACE * (1 + 1e-12)
    for scale in [5e-324, 1e-300, 1e308]:
        assert places_of(np.array([-scale, 0.0, scale]), scale).tolist() == [0, MIDDLE_PLACE, 254]
    assert unit_scale(np.array([[3.0, -4.0], [np.nan, -np.inf]])) == 4.0
    assert unit_scale(np.full((2, 2), np.nan)) == unit_scale(np.zeros((2, 2))) == 0.0
    assert is_silent(np.zeros(9))
    assert is_silent(np.full(9, -1.5))
    assert not is_silent(np.array([0.0, 0.0, 1e-300]))
    assert not is_silent(np.full(9, np.inf))
    assert not is_silent(np.full(9, np.nan))
    values = np.column_stack([np.linspace(-1.0, 1.0, 6), np.full(6, 0.5), np.linspace(0.0, 4.0, 6)])
    given = small_maps(values, np.array([0, 2, 5]), 2)
    assert (given["count"], given["shown"], given["scale"], given["silent"]) == (3, 2, 4.0, [1])
    expected = np.concatenate([places_of(values[[0, 2, 5], unit], 4.0) for unit in (0, 1)])
    assert decoded(given["values"]).tolist() == expected.tolist()
