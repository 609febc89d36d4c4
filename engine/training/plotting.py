"""The figure of `plot_learning`, the page of `knobs_plot_learning`, and the figure of a sweep.

The only module of the engine that imports Plotly and the page, and only inside its functions.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def opened_page(bench: Any, samples: int) -> Any:
    """The page on this bench, served and opened in the browser."""
    from webapp import launch

    return launch(bench, samples=samples)


def losses_figure(losses: FloatArray) -> "Figure":
    """Losses by step over a log axis; what it cannot show (0, inf, nan) is left out and counted in the title."""
    from plotly import graph_objects

    drawable = np.isfinite(losses) & (losses > 0)
    steps = np.flatnonzero(drawable)
    figure = graph_objects.Figure(graph_objects.Scatter(x=steps, y=losses[drawable], mode="lines", name="loss"))
    left_out = len(losses) - len(steps)
    title = f"{len(losses)} losses" + (f", {left_out} of them 0, infinite or not a number" if left_out else "")
    figure.update_layout(title=title, xaxis_title="step", yaxis_title="loss", yaxis_type="log")
    return figure


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
