"""The figure of `plot_learning`, the page of `knobs_plot_learning`, and the figure of a sweep.

The only module of the engine that imports the page, and with `weights_figure` Plotly, inside its functions alone.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import first_divergence
from engine.base.number_text import loss_text, number_text
from engine.base.numerics import FloatArray
from engine.base.smoothing import low_pass

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

RUN_COLOUR = "#006a61"
"""The colour of the current run, as on the page."""


def opened_page(bench: Any, samples: int) -> Any:
    """The page on this bench, served and opened in the browser."""
    from webapp import launch

    return launch(bench, samples=samples)


def losses_figure(losses: FloatArray, alpha: float | None = None) -> "Figure":
    """Losses by step as dots over a log axis, and the smoothed ones up to a divergence as a line.

    The title says α and the largest loss. Losses that the axis cannot show (0, inf, nan) are left out and counted
    there.
    """
    from plotly import graph_objects

    drawable = np.isfinite(losses) & (losses > 0)
    steps = np.flatnonzero(drawable)
    diverged_at = first_divergence(losses)
    smooth_steps, smooth = low_pass(losses if diverged_at is None else losses[:diverged_at])
    shown = smooth > 0
    dots = {"mode": "markers", "name": "each loss", "marker": {"size": 3.5, "color": RUN_COLOUR, "opacity": 0.5}}
    line = {"mode": "lines", "name": "smoothed", "line": {"width": 2.5, "color": RUN_COLOUR}}
    figure = graph_objects.Figure(
        [
            graph_objects.Scatter(x=steps, y=losses[drawable], **dots),
            graph_objects.Scatter(x=smooth_steps[shown], y=smooth[shown], **line),
        ]
    )
    figure.update_layout(
        title=losses_title(losses, alpha), xaxis_title="step", yaxis_title="loss", template="simple_white"
    )
    figure.update_yaxes(type="log", dtick=1, exponentformat="power", showgrid=True)
    return figure


def losses_title(losses: FloatArray, alpha: float | None) -> str:
    """100 losses at α 0.1, 3 of them 0, infinite or not a number; the largest is 2.31."""
    at = "" if alpha is None else f" at α {number_text(alpha)}"
    finite = losses[np.isfinite(losses)]
    left_out = len(losses) - int(np.count_nonzero(finite > 0))
    but = f", {left_out:,} of them 0, infinite or not a number" if left_out else ""
    return f"{len(losses):,} losses{at}{but}" + (f"; the largest is {loss_text(finite.max())}" if finite.size else "")


def sweep_figure(
    xs: NDArray[Any], ys: NDArray[Any], values: FloatArray, diverged: NDArray[np.bool_], titles: tuple[str, str, str]
) -> "Figure":
    """A heat map of values, shape (ys, xs); runs that diverged are left out and marked with ×, α has a log axis.

    Infinite values get the nearest end of the colour scale.
    """
    from plotly import graph_objects

    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    heights = np.where(diverged, np.nan, np.nan_to_num(values, nan=np.nan, posinf=high, neginf=low))
    rows, columns = np.nonzero(diverged)
    x_title, y_title, title = titles
    figure = graph_objects.Figure(
        [
            graph_objects.Heatmap(x=xs, y=ys, z=heights, colorbar={"title": {"text": title}}, name=title),
            graph_objects.Scatter(
                x=xs[columns], y=ys[rows], mode="markers", marker={"symbol": "x-thin-open"}, name="diverged"
            ),
        ]
    )
    figure.update_layout(xaxis_title=x_title, yaxis_title=y_title, legend={"y": 1.1}, showlegend=bool(len(rows)))
    figure.update_xaxes(type="log" if x_title == "α" else "linear")
    return figure
