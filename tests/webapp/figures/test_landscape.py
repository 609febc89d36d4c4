"""The landscape's figure has the knobs' values as ticks, and leaves the numbers to the page."""

import pytest

from webapp.analyses.landscape.axes import POSITIONS, landscape_axes
from webapp.base.theme import STOPS, THEMES, height_ramp
from webapp.bench.knob_values import alpha_at
from webapp.figures.landscape import counted_axis, landscape_figure


def test_a_map_has_every_cell_in_sight_under_the_ticks_of_the_slider() -> None:
    alpha = landscape_axes()["alpha"]
    axis = alpha.axis(alpha.values(0))
    for place, word in zip(axis.ticks_at, axis.labels, strict=True):
        assert alpha_at(POSITIONS[0] + 0.015 * place) == pytest.approx(float(word))
    for count in [1, 2, 5, 32]:
        values = range(7, 7 + count)
        axis = counted_axis("data seed", values)
        assert axis.labels == tuple(str(values[int(place)]) for place in axis.ticks_at)
        assert (axis.labels[0], axis.labels[-1], axis.cells) == ("7", str(6 + count), count)
    for theme in THEMES.values():
        figure = landscape_figure(counted_axis("samples", range(1, 33)), counted_axis("data seed", range(8)), theme)
        (trace,), layout = figure["data"], figure["layout"]
        assert "z" not in trace
        assert (layout["xaxis"]["range"], layout["yaxis"]["range"]) == ([-0.5, 31.5], [-0.5, 7.5])
        assert (layout["xaxis"]["title"]["text"], layout["yaxis"]["title"]["text"]) == ("samples", "data seed")
        assert layout["plot_bgcolor"] == theme.sunken
    for theme in THEMES.values():
        ramp = height_ramp(theme)
        assert [place for place, _ in ramp] == [k / (STOPS - 1) for k in range(STOPS)]
        assert (ramp[0][1], ramp[-1][1]) == (theme.seq_0, theme.seq_1)
