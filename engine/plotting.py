"""What a bench shows: the figure of `plot_learning`, and the page of `knobs_plot_learning`.

The one room of the engine that knows Plotly and the page, and only inside its functions.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.numerics import Numbers

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def opened_page(bench: Any, samples: int) -> Any:
    """The page on this bench, served and opened in the browser."""
    from webapp import launch

    return launch(bench, samples=samples)


def losses_figure(losses: Numbers) -> "Figure":
    """Losses by step over a log axis; what that cannot show (0, inf, nan) is left out and counted in the title."""
    from plotly import graph_objects

    drawable = np.isfinite(losses) & (losses > 0)
    steps = np.flatnonzero(drawable)
    figure = graph_objects.Figure(graph_objects.Scatter(x=steps, y=losses[drawable], mode="lines", name="loss"))
    left_out = len(losses) - len(steps)
    title = f"{len(losses)} losses" + (f", {left_out} of them 0, infinite or not a number" if left_out else "")
    figure.update_layout(title=title, xaxis_title="step", yaxis_title="loss", yaxis_type="log")
    return figure
